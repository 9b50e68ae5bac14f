// An OpenID provider for trying and testing: real protocol, listed people, no passwords. It must never be reachable
// from another machine, so it listens on loopback only.
import { createServer, type Server } from 'node:http'
import Provider from 'oidc-provider'
import { providerConfiguration } from './configuration.ts'
import { loadIdentity } from './identity-file.ts'
import { createInteractionHandler } from './interaction.ts'
import { demoPeople, type Person } from './people.ts'
import { isAllowedRedirect } from './redirects.ts'

export { demoPeople, type Person } from './people.ts'

export interface IdentityProviderOptions {
  /** A loopback address; 127.0.0.1 when not given. */
  host?: string
  /** A free port when not given or 0. */
  port?: number
  /** Signing keys and each person's `sub` are kept here, mode 0600. */
  dataDirectory: string
  clientId: string
  clientSecret: string
  /** Read at each sign-in: a test may change somebody's groups meanwhile. */
  people?: readonly Person[]
  /** Allowed besides /api/auth/callback on any loopback port. */
  redirectUris?: readonly string[]
}

export interface RunningIdentityProvider {
  issuer: string
  port: number
  close(): Promise<void>
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      fail(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${String(port)} for the identity provider is in use: stop what listens there, or let a free port be chosen.`,
            )
          : error,
      )
    })
    server.listen(port, host, done)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The identity provider has no port.')
  return address.port
}

/**
 * Provider-side sessions are not used: LiteMaaS signs people out of itself only, and the next sign-in must ask again
 * who one is.
 */
function forgetSession(cookies: string | undefined): string | undefined {
  return cookies
    ?.split(/;\s*/)
    .filter((cookie) => !/^litemaas_provider(\.sig)?=/.test(cookie))
    .join('; ')
}

/**
 * Starts the provider: authorization code flow with PKCE for one confidential client, scopes `openid profile email
 * groups offline_access`, no consent page; `login_hint=<username>` signs in without a click.
 * @throws Error with one sentence when the port is taken or the kept identity is damaged.
 */
export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<RunningIdentityProvider> {
  const { host = '127.0.0.1', port: wanted = 0, people = demoPeople, redirectUris = [] } = options
  const identity = await loadIdentity(
    options.dataDirectory,
    people.map(({ username }) => username),
  )
  const server = createServer()
  const port = await listen(server, host, wanted)
  const issuer = `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  const provider = new Provider(issuer, providerConfiguration({ ...options, people, identity }))
  provider.Client.prototype.redirectUriAllowed = (value: string) => isAllowedRedirect(value, redirectUris)
  provider.on('server_error', (_ctx, error) => console.error('identity provider:', error))

  const answerProtocol = provider.callback()
  const answerInteraction = createInteractionHandler(provider, people, identity)
  server.on('request', (request, response) => {
    const path = request.url ?? '/'
    if (path.startsWith('/interaction/')) {
      void answerInteraction(request, response)
      return
    }
    if (path.startsWith('/auth')) {
      const cookies = forgetSession(request.headers.cookie)
      if (cookies === undefined || cookies === '') delete request.headers.cookie
      else request.headers.cookie = cookies
    }
    void answerProtocol(request, response)
  })
  return {
    issuer,
    port,
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
    },
  }
}
