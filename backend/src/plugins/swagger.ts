import fastifySwagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { declaredAccess, ruleOf, type AccessRule } from '#platform/http'

const DESCRIPTION = `The API of LiteMaaS. Sign in with a bearer token (\`POST /api/auth/token\`) or, where an operation allows it, with an API key.`

type Security = Array<Record<string, string[]>>

/** Which credentials open a route, in the words of the document and of `x-auth`. */
function doorsOf(rules: readonly AccessRule[]): { auth: string; security: Security } {
  if (rules.some((rule) => rule.kind === 'public')) return { auth: 'public', security: [] }
  if (rules.some((rule) => rule.kind === 'onlyApiKey')) return { auth: 'key', security: [{ apiKey: [] }] }
  const people: Security = [{ session: [] }, { token: [] }]
  if (rules.some((rule) => rule.kind === 'acceptsApiKey'))
    return { auth: 'session, key', security: [...people, { apiKey: [] }] }
  return { auth: 'session', security: people }
}

function extensionsOf(route: RouteOptions): Record<string, unknown> {
  const rules = declaredAccess(route).map(ruleOf)
  const { auth, security } = doorsOf(rules)
  const role = rules.find((rule) => rule.kind === 'role')
  const permission = rules.find((rule) => rule.kind === 'permission')
  const config = route.config ?? {}
  const isGateway = route.url.startsWith('/v1/')
  return {
    security,
    'x-auth': auth,
    'x-roles':
      role?.kind === 'role' ? role.role : permission?.kind === 'permission' ? permission.permission : 'any',
    'x-tenant': config.tenant ?? (auth === 'public' ? 'none' : 'own'),
    'x-audit': config.audit ?? 'none',
    'x-idempotency': config.idempotency ?? 'none',
    'x-limit': isGateway ? 'key' : config.rateLimit === undefined ? 'default' : 'own',
  }
}

const IDEMPOTENCY_KEY = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  pattern: '^[\\x21-\\x7e]+$',
  description:
    'Repeats of this request with the same key get the first answer, without its secrets, for 24 hours.',
}
const IF_MATCH = {
  type: 'string',
  pattern: '^"?[0-9]{1,9}"?$',
  description: 'The version that you believe to change; another one is a 409.',
}

/** Headers that routes honour through their configuration rather than their schema. */
function headersOf(route: RouteOptions): Record<string, unknown> {
  const idempotency = route.config?.idempotency ?? 'none'
  const isChange = [route.method].flat().includes('PATCH')
  if (idempotency === 'none' && !isChange) return {}
  return {
    headers: {
      type: 'object',
      properties: {
        ...(idempotency === 'none' ? {} : { 'idempotency-key': IDEMPOTENCY_KEY }),
        ...(isChange ? { 'if-match': IF_MATCH } : {}),
      },
      ...(idempotency === 'required' ? { required: ['idempotency-key'] } : {}),
    },
  }
}

const options: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'LiteMaaS', version: '1', description: DESCRIPTION },
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'litemaas',
          description: 'The console’s session cookie.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A short-lived token of `POST /api/auth/token`.',
        },
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'sk-litellm-…', description: 'An API key.' },
      },
    },
  },
  refResolver: {
    buildLocalReference: (json, _base, _fragment, index) =>
      typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`,
  },
  transform: ({ schema, url, route }) => ({
    url,
    schema:
      (schema as { hide?: boolean } | undefined)?.hide === true
        ? schema
        : { ...schema, ...headersOf(route), ...extensionsOf(route) },
  }),
}

/** The plugin's own policy, without what its pages do not need. */
const asStrictAsOurs = (policy: string): string =>
  policy
    .replace("base-uri 'self'", "base-uri 'none'")
    .replace("frame-ancestors 'self'", "frame-ancestors 'none'")
    .replace(' validator.swagger.io', '')
    .replace(' upgrade-insecure-requests;', '')

/** OpenAPI 3.1 from the schemas and access of the routes, and Swagger UI at /docs; there is no hand-written document. */
export const swagger = fp(
  async (app) => {
    await app.register(fastifySwagger, options)
    if (!app.config.DOCS_ENABLED) return
    await app.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      transformStaticCSP: asStrictAsOurs,
      theme: { title: 'LiteMaaS API' },
      // Without the bar on top, whose only use is to load other documents.
      uiConfig: {
        url: '/openapi.json',
        layout: 'BaseLayout',
        persistAuthorization: false,
        tryItOutEnabled: true,
      },
    })
  },
  { name: 'swagger', dependencies: ['rbac', 'rate-limit'] },
)
