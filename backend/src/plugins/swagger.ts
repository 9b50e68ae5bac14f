import fastifySwagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { machinePermissions } from '#identity'
import { declaredAccess, ruleOf, strictObject } from '#platform/http'
import { finishDocument, type Notes, type OpenApiDocument } from './swagger/document.ts'
import { errorCodesOf, examplesOf } from './swagger/error-codes.ts'
import { doorsOf, factsOf } from './swagger/who-may.ts'

const DESCRIPTION = `The API of LiteMaaS. Sign in with a bearer token (\`POST /api/auth/token\`) or, where an operation allows it, with an API key.`

function extensionsOf(route: RouteOptions): Record<string, unknown> {
  const rules = declaredAccess(route).map(ruleOf)
  const { auth, security } = doorsOf(rules)
  const role = rules.find((rule) => rule.kind === 'role')
  const permission = rules.find((rule) => rule.kind === 'permission')
  const config = route.config ?? {}
  const isGateway = route.url.startsWith('/v1/')
  return {
    security: config.keyHeader === undefined ? security : [...security, { apiKeyHeader: [] }],
    'x-auth': auth,
    'x-roles':
      role?.kind === 'role' ? role.role : permission?.kind === 'permission' ? permission.permission : 'any',
    'x-tenant': config.tenant ?? (auth === 'public' ? 'none' : 'own'),
    'x-audit': config.audit ?? 'none',
    'x-idempotency': config.idempotency ?? 'none',
    'x-limit': isGateway ? 'key' : config.rateLimit === undefined ? 'default' : 'own',
  }
}

/** The schema's own words, and below them what the code knows. */
function descriptionOf(schema: FastifySchema, route: RouteOptions): { description: string } {
  return { description: [schema.description, factsOf(route)].filter(Boolean).join('\n\n') }
}

/** What responses carry for this plugin only: names of error codes, and examples as they stand in the document. */
const OWN_NOTES = new Set(['x-codes', 'x-examples'])

function responsesOf(schema: FastifySchema): Record<string, unknown> {
  if (typeof schema.response !== 'object' || schema.response === null) return {}
  const responses = Object.entries(schema.response).map(([status, response]) => {
    const parts = Object.entries(response as object).filter(([name]) => !OWN_NOTES.has(name))
    return [status, Object.fromEntries(parts)] as const
  })
  return { response: Object.fromEntries(responses) }
}

/** The router's wildcard has no name; in the document it is called as its schema's title says. */
function namedWildcard(url: string, schema: FastifySchema): { url: string; schema: FastifySchema } {
  if (!url.endsWith('/*')) return { url, schema }
  const params = schema.params as ReturnType<typeof strictObject>
  const { '*': wildcard, ...others } = params.properties
  const name = wildcard?.title ?? 'rest'
  return {
    url: url.replace(/\*$/, `:${name}`),
    schema: {
      ...schema,
      params: strictObject({ ...others, ...(wildcard === undefined ? {} : { [name]: wildcard }) }),
    },
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
  maxLength: 11,
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

const options = (app: FastifyInstance, notes: Map<string, Notes>): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'LiteMaaS', version: '1', description: DESCRIPTION },
    servers: [{ url: '/', description: 'This installation.' }],
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
        apiKeyHeader: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'An API key, where Anthropic’s SDKs put it.',
        },
        serviceClient: {
          type: 'oauth2',
          description: 'A machine’s token.',
          flows: {
            clientCredentials: {
              tokenUrl: '/api/auth/oauth/token',
              scopes: Object.fromEntries(
                machinePermissions.map((name) => [name, `What \`${name}\` allows.`]),
              ),
            },
          },
        },
      },
    },
  },
  refResolver: {
    buildLocalReference: (json, _base, _fragment, index) =>
      typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`,
  },
  transform: ({ schema, url, route }) => {
    const own: FastifySchema = schema ?? {}
    if (own.hide === true) return { url, schema: own }
    const named = namedWildcard(url, own)
    const examples = examplesOf(route)
    const codes = examples.size > 0 ? undefined : errorCodesOf(route)
    const format = app.errorFormats.find((candidate) => url.startsWith(candidate.prefix))
    for (const method of [route.method].flat())
      notes.set(placeOf(named.url, method), { codes, format, examples })
    return {
      url: named.url,
      schema: {
        ...named.schema,
        ...descriptionOf(own, route),
        ...responsesOf(own),
        ...headersOf(route),
        ...extensionsOf(route),
      },
    }
  },
  transformObject: (given) => {
    const document = ('openapiObject' in given ? given.openapiObject : given.swaggerObject) as object
    finishDocument(document as OpenApiDocument, (path, method) => notes.get(placeOf(path, method)))
    return document
  },
})

/** One spelling for the router's `:id` and the document's `{id}`. */
const placeOf = (url: string, method: string): string =>
  `${method.toUpperCase()} ${url.replaceAll(/:([a-zA-Z]+)/g, '{$1}')}`

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
    await app.register(fastifySwagger, options(app, new Map()))
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
