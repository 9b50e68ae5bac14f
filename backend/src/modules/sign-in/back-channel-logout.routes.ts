import { Type, type Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { ApplicationError, type ErrorFormat } from '#platform/errors'
import { errors, strictObject } from '#platform/http'
import type { BackChannelLogout } from './back-channel-logout.ts'

const PATH = '/api/auth/backchannel-logout'
const FORM = 'application/x-www-form-urlencoded'
const BODY_LIMIT = 32 * 1024
/** One provider signs out everybody of the installation, from one address. */
const PER_MINUTE = 3000

/** What providers understand (RFC 6749, 5.2). */
export const OAuthError = Type.Object(
  {
    error: Type.String({ maxLength: 100, description: 'A code of RFC 6749.' }),
    error_description: Type.String({ maxLength: 1000, description: 'A sentence for a person.' }),
  },
  { $id: 'OAuthError', additionalProperties: false },
)

export const BACK_CHANNEL_ERRORS: ErrorFormat = {
  prefix: PATH,
  body: (error): Static<typeof OAuthError> => ({
    error:
      error.statusCode >= 500 || error.statusCode === 429 ? 'temporarily_unavailable' : 'invalid_request',
    error_description: error.statusCode === 500 ? 'Something went wrong on our side.' : error.message,
  }),
}

const LogoutForm = Type.Object(
  {
    logout_token: Type.String({
      minLength: 1,
      maxLength: 16_384,
      description: 'A JWT, signed with a published key of the provider.',
    }),
  },
  { description: 'Other fields are ignored, as the specification demands.' },
)

const asOAuthErrors = () =>
  Object.fromEntries(
    Object.entries(errors(413, 415, 'LOGOUT_TOKEN_REFUSED')).map(([status, schema]) => [
      status,
      { ...schema, $ref: 'OAuthError' },
    ]),
  )

/** Where the identity provider tells that a session is over. A scope of its own, because it speaks in forms. */
export function registerBackChannelLogoutRoute(app: FastifyInstance, service: BackChannelLogout): void {
  app.addSchema(OAuthError)
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
      const form = new URLSearchParams(String(body))
      if (new Set(form.keys()).size < form.size)
        return done(ApplicationError.validation('A field stands twice.', 'logout_token'))
      done(null, Object.fromEntries(form))
    })
    inner.post<{ Body: Static<typeof LogoutForm> }>(
      PATH,
      {
        schema: {
          operationId: 'endSessionsByProvider',
          summary: 'Back-channel logout',
          description:
            'For the identity provider: ends at once the session (`sid`), or all sessions of the person (`sub`), that a logout token names. OpenID Connect Back-Channel Logout 1.0.',
          tags: ['sign-in'],
          consumes: [FORM],
          body: LogoutForm,
          response: { 200: strictObject({}, { description: 'Nothing of it is left.' }), ...asOAuthErrors() },
        },
        config: {
          tenant: 'none',
          audit: 'session.ended',
          rateLimit: { max: PER_MINUTE, timeWindow: 60_000 },
        },
        preHandler: [app.allowPublic],
      },
      async (request, reply) => {
        await service.end(request.body.logout_token, { requestId: request.id, address: request.ip })
        return reply.code(200).send({})
      },
    )
  })
}
