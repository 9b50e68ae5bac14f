import { permissionsOf, type Permission } from '#identity'
import type { Caller, OrganizationRole, PlatformRole } from '#platform/services'
import {
  permissionNames,
  type AccessAnswer,
  type OwnPermissions,
  type PermissionDescription,
  type Role,
} from './access.schemas.ts'

const platformRoles: Readonly<Record<PlatformRole, string>> = {
  admin: 'Administrates the whole installation, and crosses organizations by an explicit, recorded act.',
  adminReadonly: 'Reads what administrators read, and changes nothing but their own profile and sessions.',
  user: 'Has what their role in each organization gives.',
}
const organizationRoles: Readonly<Record<OrganizationRole, string>> = {
  viewer: 'Reads what is their own, and calls nothing.',
  member: 'Subscribes to models, mints keys and calls.',
  manager: 'As a member, and decides on requests and sees the usage of their teams.',
  admin: 'Governs the organization: people, teams, keys, budgets, trail.',
}

const sorted = (all: Iterable<string>): Permission[] => {
  const held = new Set(all)
  return permissionNames.filter((name) => held.has(name)).sort()
}
const ofPlatform = (role: PlatformRole) => permissionsOf(role, null)
const ofOrganization = (role: OrganizationRole) => permissionsOf('user', role)
const namesOf = <T extends string>(roles: Readonly<Record<T, string>>) => Object.keys(roles) as T[]

export function ownPermissions(caller: Caller): OwnPermissions {
  const { organizationId, platformRole, organizationRole } = caller
  return { organizationId, platformRole, organizationRole, permissions: sorted(caller.permissions) }
}

export function listRoles(): Role[] {
  return [
    ...namesOf(platformRoles).map((name) => ({
      name,
      scope: 'platform' as const,
      description: platformRoles[name],
      permissions: sorted(ofPlatform(name)),
    })),
    ...namesOf(organizationRoles).map((name) => ({
      name,
      scope: 'organization' as const,
      description: organizationRoles[name],
      permissions: sorted(ofOrganization(name)),
    })),
  ]
}

export function listPermissions(): PermissionDescription[] {
  return [...permissionNames].sort().map((name) => ({
    name,
    platformRoles: namesOf(platformRoles).filter((role) => ofPlatform(role).has(name)),
    organizationRoles: namesOf(organizationRoles).filter((role) => ofOrganization(role).has(name)),
  }))
}

export function answerFor(caller: Caller, wanted: readonly Permission[]): AccessAnswer {
  const results = [...new Set(wanted)].map((permission) => ({
    permission,
    isAllowed: caller.permissions.has(permission),
  }))
  return { isAllowed: results.every((one) => one.isAllowed), results }
}
