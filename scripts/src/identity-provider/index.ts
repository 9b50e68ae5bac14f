// An OpenID provider for trying and testing: real protocol, listed people, no passwords. It must never be reachable
// from another machine, so it listens on loopback only.
import { createServer, type Server } from 'node:http'
import Provider from 'oidc-provider'
import { providerConfiguration } from './configuration.ts'
import { loadIdentity } from './identity-file.ts'
import { createInteractionHandler } from './interaction.ts'
import { createLogoutTokens, type LogoutClaims } from './logout.ts'
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
  /** A logout token about somebody listed, or about a session alone; a test may get claims of it wrong. */
  logoutToken(username: string | undefined, claims?: LogoutClaims): Promise<string>
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

/** As company providers do, offline access is given without a consent page of its own to whoever asks for it. */
function consentToOfflineAccess(path: string): string {
  const url = new URL(path, 'http://localhost')
  const scopes = url.searchParams.get('scope')?.split(' ') ?? []
  if (url.pathname !== '/auth' || !scopes.includes('offline_access') || url.searchParams.has('prompt'))
    return path
  url.searchParams.set('prompt', 'consent')
  return url.pathname + url.search
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
  // The name of its session stands in every ID token; nothing is sent to the product by itself.
  provider.Client.prototype.includeSid = () => true
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
      request.url = consentToOfflineAccess(path)
      const cookies = forgetSession(request.headers.cookie)
      if (cookies === undefined || cookies === '') delete request.headers.cookie
      else request.headers.cookie = cookies
    }
    void answerProtocol(request, response)
  })
  return {
    issuer,
    port,
    logoutToken: createLogoutTokens({ issuer, clientId: options.clientId, identity }),
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
    },
  }
}
