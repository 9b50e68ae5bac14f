import type { Hold } from '#modules/budgets'

/** One finished model call, as the gateway saw it. Amounts are nano-USD, times epoch milliseconds. */
export interface FinishedCall {
  readonly organizationId: string
  readonly requestId: string
  readonly source: 'gateway' | 'proxy' | 'sweeper'
  readonly startedAt: number
  readonly userId: string
  readonly teamId: string | null
  readonly apiKeyId: string
  readonly modelId: string
  readonly modelName: string
  readonly operation: string
  readonly isStream: boolean
  readonly outcome: 'success' | 'error' | 'cancelled'
  readonly statusCode: number
  readonly errorCode: string | null
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
  readonly costNano: bigint
  readonly isEstimated: boolean
  /** Null where nobody measured it. */
  readonly durationMs: number | null
  readonly timeToFirstTokenMs: number | null
  readonly endUser: string | null
  /** Words that the caller sorts its usage by. */
  readonly tags?: readonly string[]
  readonly metadata: Readonly<Record<string, string | number | boolean>>
  /** Every budget that pays for it. */
  readonly budgetIds: readonly string[]
  /** What was set aside for it. */
  readonly holds: readonly Hold[]
}
