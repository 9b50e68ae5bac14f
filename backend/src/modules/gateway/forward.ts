import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { refusals } from './errors.ts'
import type { TokenUsage } from './prices.ts'
import { refusedAnswer, type RefusedAnswer } from './refused-answer.ts'
import type { Ending } from './settle.ts'
import { EventRelay, type StreamDialect } from './stream.ts'
import type { Upstream } from './upstream.ts'

export interface ForwardRequest {
  readonly path: string
  readonly body: Buffer
  readonly headers: Record<string, string>
  readonly isStream: boolean
  readonly hidesUsage: boolean
  readonly dialect: StreamDialect
  /** Usage is told by the answer; else it does not matter. */
  readonly readsUsage: boolean
  /** A success is JSON; else bytes of any kind, passed on as they come. */
  readonly expectsJson: boolean
  /** Sent with a success, beside what the front has set. */
  readonly answerHeaders: Record<string, string | number>
  readonly startedAt: number
  readonly now: () => number
}

/** How a forwarded call ended, and what is left to say when nothing was answered yet. */
export interface Forwarded {
  readonly ending: Ending
  readonly refusal?: RefusedAnswer
}

/** An answer that is not a stream is held until it is complete, so that its usage is known when it is sent. */
const MAX_ANSWER = 64 * 1024 * 1024
const MAX_ERROR = 64 * 1024
const MAX_ONE_PIECE = 16 * 1024
/** After a client has left, the rest of the answer is read this long for its usage, then the call is broken off. */
const LINGER_MS = 15_000
/** How long a client may take nothing of what was written for it. */
const STALLED_MS = 30_000
/** Where the price does not depend on use, none is reported. */
const NO_TOKENS: TokenUsage = { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0 }

const lowerCased = (headers: Record<string, string | string[] | undefined>): IncomingHttpHeaders => headers

/** One call on its way: from the first byte to the proxy to the last byte to the client. Ends exactly once. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: ForwardRequest
  readonly #reply: FastifyReply
  readonly #finish: (forwarded: Forwarded) => void
  readonly #relay: EventRelay
  readonly #stalledMs: number
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #held: Buffer[] = []
  #heldBytes = 0
  #firstByteAt: number | undefined
  #linger: NodeJS.Timeout | undefined
  #clientHasLeft = false
  #isOver = false

  constructor(
    request: ForwardRequest,
    reply: FastifyReply,
    stalledMs: number,
    finish: (forwarded: Forwarded) => void,
  ) {
    this.#request = request
    this.#reply = reply
    this.#stalledMs = stalledMs
    this.#finish = finish
    this.#relay = new EventRelay(request)
    reply.raw.once('close', this.#onClientClose)
  }

  /** Ends the call now, e.g. because the process stops. */
  abort(): void {
    if (this.#isOver) return
    this.#controller?.abort(new Error('broken off'))
    this.#broken()
  }

  get #isSse(): boolean {
    return this.#request.isStream && this.#status < 300
  }

  /** Whether the client gets the answer while it comes; a page of HTML is nobody's answer. */
  get #isPassedOn(): boolean {
    if (this.#isSse) return true
    return (
      !this.#request.expectsJson &&
      this.#status < 300 &&
      !String(this.#headers['content-type'] ?? 'text/html').startsWith('text/html')
    )
  }

  readonly #onClientClose = (): void => {
    if (this.#isOver || this.#reply.raw.writableFinished) return
    this.#clientHasLeft = true
    this.#controller?.resume()
    this.#linger = setTimeout(() => this.abort(), LINGER_MS)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = lowerCased(headers)
    if (!this.#isPassedOn || this.#clientHasLeft) return
    this.#reply.hijack()
    const length = this.#isSse ? undefined : this.#headers['content-length']
    this.#reply.raw.writeHead(200, {
      ...(this.#reply.getHeaders() as OutgoingHttpHeaders),
      ...this.#request.answerHeaders,
      'content-type': this.#headers['content-type'] ?? 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      ...(length === undefined ? {} : { 'content-length': length }),
    })
    this.#reply.raw.flushHeaders()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#firstByteAt ??= this.#request.now()
    if (this.#isSse) {
      this.#write(controller, this.#relay.push(chunk))
      return
    }
    if (this.#isPassedOn) {
      this.#write(controller, chunk)
      return
    }
    this.#heldBytes += chunk.length
    if (this.#heldBytes > (this.#status < 300 ? MAX_ANSWER : MAX_ERROR)) {
      if (this.#status < 300) controller.abort(new Error('the answer is too large'))
      return
    }
    this.#held.push(chunk)
  }

  #write(controller: Dispatcher.DispatchController, bytes: Buffer | undefined): void {
    if (!bytes || this.#clientHasLeft) return
    if (this.#reply.raw.write(bytes)) return
    // The client reads slower than the model writes: hold the model back, not the bytes. One that reads nothing is dropped.
    const { raw } = this.#reply
    const stalled = setTimeout(() => raw.destroy(), this.#stalledMs)
    controller.pause()
    raw.once('drain', () => {
      clearTimeout(stalled)
      controller.resume()
    })
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) return
    if (this.#status >= 300) return this.#endRefused()
    if (!this.#isPassedOn) return this.#endJson()
    this.#write(controller, this.#isSse ? this.#relay.end() : undefined)
    const isError = this.#relay.hasFailed
    const usage = this.#request.readsUsage ? this.#relay.usage : isError ? undefined : NO_TOKENS
    this.#end({ usage: usage ?? 'unknown', isError })
    if (!this.#clientHasLeft) this.#reply.raw.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return
    if (this.#status === 0) {
      // No answer began: the proxy was away, or it broke off before it had said anything.
      this.#end(
        { usage: 'none', isError: true, status: 503 },
        { error: refusals.upstreamUnavailable(error), disagreesAboutKey: false },
      )
      return
    }
    this.#broken()
  }

  #endRefused(): void {
    const retryAfter = this.#headers['retry-after']
    const refusal = refusedAnswer(this.#status, Buffer.concat(this.#held).toString('utf8'), retryAfter)
    this.#end({ usage: 'none', isError: true, status: refusal.error.statusCode }, refusal)
  }

  #endJson(): void {
    const bytes = this.#held.length === 1 && this.#held[0] ? this.#held[0] : Buffer.concat(this.#held)
    const answer = parseObject(bytes)
    if (answer === undefined) {
      this.#end(
        { usage: 'unknown', isError: true, status: 503 },
        { error: refusals.upstreamUnavailable(new Error('LiteLLM sent no JSON')), disagreesAboutKey: false },
      )
      return
    }
    const { readsUsage, dialect } = this.#request
    const usage = readsUsage ? dialect.usageReader()(answer) : NO_TOKENS
    this.#end({ usage: usage ?? 'unknown', isError: false })
    if (this.#clientHasLeft) return
    this.#reply.hijack()
    this.#reply.raw.writeHead(200, {
      ...(this.#reply.getHeaders() as OutgoingHttpHeaders),
      ...this.#request.answerHeaders,
      'content-type': this.#headers['content-type'] ?? 'application/json',
      'content-length': bytes.length,
    })
    // A string is sent in one piece with the head; a buffer would be a second one.
    if (bytes.length <= MAX_ONE_PIECE) this.#reply.raw.end(bytes.toString('latin1'), 'latin1')
    else this.#reply.raw.end(bytes)
  }

  /** The answer began and did not come to its end. What was used is not known. */
  #broken(): void {
    const usage = this.#status >= 300 ? 'none' : (this.#relay.usage ?? 'unknown')
    if (this.#status === 0 || !this.#isPassedOn) {
      const charged = this.#status === 0 && !this.#clientHasLeft ? 'none' : usage
      this.#end(
        { usage: charged, isError: true, status: 503 },
        { error: refusals.upstreamUnavailable(), disagreesAboutKey: false },
      )
      return
    }
    this.#end({ usage, isError: true })
    if (this.#clientHasLeft) return
    if (this.#isSse) this.#reply.raw.end(this.#request.dialect.broken)
    // Half a file must not look like a whole one.
    else this.#reply.raw.destroy()
  }

  #end(
    how: { usage: TokenUsage | 'unknown' | 'none'; isError: boolean; status?: number },
    refusal?: RefusedAnswer,
  ): void {
    this.#isOver = true
    // Nobody is left to answer; the web framework must not try.
    if (this.#clientHasLeft && !this.#reply.sent) this.#reply.hijack()
    clearTimeout(this.#linger)
    this.#reply.raw.off('close', this.#onClientClose)
    const outcome = this.#clientHasLeft ? 'cancelled' : how.isError ? 'error' : 'success'
    this.#finish({
      ending: {
        outcome,
        statusCode: this.#clientHasLeft ? 499 : (how.status ?? 200),
        errorCode: outcome === 'error' ? (refusal?.error.code.toLowerCase() ?? 'upstream_unavailable') : null,
        usage: how.usage,
        timeToFirstByteMs:
          this.#firstByteAt === undefined ? null : this.#firstByteAt - this.#request.startedAt,
        endedAt: this.#request.now(),
      },
      ...(refusal ? { refusal } : {}),
    })
  }
}

function parseObject(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Sends calls to the proxy, and knows those under way. */
export class Forwarder {
  readonly #upstream: Upstream
  readonly #stalledMs: number
  readonly #exchanges = new Set<Exchange>()

  constructor(upstream: Upstream, stalledMs = STALLED_MS) {
    this.#upstream = upstream
    this.#stalledMs = stalledMs
  }

  get inFlight(): number {
    return this.#exchanges.size
  }

  /** Resolves when the call is over; a success has then been answered, a refusal has not. Never rejects. */
  forward(request: ForwardRequest, reply: FastifyReply): Promise<Forwarded> {
    return new Promise((resolve) => {
      const exchange = new Exchange(request, reply, this.#stalledMs, (forwarded) => {
        this.#exchanges.delete(exchange)
        resolve(forwarded)
      })
      this.#exchanges.add(exchange)
      this.#upstream.pool.dispatch(
        {
          path: this.#upstream.path(request.path),
          method: 'POST',
          headers: request.headers,
          body: request.body,
        },
        exchange,
      )
    })
  }

  abortAll(): void {
    for (const exchange of this.#exchanges) exchange.abort()
  }
}
