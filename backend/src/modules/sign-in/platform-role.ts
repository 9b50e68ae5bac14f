import type { PlatformRole } from '#platform/services'

/** Which groups and people of the provider have which role here. */
export interface RoleRules {
  readonly adminGroup: string
  readonly readonlyGroup: string
  readonly userGroup: string
  readonly defaultRole: 'user' | 'none'
  /** Verified e-mail addresses and user names at the provider. */
  readonly initialAdmins: readonly string[]
}

export interface RoleFacts {
  readonly username: string
  readonly isUsernameUnique: boolean
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly groups: readonly string[]
}

/** The highest role that anything gives; undefined when the installation lets nobody in without a group. Never accumulated. */
export function platformRoleOf(person: RoleFacts, rules: RoleRules): PlatformRole | undefined {
  const groups = new Set(person.groups)
  if (groups.has(rules.adminGroup) || isInitialAdmin(person, rules.initialAdmins)) return 'admin'
  if (groups.has(rules.readonlyGroup)) return 'adminReadonly'
  if (groups.has(rules.userGroup)) return 'user'
  return rules.defaultRole === 'none' ? undefined : rules.defaultRole
}

/**
 * What looks like an e-mail address must be a verified one: at many providers people choose their user name, and could
 * choose an administrator's address.
 */
function isInitialAdmin(person: RoleFacts, admins: readonly string[]): boolean {
  const email = person.isEmailVerified ? person.email?.toLowerCase() : undefined
  return admins.some((entry) => {
    if (email !== undefined && entry.includes('@') && entry.toLowerCase() === email) return true
    return entry === person.username && (!entry.includes('@') || person.isUsernameUnique)
  })
}
