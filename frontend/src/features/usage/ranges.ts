/** Periods that people ask about. Days are days in UTC, as the server counts them. */
export const presets = ['today', '7d', '30d', '90d', 'month', 'lastMonth'] as const
export type Preset = (typeof presets)[number]

export interface Range {
  readonly preset: Preset | 'custom'
  /** `YYYY-MM-DD`. */
  readonly from: string
  /** `YYYY-MM-DD`, the last day that belongs to it. */
  readonly to: string
}

/** A period as the API takes it: `to` is the moment after. */
export interface Period {
  readonly from: string
  readonly to: string
}

const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** The server sums up at most so many days, and so many days hour by hour. */
export const MAX_DAYS = 400
export const MAX_HOURLY_DAYS = 31
const FEW_DAYS = 2

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const startOf = (day: string): Date => new Date(`${day}T00:00:00Z`)

export const addDays = (day: string, days: number): string =>
  dayOf(new Date(startOf(day).getTime() + days * DAY_MS))

const isDay = (value: unknown): value is string =>
  typeof value === 'string' && DAY.test(value) && !Number.isNaN(startOf(value).getTime())

/** The range in the address; the last 30 days when there is none, or one that cannot be. */
export function rangeOf(search: Readonly<Record<string, unknown>>, today: string): Range {
  const { range, from, to } = search
  const preset = presets.find((one) => one === range)
  if (preset !== undefined) return presetRange(preset, today)
  if (isDay(from) && isDay(to) && isPossible(from, to)) return { preset: 'custom', from, to }
  return presetRange('30d', today)
}

export const isPossible = (from: string, to: string): boolean =>
  from <= to && addDays(from, MAX_DAYS - 1) >= to

export function presetRange(preset: Preset, today: string): Range {
  const firstOfMonth = `${today.slice(0, 7)}-01`
  const lastOfPrevious = addDays(firstOfMonth, -1)
  const bounds: Record<Preset, readonly [string, string]> = {
    today: [today, today],
    '7d': [addDays(today, -6), today],
    '30d': [addDays(today, -29), today],
    '90d': [addDays(today, -89), today],
    month: [firstOfMonth, today],
    lastMonth: [`${lastOfPrevious.slice(0, 7)}-01`, lastOfPrevious],
  }
  const [from, to] = bounds[preset]
  return { preset, from, to }
}

/** What the address says about it; nothing for the usual one. */
export function searchOf({ preset, from, to }: Range): Record<'range' | 'from' | 'to', string | undefined> {
  const isUsual = preset === '30d'
  return {
    range: preset === 'custom' || isUsual ? undefined : preset,
    from: preset === 'custom' ? from : undefined,
    to: preset === 'custom' ? to : undefined,
  }
}

export const periodOf = ({ from, to }: Range): Period => ({ from, to: addDays(to, 1) })

export const lengthOf = ({ from, to }: Range): number =>
  Math.round((startOf(to).getTime() - startOf(from).getTime()) / DAY_MS) + 1

/** Hours where days would be one bar or two. */
export const isBestByHour = (range: Range): boolean => lengthOf(range) <= FEW_DAYS
export const canBeByHour = (range: Range): boolean => lengthOf(range) <= MAX_HOURLY_DAYS

/** The days before that the range is compared with: a month with the month before, else as many days. */
export function previousRange(range: Range): Range {
  if (range.preset === 'lastMonth') {
    const last = addDays(range.from, -1)
    return { preset: 'custom', from: `${last.slice(0, 7)}-01`, to: last }
  }
  if (range.preset === 'month') {
    const last = addDays(range.from, -1)
    const from = `${last.slice(0, 7)}-01`
    const same = addDays(from, lengthOf(range) - 1)
    return { preset: 'custom', from, to: same < last ? same : last }
  }
  const days = lengthOf(range)
  return { preset: 'custom', from: addDays(range.from, -days), to: addDays(range.to, -days) }
}

/**
 * What the range is compared with. A range that is not over yet is compared with as much of the days before: half a
 * day of today with the same half of yesterday. To the minute, so that one question stays the same for a while.
 */
export function previousPeriod(range: Range, now: Date): Period {
  const previous = periodOf(previousRange(range))
  if (range.to !== dayOf(now)) return previous
  const sinceMidnight = now.getTime() - startOf(range.to).getTime()
  const end = startOf(addDays(previous.to, -1)).getTime() + sinceMidnight
  return { from: previous.from, to: new Date(Math.floor(end / 60_000) * 60_000 + 60_000).toISOString() }
}

/** Whether the server's own comparison, with whole days, is fair: nearly all of the range has passed. */
export function isNearlyOver(range: Range, now: Date): boolean {
  if (range.to !== dayOf(now)) return true
  const passed = (now.getTime() - startOf(range.from).getTime()) / (lengthOf(range) * DAY_MS)
  return passed > 0.9
}
