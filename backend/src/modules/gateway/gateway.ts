import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KnownApiKey } from '#identity'
import type { CallMarks, UsageWriter } from '#modules/usage'
import { ApplicationError } from '#platform/errors'
import { admit, type AdmissionParts, type AdmittedCall } from './admission.ts'
import { readCall, readFormCall, withAdditions, type Call } from './call.ts'
import { refusals } from './errors.ts'
import type { Form } from './form.ts'
import type { Forwarder } from './forward.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { settle } from './settle.ts'
import { DIALECTS } from './stream.ts'
import { tagsOf } from './tags.ts'

export interface GatewayParts {
  readonly admission: AdmissionParts
  readonly forwarder: Forwarder
  readonly writer: UsageWriter
  /** The Authorization header for the proxy: the key that was shown, or the service key. */
  readonly authorizationFor: (request: FastifyRequest) => string
  readonly processId: string
  /** Proves in LiteLLM's logs that a call was made here. */
  readonly marks: Pick<CallMarks, 'sign'>
  readonly maxInFlight: number
  /** LiteLLM refused a key that we hold valid. */
  readonly onDisagreement: (key: KnownApiKey, request: FastifyRequest) => Promise<void>
}

/** The path of one call: read, admit, forward, settle. */
export class Gateway {
  readonly #parts: GatewayParts

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** In the name of the key that was shown, unless another is given. */
  async handle(
    operation: Operation,
    request: FastifyRequest,
    reply: FastifyReply,
    key = request.apiKey,
  ): Promise<void> {
    const { admission, forwarder, writer, maxInFlight } = this.#parts
    if (!key) throw refusals.invalidKey()
    if (forwarder.inFlight >= maxInFlight) throw refusals.upstreamUnavailable()
    const { path, pricing, body, dialect, answersJson } = OPERATIONS[operation]
    const tags = tagsOf(request.headers['x-litemaas-tags'])
    const call =
      body === 'form'
        ? readFormCall(operation, formOf(request))
        : readCall(operation, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    const admitted = await admit(admission, key, call, request.id, request.ip)
    const forwarded = await forwarder.forward(
      {
        path,
        body: withAdditions(call, admitted.worst.outputLimit),
        headers: this.#headersFor(request, admitted),
        isStream: call.isStream,
        hidesUsage: !call.wantsUsage,
        dialect: DIALECTS[dialect],
        readsUsage: pricing === 'tokens',
        expectsJson: answersJson,
        answerHeaders: rateHeaders(admitted),
        startedAt: admitted.startedAt,
        now: admission.now,
      },
      reply,
    )
    const full = settle(writer, admitted, request.id, forwarded.ending, tags)
    if (full) await full
    if (!forwarded.refusal) return
    // Nothing was set aside for what is free, so here the proxy is the first to look at the budget.
    if (pricing === 'free' && forwarded.refusal.isBudget === true)
      throw ApplicationError.budgetExceeded('key')
    if (forwarded.refusal.disagreesAboutKey) await this.#parts.onDisagreement(key, request)
    throw forwarded.refusal.error
  }

  #headersFor(request: FastifyRequest, admitted: AdmittedCall): Record<string, string> {
    const { key, call } = admitted
    const traceparent = request.headers['traceparent']
    return {
      authorization: this.#parts.authorizationFor(request),
      'content-type': call.contentType,
      accept: call.isStream
        ? 'text/event-stream'
        : OPERATIONS[call.operation].answersJson
          ? 'application/json'
          : '*/*',
      'x-litellm-call-id': request.id,
      // Finds this call in LiteLLM's logs, should this process die before it has written it down; and keeps it from being
      // booked again when those logs are read.
      'x-litellm-spend-logs-metadata': `{"litemaas":{"process":"${this.#parts.processId}","call":"${request.id}","key":"${key.id}","user":"${key.userId}","organization":"${key.organizationId}","mark":"${this.#parts.marks.sign(request.id, key.id)}"${unitsOf(call)}}}`,
      ...(typeof traceparent === 'string' && traceparent.length <= 100 ? { traceparent } : {}),
      ...(OPERATIONS[call.operation].dialect === 'anthropic' ? anthropicHeaders(request) : {}),
    }
  }
}

/** How many prices of a request a call costs, for whoever finds it in the logs. */
const unitsOf = ({ operation, choices }: Call): string =>
  OPERATIONS[operation].pricing === 'request' ? `,"units":${choices}` : ''

/** The version of Anthropic's protocol, and what of its trials the client wants. */
function anthropicHeaders({ headers }: FastifyRequest): Record<string, string> {
  const { 'anthropic-version': version, 'anthropic-beta': beta } = headers
  return {
    ...(isShort(version) ? { 'anthropic-version': version } : {}),
    ...(isShort(beta) ? { 'anthropic-beta': beta } : {}),
  }
}

const isShort = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w., -]{1,1000}$/.test(value)

function formOf({ body }: FastifyRequest): Form {
  if (typeof body !== 'object' || body === null || !('fields' in body))
    throw refusals.wrongMediaType('multipart/form-data')
  return body as Form
}

/** As OpenAI writes them; for the tightest limit of the key. */
function rateHeaders({ limits }: AdmittedCall): Record<string, string | number> {
  const { requests, tokens } = limits
  return {
    ...(requests && {
      'x-ratelimit-limit-requests': requests.limit,
      'x-ratelimit-remaining-requests': requests.remaining,
      'x-ratelimit-reset-requests': `${requests.resetSeconds}s`,
    }),
    ...(tokens && {
      'x-ratelimit-limit-tokens': tokens.limit,
      'x-ratelimit-remaining-tokens': tokens.remaining,
      'x-ratelimit-reset-tokens': `${tokens.resetSeconds}s`,
    }),
  }
}
