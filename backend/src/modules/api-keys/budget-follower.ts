import type { BudgetFollower } from '#modules/budgets'
import type { Clock } from '#platform/clock'
import { bumpDesired } from './api-key.queries.ts'
import type { ProxyKeys } from './proxy-keys.ts'

/**
 * LiteLLM keeps a copy of a key's budget: it hears of increases and of what was forgiven. When an increase ends by itself,
 * the reconciler tells it; until then our own limit binds the gateway.
 */
export function followBudgets(proxy: ProxyKeys, clock: Clock): BudgetFollower {
  return async (tx, _caller, { organizationId, level, subjectId }) => {
    if (level !== 'key') return
    const desiredVersion = await bumpDesired(tx, subjectId, proxy.stateAfterChange)
    if (desiredVersion === undefined) return
    await proxy.update(tx, { organizationId, id: subjectId, desiredVersion }, clock.now())
    tx.afterCommit(() => proxy.wake())
  }
}
