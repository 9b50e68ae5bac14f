import { expect, test } from 'vitest'
import { roleOf, rolesUpTo } from './roles.ts'

test('nobody gives a role above their own', () => {
  expect(rolesUpTo('manager', false)).toEqual(['manager', 'member', 'viewer'])
  expect(rolesUpTo('viewer', false)).toEqual(['viewer'])
  expect(rolesUpTo(null, false)).toEqual([])
})

test('administrators of the platform give any, whatever they are in the organization', () => {
  expect(rolesUpTo('viewer', true)).toHaveLength(4)
  expect(rolesUpTo(null, true)).toHaveLength(4)
})

test('an unknown role is the least', () => {
  expect([roleOf('admin'), roleOf('owner')]).toEqual(['admin', 'viewer'])
})
