import { addDays } from './ranges.ts'

export interface HeatDay {
  readonly day: string
  /** Null outside of the time that is shown. */
  readonly value: number | null
  /** 0: nothing; 1 to 4: quarters of the busiest days. */
  readonly level: 0 | 1 | 2 | 3 | 4
}

/** Weeks begin on Monday, as budgets do. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

/**
 * Weeks of seven days each. Levels are quarters of what is usual, not of the highest day: one day beyond all others
 * would make the rest look empty.
 */
export function weeksOf(values: ReadonlyMap<string, number>, from: string, to: string): HeatDay[][] {
  const ranked = [...values.values()].filter((value) => value > 0).sort((a, b) => a - b)
  const first = addDays(from, -weekdayOf(from))
  const weeks: HeatDay[][] = []
  for (let monday = first; monday <= to; monday = addDays(monday, 7))
    weeks.push(
      Array.from({ length: 7 }, (_none, index) => {
        const day = addDays(monday, index)
        const value = day < from || day > to ? null : (values.get(day) ?? 0)
        return { day, value, level: levelOf(value ?? 0, ranked) }
      }),
    )
  return weeks
}

function levelOf(value: number, ranked: readonly number[]): HeatDay['level'] {
  if (value <= 0) return 0
  const share = ranked.filter((one) => one <= value).length / ranked.length
  if (share <= 0.25) return 1
  if (share <= 0.5) return 2
  return share <= 0.75 ? 3 : 4
}
