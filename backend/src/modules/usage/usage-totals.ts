import { usdFromNano } from '#platform/http'
import type { PreviousSums, Sums } from './usage-source.queries.ts'
import type { UsageTotals } from './usage.schemas.ts'

/** Of a period without calls: nothing is measured, so no rate and no time is known. */
export const NOTHING: UsageTotals = {
  requests: 0,
  errors: 0,
  cancelled: 0,
  successRate: null,
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: 0,
  cost: 0,
  averageDurationMs: null,
  averageTimeToFirstTokenMs: null,
}

/** Sums of the database, nano-USD, as they go over the wire. */
export function toTotals(sums: Sums): UsageTotals {
  const { requests, errors, cancelled } = sums
  return {
    requests: Number(requests),
    errors: Number(errors),
    cancelled: Number(cancelled),
    successRate: requests === 0n ? null : Number(requests - errors - cancelled) / Number(requests),
    promptTokens: Number(sums.promptTokens),
    cachedPromptTokens: Number(sums.cachedPromptTokens),
    completionTokens: Number(sums.completionTokens),
    cost: usdFromNano(sums.costNano),
    averageDurationMs: toTenths(sums.averageDurationMs),
    averageTimeToFirstTokenMs: toTenths(sums.averageTimeToFirstTokenMs),
  }
}

export const toPrevious = (sums: PreviousSums): UsageTotals =>
  toTotals({
    requests: sums.previousRequests,
    errors: sums.previousErrors,
    cancelled: sums.previousCancelled,
    promptTokens: sums.previousPromptTokens,
    cachedPromptTokens: sums.previousCachedPromptTokens,
    completionTokens: sums.previousCompletionTokens,
    costNano: sums.previousCostNano,
    averageDurationMs: sums.previousAverageDurationMs,
    averageTimeToFirstTokenMs: sums.previousAverageTimeToFirstTokenMs,
  })

/** Milliseconds are measured whole; more than a tenth in an average would pretend. */
export const toTenths = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : Math.round(milliseconds * 10) / 10
