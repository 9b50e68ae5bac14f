import { ApplicationError } from '#platform/errors'

/** `from` inclusive, `to` exclusive. */
export interface Period {
  readonly from: Date
  readonly to: Date
}

/** How a period is read: whole days from the daily sums, what is left at its ends from the single calls. */
export interface PeriodParts {
  readonly days: Period | undefined
  readonly rest: readonly Period[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DEFAULT_DAYS = 30
const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(2200, 0, 1)

/** Reads one bound of a query; 400 for a moment that does not exist or that nobody can mean. */
export function parseMoment(text: string, field: string): Date {
  const at = Date.parse(text)
  // `2026-02-31` is read as the 3rd of March; such a day is a mistake of the caller's.
  const isRealDay =
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toJSON()?.startsWith(text.slice(0, 10)) === true
  if (Number.isNaN(at) || !isRealDay || at < EARLIEST || at > LATEST)
    throw ApplicationError.validation(
      `The field '${field}' must be a date or a date-time between 1970 and 2200.`,
      field,
      text,
    )
  return new Date(at)
}

/** The period of a query. Without bounds: the last 30 days, today included, in UTC. */
export function parsePeriod(query: { from?: string; to?: string }, now: Date): Period {
  const to = query.to === undefined ? endOfDay(now) : parseMoment(query.to, 'to')
  const from = query.from === undefined ? addDays(to, -DEFAULT_DAYS) : parseMoment(query.from, 'from')
  return ordered({ from, to })
}

/** As given: a list without bounds goes back to the first call. */
export function parseOpenPeriod(query: { from?: string; to?: string }): Partial<Period> {
  const from = query.from === undefined ? undefined : parseMoment(query.from, 'from')
  const to = query.to === undefined ? undefined : parseMoment(query.to, 'to')
  if (from && to) ordered({ from, to })
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) }
}

function ordered(period: Period): Period {
  if (period.from >= period.to) throw ApplicationError.validation(`'from' must be before 'to'.`, 'from')
  return period
}

/** The period of equal length that ends where this one begins. */
export function previousPeriod({ from, to }: Period): Period {
  return { from: new Date(2 * from.getTime() - to.getTime()), to: from }
}

export function splitPeriod(period: Period): PeriodParts {
  const from = new Date(Math.ceil(period.from.getTime() / DAY_MS) * DAY_MS)
  const to = startOfDay(period.to)
  if (from >= to) return { days: undefined, rest: [period] }
  const ends = [
    { from: period.from, to: from },
    { from: to, to: period.to },
  ]
  return { days: { from, to }, rest: ends.filter((end) => end.from < end.to) }
}

/** `YYYY-MM-DD` of every day that the period touches; 400 when these are more than `max`. */
export function daysOf(period: Period, max: number): string[] {
  const first = startOfDay(period.from)
  const count = Math.ceil((period.to.getTime() - first.getTime()) / DAY_MS)
  if (count > max) throw ApplicationError.validation(`Ask for at most ${max} days.`, 'from')
  return Array.from({ length: count }, (_, index) => dayOf(addDays(first, index)))
}

/** `YYYY-MM-DDTHH` of every hour that the period touches; 400 when it is longer than `maxDays`. */
export function hoursOf(period: Period, maxDays: number): string[] {
  const first = Math.floor(period.from.getTime() / HOUR_MS)
  const count = Math.ceil(period.to.getTime() / HOUR_MS) - first
  if (period.to.getTime() - period.from.getTime() > maxDays * DAY_MS)
    throw ApplicationError.validation(`Ask for at most ${maxDays} days.`, 'from')
  return Array.from({ length: count }, (_, index) =>
    new Date((first + index) * HOUR_MS).toISOString().slice(0, 13),
  )
}

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const addDays = (at: Date, days: number) => new Date(at.getTime() + days * DAY_MS)
const startOfDay = (at: Date) => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
const endOfDay = (at: Date) => addDays(startOfDay(at), 1)
