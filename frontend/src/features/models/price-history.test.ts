import { expect, test } from 'vitest'
import { priceCourse } from './price-history.ts'

const price = (
  validFrom: string,
  validUntil: string | null,
  input: number | null,
  output: number | null,
) => ({
  validFrom,
  validUntil,
  inputPricePerMillion: input,
  outputPricePerMillion: output,
  cachedInputPricePerMillion: null,
  pricePerRequest: null,
})

test('prices run from the oldest to now, and what was never priced has no line', () => {
  const newestFirst = [price('2026-03-01', null, 2, 5), price('2026-01-01', '2026-03-01', 3, null)]
  expect(priceCourse(newestFirst, '2026-04-01')).toEqual({
    moments: ['2026-01-01', '2026-03-01', '2026-04-01'],
    series: [
      { kind: 'input', usd: [3, 2, 2] },
      { kind: 'output', usd: [null, 5, 5] },
    ],
  })
})

test('a model that was never priced has no course', () => {
  expect(priceCourse([], '2026-04-01')).toEqual({ moments: [], series: [] })
})
