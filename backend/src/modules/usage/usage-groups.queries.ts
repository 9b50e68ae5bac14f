import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { conditionsOf, type Dimension, type UsageFilter } from './usage-filter.ts'
import type { Period } from './usage-period.ts'
import {
  lastKeyName,
  PreviousSums,
  Sums,
  trendColumns,
  trendNames,
  trendSourceOf,
} from './usage-source.queries.ts'
import type { UsageGroupSort } from './usage-report.schemas.ts'

const GroupRow = Type.Object({
  ...Sums.properties,
  ...PreviousSums.properties,
  id: Nullable(Type.String()),
  name: Nullable(Type.String()),
  organizationId: Nullable(Type.String()),
  userId: Nullable(Type.String()),
  username: Nullable(Type.String()),
  total: Type.BigInt(),
})
export type GroupRow = Static<typeof GroupRow>

/** How one dimension is grouped, and where its names come from. `r` is a row of sums. */
interface Grouping {
  /** Columns of the source that make a group. */
  readonly by: Query
  readonly id: Query
  readonly name: Query
  readonly organizationId: Query
  readonly userId: Query
  readonly username: Query
  readonly joins: Query
}

const none = sql`null::text`

const groupings: Readonly<Record<Dimension, Grouping>> = {
  organization: {
    by: sql`organization_id`,
    id: sql`r.organization_id::text`,
    name: sql`o.name`,
    organizationId: sql`r.organization_id::text`,
    userId: none,
    username: none,
    joins: sql`left join organizations o on o.id = r.organization_id`,
  },
  team: {
    by: sql`organization_id, team_id`,
    id: sql`r.team_id::text`,
    name: sql`t.name`,
    organizationId: sql`r.organization_id::text`,
    userId: none,
    username: none,
    joins: sql`left join teams t on t.organization_id = r.organization_id and t.id = r.team_id`,
  },
  user: {
    by: sql`user_id`,
    id: sql`r.user_id::text`,
    name: sql`u.display_name`,
    organizationId: none,
    userId: sql`r.user_id::text`,
    username: sql`u.username`,
    joins: sql`left join users u on u.id = r.user_id`,
  },
  model: {
    by: sql`model_id`,
    id: sql`r.model_id::text`,
    name: sql`coalesce(m.name, r.model_name)`,
    organizationId: none,
    userId: none,
    username: none,
    joins: sql`left join models m on m.id = r.model_id`,
  },
  provider: {
    by: sql`provider`,
    id: sql`r.provider`,
    name: sql`r.provider`,
    organizationId: none,
    userId: none,
    username: none,
    joins: sql``,
  },
  apiKey: {
    by: sql`organization_id, api_key_id, user_id`,
    id: sql`r.api_key_id::text`,
    name: sql`coalesce(k.name, ${lastKeyName})`,
    organizationId: sql`r.organization_id::text`,
    userId: sql`r.user_id::text`,
    username: sql`u.username`,
    joins: sql`left join api_keys k on k.organization_id = r.organization_id and k.id = r.api_key_id
      left join users u on u.id = r.user_id`,
  },
}

/** Column of each sort key; only these ever reach the text of a statement. */
const sortColumns: Readonly<Record<string, Query>> = {
  cost: sql`"costNano"`,
  requests: sql`"requests"`,
  errors: sql`"errors"`,
  promptTokens: sql`"promptTokens"`,
  completionTokens: sql`"completionTokens"`,
  name: sql`name`,
}

/** Groups that are alike are told apart by their id, so that pages never overlap. */
function orderOf(sort: UsageGroupSort): Query {
  const isDescending = sort.startsWith('-')
  const column = sortColumns[isDescending ? sort.slice(1) : sort] ?? sql`"costNano"`
  const direction = isDescending ? sql`desc` : sql`asc`
  return sql`${column} ${direction} nulls last, id nulls last, "organizationId"`
}

/** The provider is not the call's but its model's, as the catalogue names it now. */
const withProvider = (source: Query): Query => sql`
  select s.*, m.provider from (${source}) s left join models m on m.id = s.model_id`

export interface GroupQuery {
  readonly sort: UsageGroupSort
  readonly limit: number
  readonly offset: number
}

/** One page of what each value of a dimension used in a period, with the period before; `total` is of all pages. */
export async function listGroups(
  tx: Tx,
  dimension: Dimension,
  filter: UsageFilter,
  period: Period,
  query: GroupQuery,
): Promise<{ rows: GroupRow[]; total: number }> {
  const { by, id, name, organizationId, userId, username, joins } = groupings[dimension]
  const trend = trendSourceOf(conditionsOf(filter), period)
  const source = dimension === 'provider' ? withProvider(trend) : trend
  const groups = sql`
    with source as (${source}),
    sums as (
      select ${by}, max(model_name) as model_name, ${trendColumns(filter)} from source group by ${by}
      having bool_or(is_now)
    ),
    groups as (
      select ${id} as id, ${name} as name, ${organizationId} as "organizationId", ${userId} as "userId",
        ${username} as username, ${trendNames}
      from sums r ${joins}
    )`
  const rows = await tx.many(sql(GroupRow)`
    ${groups} select *, count(*) over () as total from groups
    order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`)
  const [first] = rows
  if (first) return { rows, total: Number(first.total) }
  if (query.offset === 0) return { rows, total: 0 }
  const { total } = await tx.one(sql(Total)`${groups} select count(*) as total from groups`)
  return { rows, total: Number(total) }
}

const Total = Type.Object({ total: Type.BigInt() })
