import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'
import {
  dimensions,
  otherConditions,
  scopeConditions,
  type Dimension,
  type UsageFilter,
} from './usage-filter.ts'
import type { Period } from './usage-period.ts'
import { lastKeyName, sourceOf } from './usage-source.queries.ts'

const OptionRow = Type.Object({
  dimension: StringEnum(['organization', 'team', 'user', 'model', 'provider', 'apiKey']),
  id: Type.String(),
  name: Nullable(Type.String()),
  requests: Type.BigInt(),
})
export type OptionRow = Static<typeof OptionRow>

interface Choice {
  readonly id: Query
  readonly by: Query
  readonly name: Query
  readonly joins: Query
}

const choices: Readonly<Record<Dimension, Choice>> = {
  organization: {
    id: sql`r.organization_id`,
    by: sql`organization_id`,
    name: sql`o.name`,
    joins: sql`left join organizations o on o.id = r.organization_id`,
  },
  team: {
    id: sql`r.team_id`,
    by: sql`organization_id, team_id`,
    name: sql`t.name`,
    joins: sql`left join teams t on t.organization_id = r.organization_id and t.id = r.team_id`,
  },
  user: {
    id: sql`r.user_id`,
    by: sql`user_id`,
    name: sql`u.display_name`,
    joins: sql`left join users u on u.id = r.user_id`,
  },
  model: {
    id: sql`r.model_id`,
    by: sql`model_id`,
    name: sql`coalesce(m.name, r.model_name)`,
    joins: sql`left join models m on m.id = r.model_id`,
  },
  provider: { id: sql`r.provider`, by: sql`provider`, name: sql`r.provider`, joins: sql`` },
  apiKey: {
    id: sql`r.api_key_id`,
    by: sql`organization_id, api_key_id`,
    name: sql`coalesce(k.name, ${lastKeyName})`,
    joins: sql`left join api_keys k on k.organization_id = r.organization_id and k.id = r.api_key_id`,
  },
}

/** The busiest values of one dimension that occur under the filters on all others. */
function choose(dimension: Dimension, filter: UsageFilter, limit: number): Query {
  const { id, by, name, joins } = choices[dimension]
  return sql`
    (select ${dimension}::text as dimension, ${id}::text as id, ${name} as name, r.requests from (
      select ${by}, max(model_name) as model_name, sum(requests)::bigint as requests from used
      where ${otherConditions(filter, dimension)} group by ${by} order by requests desc limit ${limit}
    ) r ${joins} where ${id} is not null order by r.requests desc, ${id})`
}

/** What can still be chosen for each filter, at most `limit` values of each: one pass over the calls, then one per filter. */
export function listOptions(
  tx: Tx,
  filter: UsageFilter,
  period: Period,
  limit: number,
): Promise<OptionRow[]> {
  return tx.many(sql(OptionRow)`
    with used as materialized (
      select s.organization_id, s.team_id, s.user_id, s.model_id, s.api_key_id, m.provider, max(s.model_name) as model_name,
        sum(s.requests) as requests
      from (${sourceOf(scopeConditions(filter), period)}) s left join models m on m.id = s.model_id
      group by 1, 2, 3, 4, 5, 6
    )
    ${sql.join(
      dimensions.map((one) => choose(one, filter, limit)),
      ' union all ',
    )}`)
}
