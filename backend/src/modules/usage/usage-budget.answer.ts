import { nextResetOrNull, type BudgetDuration } from '#modules/budgets'
import { usdFromNano, usdFromNanoOrNull } from '#platform/http'
import type { KeyBudgetRow, LevelBudgetRow } from './usage-budget.queries.ts'
import type { UsageBudget } from './usage-budget.schemas.ts'

type Key = UsageBudget['keys'][number]
type Level = UsageBudget['levels'][number]

interface Amounts {
  readonly limitNano: bigint | null
  readonly spentNano: bigint
  readonly reservedNano: bigint
  readonly duration: BudgetDuration | null
}

const windowOf = ({ duration }: Amounts, now: Date) => ({
  duration,
  resetAt: nextResetOrNull(duration, now)?.toISOString() ?? null,
})

const amountsOf = (row: Amounts, now: Date) => ({
  limit: usdFromNanoOrNull(row.limitNano),
  spent: usdFromNano(row.spentNano),
  reserved: usdFromNano(row.reservedNano),
  ...windowOf(row, now),
})

/** The rows come key by key, each key's own budget first. */
export function toKeyBudgets(rows: readonly KeyBudgetRow[], now: Date): Key[] {
  const keys: Key[] = []
  for (const row of rows) {
    const { apiKeyId, apiKeyName, modelId, modelName } = row
    if (modelId === null || modelName === null) {
      keys.push({ apiKeyId, apiKeyName, ...amountsOf(row, now), models: [] })
      continue
    }
    keys.at(-1)?.models.push({ modelId, modelName, ...amountsOf(row, now) })
  }
  return keys
}

/** Amounts of a budget that others spend from too stay hidden; how much of it is left concerns everybody. */
export function toLevelBudget(row: LevelBudgetRow, now: Date, mayShowAmounts: boolean): Level {
  const { level, teamId, teamName } = row
  const { limit, spent, reserved, ...window } = amountsOf(row, now)
  const shown = mayShowAmounts ? { limit, spent, reserved } : { limit: null, spent: null, reserved: null }
  return { level, teamId, teamName, usedPercent: usedPercent(row), ...shown, ...window }
}

/** To a tenth of a per cent; a limit of nothing is used up. */
function usedPercent({ limitNano, spentNano }: Amounts): number {
  if (limitNano === null) return 0
  if (spentNano >= limitNano) return 100
  return Number((spentNano * 1000n) / limitNano) / 10
}
