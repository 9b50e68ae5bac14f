import { expect, it } from 'vitest'
import { mayReload } from './stale-build.ts'

it('reloads for missing files, but not again and again', () => {
  const kept = new Map<string, string>()
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const start = 1_700_000_000_000
  expect([0, 10, 59_999, 60_000, 60_010].map((after) => mayReload(memory, start + after))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
})
