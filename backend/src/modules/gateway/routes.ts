import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from '@sinclair/typebox'
import { RefTo, strictObject } from '#platform/http'
import { refusals } from './errors.ts'
import { FORM_LIMIT, readForm } from './form.ts'
import type { Gateway } from './gateway.ts'
import { answerOf, bodies, gatewayAnswers, GatewayModel } from './gateway.schemas.ts'
import type { Grant, GrantedModel, Grants } from './grants.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { Uploads } from './uploads.ts'

const BODY_LIMIT = 20 * 1024 * 1024

const documented: ReadonlyArray<readonly [Operation, operationId: string, summary: string, more?: string]> = [
  ['chat', 'createChatCompletion', 'Chat with a model'],
  ['completions', 'createCompletion', 'Complete a text'],
  ['embeddings', 'createEmbedding', 'Turn text into vectors'],
  ['responses', 'createResponse', 'Create a response'],
  [
    'messages',
    'createMessage',
    'Send messages to a model',
    'Anthropic’s protocol; the key may also stand in `x-api-key`. Refusals have Anthropic’s shape.',
  ],
  [
    'message-tokens',
    'countMessageTokens',
    'Count the tokens of messages',
    'Anthropic’s protocol. Free, and no usage; it counts as a request in the limits.',
  ],
  ['transcriptions', 'createTranscription', 'Turn speech into text'],
  ['speech', 'createSpeech', 'Turn text into speech'],
  ['images', 'createImage', 'Make images'],
  ['image-edits', 'createImageEdit', 'Change images'],
  ['rerank', 'createRerank', 'Sort documents by what fits a question'],
  ['moderations', 'createModeration', 'Judge whether content is harmful'],
]

function descriptionOf(operation: Operation, more: string | undefined): string {
  const { pricing, body, dialect } = OPERATIONS[operation]
  return [
    more,
    dialect === 'openai' ? 'OpenAI-compatible.' : undefined,
    'Key, model, limits and budgets are checked first; usage is settled afterwards.',
    pricing === 'request'
      ? 'Paid per request, and per image where several are asked for: a model without such a price is refused.'
      : undefined,
    body === 'form' ? 'A form of at most 25 MiB.' : undefined,
    'Fields not listed pass through.',
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ')
}

const formUrls: ReadonlySet<string | undefined> = new Set(
  Object.values(OPERATIONS)
    .filter(({ body }) => body === 'form')
    .map(({ path }) => path),
)

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

  const uploads = new Uploads()
  app.addContentTypeParser('multipart/form-data', (request, payload, done) => {
    if (!formUrls.has(request.routeOptions.url)) return done(refusals.wrongMediaType('application/json'))
    readForm(payload, request.headers['content-type'] ?? '', (bytes) =>
      uploads.take(request.raw, bytes),
    ).then((form) => done(null, form), done)
  })
  const releaseUpload = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.raw.once('close', () => uploads.release(request.raw))
    done()
  }

  for (const [operation, operationId, summary, more] of documented) {
    const { path, body, dialect } = OPERATIONS[operation]
    const isForm = body === 'form'
    app.post(
      path,
      {
        bodyLimit: isForm ? FORM_LIMIT : BODY_LIMIT,
        helmet: false,
        schema: {
          tags: ['gateway'],
          operationId,
          summary,
          description: descriptionOf(operation, more),
          ...(isForm ? { consumes: ['multipart/form-data'] } : {}),
          body: bodies[operation],
          response: gatewayAnswers(answerOf(operation), undefined, dialect),
        },
        ...(dialect === 'anthropic' ? { config: { keyHeader: 'x-api-key' } } : {}),
        ...(isForm ? { onRequest: releaseUpload } : {}),
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
          strictObject({ object: Type.String({ maxLength: 20 }), data: Type.Array(RefTo(GatewayModel)) }),
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
          '*': Type.String({
            title: 'model',
            minLength: 1,
            maxLength: 300,
            description: 'The model’s name.',
          }),
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
