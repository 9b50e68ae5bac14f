import { expect, it } from 'vitest'
import { checkKeys, checkRanges } from './key-limits.ts'

const open = {
  defaultBudget: null,
  defaultBudgetDuration: null,
  defaultExpiryDays: null,
  defaultMaxParallelRequests: null,
  defaultRpmLimit: null,
  defaultTpmLimit: null,
  isExpiryRequired: false,
  maximumActiveKeys: 10,
  maximumBudget: null,
  maximumExpiryDays: null,
  maximumModelBudget: null,
  maximumModelRpmLimit: null,
  maximumModelTpmLimit: null,
  maximumParallelRequests: null,
  maximumRpmLimit: null,
  maximumTpmLimit: null,
  shortestBudgetDuration: null,
} as const

it('has nothing against no limits at all', () => {
  expect(checkKeys(open)).toEqual({})
})

it('finds a default that no key may have', () => {
  const found = checkKeys({
    ...open,
    defaultBudget: 20,
    maximumBudget: 10,
    defaultRpmLimit: 5,
    maximumRpmLimit: 5,
  })
  expect(found).toEqual({ defaultBudget: 'aboveMaximum' })
})

it('finds figures that are none', () => {
  const draft = {
    ...open,
    maximumActiveKeys: Number.NaN,
    defaultBudget: -1,
    defaultTpmLimit: 1.5,
    maximumBudget: 0.5,
  }
  expect(checkKeys(draft)).toEqual({
    maximumActiveKeys: 'missing',
    defaultBudget: 'negative',
    defaultTpmLimit: 'whole',
  })
})

it('keeps whole numbers within their bounds', () => {
  const ranges = { days: [1, 90], months: [3, 120] } as const
  expect(checkRanges({ days: 90, months: 3 }, ranges)).toEqual({})
  expect(checkRanges({ days: 91, months: 3.5 }, ranges)).toEqual({ days: 'range', months: 'whole' })
})
