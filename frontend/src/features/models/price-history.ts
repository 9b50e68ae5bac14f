import type { ModelPrice } from './catalogue-queries.ts'
import type { PriceLine } from './model-kind.ts'

export interface PriceSeries {
  readonly kind: PriceLine['kind']
  /** US dollars by place of `moments`; null where none was set. */
  readonly usd: ReadonlyArray<number | null>
}

export interface PriceCourse {
  /** Since when each price held, oldest first; the last one is now. */
  readonly moments: readonly string[]
  readonly series: readonly PriceSeries[]
}

const fields = [
  ['input', 'inputPricePerMillion'],
  ['cachedInput', 'cachedInputPricePerMillion'],
  ['output', 'outputPricePerMillion'],
  ['request', 'pricePerRequest'],
] as const

/** What was ever in force, newest first as the server tells it, as lines that go on until now. Kinds that were never priced are left out. */
export function priceCourse(prices: readonly ModelPrice[], now: string): PriceCourse {
  const oldestFirst = prices.toReversed()
  const last = oldestFirst.at(-1)
  if (last === undefined) return { moments: [], series: [] }
  const end = last.validUntil ?? now
  const series = fields.map(([kind, field]) => {
    const usd = oldestFirst.map((price) => price[field])
    return { kind, usd: [...usd, last[field]] }
  })
  return {
    moments: [...oldestFirst.map((price) => price.validFrom), end],
    series: series.filter(({ usd }) => usd.some((price) => price !== null)),
  }
}
