import { Type, type Static } from '@sinclair/typebox'
import { visibleModel } from '#modules/organizations'
import { sql, type Query, type Tx } from '#platform/database'
import {
  SubscriptionEvent,
  SubscriptionRequest,
  type SubscriptionListQuery,
  type SubscriptionQueueQuery,
  type SubscriptionStatus,
} from './subscription.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

export const columns = sql`s.id, s.model_id as "modelId", m.name as "modelName", s.status, s.reason, s.requested_at as "requestedAt",
  s.decided_at as "decidedAt", s.decision_reason as "decisionReason", s.expires_at as "expiresAt", s.version,
  s.organization_id as "organizationId", o.name as "organizationName", s.user_id as "userId", u.username,
  u.display_name as "displayName", m.is_restricted as "isRestricted", s.decided_by as "decidedBy",
  decider.display_name as "decidedByName"`
export const joins = sql`join models m on m.id = s.model_id join users u on u.id = s.user_id
  join organizations o on o.id = s.organization_id left join users decider on decider.id = s.decided_by`

const SubscribableModel = Type.Object({
  id: Type.String(),
  isRestricted: Type.Boolean(),
  availability: Type.String(),
})
export type SubscribableModel = Static<typeof SubscribableModel>

export function findSubscribableModel(tx: Tx, id: string): Promise<SubscribableModel | undefined> {
  return tx.find(sql(SubscribableModel)`
    select id, is_restricted as "isRestricted", availability from models
    where id = ${id} and ${visibleModel(sql`models.id`)}`)
}

/**
 * Whether the last word of a reviewer about this person and model was a suspension or a reversal: giving the subscription
 * back and asking for another one must not be a way around it. Denials, and the end of a membership, do not count.
 */
export async function isHeld(tx: Tx, userId: string, modelId: string): Promise<boolean> {
  const word = await tx.find(sql(Type.Object({ status: Type.String() }))`
    select h.to_status as status from subscription_history h
    join subscriptions s on s.organization_id = h.organization_id and s.id = h.subscription_id
    where s.user_id = ${userId} and s.model_id = ${modelId} and h.actor_id <> ${userId}
      and h.to_status in ('active', 'pending', 'suspended')
    order by h.at desc limit 1`)
  return word !== undefined && word.status !== 'active'
}

export interface NewSubscription {
  readonly userId: string
  readonly modelId: string
  readonly status: SubscriptionStatus
  readonly reason: string | null
  readonly at: Date
  /** Where somebody else gives it. */
  readonly granted?: { readonly by: string; readonly reason: string; readonly expiresAt: Date | null }
}

export function insertSubscription(tx: Tx, row: NewSubscription): Promise<SubscriptionRequest> {
  const { userId, modelId, status, reason, at, granted } = row
  return tx.one(sql(SubscriptionRequest)`
    with s as (
      insert into subscriptions (user_id, model_id, status, reason, requested_at, decided_by, decided_at, decision_reason, expires_at)
      values (${userId}, ${modelId}, ${status}, ${reason}, ${at}, ${granted?.by ?? null}, ${granted ? at : null},
        ${granted?.reason ?? null}, ${granted?.expiresAt ?? null}) returning *)
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
export const approved = (by: string | null, at: Date, reason: string | null, expiresAt: Date | null): Query =>
  sql`${decided(by, at, reason)}, expires_at = ${expiresAt}`
const undecided = sql`, decided_by = null, decided_at = null, decision_reason = null, expires_at = null`
export const requestedAgain = (at: Date, reason: string | null): Query =>
  sql`, requested_at = ${at}, reason = coalesce(${reason}, reason)${undecided}`
/** Waits again, at the end of the queue. */
export const waitsAgain = (at: Date): Query => sql`, requested_at = ${at}${undecided}`

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

type Filters = Partial<Omit<SubscriptionQueueQuery, 'limit' | 'offset' | 'sort'>>

export function conditionsOf(query: Filters, searched: Query): Query {
  const conditions: Query[] = [sql`true`]
  if (query.status !== undefined) conditions.push(sql`s.status = ${query.status}`)
  if (query.modelId !== undefined) conditions.push(sql`s.model_id = ${query.modelId}`)
  if (query.userId !== undefined) conditions.push(sql`s.user_id = ${query.userId}`)
  if (query.isRestricted !== undefined) conditions.push(sql`m.is_restricted = ${query.isRestricted}`)
  if (query.requestedFrom !== undefined) conditions.push(sql`s.requested_at >= ${query.requestedFrom}`)
  if (query.requestedUntil !== undefined) conditions.push(sql`s.requested_at < ${query.requestedUntil}`)
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in lower(${searched})) > 0`)
  return sql.join(conditions, ' and ')
}

/** Column of each sort key; only these ever reach the text of a statement. */
const sortColumns: Readonly<Record<string, Query>> = {
  requestedAt: sql.identifier('s.requested_at'),
  decidedAt: sql.identifier('s.decided_at'),
  expiresAt: sql.identifier('s.expires_at'),
  modelName: sql.identifier('m.name'),
  username: sql.identifier('u.username'),
  status: sql.identifier('s.status'),
}

function orderOf(sort: string): Query {
  const column = sortColumns[sort.replace(/^-/, '')] ?? sql.identifier('s.requested_at')
  return sort.startsWith('-') ? sql`${column} desc nulls last, s.id` : sql`${column} asc nulls last, s.id`
}

interface Rows {
  readonly rows: SubscriptionRequest[]
  readonly total: number
}

async function listBy(
  tx: Tx,
  where: Query,
  order: Query,
  query: { limit: number; offset: number },
): Promise<Rows> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(SubscriptionRequest)`
      select ${columns} from subscriptions s ${joins} where ${where}
      order by ${order} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from subscriptions s ${joins} where ${where}`),
  ])
  return { rows, total: Number(total) }
}

/** One person's, newest first. */
export function listOwn(tx: Tx, userId: string, query: SubscriptionListQuery): Promise<Rows> {
  return listBy(
    tx,
    conditionsOf({ ...query, userId }, sql`m.name`),
    orderOf(query.sort ?? '-requestedAt'),
    query,
  )
}

/** The organization's, oldest first: the order in which they are to be decided. */
export function listQueue(tx: Tx, query: SubscriptionQueueQuery): Promise<Rows> {
  const searched = sql`m.name || ' ' || u.username || ' ' || u.display_name`
  return listBy(tx, conditionsOf(query, searched), orderOf(query.sort ?? 'requestedAt'), query)
}

const Member = Type.Object({ userId: Type.String() })

/** An active member of the caller's organization who is not barred from having subscriptions. */
export function findSubscriber(tx: Tx, userId: string): Promise<Static<typeof Member> | undefined> {
  return tx.find(sql(Member)`
    select ms.user_id as "userId" from memberships ms join users u on u.id = ms.user_id
    where ms.user_id = ${userId} and ms.status = 'active' and u.status = 'active' and u.platform_role <> 'adminReadonly'`)
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
  reader: 'reviewer' | 'owner',
): Promise<{ rows: SubscriptionEvent[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(SubscriptionEvent)`
      select h.id, h.from_status as "from", h.to_status as "to", h.actor_id as "actorId", h.reason, h.at,
        case when ${reader === 'reviewer'} then u.display_name end as "actorName"
      from subscription_history h left join users u on u.id = h.actor_id
      where h.subscription_id = ${subscriptionId} order by h.at, h.id limit ${query.limit} offset ${query.offset}`),
    tx.one(
      sql(
        Total,
      )`select count(*) as total from subscription_history where subscription_id = ${subscriptionId}`,
    ),
  ])
  return { rows, total: Number(total) }
}
