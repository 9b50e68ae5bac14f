import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable, Timestamp } from '#platform/http'
import { conditionsOf } from './subscription.queries.ts'
import type { ApprovalStatisticsQuery } from './subscription.schemas.ts'

const Counted = Type.Object({
  total: Type.Integer(),
  pending: Type.Integer(),
  active: Type.Integer(),
  denied: Type.Integer(),
  suspended: Type.Integer(),
  cancelled: Type.Integer(),
  expired: Type.Integer(),
})
const counts = sql`count(*)::int as "total", count(*) filter (where s.status = 'pending')::int as "pending",
  count(*) filter (where s.status = 'active')::int as "active",
  count(*) filter (where s.status = 'denied')::int as "denied",
  count(*) filter (where s.status = 'suspended')::int as "suspended",
  count(*) filter (where s.status = 'cancelled')::int as "cancelled",
  count(*) filter (where s.status = 'expired')::int as "expired"`

export function countOwn(tx: Tx, userId: string): Promise<Static<typeof Counted>> {
  return tx.one(sql(Counted)`select ${counts} from subscriptions s where s.user_id = ${userId}`)
}

const Waiting = Type.Object({
  ...Counted.properties,
  oldestPendingAt: Nullable(Timestamp()),
  medianWaitingSeconds: Nullable(Type.Number()),
})

export function countQueue(tx: Tx, query: ApprovalStatisticsQuery): Promise<Static<typeof Waiting>> {
  return tx.one(sql(Waiting)`
    select ${counts}, min(s.requested_at) filter (where s.status = 'pending') as "oldestPendingAt",
      percentile_cont(0.5) within group (order by extract(epoch from s.decided_at - s.requested_at)::double precision)
        filter (where s.decided_at >= s.requested_at and s.decided_by is not null) as "medianWaitingSeconds"
    from subscriptions s join models m on m.id = s.model_id where ${conditionsOf(query, sql`m.name`)}`)
}
