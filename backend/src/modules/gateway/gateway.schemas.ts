import { Type } from '@sinclair/typebox'
import { Nullable, RefTo, strictObject } from '#platform/http'

/** The gateway passes what it does not read, so its bodies are open; these are the fields that it reads. */
const open = { additionalProperties: true }
const text = (description: string) => Type.String({ description })
const count = (description: string) =>
  Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 10_000_000 }), { description }))
const model = Type.String({ minLength: 1, description: 'The name of one of the key’s models.' })
const stream = Type.Optional(Nullable(Type.Boolean(), { description: 'Answer as server-sent events.' }))
const choices = Type.Optional(
  Nullable(Type.Integer({ minimum: 1, maximum: 8 }), { description: 'How many answers.' }),
)
const streamOptions = Type.Optional(
  Nullable(Type.Object({ include_usage: Type.Optional(Nullable(Type.Boolean())) }, open), {
    description: 'Whether the stream ends with its usage.',
  }),
)

export const bodies = {
  chat: Type.Object(
    {
      model,
      messages: Type.Array(Type.Unknown(), { description: 'The conversation.' }),
      stream,
      stream_options: streamOptions,
      max_tokens: count('Most tokens of an answer.'),
      max_completion_tokens: count('Most tokens of an answer.'),
      n: choices,
    },
    open,
  ),
  completions: Type.Object(
    {
      model,
      prompt: Type.Unknown({ description: 'Text or token ids.' }),
      stream,
      stream_options: streamOptions,
      max_tokens: count('Most tokens of an answer.'),
      n: choices,
    },
    open,
  ),
  embeddings: Type.Object({ model, input: Type.Unknown({ description: 'Text, texts or token ids.' }) }, open),
  responses: Type.Object(
    {
      model,
      input: Type.Unknown({ description: 'Text or items.' }),
      stream,
      max_output_tokens: count('Most tokens of the answer.'),
    },
    open,
  ),
} as const

export const GatewayModel = strictObject(
  {
    id: text('What to send as `model`.'),
    object: text('Always `model`.'),
    created: Type.Integer(),
    owned_by: text('The provider.'),
  },
  { $id: 'GatewayModel', description: 'A model, as OpenAI lists it.' },
)

export const GatewayError = strictObject(
  {
    error: strictObject({
      message: text('A sentence for a person.'),
      type: text('Kind of error.'),
      code: text('Stable name.'),
      param: Nullable(Type.String(), { description: 'The field.' }),
      level: Type.Optional(text('Whose budget ended.')),
      tokens_that_fit: Type.Optional(Type.Integer()),
    }),
  },
  { $id: 'GatewayError', description: 'OpenAI’s shape of an error.' },
)

const REFUSALS: Readonly<Record<number, string>> = {
  400: '`invalid_request_error`',
  401: '`invalid_api_key`: unknown, revoked, expired or disabled',
  403: '`model_not_allowed`, or `model_not_priced`',
  404: '`model_not_found`',
  413: 'The body is larger than 20 MiB.',
  415: 'The body must be JSON.',
  429: '`rate_limit_exceeded` with `Retry-After`, or `insufficient_quota`',
  500: 'Something went wrong on our side.',
  503: '`upstream_unavailable` with `Retry-After`',
}

/** What OpenAI documents, as one object or as a stream of events; the gateway passes either on as it comes. */
export function asOpenAiDocuments(canStream: boolean): object {
  const schema = Type.Any({ description: 'As OpenAI documents it.' })
  return {
    description: canStream
      ? 'The answer; with `stream: true` a stream of server-sent events.'
      : 'The answer.',
    content: {
      'application/json': { schema },
      ...(canStream
        ? {
            'text/event-stream': {
              schema: Type.Any({ description: 'Events, as OpenAI documents them.' }),
            },
          }
        : {}),
    },
  }
}

/** The fixed set of answers of every gateway operation. */
export function gatewayAnswers(
  success: object,
  statuses = [400, 401, 403, 404, 413, 415, 429, 500, 503],
): Record<number, object> {
  return {
    200: success,
    ...Object.fromEntries(
      statuses.map((status) => [status, { ...RefTo(GatewayError), description: REFUSALS[status] ?? '' }]),
    ),
  }
}
