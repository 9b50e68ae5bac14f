/** Durations and calendar windows as LiteLLM reckons them (UTC). */

const pattern = /^(\d+)(mo|s|m|h|d|w)/

interface Duration {
  count: number
  unit: 's' | 'm' | 'h' | 'd' | 'w' | 'mo'
}

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

export class InvalidDuration extends Error {}

function parse(text: string): Duration {
  const match = pattern.exec(text)
  if (match === null) throw new InvalidDuration(`Invalid duration format: ${text}`)
  return { count: Number(match[1]), unit: match[2] as Duration['unit'] }
}

function midnight(now: Date, addDays: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + addDays))
}

function firstOfMonth(now: Date, addMonths: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + addMonths, 1))
}

/** `now` plus a duration such as `30s`, `5m`, `2h`, `7d`, `1w` or `1mo`. Throws InvalidDuration. */
export function after(now: Date, duration: string): Date {
  const { count, unit } = parse(duration)
  if (unit !== 'mo') return new Date(now.getTime() + count * seconds[unit] * 1000)
  const next = new Date(now)
  next.setUTCMonth(next.getUTCMonth() + count)
  return next
}

/**
 * The end of the budget window that holds `now`: `1d` midnight, `7d`/`1w` Monday, `30d` and `1mo` the first of next
 * month, other days midnight plus N days, smaller units aligned multiples. Throws InvalidDuration.
 */
export function windowEnd(now: Date, duration: string): Date {
  const { count, unit } = parse(duration)
  if (unit === 'mo') return firstOfMonth(now, count)
  if (unit === 'd' || unit === 'w') {
    const days = unit === 'w' ? count * 7 : count
    if (days === 7) return midnight(now, (8 - now.getUTCDay()) % 7 || 7)
    if (days === 30) return firstOfMonth(now, 1)
    return midnight(now, days)
  }
  const step = count * seconds[unit] * 1000
  if (step === 0) return now
  return new Date((Math.floor(now.getTime() / step) + 1) * step)
}

/** A timestamp as typed answers write it (`Z`) or as raw rows do (`+00:00`); null stays null. */
export function stamp(value: string | null, zone: 'Z' | '+00:00'): string | null {
  return value === null
    ? null
    : value.replace(/(\.\d{3})?Z$/, (_whole, millis: string | undefined) => `${millis ?? '.000'}000${zone}`)
}
