import { expect, test } from 'vitest'
import { isDay, isMoment } from './time-formats.ts'

test.each([
  '2026-11-21T20:54:23Z',
  '2026-11-21T20:54:23.123456Z',
  '2026-11-21t20:54:23z',
  '2024-02-29T00:00:00+14:00',
  '0322-09-15T16:56:25+15:59',
  '0001-01-02T00:00:00Z',
  '9999-12-31T23:59:59Z',
])('%s is a moment', (text) => expect(isMoment(text)).toBe(true))

test.each([
  '0166-10-18T09:13:57-17:46',
  '0322-09-15T16:56:25+16:36',
  '0000-01-01T00:00:00Z',
  '2026-02-31T00:00:00Z',
  '2026-11-21T24:00:00Z',
  '2026-11-21T23:59:60Z',
  '2026-11-21T20:54:23',
  '2026-11-21 20:54:23Z',
  '9999-12-31T23:59:59-10:00',
  '',
  'now',
])('%s is none', (text) => expect(isMoment(text)).toBe(false))

test('days are those of the calendar', () => {
  expect(['2024-02-29', '2026-12-31'].map(isDay)).toEqual([true, true])
  expect(['2026-02-29', '0000-01-01', '2026-13-01', '2026-1-1', ''].map(isDay)).toEqual(Array(5).fill(false))
})
