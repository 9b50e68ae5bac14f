import { describe, expect, it } from 'vitest'
import {
  isNearlyOver,
  lengthOf,
  periodOf,
  presetRange,
  previousPeriod,
  previousRange,
  rangeOf,
  searchOf,
} from './ranges.ts'

const TODAY = '2026-03-10'
const NOW = new Date('2026-03-10T12:00:00Z')

describe('ranges', () => {
  it('counts whole days, today included', () => {
    expect(presetRange('7d', TODAY)).toEqual({ preset: '7d', from: '2026-03-04', to: '2026-03-10' })
    expect(lengthOf(presetRange('90d', TODAY))).toBe(90)
    expect(periodOf(presetRange('today', TODAY))).toEqual({ from: '2026-03-10', to: '2026-03-11' })
  })

  it('knows the month before, whatever its length', () => {
    expect(presetRange('lastMonth', TODAY)).toMatchObject({ from: '2026-02-01', to: '2026-02-28' })
    expect(presetRange('lastMonth', '2026-01-31')).toMatchObject({ from: '2025-12-01', to: '2025-12-31' })
  })

  it('reads the address, and takes the usual range for what cannot be', () => {
    expect(rangeOf({ range: 'month' }, TODAY)).toMatchObject({ from: '2026-03-01', to: TODAY })
    expect(rangeOf({ from: '2026-01-01', to: '2026-01-31' }, TODAY).preset).toBe('custom')
    expect(rangeOf({ from: '2026-02-01', to: '2026-01-01' }, TODAY).preset).toBe('30d')
    expect(rangeOf({ from: '2020-01-01', to: TODAY }, TODAY).preset).toBe('30d')
    expect(rangeOf({ range: 7, from: 'x', to: 5 }, TODAY).preset).toBe('30d')
  })

  it('is written into the address and read from it again', () => {
    for (const search of [{ range: 'today' }, {}, { from: '2026-01-01', to: '2026-01-31' }]) {
      const range = rangeOf(search, TODAY)
      expect(rangeOf(searchOf(range), TODAY)).toEqual(range)
    }
    expect(Object.values(searchOf(presetRange('30d', TODAY)))).toEqual([undefined, undefined, undefined])
  })

  it('compares as much of the days before as has passed', () => {
    expect(previousPeriod(presetRange('today', TODAY), NOW)).toEqual({
      from: '2026-03-09',
      to: '2026-03-09T12:01:00.000Z',
    })
    expect(previousPeriod(presetRange('7d', TODAY), NOW)).toEqual({
      from: '2026-02-25',
      to: '2026-03-03T12:01:00.000Z',
    })
  })

  it('compares a month with the month before', () => {
    expect(previousPeriod(presetRange('month', TODAY), NOW)).toEqual({
      from: '2026-02-01',
      to: '2026-02-10T12:01:00.000Z',
    })
    expect(previousRange(presetRange('month', '2026-03-31'))).toMatchObject({
      from: '2026-02-01',
      to: '2026-02-28',
    })
    expect(previousPeriod(presetRange('lastMonth', TODAY), NOW)).toEqual({
      from: '2026-01-01',
      to: '2026-02-01',
    })
  })

  it('says when a comparison with whole days is fair', () => {
    expect(isNearlyOver(presetRange('today', TODAY), NOW)).toBe(false)
    expect(isNearlyOver(presetRange('30d', TODAY), NOW)).toBe(true)
    expect(isNearlyOver(presetRange('lastMonth', TODAY), NOW)).toBe(true)
  })
})
