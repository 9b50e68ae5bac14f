import { parseDecimalNano } from '#litellm'
import { costOf } from '#modules/gateway'
import type { CallMarks, FinishedCall } from '#modules/usage'
import type { Tx } from '#platform/database'
import {
  claimCalls,
  modelsOf,
  ownersOf,
  payersOf,
  type Owner,
  type Payer,
  type PricedModel,
} from './attribution.queries.ts'
import type { SpendRecord } from './spend-record.ts'

/** What becomes of a reported call. */
export type Verdict =
  /** A key that is not ours; the gateway's own call, booked by itself; or a refusal before anything was called. */
  | { readonly kind: 'notOurs' | 'gateway' | 'refused' }
  | { readonly kind: 'unattributed'; readonly reason: UnattributedReason }
  | { readonly kind: 'book'; readonly call: FinishedCall }

type UnattributedReason = 'unknown_model' | 'no_cost' | 'out_of_range'

/** Older calls could have been forgotten as booked; a recount, which looks at the rows themselves, brings them in. */
const MAX_AGE_MS = 30 * 86_400_000
const MAX_AHEAD_MS = 86_400_000

const OPERATIONS: Readonly<Record<string, string>> = {
  acompletion: 'chat',
  completion: 'chat',
  atext_completion: 'completions',
  text_completion: 'completions',
  aembedding: 'embeddings',
  embedding: 'embeddings',
  aresponses: 'responses',
  responses: 'responses',
  anthropic_messages: 'messages',
  atranscription: 'transcriptions',
  aspeech: 'speech',
  aimage_generation: 'images',
  aimage_edit: 'image-edits',
  arerank: 'rerank',
  amoderation: 'moderations',
}

const FAILURES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_api_key',
  403: 'model_not_allowed',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
}

/** Whether LiteLLM's row says with a valid mark that the gateway made this call. */
export function isMarked(marks: CallMarks, record: SpendRecord, apiKeyId: string): boolean {
  const { claim } = record
  return claim !== null && claim.key === apiKeyId && marks.isOurs(claim.call, claim.key, claim.mark)
}

/** nano-USD: what LiteLLM says, exactly; else by our prices. Undefined when neither is known. */
export function costOfRecord(record: SpendRecord, model: PricedModel | undefined): bigint | undefined {
  if (!record.isSuccess && record.spend === null) return 0n
  const said = record.spend === null ? undefined : parseDecimalNano(record.spend)
  if (said !== undefined) return said
  if (model === undefined || (model.input === null && model.perRequest === null)) return undefined
  return costOf({ prices: model }, record)
}

export function modelOf(record: SpendRecord, models: readonly PricedModel[]): PricedModel | undefined {
  return (
    models.find((model) => model.name === record.modelGroup) ??
    (record.modelId === '' ? undefined : models.find((model) => model.litellmIds.includes(record.modelId)))
  )
}

/** A refusal that came before any model was called; the gateway does not book its own either. */
export const isRefusal = (record: SpendRecord): boolean =>
  !record.isSuccess && record.callType === '' && (record.spend === null || Number(record.spend) === 0)

export interface Reported {
  readonly record: SpendRecord
  readonly via: 'push' | 'pull'
}

/** Decides about each reported call, in the transaction in which those to be booked will be booked. */
export async function judge(
  tx: Tx,
  reported: readonly Reported[],
  parts: { marks: CallMarks; now: Date },
): Promise<Verdict[]> {
  const records = reported.map((one) => one.record)
  const owners = new Map(
    (await ownersOf(tx, [...new Set(records.map((one) => one.keyHash))])).map((one) => [one.keyHash, one]),
  )
  const marked = records.filter((record) => {
    const owner = owners.get(record.keyHash)
    return owner !== undefined && isMarked(parts.marks, record, owner.apiKeyId)
  })
  const holders = await claimCalls(
    tx,
    marked.map((record) => ({ callId: record.claim?.call ?? '', requestId: record.requestId })),
  )
  const theirs = records.filter((record) => owners.has(record.keyHash))
  const models = await modelsOf(
    tx,
    [...new Set(theirs.map((one) => one.modelGroup))],
    [...new Set(theirs.map((one) => one.modelId))].filter((id) => id !== ''),
  )
  const payers = await payersOf(tx, [...owners.values()], parts.now)
  const isMarkedHere = new Set(marked)
  return reported.map(({ record, via }) => {
    const owner = owners.get(record.keyHash)
    if (!owner) return { kind: 'notOurs' }
    if (isMarkedHere.has(record) && holders.get(record.claim?.call ?? '') === record.requestId)
      return { kind: 'gateway' }
    if (isRefusal(record)) return { kind: 'refused' }
    const age = parts.now.getTime() - record.startedAt
    if (age > MAX_AGE_MS || age < -MAX_AHEAD_MS) return { kind: 'unattributed', reason: 'out_of_range' }
    const model = modelOf(record, models)
    // A failure that names no model of ours cost nothing and went nowhere.
    if (!model)
      return record.isSuccess ? { kind: 'unattributed', reason: 'unknown_model' } : { kind: 'refused' }
    const costNano = costOfRecord(record, model)
    if (costNano === undefined) return { kind: 'unattributed', reason: 'no_cost' }
    return { kind: 'book', call: directCall(record, { owner, model, costNano, payers, via }) }
  })
}

interface CallFacts {
  readonly owner: Owner
  readonly model: PricedModel
  readonly costNano: bigint
  readonly payers: readonly Payer[]
  readonly via: string
}

/** A call that was made directly to LiteLLM, as a row of usage. */
export function directCall(record: SpendRecord, facts: CallFacts): FinishedCall {
  const { owner, model } = facts
  const statusCode = record.isSuccess ? 200 : (record.statusCode ?? 500)
  return {
    organizationId: owner.organizationId,
    requestId: record.requestId,
    source: 'proxy',
    startedAt: record.startedAt,
    userId: owner.userId,
    teamId: owner.teamId,
    apiKeyId: owner.apiKeyId,
    modelId: model.id,
    modelName: model.name,
    operation: OPERATIONS[record.callType] ?? (record.callType.slice(0, 50) || 'unknown'),
    isStream: record.firstTokenAt !== null,
    outcome: record.isSuccess ? 'success' : 'error',
    statusCode,
    errorCode: record.isSuccess ? null : (FAILURES[statusCode] ?? 'upstream_error'),
    promptTokens: record.promptTokens,
    cachedPromptTokens: record.cachedPromptTokens,
    completionTokens: record.completionTokens,
    costNano: facts.costNano,
    isEstimated: false,
    durationMs: Math.min(record.endedAt - record.startedAt, MOST_MS),
    timeToFirstTokenMs:
      record.firstTokenAt === null ? null : Math.min(record.firstTokenAt - record.startedAt, MOST_MS),
    endUser: record.endUser,
    metadata: { keyName: owner.keyName, via: facts.via },
    budgetIds: payingBudgets(record, facts),
    holds: [],
  }
}

const MOST_MS = 2_147_483_647

/**
 * A window pays for the calls that began in it. One that is reported after its window is over stands in the usage, and no
 * later window pays for it.
 */
function payingBudgets(record: SpendRecord, { owner, model, payers }: CallFacts): string[] {
  return payers
    .filter(
      (one) =>
        one.organizationId === owner.organizationId &&
        one.apiKeyId === owner.apiKeyId &&
        (one.modelId === null || one.modelId === model.id) &&
        (one.windowStartsAt === null || record.startedAt >= one.windowStartsAt),
    )
    .map((one) => one.budgetId)
}
