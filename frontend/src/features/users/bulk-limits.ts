import { durationOf, type BudgetWindow } from '../people/budget-queries.ts'
import { noLimits, type Limits } from '../people/limits.ts'

export interface BulkLimits extends Limits {
  readonly maxBudget: number | null
}

/** What is written in the form, and which of it is to be changed. */
export interface BulkLimitsDraft {
  readonly chosen: Readonly<Record<keyof BulkLimits, boolean>>
  readonly limits: BulkLimits
  readonly window: BudgetWindow
}

export const nothingChosen: BulkLimitsDraft = {
  chosen: { rpmLimit: false, tpmLimit: false, maxParallelRequests: false, maxBudget: false },
  limits: { ...noLimits, maxBudget: null },
  window: '1mo',
}

const userDuration = (window: BudgetWindow) => {
  const duration = durationOf(window)
  return duration === '1y' ? null : duration
}

/** Only what was chosen: what is left out stays as it is. A lifted budget has no window either. */
export function bulkLimitsOf({ chosen, limits, window }: BulkLimitsDraft) {
  const { maxBudget, rpmLimit, tpmLimit, maxParallelRequests } = limits
  return {
    ...(chosen.rpmLimit ? { rpmLimit } : {}),
    ...(chosen.tpmLimit ? { tpmLimit } : {}),
    ...(chosen.maxParallelRequests ? { maxParallelRequests } : {}),
    ...(chosen.maxBudget
      ? { maxBudget, budgetDuration: maxBudget === null ? null : userDuration(window) }
      : {}),
  }
}
