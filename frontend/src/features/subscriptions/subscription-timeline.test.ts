import { expect, test } from 'vitest'
import { happeningOf } from './subscription-timeline.ts'

test.each([
  [null, 'active', 'me', 'subscribed'],
  [null, 'active', 'admin', 'granted'],
  [null, 'pending', 'me', 'requested'],
  ['denied', 'pending', 'me', 'requestedAgain'],
  ['denied', 'pending', 'admin', 'reopened'],
  ['active', 'pending', null, 'reopened'],
  ['pending', 'active', 'admin', 'approved'],
  ['suspended', 'active', 'admin', 'resumed'],
  ['active', 'expired', null, 'expired'],
] as const)('from %s to %s by %s is "%s"', (from, to, actorId, happening) => {
  expect(happeningOf({ from, to, actorId }, 'me')).toBe(happening)
})
