import { expect, it } from 'vitest'
import { shareOf, stepsOf } from './price-change.ts'

const price = (validFrom: string, inputPricePerMillion: number | null) => ({
  validFrom,
  validUntil: null,
  inputPricePerMillion,
  outputPricePerMillion: null,
  cachedInputPricePerMillion: null,
  pricePerRequest: null,
})

it('says by how much a price changes, where that can be said', () => {
  expect(shareOf(2, 3)).toBe(0.5)
  expect(shareOf(2, 1)).toBe(-0.5)
  expect(shareOf(0, 1)).toBeUndefined()
  expect(shareOf(null, 1)).toBeUndefined()
})

it('draws prices from the oldest until now and leaves unknown ones out', () => {
  const prices = [
    price('2026-03-01T00:00:00Z', 3),
    price('2026-02-01T00:00:00Z', null),
    price('2026-01-01T00:00:00Z', 2),
  ]
  expect(stepsOf(prices, 'inputPricePerMillion', '2026-04-01T00:00:00Z')).toEqual([
    ['2026-01-01T00:00:00Z', 2],
    ['2026-03-01T00:00:00Z', 3],
    ['2026-04-01T00:00:00Z', 3],
  ])
  expect(stepsOf(prices, 'outputPricePerMillion', '2026-04-01T00:00:00Z')).toEqual([])
})
