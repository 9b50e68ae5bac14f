import { expect, test } from 'vitest'
import { isOfKey, mayChangeBudget } from './budget-rights.ts'

const viewer = (isPlatformAdmin: boolean, permissions: readonly string[] = ['budgets:write']) => ({
  isPlatformAdmin,
  user: { id: 'me' },
  can: (permission: string) => permissions.includes(permission),
})
const budget = (
  level: 'user' | 'team' | 'organization' | 'platform' | 'key',
  userId: string | null = 'other',
) => ({
  level,
  subjectId: 's',
  userId,
})

test('administrators of an organization change budgets of people and teams', () => {
  expect(mayChangeBudget(budget('user'), viewer(false))).toBe(true)
  expect(mayChangeBudget(budget('team', null), viewer(false))).toBe(true)
  expect(mayChangeBudget(budget('organization', null), viewer(false))).toBe(false)
  expect(mayChangeBudget(budget('platform', null), viewer(false))).toBe(false)
})

test('platform administrators change them all', () => {
  expect(mayChangeBudget(budget('organization', null), viewer(true))).toBe(true)
  expect(mayChangeBudget(budget('platform', null), viewer(true))).toBe(true)
})

test('nobody changes their own, and nobody without the right', () => {
  expect(mayChangeBudget(budget('user', 'me'), viewer(true))).toBe(false)
  expect(mayChangeBudget(budget('user'), viewer(true, ['budgets:read-all']))).toBe(false)
})

test('a key has its limit from the key', () => {
  expect(isOfKey(budget('key'))).toBe(true)
  expect(isOfKey(budget('team'))).toBe(false)
})
