import { expect, test } from 'vitest'
import { signInRange } from './sign-in-filter.ts'

const noon = Date.parse('2026-11-21T12:34:56Z')

test('recently is after a day, long ago before it', () => {
  expect(signInRange('7d', noon)).toEqual({ lastSignInAfter: '2026-11-14T00:00:00.000Z' })
  expect(signInRange('30d', noon)).toEqual({ lastSignInAfter: '2026-10-22T00:00:00.000Z' })
  expect(signInRange('over30d', noon)).toEqual({ lastSignInBefore: '2026-10-22T00:00:00.000Z' })
  expect(signInRange('over90d', noon)).toEqual({ lastSignInBefore: '2026-08-23T00:00:00.000Z' })
})

test('is the same question all day long', () => {
  expect(signInRange('7d', noon + 3_600_000)).toEqual(signInRange('7d', noon))
})

test('whatever else stands in the address asks for nothing', () => {
  expect([signInRange(undefined, noon), signInRange('1y', noon), signInRange(7, noon)]).toEqual([{}, {}, {}])
})
