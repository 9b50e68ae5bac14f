import { expect, it } from 'vitest'
import { changedValues, isChanged } from './section-draft.ts'

const before = { budget: 10, limit: null, isOn: false }

it('sends what differs, also when it was taken away', () => {
  expect(changedValues<Record<string, unknown>>(before, { ...before, budget: null, isOn: true })).toEqual({
    budget: null,
    isOn: true,
  })
})

it('is not changed by writing the same again', () => {
  expect(isChanged(before, { ...before })).toBe(false)
  expect(isChanged<Record<string, unknown>>(before, { ...before, limit: 0 })).toBe(true)
})
