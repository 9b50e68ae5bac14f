import { ApplicationError } from '#platform/errors'

/** What a refusal means to us, whatever status and wording this version of LiteLLM chose for it. */
export type FailureKind =
  | 'unreachable'
  | 'timeout'
  | 'cancelled'
  | 'breaker_open'
  | 'malformed'
  | 'server'
  | 'budget_exceeded'
  | 'model_denied'
  | 'expired_key'
  | 'unknown_key'
  | 'alias_taken'
  | 'not_found'
  | 'conflict'
  | 'invalid'
  | 'rate_limited'
  | 'unauthorized'
  | 'forbidden'
  | 'unrecognized'

export interface Failure {
  readonly kind: FailureKind
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** LiteLLM's own `error.type`, when it names one. */
  readonly type: string | undefined
  /** For logs: bounded, secrets masked. Never shown to a caller. */
  readonly message: string
}

/** A call to LiteLLM that failed. Unhandled, it reaches the caller as 502 or 503 without LiteLLM's wording. */
export class LiteLLMError extends ApplicationError {
  readonly failure: Failure

  constructor(failure: Failure, operation: string, cause?: unknown) {
    const isAway = AWAY.has(failure.kind) || failure.status >= 500
    super(
      isAway ? 'UNAVAILABLE' : 'UPSTREAM_ERROR',
      isAway ? 'The model server cannot be reached right now.' : 'The model server refused the request.',
      {
        retryAfterSeconds: isAway ? 5 : 1,
        cause: cause ?? `${operation}: ${failure.kind} ${failure.message}`,
      },
    )
    this.name = 'LiteLLMError'
    this.failure = failure
  }
}

const AWAY = new Set<FailureKind>([
  'unreachable',
  'timeout',
  'cancelled',
  'breaker_open',
  'server',
  'rate_limited',
])
const HEALTH_FAILURES = new Set<FailureKind>(['unreachable', 'timeout', 'malformed', 'server'])
const JUDGEMENTS = new Set<FailureKind>([
  'alias_taken',
  'not_found',
  'conflict',
  'invalid',
  'budget_exceeded',
  'expired_key',
])
const NOT_JUDGING = new Set([0, 401, 403, 408, 429])

/** True for what says that LiteLLM itself is ill; a 4xx never does. This is what the breaker counts. */
export function isIllness(error: unknown): boolean {
  return error instanceof LiteLLMError ? HEALTH_FAILURES.has(error.failure.kind) : true
}

/** True when LiteLLM understood the request and turned it down, so that repeating it unchanged cannot help. */
export function isJudgement(error: unknown): boolean {
  if (!(error instanceof LiteLLMError)) return false
  const { kind, status } = error.failure
  return JUDGEMENTS.has(kind) && status < 500 && !NOT_JUDGING.has(status)
}

export function isFailure(error: unknown, kind: FailureKind): error is LiteLLMError {
  return error instanceof LiteLLMError && error.failure.kind === kind
}

/**
 * Reads an error answer in any of LiteLLM's four envelopes: `{error:{}}`, `{detail}`, a list of validation errors, plain
 * text. The `type` decides first and the status second, because statuses changed between versions and types did not.
 */
export function parseLiteLLMError(status: number, body: string): Failure {
  const { envelope, type, message, param } = readEnvelope(body)
  const text = readable(message)
  return { kind: classify({ status, envelope, type, text, param }), status, type, message: text }
}

type Envelope = 'error' | 'detail' | 'validation' | 'none'

interface Facts {
  readonly envelope: Envelope
  readonly type: string | undefined
  readonly message: string
  readonly param: string | undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** LiteLLM writes the word None where it means nothing. */
const named = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== 'None' ? value.slice(0, 100) : undefined

function readEnvelope(body: string): Facts {
  const nothing: Facts = { envelope: 'none', type: undefined, message: body, param: undefined }
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return nothing
  }
  if (!isRecord(parsed)) return nothing
  const { error, detail } = parsed
  if (isRecord(error))
    return {
      envelope: 'error',
      type: named(error['type']),
      message: textOf(error['message']),
      param: named(error['param']),
    }
  if (Array.isArray(detail))
    return {
      envelope: 'validation',
      type: 'validation_error',
      message: validationText(detail),
      param: undefined,
    }
  if (isRecord(detail))
    return { ...nothing, envelope: 'detail', message: textOf(detail['error'] ?? detail['message'] ?? detail) }
  if (typeof detail === 'string') return { ...nothing, envelope: 'detail', message: detail }
  return nothing
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

function validationText(items: readonly unknown[]): string {
  return items
    .slice(0, 5)
    .filter(isRecord)
    .map((item) => `${Array.isArray(item['loc']) ? item['loc'].join('.') : '?'}: ${textOf(item['msg'])}`)
    .join('; ')
}

const PYTHON_REPR =
  /^\s*\{\s*['"](?:error|message|detail)['"]\s*:\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/s
const MAX_MESSAGE = 500

/** Takes the sentence out of a Python repr such as `{'error': 'No keys found'}`, masks secrets, and bounds it. */
function readable(message: string): string {
  const bounded = message.slice(0, 8 * MAX_MESSAGE)
  const match = PYTHON_REPR.exec(bounded)
  const inner = match?.[1] ?? match?.[2]
  const sentence = inner === undefined ? bounded : inner.replaceAll(/\\(.)/g, '$1')
  return maskSecrets(sentence).slice(0, MAX_MESSAGE)
}

/** Key values and key hashes stay out of logs and of `last_error`. */
export function maskSecrets(text: string): string {
  return text
    .replaceAll(/Received\s*=\s*[^\s,]+/g, 'Received=***')
    .replaceAll(/sk-[A-Za-z0-9_-]{4,}/g, 'sk-***')
    .replaceAll(/\b[0-9a-f]{64}\b/gi, '<hash>')
}

function classify(facts: {
  status: number
  envelope: Envelope
  type: string | undefined
  text: string
  param: string | undefined
}): FailureKind {
  const { status, envelope, type, text, param } = facts
  const byType = type === undefined ? undefined : kindOfType(type)
  if (byType) return byType
  if (status >= 500) return 'server'
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rate_limited'
  // A 404 or 400 without LiteLLM's envelope comes from something in between, and says nothing about the request.
  if (envelope === 'none') return 'unrecognized'
  if (/key with alias .* already exists/i.test(text) || (param === 'key_alias' && /exist/i.test(text)))
    return 'alias_taken'
  // An unknown route answers in the other envelope: that is a wrong address, not a missing key.
  if (status === 404) return envelope === 'error' || text !== 'Not Found' ? 'not_found' : 'unrecognized'
  return status === 409 ? 'conflict' : 'invalid'
}

function kindOfType(type: string): FailureKind | undefined {
  if (type === 'budget_exceeded') return 'budget_exceeded'
  if (type.endsWith('_model_access_denied')) return 'model_denied'
  if (type === 'expired_key') return 'expired_key'
  if (type === 'token_not_found_in_db') return 'unknown_key'
  if (type === 'no_db_connection') return 'server'
  return undefined
}
