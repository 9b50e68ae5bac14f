import { expect, test } from 'vitest'
import { changesOf, limitsOf, noLimits, type Limits } from './limits.ts'

test('a change names what differs and nothing else', () => {
  const before: Limits & { models: string[] } = { ...noLimits, rpmLimit: 60, models: ['a', 'b'] }
  expect(changesOf(before, { ...before, models: ['a', 'b'] })).toEqual({})
  expect(changesOf(before, { ...before, rpmLimit: null, models: ['b', 'a'] })).toEqual({
    rpmLimit: null,
    models: ['b', 'a'],
  })
})

test('limits are taken out of whatever has them', () => {
  expect(limitsOf({ ...noLimits, tpmLimit: 5, ...{ name: 'x' } })).toEqual({
    rpmLimit: null,
    tpmLimit: 5,
    maxParallelRequests: null,
  })
})
