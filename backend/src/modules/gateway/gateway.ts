import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KnownApiKey } from '#identity'
import type { UsageWriter } from '#modules/usage'
import { admit, type AdmissionParts, type AdmittedCall } from './admission.ts'
import { readCall, withAdditions, type Operation } from './call.ts'
import { refusals } from './errors.ts'
import type { Forwarder } from './forward.ts'
import { settle } from './settle.ts'

export interface GatewayParts {
  readonly admission: AdmissionParts
  readonly forwarder: Forwarder
  readonly writer: UsageWriter
  /** The Authorization header for the proxy: the caller's own key, or the service key. */
  readonly authorizationFor: (request: FastifyRequest) => string
  readonly processId: string
  readonly maxInFlight: number
  /** LiteLLM refused a key that we hold valid. */
  readonly onDisagreement: (key: KnownApiKey) => Promise<void>
}

const PATHS: Readonly<Record<Operation, string>> = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
  embeddings: '/v1/embeddings',
  responses: '/v1/responses',
}

/** The path of one call: read, admit, forward, settle. */
export class Gateway {
  readonly #parts: GatewayParts

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  async handle(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { admission, forwarder, writer, maxInFlight } = this.#parts
    const key = request.apiKey
    if (!key) throw refusals.invalidKey()
    if (forwarder.inFlight >= maxInFlight) throw refusals.upstreamUnavailable()
    const call = readCall(operation, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    const admitted = await admit(admission, key, call, request.id)
    const forwarded = await forwarder.forward(
      {
        path: PATHS[operation],
        body: withAdditions(call, admitted.worst.outputLimit),
        headers: this.#headersFor(request, admitted),
        isStream: call.isStream,
        hidesUsage: !call.wantsUsage,
        answerHeaders: rateHeaders(admitted),
        startedAt: admitted.startedAt,
        now: admission.now,
      },
      reply,
    )
    const full = settle(writer, admitted, request.id, forwarded.ending)
    if (full) await full
    if (!forwarded.refusal) return
    if (forwarded.refusal.disagreesAboutKey) await this.#parts.onDisagreement(key)
    throw forwarded.refusal.error
  }

  #headersFor(request: FastifyRequest, admitted: AdmittedCall): Record<string, string> {
    const { key } = admitted
    const traceparent = request.headers['traceparent']
    return {
      authorization: this.#parts.authorizationFor(request),
      'content-type': 'application/json',
      accept: admitted.call.isStream ? 'text/event-stream' : 'application/json',
      'x-litellm-call-id': request.id,
      // Finds this call in LiteLLM's logs, should this process die before it has written it down.
      'x-litellm-spend-logs-metadata': `{"litemaas":{"process":"${this.#parts.processId}","call":"${request.id}","key":"${key.id}","user":"${key.userId}","organization":"${key.organizationId}"}}`,
      ...(typeof traceparent === 'string' && traceparent.length <= 100 ? { traceparent } : {}),
    }
  }
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
