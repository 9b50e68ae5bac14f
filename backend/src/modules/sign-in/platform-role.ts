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

/** Which of the rules apply to a person; `default` where nothing else does. */
export type RoleSource = 'adminGroup' | 'initialAdmin' | 'readonlyGroup' | 'userGroup' | 'default'

/** Empty when the installation lets nobody in without a group. */
export function roleSourcesOf(person: RoleFacts, rules: RoleRules): RoleSource[] {
  const groups = new Set(person.groups)
  const sources: RoleSource[] = []
  if (groups.has(rules.adminGroup)) sources.push('adminGroup')
  if (isInitialAdmin(person, rules.initialAdmins)) sources.push('initialAdmin')
  if (groups.has(rules.readonlyGroup)) sources.push('readonlyGroup')
  if (groups.has(rules.userGroup)) sources.push('userGroup')
  if (sources.length === 0 && rules.defaultRole !== 'none') sources.push('default')
  return sources
}

/** The highest role that anything gives; undefined where nothing gives any. Never accumulated. */
export function roleOfSources(sources: readonly string[]): PlatformRole | undefined {
  if (sources.includes('adminGroup') || sources.includes('initialAdmin')) return 'admin'
  if (sources.includes('readonlyGroup')) return 'adminReadonly'
  return sources.length > 0 ? 'user' : undefined
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
