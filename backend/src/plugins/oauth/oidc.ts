import type { IdentityProvider, ProviderGrant, VouchedPerson } from '#identity'
import * as oidc from 'openid-client'
import { exactTextOf, groupsOf, subjectOf, textOf } from './claims.ts'
import { providerUnavailable, signInFailed } from './oauth.errors.ts'
import { createLogoutReader, type KeysAt } from './oidc-logout.ts'
import { PROVIDER_TIMEOUT_SECONDS, type ProviderSettings } from './provider.ts'

const REDISCOVER_MS = 60 * 60 * 1000
const CLOCK_TOLERANCE_SECONDS = 30

/** Generic OpenID Connect: code flow with PKCE (S256), state and nonce; the ID token is verified in full, signature included. */
export function createOidcProvider(settings: ProviderSettings, keysAt: KeysAt): IdentityProvider {
  const discover = discoverer(settings)
  const readLogout = createLogoutReader(settings.clientId, keysAt)
  return {
    async beginLogin({ loginHint }) {
      const configuration = await discover()
      const attempt = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        codeVerifier: oidc.randomPKCECodeVerifier(),
      }
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: settings.callbackUrl,
        scope: settings.scopes ?? 'openid profile email groups',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      })
      return { ...attempt, url: url.href }
    },

    async completeLogin({ search, attempt }) {
      const configuration = await discover()
      try {
        const tokens = await oidc.authorizationCodeGrant(
          configuration,
          new URL(search, settings.callbackUrl),
          {
            expectedState: attempt.state,
            expectedNonce: attempt.nonce,
            pkceCodeVerifier: attempt.codeVerifier,
            idTokenExpected: true,
          },
        )
        const idToken = tokens.claims()
        if (!idToken) throw signInFailed(new Error('the provider sent no ID token'))
        const subject = subjectOf(idToken.sub)
        const more = await moreClaims(configuration, tokens.access_token, idToken, settings)
        const claims = { ...more, ...idToken }
        return {
          person: personOf(configuration.serverMetadata().issuer, subject, claims, settings.groupsClaim),
          sessionId: exactTextOf(idToken, 'sid', 255) ?? null,
          grant: grantOf(tokens.refresh_token, settings),
        }
      } catch (error) {
        throw isAway(error) ? providerUnavailable(error) : signInFailed(error)
      }
    },

    async renew(token) {
      const configuration = await discover()
      try {
        const tokens = await oidc.refreshTokenGrant(configuration, token)
        const idToken = tokens.claims()
        // Without an ID token there is nothing to compare with; whose answer it is, the caller compares.
        const claims = idToken
          ? { ...(await moreClaims(configuration, tokens.access_token, idToken, settings)), ...idToken }
          : await oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck)
        const { issuer } = configuration.serverMetadata()
        return {
          isKnown: true,
          person: personOf(issuer, subjectOf(claims.sub), claims, settings.groupsClaim),
          grant: grantOf(tokens.refresh_token, settings),
        }
      } catch (error) {
        if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant')
          return { isKnown: false }
        throw isAway(error) ? providerUnavailable(error) : signInFailed(error)
      }
    },

    async readLogout(token) {
      return readLogout((await discover()).serverMetadata(), token)
    },
  }
}

/**
 * A refresh token that was not asked for ends with the provider's own session, which says nothing about the person; only
 * one for offline access lives as long as they are known.
 */
function grantOf(refreshToken: string | undefined, settings: ProviderSettings): ProviderGrant | null {
  const isOffline = (settings.scopes ?? '').split(' ').includes('offline_access')
  return isOffline && refreshToken !== undefined ? { token: refreshToken, expiresAt: null } : null
}

/** Discovery at first use, so that a provider that is away does not stop the boot; then kept for an hour, or longer if it goes away. */
function discoverer(settings: ProviderSettings): () => Promise<oidc.Configuration> {
  let known: { configuration: oidc.Configuration; at: number } | undefined
  let running: Promise<oidc.Configuration> | undefined
  const run = async () => {
    try {
      const configuration = await discoverOnce(settings)
      known = { configuration, at: performance.now() }
      return configuration
    } catch (error) {
      if (known && isAway(error)) return known.configuration
      throw providerUnavailable(error)
    } finally {
      running = undefined
    }
  }
  return async () => {
    if (known && performance.now() - known.at < REDISCOVER_MS) return known.configuration
    running ??= run()
    return running
  }
}

async function discoverOnce(settings: ProviderSettings): Promise<oidc.Configuration> {
  const issuer = new URL(settings.issuer)
  const { clientId, clientSecret } = settings
  const extensions = [oidc.enableNonRepudiationChecks]
  // The configuration accepts plain http on a loopback host only.
  if (issuer.protocol === 'http:') extensions.push(oidc.allowInsecureRequests)
  const metadata = { client_secret: clientSecret, [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
  const found = await oidc.discovery(issuer, clientId, metadata, undefined, {
    execute: extensions,
    timeout: PROVIDER_TIMEOUT_SECONDS,
  })
  const server = found.serverMetadata()
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  if (methods.includes('client_secret_post')) return found
  const withBasic = new oidc.Configuration(server, clientId, metadata, oidc.ClientSecretBasic(clientSecret))
  withBasic.timeout = PROVIDER_TIMEOUT_SECONDS
  for (const extend of extensions) extend(withBasic)
  return withBasic
}

/** Providers differ in what stands in the ID token and what in userinfo; the latter is asked when something is missing. */
async function moreClaims(
  configuration: oidc.Configuration,
  accessToken: string,
  idToken: oidc.IDToken,
  settings: ProviderSettings,
): Promise<Record<string, unknown>> {
  const isComplete = ['preferred_username', 'email', settings.groupsClaim].every(
    (claim) => idToken[claim] !== undefined,
  )
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return {}
  return oidc.fetchUserInfo(configuration, accessToken, idToken.sub)
}

function personOf(
  issuer: string,
  subject: string,
  claims: Record<string, unknown>,
  groupsClaim: string,
): VouchedPerson {
  const email = exactTextOf(claims, 'email', 320)
  const username =
    exactTextOf(claims, 'preferred_username', 200) ?? email?.slice(0, 200) ?? subject.slice(0, 200)
  return {
    issuer,
    subject,
    username,
    isUsernameUnique: false,
    email: email ?? null,
    isEmailVerified: email !== undefined && claims['email_verified'] === true,
    displayName: textOf(claims, 'name', 200) ?? username,
    groups: groupsOf(claims[groupsClaim]),
  }
}

/** Whether nobody answered, as opposed to answering something that is wrong. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true
  if (error instanceof TypeError && error.message === 'fetch failed') return true
  const status =
    error.cause instanceof Response ? error.cause.status : 'status' in error ? error.status : undefined
  if (typeof status === 'number' && status >= 500) return true
  return isAway(error.cause)
}
