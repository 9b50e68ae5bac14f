import type { OrganizationRole, PlatformRole } from '#platform/services'

/** Every permission, `noun:verb`. Reading and writing never share a name. */
export const permissions = {
  modelsRead: 'models:read',
  modelsCall: 'models:call',
  modelsSync: 'models:sync',
  subscriptionsRead: 'subscriptions:read',
  subscriptionsCreate: 'subscriptions:create',
  subscriptionsUpdate: 'subscriptions:update',
  approvalsRead: 'approvals:read',
  approvalsDecide: 'approvals:decide',
  keysRead: 'keys:read',
  keysCreate: 'keys:create',
  keysUpdate: 'keys:update',
  keysRevoke: 'keys:revoke',
  usageRead: 'usage:read',
  auditRead: 'audit:read',
} as const

export type Permission = (typeof permissions)[keyof typeof permissions]

const viewer: readonly Permission[] = ['models:read', 'subscriptions:read', 'keys:read', 'usage:read']
const member: readonly Permission[] = [
  ...viewer,
  'models:call',
  'subscriptions:create',
  'subscriptions:update',
  'keys:create',
  'keys:update',
  'keys:revoke',
]
const manager: readonly Permission[] = [...member, 'approvals:read', 'approvals:decide']
const organizationAdmin: readonly Permission[] = [...manager, 'audit:read']

const byOrganizationRole: Readonly<Record<OrganizationRole, readonly Permission[]>> = {
  viewer,
  member,
  manager,
  admin: organizationAdmin,
}

const everything: readonly Permission[] = Object.values(permissions)
/** A read-only administrator reads everything and writes nothing, whatever else they are. */
const readEverything = everything.filter((permission) => permission.endsWith(':read'))

/** What a key may do besides calling models: read its own facts. */
const ofApiKey: ReadonlySet<Permission> = new Set(['models:call', 'models:read', 'keys:read', 'usage:read'])
const ofViewersApiKey: ReadonlySet<Permission> = new Set(['models:read', 'keys:read', 'usage:read'])

const sets = new Map<string, ReadonlySet<Permission>>()

/** The permissions of a person in an organization; the platform role adds to, or for auditors replaces, the organization's. */
export function permissionsOf(
  platform: PlatformRole,
  organization: OrganizationRole | null,
): ReadonlySet<Permission> {
  const name = `${platform}/${organization ?? '-'}`
  const known = sets.get(name)
  if (known) return known
  const ofOrganization = organization === null ? [] : byOrganizationRole[organization]
  const made: ReadonlySet<Permission> = new Set(
    platform === 'admin' ? everything : platform === 'adminReadonly' ? readEverything : ofOrganization,
  )
  sets.set(name, made)
  return made
}

/**
 * A key reads its own facts and, unless its owner may only look, calls models. Keys of somebody who became a read-only
 * administrator go on working until they are revoked.
 */
export function permissionsOfApiKey(organization: OrganizationRole): ReadonlySet<Permission> {
  return organization === 'viewer' ? ofViewersApiKey : ofApiKey
}

const rank: Readonly<Record<PlatformRole, number>> = { user: 1, adminReadonly: 2, admin: 3 }

/** admin > adminReadonly > user. */
export function hasRole(role: PlatformRole, required: PlatformRole): boolean {
  return rank[role] >= rank[required]
}
