import { nextResetOrNull } from '#modules/budgets'
import { usdFromNano, usdFromNanoOrNull } from '#platform/http'
import type { AdminApiKey } from './admin-api-key.schemas.ts'
import type { ApiKeyRow } from './api-key.queries.ts'
import type { ApiKey } from './api-key.schemas.ts'
import type { KeyState, ModelLimit } from './key-state.ts'

const LOST =
  'LiteLLM has lost this key, and its secret is not known here any more: rotate the key to get a new one.'
const REFUSED = 'LiteLLM refuses the present state of this key; ask an administrator, or rotate the key.'

/** The row as it goes over the wire. A window that is over has begun anew, also before anybody wrote that down. */
export function toApiKey(row: ApiKeyRow, now: Date): ApiKey {
  const { id, name, keyHint, status, syncState, team, rpmLimit, tpmLimit, maxParallelRequests } = row
  const {
    adminLimits,
    tags,
    metadata,
    allowedIps,
    expiresAt,
    lastUsedAt,
    createdAt,
    version,
    budgetDuration,
  } = row
  return {
    id,
    name,
    keyHint,
    status,
    syncState,
    syncMessage: syncState === 'failed' ? (row.isLost ? LOST : REFUSED) : null,
    team,
    models: row.models.map((model) => ({ id: model.id, name: model.name })),
    maxBudget: usdFromNanoOrNull(row.maxBudgetNano),
    softBudget: usdFromNanoOrNull(row.softBudgetNano),
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
    adminLimits,
    tags,
    metadata,
    allowedIps,
    expiresAt,
    lastUsedAt,
    createdAt,
    version,
  }
}

/** And whose it is, for administrators. */
export function toAdminApiKey(row: ApiKeyRow, now: Date): AdminApiKey {
  const { organizationId, userId, username, displayName } = row
  return { ...toApiKey(row, now), organizationId, userId, username, displayName }
}

/** The row as its owner decided it. */
export function toKeyState(row: ApiKeyRow): KeyState {
  const { name, isDisabled, maxBudgetNano, softBudgetNano, rpmLimit, tpmLimit, maxParallelRequests } = row
  const { expiresAt, budgetDuration, tags, metadata, allowedIps } = row
  return {
    name,
    isDisabled,
    modelIds: row.models.map((model) => model.id),
    modelLimits: modelLimitsOf(row),
    maxBudgetNano,
    softBudgetNano,
    budgetDuration,
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    expiresAt,
    tags,
    metadata,
    allowedIps,
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
