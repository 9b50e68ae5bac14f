import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { litellm } from './litellm-plugin.ts'
import { createHttpServer } from './http-server.ts'
import { modules } from './modules.ts'
import { listOf, plugins, type PluginOptions } from '#plugins'
import { MESSAGES_ERRORS, OPENAI_ERRORS } from '#modules/gateway'
import { OAUTH_ERRORS } from '#modules/service-clients'
import { BACK_CHANNEL_ERRORS } from '#modules/sign-in'
import { installErrorHandler, type ErrorFormat } from '#platform/errors'
import { CursorInfo, ErrorBody, PageInfo } from '#platform/http'
import { createLogger } from '#platform/logging'
import { SettingsRegistry } from '#platform/settings'
import { services } from './services-plugin.ts'
import { startWhenReady } from './startup.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sections of settings; plugins and modules add theirs. */
    readonly settings: SettingsRegistry
  }
}

/** The server as it runs: composed, and connected when it becomes ready. */
export async function buildApp(options: PluginOptions): Promise<FastifyInstance> {
  const app = await composeApp(options)
  startWhenReady(app)
  return app
}

/** Composes the server without touching the outside world. */
export async function composeApp(options: PluginOptions): Promise<FastifyInstance> {
  const { config } = options
  const app = createHttpServer({
    logger: createLogger(config.LOG_LEVEL),
    trustedProxies: listOf(config.TRUSTED_PROXIES),
  })
  app.decorate('startup', [])
  app.decorate('settings', new SettingsRegistry())
  const formats: readonly ErrorFormat[] = [MESSAGES_ERRORS, OPENAI_ERRORS, BACK_CHANNEL_ERRORS, OAUTH_ERRORS]
  installErrorHandler(app, formats)
  for (const schema of [ErrorBody, PageInfo, CursorInfo]) app.addSchema(schema)
  await app.register(helmet, {
    contentSecurityPolicy: {
      // Every source is named here; the library's own defaults allow inline styles.
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: config.PUBLIC_URL.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
  })
  const origins = listOf(config.CORS_ORIGINS)
  // Never reflected: exact origins that somebody wrote down. Scripts in pages call with keys, never with the cookie.
  if (origins.length > 0)
    await app.register(cors, { origin: origins, credentials: false, maxAge: 600, strictPreflight: false })
  for (const [, plugin] of plugins) await app.register(plugin, options)
  await app.register(services)
  await app.register(litellm)
  for (const module of modules) await app.register(fp(module))
  return app
}
