import type { FastifyInstance } from 'fastify'
import { Type } from '@sinclair/typebox'
import { RefTo, strictObject } from '#platform/http'
import type { Operation } from './call.ts'
import { refusals } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { asOpenAiDocuments, bodies, gatewayAnswers, GatewayModel } from './gateway.schemas.ts'
import type { Grant, GrantedModel, Grants } from './grants.ts'

const BODY_LIMIT = 20 * 1024 * 1024

const operations: ReadonlyArray<{ operation: Operation; url: string; operationId: string; summary: string }> =
  [
    {
      operation: 'chat',
      url: '/v1/chat/completions',
      operationId: 'createChatCompletion',
      summary: 'Chat with a model',
    },
    {
      operation: 'completions',
      url: '/v1/completions',
      operationId: 'createCompletion',
      summary: 'Complete a text',
    },
    {
      operation: 'embeddings',
      url: '/v1/embeddings',
      operationId: 'createEmbedding',
      summary: 'Turn text into vectors',
    },
    {
      operation: 'responses',
      url: '/v1/responses',
      operationId: 'createResponse',
      summary: 'Create a response',
    },
  ]

/** What a browser must know of these answers, should it ever show one. Written down once: making it anew costs more than routing. */
const securityHeaders = (isHttps: boolean) => ({
  'content-security-policy': "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(isHttps ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
})

const asOpenAI = (model: GrantedModel) => ({
  id: model.name,
  object: 'model',
  created: 0,
  owned_by: 'litemaas',
})

/** The OpenAI-compatible routes. Bodies stay bytes: they are read once and passed on as they came. */
export function gatewayRoutes(app: FastifyInstance, gateway: Gateway, grants: Grants): void {
  const headers = securityHeaders(app.config.PUBLIC_URL.startsWith('https:'))
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, body),
  )
  // The schemas below document; `readCall` checks, on the parsed bytes.
  app.setValidatorCompiler(() => () => true)

  for (const { operation, url, operationId, summary } of operations) {
    app.post(
      url,
      {
        bodyLimit: BODY_LIMIT,
        helmet: false,
        schema: {
          tags: ['gateway'],
          operationId,
          summary,
          description:
            'OpenAI-compatible. Key, model, limits and budgets are checked first; usage is settled afterwards. Fields not listed pass through.',
          body: bodies[operation],
          response: gatewayAnswers(asOpenAiDocuments(operation !== 'embeddings')),
        },
        preHandler: [app.authenticate, app.requireApiKey, app.requirePermission('models:call')],
      },
      (request, reply) => gateway.handle(operation, request, reply),
    )
  }

  const grantOf = async (key: Parameters<Grants['of']>[0] | null): Promise<Grant> => {
    const grant = key ? await grants.of(key) : undefined
    if (!grant) throw refusals.invalidKey()
    return grant
  }
  const access = { preHandler: [app.authenticate, app.requireApiKey] }
  const answers = [400, 401, 429, 500, 503]

  app.get(
    '/v1/models',
    {
      schema: {
        tags: ['gateway'],
        operationId: 'listGatewayModels',
        summary: 'The key’s models, as OpenAI lists them',
        description: 'What this key may call now.',
        response: gatewayAnswers(
          strictObject({ object: Type.String(), data: Type.Array(RefTo(GatewayModel)) }),
          answers,
        ),
      },
      ...access,
    },
    async (request) => ({ object: 'list', data: (await grantOf(request.apiKey)).models.map(asOpenAI) }),
  )

  app.get<{ Params: { '*': string } }>(
    '/v1/models/*',
    {
      schema: {
        tags: ['gateway'],
        operationId: 'getGatewayModel',
        summary: 'One of the key’s models',
        description: 'Names may hold slashes.',
        params: strictObject({
          '*': Type.String({ minLength: 1, maxLength: 300, description: 'The model’s name.' }),
        }),
        response: gatewayAnswers(RefTo(GatewayModel), [...answers, 404]),
      },
      ...access,
    },
    async (request) => {
      const name = request.params['*']
      const model = (await grantOf(request.apiKey)).byName.get(name)
      if (!model) throw refusals.modelNotFound(name)
      return asOpenAI(model)
    },
  )
}
