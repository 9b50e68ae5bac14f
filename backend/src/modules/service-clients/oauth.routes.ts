import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OAuthError } from '#modules/sign-in'
import { ApplicationError } from '#platform/errors'
import { errors, RefTo, strictObject } from '#platform/http'
import { credentialsOf } from './client-authentication.ts'
import { refusals } from './oauth.errors.ts'
import { Introspection, NoQuery, ServiceToken, TokenForm, TokenNameForm } from './oauth.schemas.ts'
import type { OAuthTokenService, TokenRequestFacts } from './oauth.service.ts'

const FORM = 'application/x-www-form-urlencoded'
const BODY_LIMIT = 16 * 1024
const tags = ['service clients']

/** Errors in OAuth's shape; see oauth.errors.ts. */
const oauthErrors = (...own: ReadonlyArray<number | string>) =>
  Object.fromEntries(
    Object.entries(
      errors(413, 415, 'OAUTH_INVALID_REQUEST', 'OAUTH_INVALID_CLIENT', 'OAUTH_UNAUTHORIZED_CLIENT', ...own),
    ).map(([status, schema]) => [status, { ...schema, ...RefTo(OAuthError) }]),
  )

/** A form, in which no field stands twice; a field without a value is one that was not sent (RFC 6749, 3.2). */
function readForm(text: string): Record<string, string> {
  const form = new URLSearchParams(text)
  if (new Set(form.keys()).size < form.size) throw ApplicationError.validation('A field stands twice.')
  return Object.fromEntries([...form].filter(([, value]) => value !== ''))
}

const factsOf = (request: FastifyRequest): TokenRequestFacts => ({
  requestId: request.id,
  address: request.ip,
  operation: {
    id: request.routeOptions.schema?.operationId ?? '',
    method: request.method,
    route: request.routeOptions.url ?? '',
  },
})

const clientOf = (request: FastifyRequest) =>
  credentialsOf(request.headers.authorization, request.body as TokenNameForm)

function tokenIn(form: TokenNameForm): string {
  if (form.token === undefined) throw refusals.invalidRequest('The field token is missing.')
  return form.token
}

/** OAuth 2.0 for machines. A scope of its own, because it speaks in forms. */
export function registerOAuthRoutes(app: FastifyInstance, service: OAuthTokenService): void {
  const { SIGN_IN_RATE_LIMIT, REQUEST_RATE_LIMIT } = app.config
  // Machines ask these from one address for many tokens; what could be guessed has 256 bits.
  const rateLimit = { max: REQUEST_RATE_LIMIT, timeWindow: 60_000 }
  const schema = { tags, consumes: [FORM], querystring: NoQuery }
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
      try {
        done(null, readForm(String(body)))
      } catch (error) {
        done(error as Error)
      }
    })
    const routes = inner.withTypeProvider<TypeBoxTypeProvider>()

    routes.post(
      '/api/auth/oauth/token',
      {
        schema: {
          ...schema,
          operationId: 'createServiceToken',
          summary: 'Get a token for a service client',
          description:
            'OAuth 2.0 client credentials (RFC 6749, 4.4). The client shows its secret by `Authorization: Basic` or in the form, never both, and never in the URL. The token is good for at most 15 minutes, and only while the client and that secret are.',
          body: TokenForm,
          response: {
            200: RefTo(ServiceToken),
            ...oauthErrors('OAUTH_UNSUPPORTED_GRANT_TYPE', 'OAUTH_INVALID_SCOPE'),
          },
        },
        config: { tenant: 'none', rateLimit: { max: SIGN_IN_RATE_LIMIT, timeWindow: 60_000 } },
        preHandler: [inner.allowPublic],
      },
      async (request, reply) => {
        const { grant_type: grant, scope } = request.body
        if (grant === undefined) throw refusals.invalidRequest('The field grant_type is missing.')
        if (grant !== 'client_credentials') throw refusals.unsupportedGrantType()
        return reply
          .header('pragma', 'no-cache')
          .send(await service.token(clientOf(request), scope, factsOf(request)))
      },
    )

    routes.post(
      '/api/auth/oauth/introspect',
      {
        schema: {
          ...schema,
          operationId: 'introspectServiceToken',
          summary: 'Ask what a token is',
          description:
            'For service clients, about tokens of service clients of their own organization (RFC 7662). Every other token is `{ "active": false }`.',
          body: TokenNameForm,
          response: { 200: RefTo(Introspection), ...oauthErrors() },
        },
        config: { tenant: 'none', rateLimit },
        preHandler: [inner.allowPublic],
      },
      (request) => service.introspect(clientOf(request), tokenIn(request.body), factsOf(request)),
    )

    routes.post(
      '/api/auth/oauth/revoke',
      {
        schema: {
          ...schema,
          operationId: 'revokeServiceToken',
          summary: 'End a token',
          description:
            'For a service client, one of its own tokens (RFC 7009): it works nowhere any more within a second. What is no such token is answered alike.',
          body: TokenNameForm,
          response: {
            200: strictObject({}, { description: 'It is good for nothing now.' }),
            ...oauthErrors(),
          },
        },
        config: { tenant: 'none', audit: 'service_token.revoked', rateLimit },
        preHandler: [inner.allowPublic],
      },
      async (request) => {
        await service.revoke(clientOf(request), tokenIn(request.body), factsOf(request))
        return {}
      },
    )
  })
}
