import type { OrganizationRole, PlatformRole } from '#platform/services'

/** Every permission, `noun:verb`. Reading and writing never share a name. */
export const permissions = {
  modelsRead: 'models:read',
  modelsCall: 'models:call',
  modelsSync: 'models:sync',
  modelsWrite: 'models:write',
  subscriptionsRead: 'subscriptions:read',
  subscriptionsCreate: 'subscriptions:create',
  subscriptionsUpdate: 'subscriptions:update',
  approvalsRead: 'approvals:read',
  approvalsDecide: 'approvals:decide',
  keysRead: 'keys:read',
  keysCreate: 'keys:create',
  keysUpdate: 'keys:update',
  keysRevoke: 'keys:revoke',
  keysReadAll: 'keys:read-all',
  keysWriteAll: 'keys:write-all',
  usageRead: 'usage:read',
  usageReadTeam: 'usage:read-team',
  usageReadAll: 'usage:read-all',
  budgetsReadAll: 'budgets:read-all',
  budgetsWrite: 'budgets:write',
  teamsRead: 'teams:read',
  teamsUpdate: 'teams:update',
  teamsReadAll: 'teams:read-all',
  teamsWrite: 'teams:write',
  membersRead: 'members:read',
  membersWrite: 'members:write',
  organizationsRead: 'organizations:read',
  organizationsUpdate: 'organizations:update',
  usersRead: 'users:read',
  usersWrite: 'users:write',
  auditRead: 'audit:read',
  jobsRead: 'jobs:read',
  jobsCancel: 'jobs:cancel',
  jobsReadAll: 'jobs:read-all',
  webhooksRead: 'webhooks:read',
  webhooksWrite: 'webhooks:write',
  serviceClientsRead: 'service-clients:read',
  serviceClientsWrite: 'service-clients:write',
} as const

export type Permission = (typeof permissions)[keyof typeof permissions]

const viewer: readonly Permission[] = [
  'models:read',
  'subscriptions:read',
  'keys:read',
  'usage:read',
  'teams:read',
  'organizations:read',
  'jobs:read',
  // One's own affairs: a viewer who may ask for an export may also change their mind.
  'jobs:cancel',
]
const member: readonly Permission[] = [
  ...viewer,
  'models:call',
  'subscriptions:create',
  'subscriptions:update',
  'keys:create',
  'keys:update',
  'keys:revoke',
  // A team's own administrators are members of the organization; the service asks which team.
  'teams:update',
]
const manager: readonly Permission[] = [
  ...member,
  'approvals:read',
  'approvals:decide',
  'usage:read-team',
  'members:read',
]
const organizationAdmin: readonly Permission[] = [
  ...manager,
  'usage:read-all',
  'keys:read-all',
  'keys:write-all',
  'budgets:read-all',
  'budgets:write',
  'teams:read-all',
  'teams:write',
  'members:write',
  'organizations:update',
  'users:read',
  'users:write',
  'audit:read',
  'jobs:read-all',
  'webhooks:read',
  'webhooks:write',
  'service-clients:read',
  'service-clients:write',
]

const byOrganizationRole: Readonly<Record<OrganizationRole, readonly Permission[]>> = {
  viewer,
  member,
  manager,
  admin: organizationAdmin,
}

const everything: readonly Permission[] = Object.values(permissions)
/** A read-only administrator reads everything and writes nothing, whatever else they are. */
const readEverything = everything.filter((permission) => /:read(-|$)/.test(permission))

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

/**
 * What a machine may be given. What is a person's own (subscriptions, keys of one's own), what a person answers for
 * (decisions, where events are sent to, other machines), and what is the platform's stays closed to it.
 */
export const machinePermissions = [
  'models:read',
  'usage:read',
  'usage:read-all',
  'approvals:read',
  'keys:read-all',
  'keys:write-all',
  'budgets:read-all',
  'budgets:write',
  'teams:read',
  'teams:read-all',
  'teams:write',
  'members:read',
  'members:write',
  'organizations:read',
  'users:read',
  'users:write',
  'audit:read',
  'jobs:read',
  'jobs:cancel',
  'jobs:read-all',
  'webhooks:read',
  'service-clients:read',
] as const satisfies readonly Permission[]

type MachinePermission = (typeof machinePermissions)[number]

/** Whoever may read a whole may read its parts. */
const implied: Readonly<Partial<Record<Permission, readonly Permission[]>>> = {
  'usage:read-all': ['usage:read-team'],
}

/** The scope by which a machine has this permission; undefined where it can have none. */
export function machineScopeFor(permission: string): MachinePermission | undefined {
  return machinePermissions.find(
    (one) => one === permission || implied[one]?.some((other) => other === permission),
  )
}

/** Of the names in a token, those that its client still has and a machine may have at all. */
export function permissionsOfServiceClient(
  inToken: readonly string[],
  ofClient: readonly string[],
): ReadonlySet<Permission> {
  const held = machinePermissions.filter((one) => inToken.includes(one) && ofClient.includes(one))
  return new Set(held.flatMap((one) => [one, ...(implied[one] ?? [])]))
}

const rank: Readonly<Record<PlatformRole, number>> = { user: 1, adminReadonly: 2, admin: 3 }

/** admin > adminReadonly > user. */
export function hasRole(role: PlatformRole, required: PlatformRole): boolean {
  return rank[role] >= rank[required]
}
