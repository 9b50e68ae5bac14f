import type { FastifyInstance } from 'fastify'
import { machinePermissions } from '#identity'
import { errors, RefTo } from '#platform/http'
import { OAUTH_PREFIX } from './oauth.errors.ts'
import { AuthorizationServer } from './oauth.schemas.ts'

const METHODS = ['client_secret_basic', 'client_secret_post']

/** Where OAuth's libraries find everything else (RFC 8414). */
export function registerMetadataRoute(app: FastifyInstance): void {
  const issuer = new URL(app.config.PUBLIC_URL).origin
  const endpoint = (name: string) => `${issuer}${OAUTH_PREFIX}${name}`
  const metadata: AuthorizationServer = {
    issuer,
    token_endpoint: endpoint('token'),
    token_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint: endpoint('introspect'),
    introspection_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint: endpoint('revoke'),
    revocation_endpoint_auth_methods_supported: METHODS,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: [...machinePermissions],
  }
  app.get(
    '/.well-known/oauth-authorization-server',
    {
      schema: {
        operationId: 'getAuthorizationServer',
        summary: 'Find the OAuth operations',
        description: 'What this installation offers to OAuth clients (RFC 8414).',
        tags: ['service clients'],
        response: { 200: RefTo(AuthorizationServer), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.allowPublic],
    },
    async () => metadata,
  )
}
