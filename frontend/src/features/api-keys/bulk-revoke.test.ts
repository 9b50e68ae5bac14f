import { expect, test } from 'vitest'
import { batchesOf } from './bulk-revoke.ts'

test('each organization by itself, at most a hundred at once, none twice and none left out', () => {
  const keys = Array.from({ length: 350 }, (_none, index) => ({
    id: String(index),
    organizationId: index % 7 === 0 ? 'b' : 'a',
  }))
  const batches = batchesOf(keys)
  expect(batches.map(({ organizationId, ids }) => [organizationId, ids.length])).toEqual([
    ['b', 50],
    ['a', 100],
    ['a', 100],
    ['a', 100],
  ])
  expect(new Set(batches.flatMap(({ ids }) => ids)).size).toBe(350)
})
