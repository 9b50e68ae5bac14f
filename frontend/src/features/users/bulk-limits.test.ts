import { expect, test } from 'vitest'
import { bulkLimitsOf, nothingChosen } from './bulk-limits.ts'

const chosen = (names: object) => ({ ...nothingChosen, chosen: { ...nothingChosen.chosen, ...names } })

test('what is not chosen is not sent, whatever is written there', () => {
  const draft = { ...nothingChosen, limits: { ...nothingChosen.limits, rpmLimit: 60, maxBudget: 5 } }
  expect(bulkLimitsOf(draft)).toEqual({})
})

test('what is chosen and empty lifts the limit', () => {
  expect(bulkLimitsOf(chosen({ tpmLimit: true }))).toEqual({ tpmLimit: null })
  expect(bulkLimitsOf(chosen({ maxBudget: true }))).toEqual({ maxBudget: null, budgetDuration: null })
})

test('a budget comes with its window', () => {
  const draft = chosen({ maxBudget: true })
  const limits = { ...draft.limits, maxBudget: 20 }
  expect(bulkLimitsOf({ ...draft, limits })).toEqual({ maxBudget: 20, budgetDuration: '1mo' })
  expect(bulkLimitsOf({ ...draft, limits, window: 'never' })).toEqual({ maxBudget: 20, budgetDuration: null })
})
