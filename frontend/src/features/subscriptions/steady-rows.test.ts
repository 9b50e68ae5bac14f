import { describe, expect, test } from 'vitest'
import { steadyPage } from './steady-rows.ts'

const page = (ids: string, total = ids.length) => ({ rows: ids.split('').map((id) => ({ id })), total })
const shown = (was: ReturnType<typeof page>, now: ReturnType<typeof page>) => {
  const { rows, arrivals } = steadyPage(was, now)
  return [rows.map(({ id, isGone }) => (isGone ? `(${id})` : id)).join(''), arrivals]
}

describe('a list that changes while somebody works on it', () => {
  test('stays as it is when nothing happens', () => {
    expect(shown(page('abc', 30), page('abc', 30))).toEqual(['abc', 0])
  })

  test('keeps what somebody else has decided in its place', () => {
    expect(shown(page('abc'), page('ac'))).toEqual(['a(b)c', 0])
    expect(shown(page('abc'), page(''))).toEqual(['(a)(b)(c)', 0])
  })

  test('grows below', () => {
    expect(shown(page('abc'), page('abcd'))).toEqual(['abcd', 0])
    expect(shown(page(''), page('ab'))).toEqual(['ab', 0])
  })

  test('shows the next one of a long list when one is gone', () => {
    expect(shown(page('abc', 30), page('acd', 29))).toEqual(['a(b)cd', 0])
  })

  test('counts what would push the others away', () => {
    expect(shown(page('abc'), page('xyabc'))).toEqual(['abc', 2])
    expect(shown(page('abc'), page('xac'))).toEqual(['a(b)c', 1])
  })

  test('counts what has come on a page that is not shown', () => {
    expect(shown(page('abc', 30), page('abc', 32))).toEqual(['abc', 2])
    expect(shown(page('abc', 30), page('abc', 29))).toEqual(['abc', 0])
  })

  test('takes over what has changed in a row', () => {
    const { rows } = steadyPage(
      { rows: [{ id: 'a', v: 1 }], total: 1 },
      { rows: [{ id: 'a', v: 2 }], total: 1 },
    )
    expect(rows).toEqual([{ id: 'a', v: 2, isGone: false }])
  })
})
