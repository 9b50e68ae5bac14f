import { permissionsOf } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { Caller, OrganizationRole } from '#platform/services'
import { findActiveRole, isAdministrator, isMaker } from './membership.queries.ts'
import { codes } from './organization.errors.ts'

const ladder: readonly OrganizationRole[] = ['viewer', 'member', 'manager', 'admin']

export const isAbove = (role: OrganizationRole, other: OrganizationRole): boolean =>
  ladder.indexOf(role) > ladder.indexOf(other)

export const rolesAbove = (role: OrganizationRole): OrganizationRole[] =>
  ladder.filter((one) => isAbove(one, role))

/**
 * Nobody gives a role above their own; platform administrators stand above all. A machine gives every role but that of the
 * administrators who look after it: else whoever holds its secret could take back what they have lost.
 */
export function assertMayGrant(caller: Caller, role: OrganizationRole): void {
  if (caller.platformRole === 'admin' || (caller.kind === 'serviceClient' && role !== 'admin')) return
  if (caller.organizationRole !== null && !isAbove(role, caller.organizationRole)) return
  throw ApplicationError.forbidden('Nobody gives a role above their own.', undefined, codes.ROLE_ABOVE_OWN)
}

/**
 * What the door knows of a caller may be a second old, and what is given away here lasts. So the role is read again, and held
 * until the end of the transaction: a demotion comes before, and is seen, or afterwards, and undoes what was given.
 */
export async function assertStillGoverns(tx: Tx, caller: Caller): Promise<void> {
  if (caller.platformRole === 'admin' || caller.kind !== 'person' || caller.userId === null) return
  const role = await findActiveRole(tx, caller.userId)
  if (role !== undefined && permissionsOf('user', role).has('members:write')) return
  throw ApplicationError.forbidden('Your role does not allow this any more.')
}

/**
 * A machine changes neither limits nor spend nor keys of whoever made it, or looks after it as an administrator: through it
 * they would change their own. 403 with the code of who does so themselves.
 */
export async function assertNotOwnMachine(
  tx: Tx,
  caller: Caller,
  userId: string | null,
  code: string,
): Promise<void> {
  if (caller.kind !== 'serviceClient' || userId === null) return
  if (!(await isAdministrator(tx, userId)) && !(await isMaker(tx, caller.credentialId, userId))) return
  throw ApplicationError.forbidden('A machine does not change this of who looks after it.', undefined, code)
}
