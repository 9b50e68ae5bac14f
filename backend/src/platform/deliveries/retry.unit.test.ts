import { expect, test } from 'vitest'
import { MAX_ATTEMPTS, retryDelaySeconds } from './retry.ts'

test('twelve attempts last between half a day and a day and a half, never two at once', () => {
  const total = (random: number) => {
    let seconds = 0
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1)
      seconds += retryDelaySeconds(attempt, () => random)
    return seconds / 3600
  }
  expect(total(0.5)).toBeGreaterThan(12)
  expect(total(1)).toBeLessThan(36)
  expect(retryDelaySeconds(1, () => 0)).toBe(1)
  expect(retryDelaySeconds(50, () => 1)).toBe(8 * 3600)
})
