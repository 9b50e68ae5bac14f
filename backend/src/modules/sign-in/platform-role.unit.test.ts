import { describe, expect, it } from 'vitest'
import { roleOfSources, roleSourcesOf, type RoleFacts, type RoleRules } from './platform-role.ts'

const rules: RoleRules = {
  adminGroup: 'admins',
  readonlyGroup: 'readers',
  userGroup: 'users',
  defaultRole: 'user',
  initialAdmins: ['root', 'Boss@Example.com'],
}
const person: RoleFacts = {
  username: 'eve',
  isUsernameUnique: false,
  email: 'eve@example.com',
  isEmailVerified: true,
  groups: [],
}

const platformRoleOf = (who: RoleFacts, by: RoleRules) => roleOfSources(roleSourcesOf(who, by))

describe('the platform role', () => {
  it('is kept with everything that gives it', () => {
    const sources = roleSourcesOf({ ...person, username: 'root', groups: ['users', 'readers', 'x'] }, rules)
    expect(sources).toEqual(['initialAdmin', 'readonlyGroup', 'userGroup'])
    expect(roleSourcesOf(person, rules)).toEqual(['default'])
  })

  it.each([
    [['users', 'readers', 'admins'], 'admin'],
    [['users', 'readers'], 'adminReadonly'],
    [['users'], 'user'],
    [['Admins', 'admins '], 'user'],
  ])('takes the highest of %j', (groups, role) => {
    expect(platformRoleOf({ ...person, groups }, rules)).toBe(role)
  })

  it('refuses a person without a group where the default is none', () => {
    expect(platformRoleOf(person, { ...rules, defaultRole: 'none' })).toBeUndefined()
    expect(platformRoleOf({ ...person, groups: ['users'] }, { ...rules, defaultRole: 'none' })).toBe('user')
  })

  it('knows initial administrators by user name or verified address', () => {
    expect(platformRoleOf({ ...person, username: 'root' }, rules)).toBe('admin')
    expect(platformRoleOf({ ...person, email: 'boss@example.com' }, rules)).toBe('admin')
  })

  it('does not believe an unverified address, nor one chosen as a user name', () => {
    expect(platformRoleOf({ ...person, email: 'boss@example.com', isEmailVerified: false }, rules)).toBe(
      'user',
    )
    expect(platformRoleOf({ ...person, username: 'Boss@Example.com' }, rules)).toBe('user')
    expect(platformRoleOf({ ...person, username: 'Boss@Example.com', isUsernameUnique: true }, rules)).toBe(
      'admin',
    )
  })
})
