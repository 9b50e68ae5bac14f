import { StringEnum } from '#platform/http'

const DURATIONS = ['1d', '7d', '1mo', '1y'] as const
/** How long a budget lasts; null never starts anew. */
export type BudgetDuration = (typeof DURATIONS)[number]

/** As it is stored and answered. */
export const BudgetDurationText = StringEnum(DURATIONS)

const OTHER_NAMES = { '30d': '1mo', daily: '1d', weekly: '7d', monthly: '1mo', yearly: '1y' } as const
type OtherName = keyof typeof OTHER_NAMES

/** As it may be written. */
export const BudgetDurationInput = StringEnum<BudgetDuration | OtherName>([
  ...DURATIONS,
  '30d',
  'daily',
  'weekly',
  'monthly',
  'yearly',
])

const isOtherName = (text: string): text is OtherName => Object.hasOwn(OTHER_NAMES, text)

/** The one name of a duration that has several. */
export function durationOf(text: BudgetDuration | OtherName): BudgetDuration {
  return isOtherName(text) ? OTHER_NAMES[text] : text
}

/** Whether money comes back more often with `one` than with `other`; null never comes back. */
export function isShorter(one: BudgetDuration | null, other: BudgetDuration | null): boolean {
  const rank = (duration: BudgetDuration | null) =>
    duration === null ? DURATIONS.length : DURATIONS.indexOf(duration)
  return rank(one) < rank(other)
}

const DAY_MS = 86_400_000
const THURSDAY_TO_MONDAY = 3

/**
 * When the window that holds `now` ends: the next midnight, Monday, first of the month or of the year in UTC. LiteLLM counts by the
 * same calendar, except for years, which it does not know. Always later than `now`.
 */
export function nextReset(duration: BudgetDuration, now: Date): Date {
  const days = Math.floor(now.getTime() / DAY_MS)
  switch (duration) {
    case '1d':
      return new Date((days + 1) * DAY_MS)
    case '7d': {
      // Day 0 of the epoch was a Thursday.
      const sinceMonday = (days + THURSDAY_TO_MONDAY) % 7
      return new Date((days - sinceMonday + 7) * DAY_MS)
    }
    case '1mo':
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
    case '1y':
      return new Date(Date.UTC(now.getUTCFullYear() + 1, 0, 1))
  }
}

/** The same for a budget that may never start anew. */
export function nextResetOrNull(duration: BudgetDuration | null, now: Date): Date | null {
  return duration === null ? null : nextReset(duration, now)
}

/** When the window that holds `now` began. */
export function windowStart(duration: BudgetDuration, now: Date): Date {
  const end = nextReset(duration, now)
  switch (duration) {
    case '1d':
      return new Date(end.getTime() - DAY_MS)
    case '7d':
      return new Date(end.getTime() - 7 * DAY_MS)
    case '1mo':
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))
    case '1y':
      return new Date(Date.UTC(now.getUTCFullYear(), 0, 1))
  }
}
