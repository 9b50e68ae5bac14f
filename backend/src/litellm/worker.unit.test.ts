import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffSeconds } from './backoff.ts'
import type { ClaimedRow } from './intents.queries.ts'
import { RepairMemory } from './repair-memory.ts'
import { batchesOf } from './worker.ts'

const row = (id: string, resourceId: string, changes: Partial<ClaimedRow> = {}): ClaimedRow => ({
  id,
  organizationId: 'org',
  kind: 'k',
  resourceId,
  operation: 'put',
  desiredVersion: 1,
  attempts: 0,
  tries: 0,
  hash: null,
  leaseUntil: '2030-01-01T00:00:00.000Z',
  ...changes,
})

test('intents of one resource are one delivery, and a deletion wins', () => {
  const batches = batchesOf([
    row('1', 'a', { attempts: 3, tries: 5 }),
    row('2', 'b'),
    row('3', 'a', { operation: 'delete', hash: 'h', desiredVersion: 2 }),
  ])
  expect(batches).toHaveLength(2)
  expect(batches[0]).toMatchObject({
    ids: ['1', '3'],
    isDelete: true,
    hash: 'h',
    desiredVersion: 2,
    attempts: 3,
    tries: 5,
  })
  expect(batches[1]).toMatchObject({ ids: ['2'], isDelete: false, hash: undefined })
})

test('the pause has full jitter below a ceiling from 1 s to 5 min', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.double({ min: 0, max: 1, noNaN: true }), (tries, random) => {
      const seconds = backoffSeconds(tries, () => random)
      expect(seconds).toBeGreaterThanOrEqual(0.2)
      expect(seconds).toBeLessThanOrEqual(300)
    }),
  )
  expect([0, 1, 5, 8, 9, 60].map((tries) => backoffSeconds(tries, () => 1))).toEqual([
    1, 2, 32, 256, 300, 300,
  ])
})

describe('a difference that comes back', () => {
  const pass = (memory: RepairMemory, signature: string | undefined) => {
    memory.beginPass()
    const verdict = signature === undefined ? undefined : memory.judge('x', signature)
    memory.endPass()
    return verdict
  }

  test('is repaired three times, reported once, and then tried rarely', () => {
    const memory = new RepairMemory()
    const verdicts = Array.from({ length: 30 }, () => pass(memory, 'v1 rpm_limit'))
    expect(verdicts.slice(0, 5)).toEqual(['repair', 'repair', 'repair', 'report', 'ignore'])
    expect(verdicts[29]).toBe('repair')
  })

  test('begins anew after agreement or another difference', () => {
    const memory = new RepairMemory()
    for (let index = 0; index < 5; index += 1) pass(memory, 'v1 rpm_limit')
    expect(pass(memory, 'v2 rpm_limit')).toBe('repair')
    for (let index = 0; index < 5; index += 1) pass(memory, 'v2 rpm_limit')
    pass(memory, undefined)
    expect(pass(memory, 'v2 rpm_limit')).toBe('repair')
  })
})
