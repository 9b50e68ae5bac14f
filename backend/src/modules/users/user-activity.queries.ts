import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { Cursor } from '#platform/http'
import { UserActivity } from './user.schemas.ts'

const { cost: _cost, ...shown } = UserActivity.properties
const ActivityRow = Type.Object({ ...shown, costNano: Type.Union([Type.BigInt(), Type.Null()]) })
export type ActivityRow = Static<typeof ActivityRow>

/** Three short lists, each newest first by its own index, and one list made of them. One row more than `limit`. */
export function listActivity(
  tx: Tx,
  userId: string,
  after: Cursor | undefined,
  limit: number,
): Promise<ActivityRow[]> {
  const older = (at: Query, id: Query): Query =>
    after === undefined ? sql`true` : sql`(${at}, ${id}) < (${after.at}::timestamptz, ${after.id}::uuid)`
  const newest = sql`order by at desc, id desc limit ${limit + 1}`
  const audit = (kind: string, whose: Query): Query => sql`
    (select a.id, a.at, ${kind}::text as kind, a.organization_id, a.action, a.result, a.resource_type, a.resource_id,
        null::bigint as cost_nano
      from audit_logs a
      where a.organization_id in (select o.id from organizations o) and ${whose} and ${older(sql`a.at`, sql`a.id`)} ${newest})`
  return tx.many(sql(ActivityRow)`
    select id, at, kind, organization_id as "organizationId", action, result, resource_type as "resourceType",
      resource_id as "resourceId", cost_nano as "costNano"
    from (
      ${audit('act', sql`a.actor_id = ${userId}`)}
      union all
      ${audit('change', sql`a.resource_type = 'user' and a.resource_id = ${userId}::text and a.actor_id is distinct from ${userId}`)}
      union all
      (select l.id, l.at, 'call', l.organization_id, l.operation, l.outcome, 'model', l.model_name, l.cost_nano
        from usage_logs l
        where l.organization_id in (select o.id from organizations o) and l.user_id = ${userId}
          and ${older(sql`l.at`, sql`l.id`)} ${newest})
    ) as everything ${newest}`)
}
