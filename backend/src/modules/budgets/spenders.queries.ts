import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { BudgetRow } from './budget.queries.ts'

const Spender = Type.Object({
  kind: Type.Union([Type.Literal('user'), Type.Literal('key'), Type.Literal('model')]),
  id: Type.String(),
  name: Type.String(),
  requests: Type.BigInt(),
  costNano: Type.BigInt(),
})
export type Spender = Static<typeof Spender>

const TOP = 5

/** The calls that a budget paid for, in the daily sums `d`. */
function paidFrom({ level, subjectId, modelId, organizationId }: BudgetRow): Query {
  const inOrganization = sql`d.organization_id = ${organizationId}`
  switch (level) {
    case 'key':
      return sql`${inOrganization} and d.api_key_id = ${subjectId}`
    case 'key_model':
      return sql`${inOrganization} and d.api_key_id = ${subjectId} and d.model_id = ${modelId}`
    case 'user':
      return sql`${inOrganization} and d.user_id = ${subjectId}`
    case 'team':
      return sql`${inOrganization} and d.team_id = ${subjectId}`
    case 'organization':
      return inOrganization
    case 'platform':
      return sql`true`
  }
}

/** What was used in the present window that began `since` (a day in UTC), in nano-USD. */
export async function sumPaid(tx: Tx, budget: BudgetRow, since: string): Promise<bigint> {
  const { costNano } = await tx.one(sql(Type.Object({ costNano: Type.BigInt() }))`
    select coalesce(sum(d.cost_nano), 0)::bigint as "costNano" from usage_daily d where ${paidFrom(budget)} and d.day >= ${since}::date`)
  return costNano
}

/** The dearest people, keys and models since that day, in one statement. */
export function listSpenders(tx: Tx, budget: BudgetRow, since: string): Promise<Spender[]> {
  return tx.many(sql(Spender)`
    with sums as (
      select case grouping(d.user_id, d.api_key_id, d.model_id) when 3 then 'user' when 5 then 'key' else 'model' end as kind,
        d.organization_id, d.user_id, d.api_key_id, d.model_id, max(d.model_name) as model_name,
        sum(d.requests)::bigint as requests, sum(d.cost_nano)::bigint as cost
      from usage_daily d where ${paidFrom(budget)} and d.day >= ${since}::date
      group by grouping sets ((d.user_id), (d.organization_id, d.api_key_id), (d.model_id))
    ), ranked as (
      select *, row_number() over (partition by kind order by cost desc, requests desc, user_id, api_key_id, model_id) as rank from sums
    )
    select r.kind, coalesce(r.user_id, r.api_key_id, r.model_id) as id, r.requests, r.cost as "costNano",
      coalesce(u.display_name, k.name, dk.name, m.name, r.model_name, '') as name
    from ranked r
    left join users u on u.id = r.user_id
    left join api_keys k on k.organization_id = r.organization_id and k.id = r.api_key_id
    left join deleted_api_keys dk on dk.organization_id = r.organization_id and dk.id = r.api_key_id
    left join models m on m.id = r.model_id
    where r.rank <= ${TOP} and r.cost > 0 order by r.rank`)
}
