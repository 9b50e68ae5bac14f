import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { AccessHandler } from '#platform/http'
import { asksForPage, nameOfAsset, nameOfTopFile } from './console-paths.ts'

const LOOPBACK = new Set(['127.0.0.1', '[::1]'])
const PAGE = 'index.html'
const NOT_BUILT =
  'The console has not been built on this server: run `npm run build` (`npm start` does it by itself). The API works all the same.'

/** Names of assets hold a digest of their content, so a name never means anything else. */
const FOREVER = 'public, max-age=31536000, immutable'
const EACH_TIME = 'no-cache'
const AN_HOUR = 'public, max-age=3600'

/** No page of ours wants any of this, so no script that slipped in gets it either. */
const PERMISSIONS =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()'

export interface ConsolePlace {
  /** Folder of the build. It may come, or come anew, while the server runs. */
  readonly root: string
  readonly publicUrl: URL
  readonly access: AccessHandler
}

/**
 * Files for everybody, compressed when they were built. An address that only the console knows is answered with the
 * console, which finds its way from there; whoever does not ask for a page gets the API's own 404.
 */
export async function serveConsole(app: FastifyInstance, place: ConsolePlace): Promise<void> {
  const { root, publicUrl, access } = place
  const isBuilt = () => existsSync(join(root, PAGE))
  if (!isBuilt()) app.log.warn('there is no console to serve; `npm run build` makes it')
  await app.register(fastifyStatic, {
    root,
    suppressWarning: true,
    serve: false,
    cacheControl: false,
    preCompressed: true,
    // Told of files that were found, never of a 404: that must not be kept.
    setHeaders: (reply, path) => {
      void reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? FOREVER : lifeOf(path))
      if (path.includes(PAGE)) void reply.header('permissions-policy', PERMISSIONS)
    },
  })
  const options: RouteShorthandOptions = {
    schema: { hide: true },
    config: { isFile: true, tenant: 'none' },
    preHandler: [access],
  }

  const servePage = (request: FastifyRequest, reply: FastifyReply) => {
    // The session cookie belongs to one name of this machine, so pages are shown under that name only.
    if (LOOPBACK.has(request.hostname) && publicUrl.hostname === 'localhost')
      return reply.redirect(new URL(request.url, publicUrl).toString(), 302)
    if (!isBuilt()) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
    return reply.sendFile(PAGE)
  }
  app.get('/', options, async (request, reply) => servePage(request, reply))
  app.get<{ Params: { '*': string } }>('/assets/*', options, async (request, reply) => {
    const name = nameOfAsset(request.params['*'])
    return name === undefined ? callNotFound(reply) : reply.sendFile(`assets/${name}`)
  })
  app.get<{ Params: { '*': string } }>('/*', options, async (request, reply) => {
    const file = nameOfTopFile(request.params['*'])
    if (file !== undefined) return reply.sendFile(file)
    return asksForPage(request.url, request.headers.accept) ? servePage(request, reply) : callNotFound(reply)
  })
}

function callNotFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

const lifeOf = (path: string): string => (path.includes(PAGE) ? EACH_TIME : AN_HOUR)
