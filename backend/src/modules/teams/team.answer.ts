import { usdFromNanoOrNull } from '#platform/http'
import type { Caller } from '#platform/services'
import type { TeamRow, View } from './team.queries.ts'
import type { Team } from './team.schemas.ts'

export const viewOf = (caller: Caller, now: Date): View => ({ userId: caller.userId, now })

/** The organization's own administration sees every team, and what each has spent. */
export const seesAllTeams = (caller: Caller): boolean => caller.permissions.has('teams:read-all')

/** The row as it goes over the wire; amounts only for who looks after the team. */
export function toTeam(caller: Caller, row: TeamRow): Team {
  const { maxBudgetNano, spendNano, ...facts } = row
  const isForThem = seesAllTeams(caller) || row.myRole === 'admin'
  return {
    ...facts,
    allowsAllModels: row.isDefault && row.allowedModelIds.length === 0,
    maxBudget: isForThem ? usdFromNanoOrNull(maxBudgetNano) : null,
    spend: isForThem ? usdFromNanoOrNull(spendNano) : null,
  }
}
