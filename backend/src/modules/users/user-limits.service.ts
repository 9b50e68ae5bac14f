import { changed } from '#identity'
import { assertNotOwnMachine } from '#modules/organizations'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, nanoFromUsd, usdFromNanoOrNull } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { codes } from './user.errors.ts'
import {
  lockLimits,
  writeBudget,
  writeLimits,
  type LimitsRow,
  type LimitsState,
} from './user-limits.queries.ts'
import type { LimitChange, LimitValues, SetUserLimits, UserLimits } from './user-limits.schemas.ts'

/** What a person may use in an organization, over all of their keys. */
export class UserLimitsService extends BaseService {
  /** Sets all of them. 404 for somebody who is no member, 403 `SELF_LIMIT` for oneself. */
  async set(caller: Caller, userId: string, body: SetUserLimits, version?: number): Promise<UserLimits> {
    this.organizationOf(caller)
    const { reason, version: _version, ...limits } = body
    return await this.transaction(
      caller,
      async (tx) => {
        const before = await lockLimits(tx, userId)
        if (!before) throw ApplicationError.notFound('user', userId)
        if (isSelf(caller, userId))
          throw ApplicationError.forbidden('Nobody changes their own limits.', undefined, codes.SELF_LIMIT)
        await assertNotOwnMachine(tx, caller, userId, codes.SELF_LIMIT)
        assertVersion(before.version, version)
        await this.apply(tx, caller, before, limits, reason)
        const after = await lockLimits(tx, userId)
        if (!after) throw ApplicationError.notFound('user', userId)
        return { userId, ...valuesOf(after), version: after.version }
      },
      'change of limits',
    )
  }

  /** Writes what is other than before, with its audit row; answers whether anything is. The row is locked. */
  async apply(
    tx: Tx,
    caller: Caller,
    before: LimitsRow,
    change: LimitChange,
    reason: string | undefined,
  ): Promise<boolean> {
    const next = stateAfter(before, change)
    if (isSame(before, next)) return false
    await writeLimits(tx, before.userId, next)
    if (before.maxBudgetNano !== next.maxBudgetNano || before.budgetDuration !== next.budgetDuration)
      await writeBudget(tx, before.userId, next, this.clock.now())
    await changed(tx, { kind: 'user', id: before.userId })
    await this.audit(tx, caller, {
      category: 'user',
      action: 'user.limits_changed',
      resourceType: 'user',
      resourceId: before.userId,
      before: valuesOf(before),
      after: valuesOf(next),
      reason,
    })
    await announce(tx, {
      name: 'user.limits-changed',
      audience: { userId: before.userId },
      data: { userId: before.userId, ...valuesOf(next) },
    })
    return true
  }
}

export const isSelf = (caller: Caller, userId: string): boolean => caller.userId === userId.toLowerCase()

export function stateAfter(before: LimitsState, change: LimitChange): LimitsState {
  const { maxBudget, budgetDuration } = change
  const pick = <T>(given: T | undefined, known: T): T => (given === undefined ? known : given)
  return {
    rpmLimit: pick(change.rpmLimit, before.rpmLimit),
    tpmLimit: pick(change.tpmLimit, before.tpmLimit),
    maxParallelRequests: pick(change.maxParallelRequests, before.maxParallelRequests),
    maxBudgetNano:
      maxBudget === undefined
        ? before.maxBudgetNano
        : maxBudget === null
          ? null
          : nanoFromUsd(maxBudget, 'maxBudget'),
    budgetDuration: pick(budgetDuration === '30d' ? '1mo' : budgetDuration, before.budgetDuration),
  }
}

export const isSame = (a: LimitsState, b: LimitsState): boolean =>
  a.rpmLimit === b.rpmLimit &&
  a.tpmLimit === b.tpmLimit &&
  a.maxParallelRequests === b.maxParallelRequests &&
  a.maxBudgetNano === b.maxBudgetNano &&
  a.budgetDuration === b.budgetDuration

export function valuesOf(state: LimitsState): LimitValues {
  const { rpmLimit, tpmLimit, maxParallelRequests, budgetDuration } = state
  return {
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    maxBudget: usdFromNanoOrNull(state.maxBudgetNano),
    budgetDuration,
  }
}
