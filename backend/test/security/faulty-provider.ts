import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose'

export interface Token {
  header: { alg: string; kid?: string; typ?: string; [name: string]: unknown }
  claims: JWTPayload
}

/** What an OpenID provider can get wrong; each is off until a test turns it on. */
export interface Faults {
  /** What `issuer` in the discovery document says. */
  discoveredIssuer?: string
  /** The `iss` parameter of the callback; null leaves it out. */
  callbackIssuer?: string | null
  /** Changes the ID token before it is signed. */
  change?: (token: Token) => void
  /** Makes the ID token's text itself. */
  write?: (token: Token, keys: { published: CryptoKey; unpublished: CryptoKey }) => Promise<string> | string
  /** Leaves the ID token out. */
  withoutIdToken?: boolean
  /** Status of the token endpoint. */
  tokenStatus?: number
  userinfo?: Record<string, unknown>
}

export interface FaultyProvider {
  readonly issuer: string
  /** The query of each authorization request. */
  readonly authorizations: URLSearchParams[]
  /** The form of each token request. */
  readonly redemptions: URLSearchParams[]
  /** How often the discovery document was read. */
  discoveries: number
  faults: Faults
  person: { sub: string; [claim: string]: unknown }
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** An OpenID provider that signs in `person` without asking, checks PKCE, and errs on demand. */
export async function startFaultyProvider(): Promise<FaultyProvider> {
  const [published, unpublished] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'published', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, URLSearchParams>()
  const provider = {
    faults: {} as Faults,
    person: { sub: 'person-1' } as FaultyProvider['person'],
    authorizations: [] as URLSearchParams[],
    redemptions: [] as URLSearchParams[],
    discoveries: 0,
  }
  let issuer = ''

  const idToken = async (nonce: string | null): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    const token: Token = {
      header: { alg: 'RS256', kid: 'published' },
      claims: {
        iss: issuer,
        aud: 'litemaas',
        iat: now,
        exp: now + 300,
        ...(nonce === null ? {} : { nonce }),
        ...provider.person,
      },
    }
    provider.faults.change?.(token)
    const keys = { published: published.privateKey, unpublished: unpublished.privateKey }
    if (provider.faults.write) return provider.faults.write(token, keys)
    return new SignJWT(token.claims).setProtectedHeader(token.header).sign(keys.published)
  }

  const answerToken = async (form: URLSearchParams): Promise<{ status: number; body: unknown }> => {
    provider.redemptions.push(form)
    if (provider.faults.tokenStatus !== undefined)
      return { status: provider.faults.tokenStatus, body: { error: 'server_error' } }
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!asked || asked.get('code_challenge') !== challenge)
      return { status: 400, body: { error: 'invalid_grant' } }
    const id_token = provider.faults.withoutIdToken ? undefined : await idToken(asked.get('nonce'))
    return { status: 200, body: { access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token } }
  }

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const url = new URL(request.url ?? '/', issuer)
      const json = (body: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (url.pathname === '/.well-known/openid-configuration') {
        provider.discoveries += 1
        return void json({
          issuer: provider.faults.discoveredIssuer ?? issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          userinfo_endpoint: `${issuer}/userinfo`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256'],
          token_endpoint_auth_methods_supported: ['client_secret_post'],
          authorization_response_iss_parameter_supported: true,
        })
      }
      if (url.pathname === '/jwks') return void json({ keys: [jwk] })
      if (url.pathname === '/userinfo') return void json(provider.faults.userinfo ?? provider.person)
      if (url.pathname === '/token') {
        const { status, body } = await answerToken(new URLSearchParams(await bodyOf(request)))
        return void json(body, status)
      }
      provider.authorizations.push(url.searchParams)
      const code = `code-${provider.authorizations.length}`
      codes.set(code, url.searchParams)
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      const iss = provider.faults.callbackIssuer === undefined ? issuer : provider.faults.callbackIssuer
      if (iss !== null) back.searchParams.set('iss', iss)
      response.writeHead(302, { location: back.href }).end()
    }
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  issuer = `http://127.0.0.1:${address.port}`
  return Object.assign(provider, {
    issuer,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

/** A token without any signature. */
export const unsigned = (token: Token): string => new UnsecuredJWT(token.claims).encode()
