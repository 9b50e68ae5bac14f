import { usdFromNano, usdFromNanoOrNull } from '#platform/http'
import { nextResetOrNull, type BudgetDuration } from './budget-window.ts'
import type { IncreaseRow } from './budget-change.queries.ts'
import type { BudgetRow, MyBudgetRow, WindowRow } from './budget.queries.ts'
import type { Budget, BudgetWindow, BudgetWithSpenders, Increase, MyBudget } from './budget.schemas.ts'
import type { Spender } from './spenders.queries.ts'

const windowOf = (duration: BudgetDuration | null, now: Date) => ({
  duration,
  resetAt: nextResetOrNull(duration, now)?.toISOString() ?? null,
})

const percentOf = ({ usedPermille }: { usedPermille: bigint }) => Number(usedPermille) / 10

export function toBudget(row: BudgetRow, now: Date): Budget {
  const { limitNano, softLimitNano, increaseNano, spentNano, reservedNano, usedPermille, duration, ...rest } =
    row
  return {
    ...rest,
    limit: usdFromNanoOrNull(limitNano),
    softLimit: usdFromNanoOrNull(softLimitNano),
    increase: usdFromNano(increaseNano),
    spent: usdFromNano(spentNano),
    reserved: usdFromNano(reservedNano),
    usedPercent: percentOf({ usedPermille }),
    ...windowOf(duration, now),
  }
}

export function withSpenders(budget: Budget, spenders: readonly Spender[]): BudgetWithSpenders {
  const top = (kind: Spender['kind']) =>
    spenders
      .filter((one) => one.kind === kind)
      .map(({ id, name, requests, costNano }) => ({
        id,
        name,
        requests: Number(requests),
        cost: usdFromNano(costNano),
      }))
  return { ...budget, topUsers: top('user'), topKeys: top('key'), topModels: top('model') }
}

const OWN_LEVELS: ReadonlySet<string> = new Set(['key', 'key_model', 'user'])

/** Amounts of a budget that others spend from too stay hidden; how much of it is left concerns everybody. */
export function toMyBudget(row: MyBudgetRow, now: Date): MyBudget {
  const { id, level, subjectId, subjectName, modelId, modelName } = row
  const isOwn = OWN_LEVELS.has(level)
  return {
    id,
    level,
    subjectId,
    subjectName,
    modelId,
    modelName,
    limit: isOwn && row.limitNano !== null ? usdFromNano(row.limitNano + row.increaseNano) : null,
    softLimit: isOwn ? usdFromNanoOrNull(row.softLimitNano) : null,
    spent: isOwn ? usdFromNano(row.spentNano) : null,
    reserved: isOwn ? usdFromNano(row.reservedNano) : null,
    usedPercent: percentOf(row),
    ...windowOf(row.duration, now),
  }
}

export const toIncrease = ({ amountNano, ...row }: IncreaseRow): Increase => ({
  ...row,
  amount: usdFromNano(amountNano),
})

export const toWindow = ({ limitNano, spentNano, adjustedNano, ...row }: WindowRow): BudgetWindow => ({
  ...row,
  limit: usdFromNanoOrNull(limitNano),
  spent: usdFromNano(spentNano),
  adjusted: Number(adjustedNano) / 1e9,
})
