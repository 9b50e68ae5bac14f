import { affairs } from './lists-of-affairs.ts'
import type { ListOracle } from './list-oracle.ts'
import { money } from './lists-of-money.ts'
import { people } from './lists-of-people.ts'
import { rights } from './lists-of-rights.ts'

export const listOracles: readonly ListOracle[] = [...people, ...rights, ...money, ...affairs]

/** Lists whose figures are held against SQL elsewhere, or that come from no table. */
export const otherLists: Readonly<Record<string, string>> = {
  listGatewayModels: 'as OpenAI lists models: the gateway’s own tests',
  listRoles: 'from the code: access.test.ts of users',
  listPermissions: 'from the code: access.test.ts of users',
  ...Object.fromEntries(
    [
      'listUsageDays', 'listUsageHours', 'listUsageByModel', 'listUsageByKey', 'listUsageErrors', 'listAdminUsageDays',
      'listAdminUsageHours', 'listAdminUsageByUser', 'listAdminUsageByTeam', 'listAdminUsageByModel', 'listAdminUsageByProvider',
      'listAdminUsageByKey', 'listAdminUsageByOrganization', 'listAdminUsageErrors',
    ].map((name) => [name, 'usage.test.ts']), // prettier-ignore
  ),
}
