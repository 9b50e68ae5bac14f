/** Ordered: who is further left may do more. */
export const organizationRoles = ['admin', 'manager', 'member', 'viewer'] as const
export type OrganizationRole = (typeof organizationRoles)[number]

export const roleOf = (value: string): OrganizationRole =>
  organizationRoles.find((one) => one === value) ?? 'viewer'

/** Nobody gives a role above their own; administrators of the platform give any. */
export function rolesUpTo(
  own: OrganizationRole | null,
  isPlatformAdmin: boolean,
): readonly OrganizationRole[] {
  if (isPlatformAdmin) return organizationRoles
  return own === null ? [] : organizationRoles.slice(organizationRoles.indexOf(own))
}
