import { isStorableText } from '#platform/http'
import { refusals } from './errors.ts'
import type { Form } from './form.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { assertUnambiguous } from './raw-json.ts'

/** A request body, read once: what we need of it, and the bytes for the proxy. */
export interface Call {
  readonly operation: Operation
  readonly raw: Buffer
  readonly contentType: string
  readonly body: Readonly<Record<string, unknown>>
  readonly model: string
  readonly isStream: boolean
  /** What the client allowed; undefined when it said nothing. */
  readonly maxOutputTokens: number | undefined
  /** How many answers are generated. */
  readonly choices: number
  readonly wantsUsage: boolean
  readonly endUser: string | null
}

const MAX_CHOICES = 8
const MAX_TOKENS = 10_000_000

type Body = Record<string, unknown>

function readBody(raw: Buffer): Body {
  if (raw.length === 0) throw refusals.invalid('The request needs a JSON body.')
  let value: unknown
  try {
    value = JSON.parse(raw.toString('utf8'))
  } catch {
    throw refusals.invalid('The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusals.invalid('The body must be a JSON object.')
  return value as Body
}

function readCount(body: Body, field: string, max: number, min = 1): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw refusals.invalid(`'${field}' must be a whole number from ${min} to ${max}.`, field)
  return value
}

function readFlag(body: Body, field: string): boolean {
  const value = body[field]
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw refusals.invalid(`'${field}' must be true or false.`, field)
  return value
}

function readWantsUsage(body: Body): boolean {
  const options = body['stream_options']
  if (options === undefined || options === null) return false
  if (typeof options !== 'object' || Array.isArray(options))
    throw refusals.invalid("'stream_options' must be an object.", 'stream_options')
  const wants = (options as Body)['include_usage']
  if (wants !== undefined && wants !== null && typeof wants !== 'boolean')
    throw refusals.invalid(
      "'stream_options.include_usage' must be true or false.",
      'stream_options.include_usage',
    )
  return wants === true
}

function readOutputLimit(body: Body, operation: Operation): number | undefined {
  if (!OPERATIONS[operation].writes) return 0
  if (operation === 'responses') return readCount(body, 'max_output_tokens', MAX_TOKENS)
  if (operation === 'messages') {
    const tokens = readCount(body, 'max_tokens', MAX_TOKENS)
    if (tokens === undefined) throw refusals.invalid("The field 'max_tokens' is missing.", 'max_tokens')
    return tokens
  }
  const completion = operation === 'chat' ? readCount(body, 'max_completion_tokens', MAX_TOKENS) : undefined
  const tokens = readCount(body, 'max_tokens', MAX_TOKENS)
  if (completion === undefined || tokens === undefined) return completion ?? tokens
  // Which of the two a model follows is its provider's affair, so the larger one is set aside.
  return Math.max(completion, tokens)
}

/** What may be kept as the caller's own name for its user: text that can be stored, and no credential put there by mistake. */
const isEndUser = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 200 && isStorableText(value) && !/^(sk-|eyJ)/.test(value)

/** The fields that decide about money and routing; none of them may stand in the body twice. */
const READ_FIELDS = new Set([
  'model',
  'stream',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n',
  'best_of',
  'stream_options',
  'user',
])

/** Anthropic's protocol names the end user among its metadata. */
function endUserOf(body: Body, operation: Operation): string | null {
  const metadata = body['metadata']
  const user =
    OPERATIONS[operation].dialect === 'anthropic'
      ? typeof metadata === 'object' && metadata !== null && 'user_id' in metadata && metadata.user_id
      : body['user']
  return isEndUser(user) ? user : null
}

function toCall(operation: Operation, body: Body, raw: Buffer, contentType: string): Call {
  const { canStream, maxChoices } = OPERATIONS[operation]
  const model = body['model']
  if (typeof model !== 'string' || model === '' || !isStorableText(model))
    throw refusals.invalid("'model' must name a model.", 'model')
  const isStream = canStream && readFlag(body, 'stream')
  const n = maxChoices > 1 ? (readCount(body, 'n', maxChoices) ?? 1) : 1
  const bestOf = operation === 'completions' ? (readCount(body, 'best_of', MAX_CHOICES) ?? 1) : 1
  return {
    operation,
    raw,
    contentType,
    body,
    model,
    isStream,
    maxOutputTokens: readOutputLimit(body, operation),
    choices: Math.max(n, bestOf),
    // Elsewhere usage comes of itself, and nobody is spared it.
    wantsUsage: (operation !== 'chat' && operation !== 'completions') || readWantsUsage(body),
    endUser: endUserOf(body, operation),
  }
}

/** Reads what the gateway needs; every other field passes untouched. Throws 400 naming the field. */
export function readCall(operation: Operation, raw: Buffer): Call {
  const body = readBody(raw)
  assertUnambiguous(raw, READ_FIELDS)
  return toCall(operation, body, raw, 'application/json')
}

/** The same of a form, whose values are all text. */
export function readFormCall(operation: Operation, form: Form): Call {
  const body: Body = {}
  for (const [name, value] of form.fields) {
    if (!READ_FIELDS.has(name)) continue
    if (name in body) throw refusals.invalid(`The field '${name}' stands twice.`, name)
    if (name === 'n') body[name] = /^\d{1,9}$/.test(value) ? Number(value) : value
    else if (name === 'stream') body[name] = /^(true|false)$/i.test(value) ? /^t/i.test(value) : value
    else body[name] = value
  }
  for (const name of form.fileNames)
    if (READ_FIELDS.has(name)) throw refusals.invalid(`'${name}' must be text, not a file.`, name)
  return toCall(operation, body, form.content, form.contentType)
}

/**
 * The bytes that go upstream: the client's own, with what is missing spliced in before the last brace, where a later
 * duplicate wins. Nothing to add: the same buffer.
 */
export function withAdditions(call: Call, outputLimit: number): Buffer {
  const additions: string[] = []
  if (call.maxOutputTokens === undefined) {
    const field = call.operation === 'responses' ? 'max_output_tokens' : 'max_tokens'
    additions.push(`"${field}":${outputLimit}`)
  }
  if (call.isStream && !call.wantsUsage) {
    const given = call.body['stream_options'] as Body | undefined
    additions.push(`"stream_options":${JSON.stringify({ ...given, include_usage: true })}`)
  }
  if (additions.length === 0) return call.raw
  const brace = call.raw.lastIndexOf(0x7d)
  return Buffer.concat([call.raw.subarray(0, brace), Buffer.from(`,${additions.join(',')}}`)])
}
