import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationOf, isShorter, nextReset, nextResetOrNull, type BudgetDuration } from './budget-window.ts'

const next = (duration: BudgetDuration, now: string) => nextReset(duration, new Date(now)).toISOString()

describe('a budget window ends', () => {
  test('at the next midnight, in UTC', () => {
    expect(next('1d', '2026-03-14T00:00:00Z')).toBe('2026-03-15T00:00:00.000Z')
    expect(next('1d', '2026-12-31T23:59:59.999Z')).toBe('2027-01-01T00:00:00.000Z')
    expect(next('1d', '2026-03-15T00:30:00+02:00')).toBe('2026-03-15T00:00:00.000Z')
  })

  test('on the next Monday', () => {
    expect(next('7d', '2026-11-21T16:00:00Z')).toBe('2026-11-23T00:00:00.000Z')
    expect(next('7d', '2026-11-22T23:59:59Z')).toBe('2026-11-23T00:00:00.000Z')
    expect(next('7d', '2026-11-23T00:00:00Z')).toBe('2026-11-30T00:00:00.000Z')
  })

  test('on the first of the next month', () => {
    expect(next('1mo', '2026-01-31T12:00:00Z')).toBe('2026-02-01T00:00:00.000Z')
    expect(next('1mo', '2028-02-29T12:00:00Z')).toBe('2028-03-01T00:00:00.000Z')
    expect(next('1mo', '2026-12-01T00:00:00Z')).toBe('2027-01-01T00:00:00.000Z')
  })

  test('on the first of the next year', () => {
    expect(next('1y', '2026-01-01T00:00:00Z')).toBe('2027-01-01T00:00:00.000Z')
    expect(next('1y', '2026-12-31T23:59:59Z')).toBe('2027-01-01T00:00:00.000Z')
  })

  test('whatever it is called', () => {
    expect((['daily', 'weekly', '30d', 'monthly', 'yearly', '1d'] as const).map(durationOf)).toEqual([
      '1d',
      '7d',
      '1mo',
      '1mo',
      '1y',
      '1d',
    ])
    expect(isShorter('1d', '1mo')).toBe(true)
    expect(isShorter(null, '1y')).toBe(false)
    expect(isShorter('1y', null)).toBe(true)
    expect(isShorter('7d', '7d')).toBe(false)
  })

  test('never without a duration', () => {
    expect(nextResetOrNull(null, new Date())).toBeNull()
  })

  test('always after now, at a midnight, and at the same moment for the whole window', () => {
    const longest = { '1d': 1, '7d': 7, '1mo': 31, '1y': 366 } as const
    const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    const durations = fc.constantFrom<BudgetDuration>('1d', '7d', '1mo', '1y')
    fc.assert(
      fc.property(moments, durations, fc.double({ min: 0, max: 1, noNaN: true }), (now, duration, share) => {
        const reset = nextReset(duration, now)
        const restMs = reset.getTime() - now.getTime()
        expect(restMs).toBeGreaterThan(0)
        expect(restMs).toBeLessThanOrEqual(longest[duration] * 86_400_000)
        expect(reset.getTime() % 86_400_000).toBe(0)
        if (duration === '7d') expect(reset.getUTCDay()).toBe(1)
        if (duration === '1mo') expect(reset.getUTCDate()).toBe(1)
        const later = new Date(now.getTime() + Math.floor(share * (restMs - 1)))
        expect(nextReset(duration, later)).toEqual(reset)
      }),
    )
  })
})
