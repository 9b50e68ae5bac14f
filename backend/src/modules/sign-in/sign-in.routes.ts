import { randomBytes } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApplicationError } from '#platform/errors'
import { errors } from '#platform/http'
import type { OAuthService, SignInRequest } from './oauth.service.ts'
import { codes } from './sign-in.errors.ts'
import { CallbackQuery, LoginQuery, Redirect } from './sign-in.schemas.ts'

const COOKIE_SECONDS = 600
const MAX_USER_AGENT = 400

const signInRequestOf = (request: FastifyRequest): SignInRequest => ({
  requestId: request.id,
  address: request.ip,
  userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
})

/**
 * People in a browser are brought back to the console with the code of what went wrong, also when it went wrong before the
 * handler, such as too many sign-ins; scripts get the error itself.
 */
function forBrowsers(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const wantsPage = request.headers.accept?.includes('text/html') === true
  if (!wantsPage || !(error instanceof ApplicationError)) throw error
  request.log.info({ err: error.cause ?? error, code: error.code }, 'a sign-in failed')
  void reply.header('cache-control', 'no-store')
  void reply.redirect(`/sign-in?error=${encodeURIComponent(error.code)}`, 302)
}

/** The browser's way in and back. */
export function registerSignInRoutes(app: FastifyInstance, service: OAuthService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const { flags } = app.sessionCookie
  const loginCookie = `${app.sessionCookie.name}_login`
  const rateLimit = { max: app.config.SIGN_IN_RATE_LIMIT, timeWindow: 60_000 }

  /** Ties a sign-in to the browser that began it. One secret serves several tabs. */
  const browserSecretOf = (request: FastifyRequest): string | undefined => {
    const cookie = request.cookies[loginCookie]
    const unsigned = cookie === undefined ? undefined : request.unsignCookie(cookie)
    return unsigned?.valid ? unsigned.value : undefined
  }

  routes.get(
    '/api/auth/login',
    {
      schema: {
        operationId: 'startSignIn',
        summary: 'Sign in',
        description: 'Sends the browser to the identity provider, which sends it back to the callback.',
        tags: ['sign-in'],
        querystring: LoginQuery,
        response: { 302: Redirect('To the identity provider.'), ...errors('SIGN_IN_UNAVAILABLE') },
      },
      config: { rateLimit, tenant: 'none' },
      preHandler: [app.allowPublic],
      errorHandler: forBrowsers,
    },
    async (request, reply) => {
      // Over what looks like plain http the session's cookie would silently not be sent.
      if (flags.secure && request.protocol !== 'https') {
        request.log.error(
          'PUBLIC_URL says https, but this request came over http: name the proxy in TRUSTED_PROXIES',
        )
        throw ApplicationError.unavailable('Signing in needs https.', codes.SIGN_IN_UNAVAILABLE, 60)
      }
      const secret = browserSecretOf(request) ?? randomBytes(32).toString('base64url')
      const { returnTo, login_hint: loginHint } = request.query
      const url = await service.begin(secret, { returnTo, loginHint })
      void reply.setCookie(loginCookie, secret, { ...flags, maxAge: COOKIE_SECONDS, signed: true })
      return reply.redirect(url, 302)
    },
  )

  routes.get(
    '/api/auth/callback',
    {
      schema: {
        operationId: 'completeSignIn',
        summary: 'Come back from the identity provider',
        description:
          'Verifies the provider’s answer, opens a session and goes on to the page that the sign-in began for.',
        tags: ['sign-in'],
        querystring: CallbackQuery,
        response: {
          302: Redirect('To the console.'),
          ...errors('SIGN_IN_DENIED', 'SIGN_IN_EXPIRED', 'SIGN_IN_FAILED', 'SIGN_IN_UNAVAILABLE'),
        },
      },
      config: { rateLimit, tenant: 'none', audit: 'session.opened' },
      preHandler: [app.allowPublic],
      errorHandler: forBrowsers,
    },
    async (request, reply) => {
      const search = new URL(request.url, app.config.PUBLIC_URL).search
      const arrival = await service.complete(browserSecretOf(request), search, signInRequestOf(request))
      // A new id, and the end of whatever session this browser had: an id from before the sign-in is worth nothing.
      await request.session.regenerate()
      const userId = await service.admit(arrival, request.session.sessionId, signInRequestOf(request))
      request.session.set('userId', userId)
      void reply.clearCookie(loginCookie, flags)
      return reply.redirect(arrival.returnPath, 302)
    },
  )
}
