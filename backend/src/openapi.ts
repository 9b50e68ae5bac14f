import { composeApp } from './app.ts'
import { readConfig } from '#plugins'

const filler = (name: string) => `${name}-Zq7x9Vw2Lk4mR8tB-${name.length}`

/**
 * The OpenAPI document of this build. The server is composed but not started: nothing is connected, so the values below
 * only satisfy the schema of the configuration.
 */
export async function buildOpenApiDocument(): Promise<object> {
  const app = await composeApp({
    config: readConfig({
      PUBLIC_URL: 'http://localhost:8080',
      LOG_LEVEL: 'silent',
      DATABASE_URL: 'postgres://litemaas_app@localhost/litemaas',
      DATABASE_PLATFORM_URL: 'postgres://litemaas_platform@localhost/litemaas',
      JWT_SECRET: filler('tokens-are-signed'),
      SESSION_SECRET: filler('cookies-are-signed'),
      KEY_PEPPER: filler('keys-are-digested'),
      ENCRYPTION_KEY: filler('outbox-is-encrypted'),
      OAUTH_PROVIDER: 'oidc',
      OAUTH_ISSUER: 'http://localhost:9',
      OAUTH_CLIENT_ID: 'litemaas',
      OAUTH_CLIENT_SECRET: filler('provider'),
      LITELLM_API_URL: 'http://localhost:9',
      LITELLM_API_KEY: filler('sk-neighbour'),
    }),
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}
