/**
 * Machines: their rights, their secrets, and the tokens that they get for them. Who shows such a token is recognised by the
 * doors; what it may do is decided there, too. It never gives a machine a person's place.
 */
import type { FastifyInstance } from 'fastify'
import { registerMetadataRoute } from './metadata.routes.ts'
import { registerOAuthRoutes } from './oauth.routes.ts'
import { AuthorizationServer, Introspection, ServiceToken } from './oauth.schemas.ts'
import { OAuthTokenService } from './oauth.service.ts'
import { registerSecretRoutes } from './secret.routes.ts'
import { registerServiceClientRoutes } from './service-client.routes.ts'
import { NewServiceClientSecret, ServiceClient, ServiceClientWithSecret } from './service-client.schemas.ts'
import { ServiceClientService } from './service-client.service.ts'

export { OAUTH_ERRORS } from './oauth.errors.ts'

export async function serviceClients(app: FastifyInstance): Promise<void> {
  const { serviceContext, identity } = app
  for (const schema of [ServiceClient, ServiceClientWithSecret, NewServiceClientSecret]) app.addSchema(schema)
  for (const schema of [ServiceToken, Introspection, AuthorizationServer]) app.addSchema(schema)
  const service = new ServiceClientService(serviceContext, { digester: identity.digester })
  registerServiceClientRoutes(app, service)
  registerSecretRoutes(app, service)
  const counter = app.metrics.counter(
    'litemaas_service_token_requests_total',
    'Tokens that service clients asked for, by result.',
    ['result'],
  )
  const tokens = new OAuthTokenService(serviceContext, {
    identity,
    tokens: app.serviceTokens,
    activity: app.serviceClientActivity,
    refusals: app.refusals,
    count: (result) => counter.inc({ result }),
  })
  registerOAuthRoutes(app, tokens)
  registerMetadataRoute(app)
}
