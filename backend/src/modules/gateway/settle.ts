import type { FinishedCall, UsageWriter } from '#modules/usage'
import type { AdmittedCall } from './admission.ts'
import { OPERATIONS } from './operations.ts'
import { costOf, type TokenUsage } from './prices.ts'

/** How a call ended. */
export interface Ending {
  readonly outcome: FinishedCall['outcome']
  readonly statusCode: number
  readonly errorCode: string | null
  /**
   * What the proxy reported; `unknown` where it may have worked without telling, which costs the whole reservation; `none`
   * where it did no work.
   */
  readonly usage: TokenUsage | 'unknown' | 'none'
  readonly timeToFirstByteMs: number | null
  readonly endedAt: number
}

const NOTHING: TokenUsage = { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0 }

function chargeOf(
  admitted: AdmittedCall,
  usage: Ending['usage'],
): { tokens: TokenUsage; costNano: bigint; overageNano: bigint } {
  if (usage === 'none') return { tokens: NOTHING, costNano: 0n, overageNano: 0n }
  // A price per request does not depend on what was used.
  if (OPERATIONS[admitted.call.operation].pricing === 'request')
    return { tokens: NOTHING, costNano: admitted.reservedNano, overageNano: 0n }
  if (usage === 'unknown') {
    const { inputTokens, outputTokens } = admitted.worst
    return {
      tokens: { promptTokens: inputTokens, cachedPromptTokens: 0, completionTokens: outputTokens },
      costNano: admitted.reservedNano,
      overageNano: 0n,
    }
  }
  const cost = costOf(admitted.model, usage)
  // More than the bound: the budget pays what was set aside, never more; the rest is on record for a person to look at.
  const charged = cost > admitted.reservedNano ? admitted.reservedNano : cost
  return { tokens: usage, costNano: charged, overageNano: cost - charged }
}

/** Books a call's end: its usage row, its cost in every budget, the end of its reservations and of its place in the limits. */
export function settle(
  writer: UsageWriter,
  admitted: AdmittedCall,
  requestId: string,
  ending: Ending,
  tags: readonly string[],
): Promise<void> | undefined {
  const { call, key, model, grant } = admitted
  const { tokens, costNano, overageNano } = chargeOf(admitted, ending.usage)
  admitted.limits.finish(tokens.promptTokens + tokens.completionTokens)
  if (OPERATIONS[call.operation].pricing === 'free') return undefined
  return writer.settle({
    organizationId: key.organizationId,
    requestId,
    source: 'gateway',
    startedAt: admitted.startedAt,
    userId: key.userId,
    teamId: key.teamId,
    apiKeyId: key.id,
    modelId: model.id,
    modelName: model.name,
    operation: call.operation,
    isStream: call.isStream,
    outcome: ending.outcome,
    statusCode: ending.statusCode,
    errorCode: ending.errorCode,
    ...tokens,
    costNano,
    isEstimated: ending.usage === 'unknown',
    durationMs: ending.endedAt - admitted.startedAt,
    timeToFirstTokenMs: ending.timeToFirstByteMs,
    endUser: call.endUser,
    tags,
    metadata: { keyName: grant.name, ...(overageNano > 0n ? { overageNano: overageNano.toString() } : {}) },
    budgetIds: admitted.chain.map((link) => link.id),
    holds: admitted.holds,
  })
}
