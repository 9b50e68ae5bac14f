import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import {
  SubscriptionEvent,
  SubscriptionRequest,
  type SubscriptionListQuery,
  type SubscriptionQueueQuery,
  type SubscriptionStatus,
} from './subscription.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

const columns = sql`s.id, s.model_id as "modelId", m.name as "modelName", s.status, s.reason, s.requested_at as "requestedAt",
  s.decided_at as "decidedAt", s.decision_reason as "decisionReason", s.version, s.user_id as "userId", u.username,
  u.display_name as "displayName"`
const joins = sql`join models m on m.id = s.model_id join users u on u.id = s.user_id`

const SubscribableModel = Type.Object({
  id: Type.String(),
  isRestricted: Type.Boolean(),
  availability: Type.String(),
})
export type SubscribableModel = Static<typeof SubscribableModel>

export function findSubscribableModel(tx: Tx, id: string): Promise<SubscribableModel | undefined> {
  return tx.find(sql(SubscribableModel)`
    select id, is_restricted as "isRestricted", availability from models where id = ${id}`)
}

export function insertSubscription(
  tx: Tx,
  row: { userId: string; modelId: string; status: SubscriptionStatus; reason: string | null; at: Date },
): Promise<SubscriptionRequest> {
  return tx.one(sql(SubscriptionRequest)`
    with s as (
      insert into subscriptions (user_id, model_id, status, reason, requested_at)
      values (${row.userId}, ${row.modelId}, ${row.status}, ${row.reason}, ${row.at}) returning *)
    select ${columns} from s ${joins}`)
}

/** A subscription in the caller's organization; with `userId`, only that person's own. */
export function findSubscription(
  tx: Tx,
  id: string,
  userId?: string,
): Promise<SubscriptionRequest | undefined> {
  const whose = userId === undefined ? sql`true` : sql`s.user_id = ${userId}`
  return tx.find(
    sql(SubscriptionRequest)`select ${columns} from subscriptions s ${joins} where s.id = ${id} and ${whose}`,
  )
}

/** What a change of state writes besides the state. */
export const nothingElse: Query = sql``
export const decided = (by: string | null, at: Date, reason: string | null): Query =>
  sql`, decided_by = ${by}, decided_at = ${at}, decision_reason = ${reason}`
export const requestedAgain = (at: Date, reason: string | null): Query =>
  sql`, requested_at = ${at}, reason = coalesce(${reason}, reason), decided_by = null, decided_at = null, decision_reason = null`

/** Undefined when the row has changed since it was read: somebody else was faster. */
export function updateStatus(
  tx: Tx,
  row: { id: string; version: number },
  to: SubscriptionStatus,
  also: Query,
): Promise<SubscriptionRequest | undefined> {
  return tx.find(sql(SubscriptionRequest)`
    with s as (
      update subscriptions set status = ${to}, version = version + 1, updated_at = now()${also}
      where id = ${row.id} and version = ${row.version} returning *)
    select ${columns} from s ${joins}`)
}

export function updateReason(
  tx: Tx,
  row: { id: string; version: number },
  reason: string | null,
): Promise<SubscriptionRequest | undefined> {
  return tx.find(sql(SubscriptionRequest)`
    with s as (
      update subscriptions set reason = ${reason}, version = version + 1, updated_at = now()
      where id = ${row.id} and version = ${row.version} returning *)
    select ${columns} from s ${joins}`)
}

function conditionsOf(query: SubscriptionQueueQuery): Query {
  const conditions: Query[] = [sql`true`]
  if (query.status !== undefined) conditions.push(sql`s.status = ${query.status}`)
  if (query.modelId !== undefined) conditions.push(sql`s.model_id = ${query.modelId}`)
  if (query.userId !== undefined) conditions.push(sql`s.user_id = ${query.userId}`)
  return sql.join(conditions, ' and ')
}

interface Rows {
  readonly rows: SubscriptionRequest[]
  readonly total: number
}

async function listBy(tx: Tx, where: Query, order: Query, query: SubscriptionListQuery): Promise<Rows> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(SubscriptionRequest)`
      select ${columns} from subscriptions s ${joins} where ${where}
      order by ${order} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from subscriptions s where ${where}`),
  ])
  return { rows, total: Number(total) }
}

/** One person's, newest first. */
export function listOwn(tx: Tx, userId: string, query: SubscriptionListQuery): Promise<Rows> {
  return listBy(tx, conditionsOf({ ...query, userId }), sql`s.requested_at desc, s.id`, query)
}

/** The organization's, oldest first: the order in which they are to be decided. */
export function listQueue(tx: Tx, query: SubscriptionQueueQuery): Promise<Rows> {
  return listBy(tx, conditionsOf(query), sql`s.requested_at, s.id`, query)
}

export async function insertEvent(
  tx: Tx,
  event: {
    subscriptionId: string
    from: string | null
    to: string
    actorId: string | null
    reason: string | null
  },
): Promise<void> {
  await tx.run(sql`
    insert into subscription_history (subscription_id, from_status, to_status, actor_id, reason)
    values (${event.subscriptionId}, ${event.from}, ${event.to}, ${event.actorId}, ${event.reason})`)
}

/** Oldest first. */
export async function listEvents(
  tx: Tx,
  subscriptionId: string,
  query: { limit: number; offset: number },
): Promise<{ rows: SubscriptionEvent[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(SubscriptionEvent)`
      select id, from_status as "from", to_status as "to", actor_id as "actorId", reason, at from subscription_history
      where subscription_id = ${subscriptionId} order by at, id limit ${query.limit} offset ${query.offset}`),
    tx.one(
      sql(
        Total,
      )`select count(*) as total from subscription_history where subscription_id = ${subscriptionId}`,
    ),
  ])
  return { rows, total: Number(total) }
}
