import type { ErrorCode } from './generated/operations.ts'

interface ProductError {
  readonly code?: unknown
  readonly message?: unknown
  readonly traceId?: unknown
  readonly details?: unknown
  readonly suggestion?: unknown
  /** OpenAI's shape, under /v1/. */
  readonly error?: unknown
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** A refusal. Branch on `code`; `message` is for people, in the language that was asked for. */
export class ApiError extends Error {
  readonly status: number
  /** Stable; under `/v1/` OpenAI's lower-case names. */
  readonly code: ErrorCode | (string & {})
  readonly details: Readonly<Record<string, unknown>>
  /** Leads to the cause in the server's log. */
  readonly traceId: string | undefined
  /** What to try. */
  readonly suggestion: string | undefined
  /** After how many seconds the same request may succeed. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, body: unknown, headers: Headers) {
    const product: ProductError = objectOf(body)
    const openAi = objectOf(product.error)
    super(textOf(product.message) ?? textOf(openAi['message']) ?? `The server answered ${String(status)}.`)
    this.name = 'ApiError'
    this.status = status
    this.code = textOf(product.code) ?? textOf(openAi['code']) ?? 'UNKNOWN'
    this.details = objectOf(product.details)
    this.traceId = textOf(product.traceId) ?? headers.get('x-request-id') ?? undefined
    this.suggestion = textOf(product.suggestion)
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    this.retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined
  }
}
