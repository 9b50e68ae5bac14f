/** How long a budget lasts; null never starts anew. */
export type BudgetDuration = '1d' | '7d' | '1mo'

const DAY_MS = 86_400_000
const THURSDAY_TO_MONDAY = 3

/**
 * When the window that holds `now` ends: the next midnight, Monday or first of the month in UTC. LiteLLM counts by the
 * same calendar. Always later than `now`.
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
  }
}

/** The same for a budget that may never start anew. */
export function nextResetOrNull(duration: BudgetDuration | null, now: Date): Date | null {
  return duration === null ? null : nextReset(duration, now)
}
