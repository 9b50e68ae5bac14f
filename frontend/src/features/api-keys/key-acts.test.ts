import { expect, test } from 'vitest'
import { actsOn } from './key-acts.ts'

const key = { status: 'active' as const, models: [{ id: 'm', name: 'm' }], adminLimits: {} }
const all = () => true
const none = () => false

test('whoever may only look is offered nothing', () => {
  expect(actsOn(key, false, none)).toEqual([])
  expect(actsOn({ ...key, status: 'revoked' }, true, none)).toEqual([])
})

test('a revoked key is over for its owner, and can be deleted by an administrator', () => {
  expect(actsOn({ ...key, status: 'revoked' }, false, all)).toEqual([])
  expect(actsOn({ ...key, status: 'revoked' }, true, all)).toEqual(['remove'])
})

test('only the owner may get a new secret', () => {
  expect(actsOn(key, false, all)).toContain('rotate')
  expect(actsOn(key, true, all)).not.toContain('rotate')
})

test('what an administrator has disabled only an administrator enables', () => {
  const locked = { ...key, status: 'disabled' as const, adminLimits: { isDisabled: true } }
  expect(actsOn(locked, false, all)).not.toContain('enable')
  expect(actsOn(locked, true, all)).toContain('enable')
  expect(actsOn({ ...locked, models: [] }, true, all)).not.toContain('enable')
})
