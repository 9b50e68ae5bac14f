import { expect, test } from 'vitest'
import { tokenCount } from './token-count.ts'

test.each([
  [512, '512'],
  [8192, '8K'],
  [131_072, '128K'],
  [200_000, '200K'],
  [204_800, '200K'],
  [262_144, '256K'],
  [1_000_000, '1M'],
  [1_024_000, '1M'],
  [1_048_576, '1M'],
  [2_097_152, '2M'],
])('%i tokens are %s', (tokens, text) => {
  expect(tokenCount(tokens)).toBe(text)
})
