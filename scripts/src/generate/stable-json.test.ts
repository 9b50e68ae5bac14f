import { expect, test } from 'vitest'
import { stableJson } from './stable-json.ts'

test('the order of keys does not show, the order of lists does', () => {
  const one = { b: [2, 1], a: { d: null, c: undefined } }
  const same = { a: { d: null }, b: [2, 1] }
  expect(stableJson(one)).toBe(stableJson(same))
  expect(stableJson(one)).not.toBe(stableJson({ ...same, b: [1, 2] }))
  expect(stableJson(one)).toMatch(/\n$/)
})
