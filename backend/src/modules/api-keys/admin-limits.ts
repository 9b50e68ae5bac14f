import { ApplicationError } from '#platform/errors'
import { usdFromNano, usdFromNanoOrNull } from '#platform/http'
import { codes } from './api-key.errors.ts'
import type { AdminLimits, UpdateApiKey } from './api-key.schemas.ts'
import type { KeyState } from './key-state.ts'

// Pure: what an administrator's change of a key binds its owner to.

/**
 * Each limit that the administrator wrote becomes a bound for the owner; one that was written as null binds no more. The
 * window goes with the budget: the same amount in shorter windows would be more.
 */
export function limitsAfter(before: AdminLimits, body: UpdateApiKey, state: KeyState): AdminLimits {
  const next: Record<string, unknown> = { ...before }
  const set = (field: keyof AdminLimits, value: unknown, isBinding: boolean) => {
    if (isBinding) next[field] = value
    else delete next[field]
  }
  if (body.maxBudget !== undefined) {
    const { maxBudgetNano } = state
    set('maxBudget', maxBudgetNano === null ? null : usdFromNano(maxBudgetNano), maxBudgetNano !== null)
    set('budgetDuration', state.budgetDuration, maxBudgetNano !== null)
  } else if (body.budgetDuration !== undefined)
    set('budgetDuration', state.budgetDuration, before.maxBudget !== undefined)
  for (const field of ['rpmLimit', 'tpmLimit', 'maxParallelRequests', 'expiresAt'] as const)
    if (body[field] !== undefined) set(field, state[field], state[field] !== null)
  if (body.isDisabled !== undefined) set('isDisabled', true, body.isDisabled)
  if (body.modelLimits !== undefined)
    set(
      'modelLimits',
      [...state.modelLimits].map(([modelId, limit]) => ({
        modelId,
        maxBudget: usdFromNanoOrNull(limit.maxBudgetNano),
        rpmLimit: limit.rpmLimit,
        tpmLimit: limit.tpmLimit,
      })),
      state.modelLimits.size > 0,
    )
  return next as AdminLimits
}

/** 403 `KEY_LOCKED` for an owner who enables what an administrator has disabled. */
export function assertMayEnable(limits: AdminLimits, body: UpdateApiKey): void {
  if (limits.isDisabled === true && body.isDisabled === false)
    throw ApplicationError.forbidden(
      'An administrator has disabled this key; ask them to enable it.',
      undefined,
      codes.KEY_LOCKED,
    )
}
