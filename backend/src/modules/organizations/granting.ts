import { ApplicationError } from '#platform/errors'
import type { Caller, OrganizationRole } from '#platform/services'
import { codes } from './organization.errors.ts'

const ladder: readonly OrganizationRole[] = ['viewer', 'member', 'manager', 'admin']

export const isAbove = (role: OrganizationRole, other: OrganizationRole): boolean =>
  ladder.indexOf(role) > ladder.indexOf(other)

export const rolesAbove = (role: OrganizationRole): OrganizationRole[] =>
  ladder.filter((one) => isAbove(one, role))

/** Nobody gives a role above their own; platform administrators and whoever they authorised as a machine stand above all. */
export function assertMayGrant(caller: Caller, role: OrganizationRole): void {
  if (caller.platformRole === 'admin' || caller.kind === 'serviceClient') return
  if (caller.organizationRole !== null && !isAbove(role, caller.organizationRole)) return
  throw ApplicationError.forbidden('Nobody gives a role above their own.', undefined, codes.ROLE_ABOVE_OWN)
}
