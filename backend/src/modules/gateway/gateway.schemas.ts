import { Type } from '@sinclair/typebox'
import { ApplicationError } from '#platform/errors'
import { Nullable, RefTo, strictObject } from '#platform/http'
import { errorBodyOf, messagesErrorBodyOf, refusals } from './errors.ts'
import { OPERATIONS, type Operation, type OperationTraits } from './operations.ts'

/** The gateway passes what it does not read, so its bodies are open; these are the fields that it reads. */
const open = { additionalProperties: true }
const text = (description: string) => Type.String({ maxLength: 1000, description })
const count = (description: string) =>
  Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 10_000_000 }), { description }))
const model = Type.String({
  minLength: 1,
  maxLength: 300,
  description: 'The name of one of the key’s models.',
})
const stream = Type.Optional(Nullable(Type.Boolean(), { description: 'Answer as server-sent events.' }))
const choices = Type.Optional(
  Nullable(Type.Integer({ minimum: 1, maximum: 8 }), { description: 'How many answers.' }),
)
const streamOptions = Type.Optional(
  Nullable(Type.Object({ include_usage: Type.Optional(Nullable(Type.Boolean())) }, open), {
    description: 'Whether the stream ends with its usage.',
  }),
)

const file = (description: string) =>
  Type.String({ format: 'binary', maxLength: 25 * 1024 * 1024, description })
/** As long as a body may be. */
const longText = (description: string) => Type.String({ maxLength: 20 * 1024 * 1024, description })
const images = Type.Optional(
  Nullable(Type.Integer({ minimum: 1, maximum: 10 }), {
    description: 'How many images; each has its price.',
  }),
)
const prompt = longText('What to show.')
const message = {
  model,
  messages: Type.Array(Type.Unknown(), { description: 'The conversation.' }),
  system: Type.Optional(Type.Unknown({ description: 'What the model is told before it: text or blocks.' })),
  tools: Type.Optional(Type.Unknown({ description: 'Tools, as Anthropic describes them.' })),
}

export const bodies: Readonly<Record<Operation, object>> = {
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
  messages: Type.Object(
    {
      ...message,
      max_tokens: Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'Most tokens of the answer.',
      }),
      stream,
    },
    open,
  ),
  'message-tokens': Type.Object(message, open),
  transcriptions: Type.Object({ model, file: file('The recording.'), stream }, open),
  speech: Type.Object(
    {
      model,
      input: longText('What to say.'),
      voice: Type.Unknown({ description: 'Who says it.' }),
    },
    open,
  ),
  images: Type.Object({ model, prompt, n: images, stream }, open),
  'image-edits': Type.Object({ model, image: file('What to change.'), prompt, n: images, stream }, open),
  rerank: Type.Object(
    {
      model,
      query: longText('What is looked for.'),
      documents: Type.Array(Type.Unknown(), { description: 'What to sort.' }),
    },
    open,
  ),
  moderations: Type.Object({ model, input: Type.Unknown({ description: 'Text, texts or parts.' }) }, open),
}

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
      param: Nullable(text('The field.')),
      level: Type.Optional(text('Whose budget ended.')),
      tokens_that_fit: Type.Optional(Type.Integer()),
    }),
  },
  { $id: 'GatewayError', description: 'OpenAI’s shape of an error.' },
)

export const MessagesError = strictObject(
  {
    type: text('Always `error`.'),
    error: strictObject({
      type: text('Kind of error, in Anthropic’s words.'),
      message: text('A sentence for a person.'),
      code: text('Stable name, the same as on the other routes.'),
      param: Nullable(text('The field.')),
      level: Type.Optional(text('Whose budget ended.')),
      tokens_that_fit: Type.Optional(Type.Integer()),
    }),
  },
  { $id: 'MessagesError', description: 'Anthropic’s shape of an error.' },
)

const REFUSALS: Readonly<Record<number, string>> = {
  400: '`invalid_request_error`',
  401: '`invalid_api_key`: unknown, revoked, expired or disabled',
  403: '`model_not_allowed`, `model_not_priced`, or `address_not_allowed`',
  404: '`model_not_found`',
  413: 'The body is larger than 20 MiB, or a form than 25 MiB.',
  415: 'The body must be JSON, or a form where files are sent.',
  429: '`rate_limit_exceeded` with `Retry-After`, or `insufficient_quota`',
  500: 'Something went wrong on our side.',
  503: '`upstream_unavailable` with `Retry-After`',
}

/** One refusal of each kind, by status, as it goes over the wire. */
const EXAMPLES: Readonly<Record<number, readonly ApplicationError[]>> = {
  400: [refusals.invalid("The field 'model' is missing.", 'model')],
  401: [refusals.invalidKey()],
  403: [
    refusals.addressNotAllowed(),
    refusals.modelNotAllowed('granite-4-small'),
    refusals.modelNotPriced('granite-4-small'),
  ],
  404: [refusals.modelNotFound('granite-4-small')],
  413: [new ApplicationError('PAYLOAD_TOO_LARGE', 'The body is too large.')],
  415: [new ApplicationError('UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.')],
  429: [
    ApplicationError.rateLimited('The limit of requests per minute is reached; try again later.', 12),
    ApplicationError.budgetExceeded('team', { tokensThatFit: 120 }),
  ],
  500: [ApplicationError.internal('')],
  503: [refusals.upstreamUnavailable()],
}

type Dialect = OperationTraits['dialect']
const shapes = {
  openai: { schema: GatewayError, bodyOf: errorBodyOf },
  anthropic: { schema: MessagesError, bodyOf: messagesErrorBodyOf },
} as const

const examplesOf = (status: number, dialect: Dialect): Record<string, object> =>
  Object.fromEntries(
    (EXAMPLES[status] ?? []).map((error) => {
      const value = shapes[dialect].bodyOf(error)
      return [value.error.code, { summary: value.error.message, value }]
    }),
  )

/** What the protocol's own documents describe; the gateway passes it on as it comes. */
export function answerOf(operation: Operation): object {
  const { canStream, answersJson, dialect } = OPERATIONS[operation]
  const whose = dialect === 'anthropic' ? 'Anthropic' : 'OpenAI'
  const of = (description: string) => ({ schema: Type.Any({ description }) })
  return {
    description: canStream
      ? 'The answer; with `stream: true` a stream of server-sent events.'
      : 'The answer.',
    content: {
      ...(operation === 'speech' ? {} : { 'application/json': of(`As ${whose} documents it.`) }),
      ...(answersJson ? {} : { '*/*': of('Text or sound, of the kind that was asked for.') }),
      ...(canStream ? { 'text/event-stream': of(`Events, as ${whose} documents them.`) } : {}),
    },
  }
}

/** The fixed set of answers of every gateway operation. */
export function gatewayAnswers(
  success: object,
  statuses = [400, 401, 403, 404, 413, 415, 429, 500, 503],
  dialect: Dialect = 'openai',
): Record<number, object> {
  return {
    200: success,
    ...Object.fromEntries(
      statuses.map((status) => [
        status,
        {
          ...RefTo(shapes[dialect].schema),
          description: REFUSALS[status] ?? '',
          'x-examples': examplesOf(status, dialect),
        },
      ]),
    ),
  }
}
