import { createHash, timingSafeEqual } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import { parseExactJson } from '#litellm'
import { ApplicationError } from '#platform/errors'
import { errors, RefTo, strictObject } from '#platform/http'
import { CallbackReceipt } from './usage-intake.schemas.ts'
import { recordOfEvent, type SpendRecord } from './spend-record.ts'

/** LiteLLM sends prompts along unless it is told not to; a batch of 512 calls fits all the same. */
const BODY_LIMIT = 32 * 1024 * 1024
const MAX_EVENTS = 10_000
const POSTS_PER_MINUTE = 6000
const HEADER = 'x-litemaas-secret'

const CallbackHeaders = Type.Object({
  [HEADER]: Type.Optional(
    Type.String({ maxLength: 1000, description: 'The secret of `LITELLM_CALLBACK_SECRET`.' }),
  ),
})
const CallbackEvent = Type.Object(
  { id: Type.Optional(Type.String({ maxLength: 300 })) },
  { additionalProperties: true, description: 'LiteLLM’s `StandardLoggingPayload`.' },
)
const CallbackBody = Type.Union([Type.Array(CallbackEvent, { maxItems: MAX_EVENTS }), CallbackEvent], {
  description: 'A JSON array of events, one event, or one event per line.',
})

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Before the body is read. Without a configured secret there is no such door. */
function onlyWithSecret(secrets: readonly string[]): onRequestHookHandler {
  const digests = secrets.map(digest)
  return (request, _reply, done) => {
    if (digests.length === 0) return done(new ApplicationError('NOT_FOUND', 'There is no such path.'))
    const given = request.headers[HEADER]
    const presented = digest(typeof given === 'string' ? given : '')
    // Each is compared, so that the time tells nothing.
    const isKnown = digests.map((one) => timingSafeEqual(one, presented)).includes(true)
    done(isKnown ? undefined : ApplicationError.unauthorized('Send the secret of the callback.'))
  }
}

const malformed = (message: string) => new ApplicationError('MALFORMED_BODY', message)

/** An array, one event, or one event per line: whatever LiteLLM's `log_format` says. Money stays exact. */
function eventsOf(text: string): readonly unknown[] {
  let value: unknown
  try {
    value = parseExactJson(text)
  } catch {
    value = linesOf(text)
  }
  if (text.trim() === '') throw malformed('The body is empty.')
  const events = Array.isArray(value) ? (value as unknown[]) : [value]
  if (events.some((event) => typeof event !== 'object' || event === null))
    throw malformed('The body must hold events.')
  if (events.length > MAX_EVENTS) throw malformed(`The body holds more than ${MAX_EVENTS} events.`)
  return events
}

function linesOf(text: string): unknown[] {
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => parseExactJson(line))
  } catch {
    throw malformed('The body is neither JSON nor JSON lines.')
  }
}

export interface CallbackParts {
  /** The secret, and the one before a rotation. */
  readonly secrets: readonly string[]
  /** Resolves when the records are durable. */
  readonly accept: (records: readonly SpendRecord[]) => Promise<void>
}

/** Where LiteLLM's generic API logger pushes finished calls. Kept first, answered, and booked afterwards. */
export async function callbackRoutes(app: FastifyInstance, parts: CallbackParts): Promise<void> {
  app.removeAllContentTypeParsers()
  for (const type of ['application/json', 'application/x-ndjson'])
    app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    )
  // The schemas document; `eventsOf` checks, because one odd event must not cost the others.
  app.setValidatorCompiler(() => () => true)

  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/webhooks/litellm',
    {
      schema: {
        operationId: 'receiveLiteLLMUsage',
        summary: 'Take in usage that LiteLLM pushes',
        description:
          'For LiteLLM’s `generic_api` callback, with the secret of `LITELLM_CALLBACK_SECRET` in `X-LiteMaaS-Secret`; 404 where none is configured. Answers once the events are kept; they are booked afterwards, each call once, however often and in whatever order they come. Only figures are kept.',
        tags: ['usage'],
        headers: CallbackHeaders,
        body: CallbackBody,
        response: {
          202: strictObject({ data: RefTo(CallbackReceipt) }),
          ...errors(404, 413, 415, 'UNAUTHORIZED'),
        },
      },
      config: { tenant: 'none', rateLimit: { max: POSTS_PER_MINUTE, timeWindow: 60_000 } },
      onRequest: onlyWithSecret(parts.secrets),
      preHandler: [app.allowPublic],
    },
    async (request, reply) => {
      const { events, records } = readEvents(request)
      await parts.accept(records)
      return reply.code(202).send({ data: { received: events, kept: records.length } })
    },
  )
}

function readEvents(request: FastifyRequest): { events: number; records: SpendRecord[] } {
  const events = eventsOf(typeof request.body === 'string' ? request.body : '')
  return { events: events.length, records: events.flatMap((event) => recordOfEvent(event) ?? []) }
}
