import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { BrokenCircuitError } from 'cockatiel'
import type { Static, TSchema } from '@sinclair/typebox'
import { Pool } from 'undici'
import type { Breakers, OperationClass } from './breakers.ts'
import { parseExactJson } from './exact-json.ts'
import { LiteLLMError, parseLiteLLMError, type FailureKind } from './litellm.errors.ts'
import { matches } from './litellm.schemas.ts'

export interface TransportOptions {
  /** Base address of LiteLLM; a path in it is kept as prefix. */
  readonly url: string
  /** A proxy-admin key. */
  readonly apiKey: string
  readonly breakers: Breakers
  readonly deadlineMs?: number
  readonly connections?: number
}

interface Call<S extends TSchema> {
  readonly operation: string
  /** `none` bypasses the breakers: for asking how LiteLLM is. */
  readonly operationClass: OperationClass | 'none'
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly answer: S
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Transport {
  request<S extends TSchema>(call: Call<S>): Promise<Static<S>>
  close(): Promise<void>
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const SAFE_ATTEMPTS = 3

/**
 * HTTP to LiteLLM and nothing else. One deadline covers connecting, headers, body and repeats. Only GET is repeated, and
 * only after a failure of the connection or a 502, 503 or 504. Rejects with LiteLLMError.
 */
export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.url)
  const prefix = base.pathname.replace(/\/+$/, '')
  const pool = new Pool(base.origin, {
    connections: options.connections ?? 8,
    connect: { timeout: 3000 },
    keepAliveTimeout: 10_000,
    // The deadline below rules; these only catch what escapes it.
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  })

  async function exchange<S extends TSchema>(call: Call<S>, signal: AbortSignal): Promise<Static<S>> {
    const response = await pool.request({
      method: call.method,
      path: `${prefix}${call.path}${queryString(call.query)}`,
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        accept: 'application/json',
        'x-request-id': randomUUID(),
        ...(call.body === undefined
          ? {}
          : { 'content-type': 'application/json', 'litellm-changed-by': 'litemaas' }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal,
    })
    const text = await readText(response.body, signal)
    if (response.statusCode < 200 || response.statusCode > 299)
      throw new LiteLLMError(parseLiteLLMError(response.statusCode, text), call.operation)
    return readAnswer(call, response.statusCode, text)
  }

  async function repeated<S extends TSchema>(call: Call<S>, signal: AbortSignal): Promise<Static<S>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await exchange(call, signal)
      } catch (error) {
        const failure = asLiteLLMError(error, call.operation, signal)
        if (call.method !== 'GET' || attempt === SAFE_ATTEMPTS || !isWorthRepeating(failure)) throw failure
        await delay(Math.random() * 100 * 2 ** attempt)
        if (signal.aborted) throw failure
      }
    }
  }

  async function withDeadline<S extends TSchema>(call: Call<S>): Promise<Static<S>> {
    const controller = new AbortController()
    const cancel = () => controller.abort('cancelled')
    const timer = setTimeout(() => controller.abort('timeout'), call.deadlineMs ?? options.deadlineMs ?? 5000)
    call.signal?.addEventListener('abort', cancel, { once: true })
    if (call.signal?.aborted) cancel()
    try {
      return await repeated(call, controller.signal)
    } finally {
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', cancel)
    }
  }

  return {
    async request(call) {
      if (call.operationClass === 'none') return await withDeadline(call)
      try {
        return await options.breakers[call.operationClass].execute(() => withDeadline(call))
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          throw failed('breaker_open', 'not asked: it failed repeatedly', call.operation, error)
        throw error
      }
    },
    close: () => pool.destroy(),
  }
}

function readAnswer<S extends TSchema>(call: Call<S>, status: number, text: string): Static<S> {
  let value: unknown
  try {
    value = parseExactJson(text)
  } catch (cause) {
    throw malformed(call.operation, status, 'the answer is not JSON', cause)
  }
  if (!matches(call.answer, value))
    throw malformed(call.operation, status, 'the answer has an unexpected shape')
  return value
}

const malformed = (operation: string, status: number, message: string, cause?: unknown) =>
  new LiteLLMError({ kind: 'malformed', status, type: undefined, message }, operation, cause)

const failed = (kind: FailureKind, message: string, operation: string, cause?: unknown) =>
  new LiteLLMError({ kind, status: 0, type: undefined, message }, operation, cause)

function asLiteLLMError(error: unknown, operation: string, signal: AbortSignal): LiteLLMError {
  if (error instanceof LiteLLMError) return error
  if (signal.aborted) {
    const kind = signal.reason === 'cancelled' ? 'cancelled' : 'timeout'
    return failed(kind, kind === 'timeout' ? 'no complete answer in time' : 'given up', operation, error)
  }
  return failed('unreachable', error instanceof Error ? error.message : 'connection failed', operation, error)
}

const REPEATABLE_STATUS = new Set([502, 503, 504])
const isWorthRepeating = (error: LiteLLMError): boolean =>
  error.failure.kind === 'unreachable' || REPEATABLE_STATUS.has(error.failure.status)

async function readText(
  body: AsyncIterable<Buffer> & { destroy(error?: Error): unknown },
  signal: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const stop = () => body.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) {
        body.destroy()
        throw malformed('read', 200, 'the answer is too large')
      }
      chunks.push(chunk)
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
  signal.throwIfAborted()
  return Buffer.concat(chunks).toString('utf8')
}

function queryString(query: Call<TSchema>['query']): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) parameters.set(name, String(value))
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
