import { Type, type Static } from '@sinclair/typebox'
import type { SpendLogRow } from '#litellm'
import { isStorableText, Nullable } from '#platform/http'

const Claim = Type.Object({
  call: Type.String(),
  key: Type.String(),
  organization: Type.String(),
  mark: Type.String(),
})

/** One call as LiteLLM reports it, whichever way: figures only, never a prompt or an answer. Times are epoch milliseconds. */
export const SpendRecord = Type.Object({
  requestId: Type.String(),
  /** SHA-256 of the secret, as LiteLLM names keys. */
  keyHash: Type.String(),
  callType: Type.String(),
  /** The public name of the model; empty when LiteLLM did not say. */
  modelGroup: Type.String(),
  /** Of the deployment. */
  modelId: Type.String(),
  model: Type.String(),
  /** US dollars as decimal text; null when LiteLLM did not say. */
  spend: Nullable(Type.String()),
  promptTokens: Type.Integer(),
  cachedPromptTokens: Type.Integer(),
  completionTokens: Type.Integer(),
  startedAt: Type.Number(),
  endedAt: Type.Number(),
  /** When the first token came; null where the call was no stream. */
  firstTokenAt: Nullable(Type.Number()),
  isSuccess: Type.Boolean(),
  isCacheHit: Type.Boolean(),
  /** HTTP status of a failure. */
  statusCode: Nullable(Type.Integer()),
  endUser: Nullable(Type.String()),
  /** What says that the gateway made the call. Whether it is true, `CallMarks` knows. */
  claim: Nullable(Claim),
})
export type SpendRecord = Static<typeof SpendRecord>

const MOST_TOKENS = 2_147_483_647
const MAX_ID = 300
const MAX_NAME = 200

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const objectOf = (value: unknown): Fields => (isObject(value) ? value : {})
const textOf = (value: unknown, max = MAX_NAME): string =>
  typeof value === 'string' && isStorableText(value) ? value.slice(0, max) : ''
const tokensOf = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.ceil(value) : 0
/** Rows carry ISO 8601, pushes seconds. */
const timeOf = (value: unknown): number | undefined => {
  const at =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(zoned(value)) : NaN
  return Number.isFinite(at) && Math.abs(at) < 8.64e15 ? Math.round(at) : undefined
}
/** LiteLLM's times without a zone are UTC. */
const zoned = (text: string): string => (/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)

function claimOf(metadata: Fields): SpendRecord['claim'] {
  const given = metadata['spend_logs_metadata']
  const ours = objectOf(objectOf(typeof given === 'string' ? parsed(given) : given)['litemaas'])
  const { call, key, organization, mark } = ours
  return typeof call === 'string' &&
    typeof key === 'string' &&
    typeof organization === 'string' &&
    typeof mark === 'string'
    ? { call: textOf(call), key: textOf(key), organization: textOf(organization), mark: textOf(mark) }
    : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * LiteLLM gives each answer from its cache an id of its own, made from the clock, and another one in the push than in the
 * row. The start of the call is the same in both.
 */
function idOf(given: unknown, isCacheHit: boolean, startedAt: number): string {
  const id = typeof given === 'string' && isStorableText(given) ? given : ''
  const stable = isCacheHit ? id.replace(/_cache_hit[0-9.]+$/, `_cache_hit@${startedAt}`) : id
  return stable.length <= MAX_ID ? stable : ''
}

function cachedTokensOf(metadata: Fields): number {
  const details = objectOf(objectOf(metadata['usage_object'])['prompt_tokens_details'])
  return (
    tokensOf(details['cached_tokens']) ||
    tokensOf(objectOf(metadata['additional_usage_values'])['cache_read_input_tokens'])
  )
}

function recordOf(
  fields: Fields,
  own: { id: unknown; keyHash: unknown; spend: unknown },
): SpendRecord | undefined {
  const metadata = objectOf(fields['metadata'])
  const startedAt = timeOf(fields['startTime'])
  if (startedAt === undefined) return undefined
  const isCacheHit = fields['cache_hit'] === true || fields['cache_hit'] === 'True'
  const requestId = idOf(own.id, isCacheHit, startedAt)
  if (requestId === '') return undefined
  const endedAt = Math.max(startedAt, timeOf(fields['endTime']) ?? startedAt)
  const first = timeOf(fields['completionStartTime'])
  const isSuccess = fields['status'] !== 'failure'
  const code = Number(objectOf(fields['error_information'] ?? metadata['error_information'])['error_code'])
  const promptTokens = tokensOf(fields['prompt_tokens'])
  return {
    requestId,
    keyHash: textOf(own.keyHash),
    callType: textOf(fields['call_type']),
    modelGroup: textOf(fields['model_group']),
    modelId: textOf(fields['model_id']),
    model: textOf(fields['model']),
    spend: typeof own.spend === 'string' ? own.spend : null,
    promptTokens,
    cachedPromptTokens: Math.min(promptTokens, cachedTokensOf(metadata)),
    completionTokens: tokensOf(fields['completion_tokens']),
    startedAt,
    endedAt,
    // A call that is no stream has its "first token" at its end.
    firstTokenAt: first !== undefined && first >= startedAt && first < endedAt ? first : null,
    isSuccess,
    isCacheHit,
    statusCode: !isSuccess && Number.isInteger(code) && code >= 400 && code <= 599 ? code : null,
    endUser: textOf(fields['end_user']) || null,
    claim: claimOf(metadata),
  }
}

/** A row of `/spend/logs/v2`. Undefined when it cannot be told from others or has no time. */
export function recordOfRow(row: SpendLogRow): SpendRecord | undefined {
  return recordOf(row, { id: row.request_id, keyHash: row.api_key, spend: row.spend })
}

/** An event of the generic API callback, parsed with exact money. Undefined as for a row. */
export function recordOfEvent(event: unknown): SpendRecord | undefined {
  if (!isObject(event)) return undefined
  const keyHash = objectOf(event['metadata'])['user_api_key_hash']
  return recordOf(event, { id: event['id'], keyHash, spend: event['response_cost'] })
}
