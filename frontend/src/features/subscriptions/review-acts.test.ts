import { expect, test } from 'vitest'
import { actsOn, needsReason } from './review-acts.ts'

test.each([
  ['pending', ['approve', 'deny']],
  ['active', ['suspend', 'revert', 'remove']],
  ['suspended', ['resume', 'remove']],
  ['denied', ['revert']],
  ['cancelled', []],
  ['expired', []],
] as const)('a reviewer of one that is %s can %j', (status, acts) => {
  expect(actsOn(status)).toEqual(acts)
})

test('only what gives something needs no reason', () => {
  expect((['approve', 'resume', 'deny', 'suspend', 'revert', 'remove'] as const).filter(needsReason)).toEqual(
    ['deny', 'suspend', 'revert', 'remove'],
  )
})
