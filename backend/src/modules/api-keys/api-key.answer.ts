import { nextResetOrNull } from '#modules/budgets'
import { usdFromNano, usdFromNanoOrNull } from '#platform/http'
import type { ApiKeyRow } from './api-key.queries.ts'
import type { ApiKey } from './api-key.schemas.ts'
import type { KeyState, ModelLimit } from './key-state.ts'

/** The row as it goes over the wire. A window that is over has begun anew, also before anybody wrote that down. */
export function toApiKey(row: ApiKeyRow, now: Date): ApiKey {
  const { id, name, keyHint, status, syncState, rpmLimit, tpmLimit, maxParallelRequests } = row
  const { expiresAt, lastUsedAt, createdAt, version, budgetDuration } = row
  return {
    id,
    name,
    keyHint,
    status,
    syncState,
    models: row.models.map((model) => ({ id: model.id, name: model.name })),
    maxBudget: usdFromNanoOrNull(row.maxBudgetNano),
    spend: usdFromNano(row.spendNano),
    budgetDuration,
    budgetResetAt: nextResetOrNull(budgetDuration, now)?.toISOString() ?? null,
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    modelLimits: [...modelLimitsOf(row)].map(([modelId, limit]) => ({
      modelId,
      maxBudget: usdFromNanoOrNull(limit.maxBudgetNano),
      rpmLimit: limit.rpmLimit,
      tpmLimit: limit.tpmLimit,
    })),
    expiresAt,
    lastUsedAt,
    createdAt,
    version,
  }
}

/** The row as its owner decided it. */
export function toKeyState(row: ApiKeyRow): KeyState {
  const {
    name,
    isDisabled,
    maxBudgetNano,
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    expiresAt,
    budgetDuration,
  } = row
  return {
    name,
    isDisabled,
    modelIds: row.models.map((model) => model.id),
    modelLimits: modelLimitsOf(row),
    maxBudgetNano,
    budgetDuration,
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    expiresAt,
  }
}

function modelLimitsOf(row: ApiKeyRow): Map<string, ModelLimit> {
  return new Map(
    row.models.flatMap(({ id, rpmLimit, tpmLimit, maxBudgetNano }) =>
      rpmLimit === null && tpmLimit === null && maxBudgetNano === null
        ? []
        : [
            [
              id,
              { rpmLimit, tpmLimit, maxBudgetNano: maxBudgetNano === null ? null : BigInt(maxBudgetNano) },
            ],
          ],
    ),
  )
}
