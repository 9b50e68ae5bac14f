import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  daysOf,
  parseMoment,
  parseOpenPeriod,
  parsePeriod,
  previousPeriod,
  splitPeriod,
} from './usage-period.ts'

const NOW = new Date('2026-03-14T15:09:26Z')
const period = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) })

describe('a period', () => {
  test('is the last 30 days, today included, when nothing is asked', () => {
    expect(parsePeriod({}, NOW)).toEqual(period('2026-02-13', '2026-03-15'))
  })

  test('keeps the bound that is given', () => {
    expect(parsePeriod({ from: '2026-03-14' }, NOW)).toEqual(period('2026-03-14', '2026-03-15'))
    expect(parsePeriod({ to: '2026-03-01T12:00:00+02:00' }, NOW)).toEqual(
      period('2026-01-30T10:00:00Z', '2026-03-01T10:00:00Z'),
    )
  })

  test.each([
    ['from', { from: '2026-03-01', to: '2026-03-01' }],
    ['from', { from: '2026-03-16' }],
    ['from', { from: '2026-02-31' }],
    ['from', { from: '2026-02-30T00:00:00Z' }],
    ['to', { to: '0000-01-01' }],
    ['to', { to: '9999-12-31' }],
    ['from', { from: 'yesterday' }],
    ['to', { to: '2026-01-01T25:00:00Z' }],
  ])('is refused, naming %s: %j', (field, query) => {
    expect(() => parsePeriod(query, NOW)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', details: { field } }),
    )
  })

  test('may stay open', () => {
    expect(parseOpenPeriod({})).toEqual({})
    expect(parseOpenPeriod({ from: '2026-03-01' })).toEqual({ from: parseMoment('2026-03-01', 'from') })
    expect(() => parseOpenPeriod({ from: '2026-03-02', to: '2026-03-01' })).toThrow(/before/)
  })

  test('has one of equal length before it', () => {
    expect(previousPeriod(period('2026-03-01', '2026-03-03T12:00:00Z'))).toEqual(
      period('2026-02-26T12:00:00Z', '2026-03-01'),
    )
  })

  test('touches days, at most so many', () => {
    expect(daysOf(period('2026-02-27T23:59:59Z', '2026-03-01T00:00:01Z'), 3)).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ])
    expect(daysOf(period('2026-03-01', '2026-03-02'), 1)).toEqual(['2026-03-01'])
    expect(() => daysOf(period('2026-03-01', '2026-03-02T00:00:00.001Z'), 1)).toThrow(/at most 1 days/)
  })

  test('is read in parts that together are exactly it, whole days in the middle', () => {
    const moment = fc.date({ min: new Date('2025-01-01'), max: new Date('2025-03-01'), noInvalidDate: true })
    const onADay = moment.map((at) => new Date(at.toISOString().slice(0, 10)))
    const bound = fc.oneof(moment, onADay)
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        fc.pre(a.getTime() !== b.getTime())
        const whole = a < b ? { from: a, to: b } : { from: b, to: a }
        const { days, rest } = splitPeriod(whole)
        const parts = [...(days ? [days] : []), ...rest].sort((x, y) => x.from.getTime() - y.from.getTime())
        expect(parts[0]?.from).toEqual(whole.from)
        expect(parts.at(-1)?.to).toEqual(whole.to)
        for (const [index, part] of parts.entries()) {
          expect(part.from < part.to).toBe(true)
          if (index > 0) expect(part.from).toEqual(parts[index - 1]?.to)
        }
        for (const part of rest) expect(part.to.getTime() - part.from.getTime()).toBeLessThan(2 * 86_400_000)
        if (days) expect([days.from.getTime() % 86_400_000, days.to.getTime() % 86_400_000]).toEqual([0, 0])
      }),
    )
  })
})
