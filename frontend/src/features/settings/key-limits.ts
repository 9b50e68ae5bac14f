import type { Values } from './settings-queries.ts'

export type SettingComplaint = 'whole' | 'negative' | 'missing' | 'aboveMaximum' | 'range' | 'currency'

const pairs = [
  ['defaultBudget', 'maximumBudget'],
  ['defaultExpiryDays', 'maximumExpiryDays'],
  ['defaultRpmLimit', 'maximumRpmLimit'],
  ['defaultTpmLimit', 'maximumTpmLimit'],
  ['defaultMaxParallelRequests', 'maximumParallelRequests'],
] as const

/** What the server would refuse, said at the field: a default that no key may have, and figures that are none. */
export function checkKeys(draft: Values<'api-keys'>): Record<string, SettingComplaint> {
  const found: Record<string, SettingComplaint> = {}
  for (const [name, value] of Object.entries(draft)) {
    if (typeof value !== 'number') continue
    if (Number.isNaN(value)) found[name] = 'missing'
    else if (value < 0) found[name] = 'negative'
    else if (!/Budget$/.test(name) && !Number.isInteger(value)) found[name] = 'whole'
  }
  for (const [name, most] of pairs) {
    const [value, maximum] = [draft[name], draft[most]]
    if (value !== null && maximum !== null && value > maximum) found[name] ??= 'aboveMaximum'
  }
  return found
}

type Range = readonly [least: number, most: number]

/** For sections of whole numbers that each have their bounds. */
export function checkRanges(
  draft: Readonly<Record<string, unknown>>,
  ranges: Readonly<Record<string, Range>>,
): Record<string, SettingComplaint> {
  const found: Record<string, SettingComplaint> = {}
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = draft[name]
    if (typeof value !== 'number') continue
    if (Number.isNaN(value)) found[name] = 'missing'
    else if (!Number.isInteger(value)) found[name] = 'whole'
    else if (value < least || value > most) found[name] = 'range'
  }
  return found
}
