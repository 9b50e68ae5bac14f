import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApplicationError } from '#platform/errors'
import { callerOf, errors, IdParams } from '#platform/http'
import type { Gateway } from './gateway.ts'
import { answerOf, bodies } from './gateway.schemas.ts'
import type { Operation } from './operations.ts'
import type { OwnKeys } from './own-keys.ts'

const BODY_LIMIT = 20 * 1024 * 1024

const calls: ReadonlyArray<readonly [Operation, path: string, operationId: string, summary: string]> = [
  ['chat', 'chat-completions', 'createOwnChatCompletion', 'Chat with a model in a key’s name'],
  ['embeddings', 'embeddings', 'createOwnEmbedding', 'Turn text into vectors in a key’s name'],
  ['images', 'images', 'createOwnImage', 'Make images in a key’s name'],
]

const description =
  'For the playground: somebody who is signed in calls a model without the secret of their key. One of their own keys is named and pays; its models, limits, budgets and addresses hold, and the call stands in its usage, as if the key had been shown to `/v1`. Request and answer are OpenAI’s; refusals have this API’s shape. Fields not listed pass through.'

/** Calls by people who are signed in. Bodies stay bytes, as at the door for scripts. */
export function ownCallRoutes(app: FastifyInstance, gateway: Gateway, keys: OwnKeys): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, body),
  )
  // The schemas document; the id is checked below, and the body by `readCall`, on the parsed bytes.
  app.setValidatorCompiler(() => () => true)
  for (const [operation, path, operationId, summary] of calls)
    app.post(
      `/api/v1/api-keys/:id/${path}`,
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: ['gateway'],
          operationId,
          summary,
          description,
          params: IdParams,
          body: bodies[operation],
          response: {
            200: answerOf(operation),
            ...errors(
              413,
              415,
              'API_KEY_NOT_FOUND',
              'KEY_NOT_ACTIVE',
              'ADDRESS_NOT_ALLOWED',
              'MODEL_NOT_ALLOWED',
              'MODEL_NOT_PRICED',
              'MODEL_NOT_FOUND',
              'BUDGET_EXCEEDED',
              'UPSTREAM_UNAVAILABLE',
            ),
          },
        },
        config: { answersRaw: true },
        preHandler: [app.authenticate, app.requirePermission('models:call')],
      },
      async (request: FastifyRequest<{ Params: { id: string } }>, reply) =>
        gateway.handle(operation, request, reply, await keys.get(callerOf(request), idOf(request))),
    )
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

function idOf({ params }: FastifyRequest<{ Params: { id: string } }>): string {
  if (!UUID.test(params.id)) throw ApplicationError.validation('The id of a key is a UUID.', 'id')
  return params.id
}
