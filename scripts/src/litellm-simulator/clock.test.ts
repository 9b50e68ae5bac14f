import { expect, it } from 'vitest'
import { after, InvalidDuration, stamp, windowEnd } from './clock.ts'

const saturday = new Date('2026-11-21T15:58:37.517Z')

it.each([
  ['1d', '2026-11-22T00:00:00.000Z'],
  ['7d', '2026-11-23T00:00:00.000Z'],
  ['1w', '2026-11-23T00:00:00.000Z'],
  ['30d', '2026-12-01T00:00:00.000Z'],
  ['1mo', '2026-12-01T00:00:00.000Z'],
  ['3d', '2026-11-24T00:00:00.000Z'],
  ['2h', '2026-11-21T16:00:00.000Z'],
  ['30s', '2026-11-21T15:59:00.000Z'],
])('a window of %s ends at %s', (duration, end) => {
  expect(windowEnd(saturday, duration).toISOString()).toBe(end)
})

it('a weekly window that begins on a Monday lasts to the next', () => {
  expect(windowEnd(new Date('2026-11-23T00:00:00Z'), '7d').toISOString()).toBe('2026-11-30T00:00:00.000Z')
})

it('durations are added to the moment', () => {
  expect(after(saturday, '30d').toISOString()).toBe('2026-12-21T15:58:37.517Z')
  expect(after(saturday, '1mo').toISOString()).toBe('2026-12-21T15:58:37.517Z')
  expect(() => after(saturday, 'soon')).toThrow(InvalidDuration)
})

it('timestamps have two spellings', () => {
  expect(stamp('2026-11-21T15:58:37.517Z', '+00:00')).toBe('2026-11-21T15:58:37.517000+00:00')
  expect(stamp(null, 'Z')).toBeNull()
})
