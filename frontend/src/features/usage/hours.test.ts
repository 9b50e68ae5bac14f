import { expect, it } from 'vitest'
import { callsByHour } from './hours.ts'

const none = {
  errors: 0,
  cancelled: 0,
  successRate: null,
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: 0,
  cost: 0,
  averageDurationMs: null,
  averageTimeToFirstTokenMs: null,
}

it('adds up the same hour of all days', () => {
  const sums = callsByHour([
    { ...none, hour: '2026-03-01T09:00:00Z', requests: 2 },
    { ...none, hour: '2026-03-02T09:00:00Z', requests: 3 },
    { ...none, hour: '2026-03-02T23:00:00Z', requests: 1 },
  ])
  expect(sums).toHaveLength(24)
  expect([sums[9], sums[23], sums[0]]).toEqual([5, 1, 0])
})
