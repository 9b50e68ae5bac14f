import type { ProviderLogout } from '#identity'
import { jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { ServerMetadata } from 'openid-client'
import { ApplicationError } from '#platform/errors'
import { exactTextOf } from './claims.ts'
import { logoutTokenRefused } from './oauth.errors.ts'

/** Finds published keys at an address, as often and as long as is decent. */
export type KeysAt = (url: string) => JWTVerifyGetKey

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const TYPES = new Set([undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'])
const CLOCK_TOLERANCE_SECONDS = 30
/** The specification recommends two minutes; a provider may try again for a while. */
const LONGEST_AGE_SECONDS = 600

/** Verifies logout tokens as OpenID Connect Back-Channel Logout 1.0 (2.6) says, with the published keys of the provider. */
export function createLogoutReader(clientId: string, keysAt: KeysAt) {
  let known: { readonly url: string; readonly keys: JWTVerifyGetKey } | undefined
  return async (provider: ServerMetadata, token: string): Promise<ProviderLogout> => {
    const url = provider.jwks_uri
    if (url === undefined) throw logoutTokenRefused(new Error('the provider publishes no keys'))
    if (known?.url !== url) known = { url, keys: keysAt(url) }
    try {
      const { payload, protectedHeader } = await jwtVerify(token, known.keys, {
        issuer: provider.issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        maxTokenAge: LONGEST_AGE_SECONDS,
        requiredClaims: ['iss', 'aud', 'iat', 'jti', 'events'],
      })
      if (!TYPES.has(protectedHeader.typ?.toLowerCase()))
        throw new Error(`a token of type ${protectedHeader.typ}`)
      // An ID token is signed alike: what tells them apart is the event, and that a logout has no nonce.
      const event = (payload['events'] as Record<string, unknown> | null)?.[EVENT]
      if (typeof event !== 'object' || event === null) throw new Error('not a logout')
      if ('nonce' in payload) throw new Error('a logout token must not have a nonce')
      const subject = exactTextOf(payload, 'sub', 255) ?? null
      const sessionId = exactTextOf(payload, 'sid', 255) ?? null
      const tokenId = exactTextOf(payload, 'jti', 1000)
      if (tokenId === undefined || (subject === null && sessionId === null)) throw new Error('names nobody')
      const seconds = (payload.iat ?? 0) + LONGEST_AGE_SECONDS + CLOCK_TOLERANCE_SECONDS
      const expiresAt = new Date(seconds * 1000).toISOString()
      return { issuer: provider.issuer, subject, sessionId, tokenId, expiresAt }
    } catch (error) {
      throw error instanceof ApplicationError ? error : logoutTokenRefused(error)
    }
  }
}
