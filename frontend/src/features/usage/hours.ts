import type { UsageHour } from './usage-source.ts'

/** Calls by hour of the day in UTC, over all days. */
export function callsByHour(hours: readonly UsageHour[]): readonly number[] {
  const sums = Array.from({ length: 24 }, () => 0)
  for (const { hour, requests } of hours) {
    const place = new Date(hour).getUTCHours()
    sums[place] = (sums[place] ?? 0) + requests
  }
  return sums
}
