import type { IdentityProvider, ProviderGrant, VouchedPerson } from '#identity'
import { createHash, randomBytes } from 'node:crypto'
import { fastifyOauth2 } from '@fastify/oauth2'
import type { FastifyInstance } from 'fastify'
import { exactTextOf, groupsOf, subjectOf, textOf } from './claims.ts'
import { logoutTokenRefused, providerUnavailable, signInFailed } from './oauth.errors.ts'
import { PROVIDER_TIMEOUT_SECONDS, type ProviderSettings } from './provider.ts'

/** The part of the library's client that its own types leave out. */
interface AuthorizationCodeClient {
  authorizeURL(parameters: Readonly<Record<string, string>>): string
  getToken(parameters: Readonly<Record<string, string>>): Promise<{ readonly token: unknown }>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly openshift: { readonly oauth2: AuthorizationCodeClient }
  }
}

const MAX_LIFE_SECONDS = 30 * 24 * 60 * 60

const random = () => randomBytes(32).toString('base64url')

/**
 * OpenShift speaks plain OAuth2: there is no ID token, and who signed in is asked of the API server. The library lives in
 * a context of its own, so that its cookies and hooks do not reach any route: state and verifier are kept in our table.
 */
export async function createOpenShiftProvider(
  app: FastifyInstance,
  settings: ProviderSettings,
): Promise<IdentityProvider> {
  const { issuer, apiUrl, clientId, clientSecret, callbackUrl } = settings
  if (apiUrl === undefined)
    throw new Error('OAUTH_API_URL is missing: OpenShift’s API server tells who signed in')
  const base = issuer.replace(/\/+$/, '')
  let client: AuthorizationCodeClient | undefined
  await app.register(async (inner) => {
    await inner.register(fastifyOauth2, {
      name: 'openshift',
      credentials: {
        client: { id: clientId, secret: clientSecret },
        auth: {
          authorizeHost: new URL(base).origin,
          authorizePath: `${new URL(base).pathname.replace(/\/$/, '')}/oauth/authorize`,
          tokenHost: new URL(base).origin,
          tokenPath: `${new URL(base).pathname.replace(/\/$/, '')}/oauth/token`,
        },
        http: { timeout: PROVIDER_TIMEOUT_SECONDS * 1000 },
      },
      callbackUri: callbackUrl,
      pkce: 'S256',
    })
    client = inner.openshift.oauth2
  })
  const oauth2 = client
  if (oauth2 === undefined) throw new Error('the OpenShift client did not start')

  return {
    async beginLogin() {
      const attempt = { state: random(), nonce: random(), codeVerifier: random() }
      const parameters = {
        redirect_uri: callbackUrl,
        scope: settings.scopes ?? 'user:info user:check-access',
        state: attempt.state,
        code_challenge: createHash('sha256').update(attempt.codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
      return { ...attempt, url: oauth2.authorizeURL(parameters) }
    },

    async completeLogin({ search, attempt }) {
      const answer = new URLSearchParams(search)
      const code = answer.get('code')
      if (answer.get('state') !== attempt.state || answer.has('error') || code === null)
        throw signInFailed(new Error(`OpenShift answered ${answer.get('error') ?? 'without a code'}`))
      const redeemed: unknown = await oauth2
        .getToken({ code, redirect_uri: callbackUrl, code_verifier: attempt.codeVerifier })
        .then(({ token }) => token)
        .catch((error: unknown) => {
          throw isRefusal(error) ? signInFailed(error) : providerUnavailable(error)
        })
      const accessToken = (redeemed as { access_token?: unknown } | null)?.access_token
      if (typeof accessToken !== 'string') throw signInFailed(new Error('OpenShift sent no access token'))
      const user = await whoIs(apiUrl, accessToken)
      if (user === undefined) throw signInFailed(new Error('users/~ does not take the new access token'))
      const grant = grantOf(accessToken, (redeemed as { expires_in?: unknown }).expires_in)
      return { person: personOf(issuer, user), sessionId: null, grant }
    },

    /** The access token itself is what lasts, a day by default; refused before its end, it was taken away with its person. */
    async renew(token) {
      const user = await whoIs(apiUrl, token)
      if (user === undefined) return { isKnown: false }
      return { isKnown: true, person: personOf(issuer, user), grant: null }
    },

    async readLogout() {
      throw logoutTokenRefused(new Error('OpenShift knows no back-channel logout'))
    },
  }
}

/** A token of unknown life could end by itself, which would look like the end of its person. */
function grantOf(token: string, expiresIn: unknown): ProviderGrant | null {
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) return null
  return {
    token,
    expiresAt: new Date(Date.now() + Math.min(expiresIn, MAX_LIFE_SECONDS) * 1000).toISOString(),
  }
}

const isRefusal = (error: unknown): boolean => {
  const status: unknown = (error as { output?: { statusCode?: unknown } } | null)?.output?.statusCode
  return typeof status === 'number' && status >= 400 && status < 500
}

/** Undefined when the token is refused. */
async function whoIs(apiUrl: string, accessToken: string): Promise<unknown> {
  const url = `${apiUrl.replace(/\/+$/, '')}/apis/user.openshift.io/v1/users/~`
  let response: Response
  let body: unknown
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(PROVIDER_TIMEOUT_SECONDS * 1000),
    })
    body = await response.json()
  } catch (error) {
    throw providerUnavailable(error)
  }
  if (response.status === 401) return undefined
  if (response.status >= 500) throw providerUnavailable(new Error(`users/~ answered ${response.status}`))
  if (!response.ok) throw signInFailed(new Error(`users/~ answered ${response.status}`))
  return body
}

/** OpenShift's User object: `metadata.uid` stays, `metadata.name` is what people type, and there is no e-mail address. */
function personOf(issuer: string, body: unknown): VouchedPerson {
  const user = (body ?? {}) as { metadata?: Record<string, unknown>; fullName?: unknown; groups?: unknown }
  const metadata = user.metadata ?? {}
  const subject = subjectOf(metadata['uid'])
  const username = exactTextOf(metadata, 'name', 200) ?? subject
  return {
    issuer,
    subject,
    username,
    isUsernameUnique: true,
    email: null,
    isEmailVerified: false,
    displayName: textOf({ name: user.fullName }, 'name', 200) ?? username,
    groups: groupsOf(user.groups),
  }
}
