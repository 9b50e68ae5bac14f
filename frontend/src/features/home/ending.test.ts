import { expect, it } from 'vitest'
import { isEndingSoon } from './ending.ts'

const NOW = new Date('2026-03-10T12:00:00Z')

it('is within a week, and never for what has no end', () => {
  expect(isEndingSoon('2026-03-17T11:00:00Z', NOW)).toBe(true)
  expect(isEndingSoon('2026-03-17T13:00:00Z', NOW)).toBe(false)
  expect(isEndingSoon(null, NOW)).toBe(false)
})
