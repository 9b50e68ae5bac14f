import { usdFromNanoOrNull } from '#platform/http'
import type { OrganizationRow } from './organization.queries.ts'
import type { Organization } from './organization.schemas.ts'

/** The row as it goes over the wire. */
export function toOrganization({ maxBudgetNano, spendNano, ...facts }: OrganizationRow): Organization {
  return { ...facts, maxBudget: usdFromNanoOrNull(maxBudgetNano), spend: usdFromNanoOrNull(spendNano) }
}

export const auditFacts = (id: string) => ({
  category: 'organization',
  resourceType: 'organization',
  resourceId: id,
})
