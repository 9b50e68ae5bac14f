import type { Price } from './catalogue-queries.ts'

export const priceFields = [
  'inputPricePerMillion',
  'outputPricePerMillion',
  'cachedInputPricePerMillion',
  'pricePerRequest',
] as const

/** By how much it rose or fell, as a share of what it was; undefined where that says nothing. */
export function shareOf(before: number | null, after: number | null): number | undefined {
  if (before === null || after === null || before === 0) return undefined
  return (after - before) / before
}

type PriceField = (typeof priceFields)[number]

/** Points of a line that goes up and down in steps until now; the API tells the newest first. */
export function stepsOf(
  prices: readonly Price[],
  field: PriceField,
  now: string,
): ReadonlyArray<readonly [string, number]> {
  const known = prices.toReversed().flatMap((price) => {
    const value = price[field]
    return value === null ? [] : [[price.validFrom, value] as const]
  })
  const last = known.at(-1)
  return last ? [...known, [now, last[1]]] : []
}
