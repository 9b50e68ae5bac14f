import { describe, expect, it } from 'vitest'
import { weeksOf } from './heat.ts'

describe('the calendar of a time', () => {
  it('has whole weeks from Monday, and nothing outside of the time', () => {
    // The 3rd of March 2026 is a Tuesday.
    const weeks = weeksOf(new Map([['2026-03-03', 5]]), '2026-03-03', '2026-03-10')
    expect(weeks.map((week) => week.length)).toEqual([7, 7])
    expect(weeks[0]?.[0]).toEqual({ day: '2026-03-02', value: null, level: 0 })
    // The only day with anything is the busiest.
    expect(weeks[0]?.[1]).toEqual({ day: '2026-03-03', value: 5, level: 4 })
    expect(weeks[1]?.map(({ value }) => value)).toEqual([0, 0, null, null, null, null, null])
  })

  it('tells apart what is usual even beside one extraordinary day', () => {
    const values = new Map([
      ['2026-03-02', 1],
      ['2026-03-03', 2],
      ['2026-03-04', 3],
      ['2026-03-05', 1_000_000],
      ['2026-03-06', 0],
    ])
    const [week] = weeksOf(values, '2026-03-02', '2026-03-08')
    expect(week?.map(({ level }) => level)).toEqual([1, 2, 3, 4, 0, 0, 0])
  })
})
