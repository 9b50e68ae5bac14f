import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, type Cursor } from '#platform/http'
import { AuditLog, type AuditFilters } from './audit.schemas.ts'

const columns = sql`
  l.id, l.at, l.organization_id as "organizationId", o.name as "organizationName", l.category, l.action, l.result,
  l.actor_kind as "actorKind", l.actor_id as "actorId", coalesce(u.display_name, sc.name) as "actorName", l.door, l.address,
  l.request_id as "requestId", l.resource_type as "resourceType", l.resource_id as "resourceId", l.before, l.after,
  l.reason, l.count, l.hash is not null as "isChained"`

/** Acts are people's or machines'; a client that is gone has left its id. */
const actor = sql`left join users u on u.id = l.actor_id
  left join service_clients sc on sc.organization_id = l.organization_id and sc.id = l.actor_id`

/** Text is compared as text: what a person types is no pattern. */
const contains = (column: Query, text: string): Query =>
  sql`position(lower(${text}) in lower(coalesce(${column}, ''))) > 0`

function conditionsOf(filters: AuditFilters): Query {
  const { from, to, search } = filters
  const conditions: Query[] = [sql`true`]
  if (filters.category !== undefined) conditions.push(sql`l.category = ${filters.category}`)
  if (filters.action !== undefined) conditions.push(sql`l.action = ${filters.action}`)
  if (filters.result !== undefined) conditions.push(sql`l.result = ${filters.result}`)
  if (filters.actorId !== undefined) conditions.push(sql`l.actor_id = ${filters.actorId}`)
  if (filters.actorKind !== undefined) conditions.push(sql`l.actor_kind = ${filters.actorKind}`)
  if (filters.resourceType !== undefined) conditions.push(sql`l.resource_type = ${filters.resourceType}`)
  if (filters.resourceId !== undefined) conditions.push(sql`l.resource_id = ${filters.resourceId}`)
  if (filters.requestId !== undefined) conditions.push(sql`l.request_id = ${filters.requestId}`)
  if (from !== undefined) conditions.push(sql`l.at >= ${from}::timestamptz`)
  if (to !== undefined) conditions.push(sql`l.at < ${to}::timestamptz`)
  if (search !== undefined) {
    const places = [sql`l.action`, sql`l.resource_id`, sql`l.reason`]
    conditions.push(
      sql`(${sql.join(
        places.map((place) => contains(place, search)),
        ' or ',
      )})`,
    )
  }
  return sql.join(conditions, ' and ')
}

/** Newest first, from the cursor on; one row more than `limit` when there are more. */
export function listAuditLogs(
  tx: Tx,
  filters: AuditFilters,
  limit: number,
  cursor: Cursor | undefined,
): Promise<AuditLog[]> {
  const onward = cursor ? sql`(l.at, l.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)` : sql`true`
  return tx.many(sql(AuditLog)`
    select ${columns} from (
      select * from audit_logs l where ${conditionsOf(filters)} and ${onward}
      order by l.at desc, l.id desc limit ${limit + 1}
    ) l
    join organizations o on o.id = l.organization_id ${actor}
    order by l.at desc, l.id desc`)
}

export function findAuditLog(tx: Tx, id: string): Promise<AuditLog | undefined> {
  return tx.find(sql(AuditLog)`
    select ${columns} from audit_logs l
    join organizations o on o.id = l.organization_id ${actor} where l.id = ${id}`)
}

const OptionRow = Type.Object({
  kind: Type.Union([
    Type.Literal('category'),
    Type.Literal('action'),
    Type.Literal('resourceType'),
    Type.Literal('actor'),
  ]),
  value: Type.String(),
  actorName: Nullable(Type.String()),
  count: Type.BigInt(),
})
export type OptionRow = Static<typeof OptionRow>

const MAX_OPTIONS = 100

/** What occurs under the filters, each list without its own filter, so that another value can still be chosen. */
export function listFilterOptions(tx: Tx, filters: AuditFilters): Promise<OptionRow[]> {
  const list = (kind: string, column: Query, without: keyof AuditFilters) => {
    const { [without]: _own, ...others } = filters
    return sql`
      (select ${kind} as kind, ${column}::text as value, count(*) as count from audit_logs l
       where ${conditionsOf(others)} and ${column} is not null
       group by ${column} order by count(*) desc, ${column} limit ${MAX_OPTIONS})`
  }
  const lists = [
    list('category', sql`l.category`, 'category'),
    list('action', sql`l.action`, 'action'),
    list('resourceType', sql`l.resource_type`, 'resourceType'),
    list('actor', sql`l.actor_id`, 'actorId'),
  ]
  return tx.many(sql(OptionRow)`
    select o.kind, o.value, coalesce(u.display_name, case when o.kind = 'actor' then
        (select sc.name from service_clients sc where sc.id::text = o.value limit 1) end) as "actorName", o.count
    from (${sql.join(lists, ' union all ')}) o
    left join users u on u.id = case when o.kind = 'actor' then o.value::uuid end
    order by o.kind, o.count desc, o.value`)
}
