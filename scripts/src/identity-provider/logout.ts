import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import type { IdentityFile } from './identity-file.ts'

/** What a logout token says besides who it is about; a test may get any of it wrong. */
export type LogoutClaims = Readonly<Record<string, unknown>>

/** Makes logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4) with the provider's published key. */
export function createLogoutTokens(options: { issuer: string; clientId: string; identity: IdentityFile }) {
  const { issuer, clientId, identity } = options
  return async (username: string | undefined, changes: LogoutClaims = {}): Promise<string> => {
    const [jwk] = identity.jwks.keys
    if (jwk?.alg === undefined || jwk.kid === undefined) throw new Error('the provider has no signing key')
    const subject = username === undefined ? undefined : identity.subjects[username]
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: clientId,
      iat: now,
      exp: now + 120,
      jti: randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...(subject === undefined ? {} : { sub: subject }),
      ...changes,
    }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: 'logout+jwt' })
      .sign(await importJWK(jwk))
  }
}
