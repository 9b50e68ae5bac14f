import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { WebhookDelivery, type DeliveryListQuery } from './webhook.schemas.ts'
import type { CallResult } from './outgoing-call.ts'

export const DELIVERIES_CHANNEL = 'webhook_deliveries'

const Total = Type.Object({ total: Type.BigInt() })

const columns: Query = sql`d.id, d.webhook_id as "webhookId", d.event_name as "eventName", d.is_test as "isTest", d.state, d.attempts,
  case when d.state = 'pending' then d.next_at end as "nextAttemptAt", d.response_status as "responseStatus",
  d.response_body as "responseBody", d.last_error as "error", d.last_attempt_at as "lastAttemptAt",
  d.delivered_at as "deliveredAt", d.created_at as "createdAt"`

const told = sql`told as (select pg_notify(${DELIVERIES_CHANNEL}, ''))`

interface NewDelivery {
  readonly organizationId: string
  readonly id: string
  readonly webhookId: string
  readonly eventName: string
  /** Names the event; a second delivery of the same to one webhook is passed over. */
  readonly eventKey: string
  readonly body: string
}

/** Answers how many are new. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[]): Promise<number> {
  if (deliveries.length === 0) return 0
  return tx.run(sql`
    with ${told}
    insert into webhook_deliveries (organization_id, id, webhook_id, event_name, event_key, body)
    select r."organizationId", r.id, r."webhookId", r."eventName", r."eventKey", r.body
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb)
      as r ("organizationId" uuid, id uuid, "webhookId" uuid, "eventName" text, "eventKey" text, body text), told
    on conflict on constraint webhook_deliveries_event_key do nothing`)
}

/** In the organization of the transaction. */
export function insertTest(
  tx: Tx,
  test: Omit<NewDelivery, 'organizationId' | 'eventKey'>,
): Promise<WebhookDelivery> {
  return tx.one(sql(WebhookDelivery)`
    with ${told}, d as (
      insert into webhook_deliveries (id, webhook_id, event_name, event_key, body, is_test)
      values (${test.id}, ${test.webhookId}, ${test.eventName}, ${`test:${test.id}`}, ${test.body}, true) returning *)
    select ${columns} from d, told`)
}

export async function listDeliveries(
  tx: Tx,
  webhookId: string,
  query: DeliveryListQuery,
): Promise<{ rows: WebhookDelivery[]; total: number }> {
  const conditions: Query[] = [sql`d.webhook_id = ${webhookId}`]
  if (query.state !== undefined) conditions.push(sql`d.state = ${query.state}`)
  if (query.eventName !== undefined) conditions.push(sql`d.event_name = ${query.eventName}`)
  const where = sql.join(conditions, ' and ')
  const order = query.sort === 'createdAt' ? sql`d.created_at, d.id` : sql`d.created_at desc, d.id desc`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(WebhookDelivery)`
      select ${columns} from webhook_deliveries d where ${where}
      order by ${order} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from webhook_deliveries d where ${where}`),
  ])
  return { rows, total: Number(total) }
}

/** With the row's lock. */
export function lockDelivery(tx: Tx, webhookId: string, id: string): Promise<WebhookDelivery | undefined> {
  return tx.find(sql(WebhookDelivery)`
    select ${columns} from webhook_deliveries d where d.webhook_id = ${webhookId} and d.id = ${id} for update`)
}

/** Due at once, with all its attempts before it. */
export function makeDueAgain(tx: Tx, id: string): Promise<WebhookDelivery> {
  return tx.one(sql(WebhookDelivery)`
    with ${told}, d as (
      update webhook_deliveries set state = 'pending', attempts = 0, next_at = now(), delivered_at = null, lease_until = null
      where id = ${id} returning *)
    select ${columns} from d, told`)
}

const ClaimedDelivery = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  webhookId: Type.String(),
  body: Type.String(),
  isTest: Type.Boolean(),
  attempts: Type.Integer(),
  leaseUntil: Type.String(),
})
export type ClaimedDelivery = Static<typeof ClaimedDelivery>

const PER_WEBHOOK = 2

/**
 * Leases due deliveries, the longest due first, and at most two of one webhook at a time, so that a slow receiver holds up
 * nobody else. What belongs to a webhook that is off waits until it is on again; tests do not.
 */
export function claimDeliveries(
  tx: Tx,
  options: { limit: number; leaseSeconds: number },
): Promise<ClaimedDelivery[]> {
  return tx.many(sql(ClaimedDelivery)`
    with busy as (
      select organization_id, webhook_id, count(*) as count from webhook_deliveries
      where state = 'leased' and lease_until > now() group by 1, 2
    ), due as (
      select d.organization_id, d.id, d.next_at,
        row_number() over (partition by d.organization_id, d.webhook_id order by d.next_at, d.id) + coalesce(b.count, 0) as place
      from webhook_deliveries d
      join webhooks w on w.organization_id = d.organization_id and w.id = d.webhook_id and (w.is_enabled or d.is_test)
      left join busy b on b.organization_id = d.organization_id and b.webhook_id = d.webhook_id
      where d.state in ('pending', 'leased') and d.next_at <= now() and (d.state = 'pending' or d.lease_until <= now())
    ), chosen as (
      select organization_id, id from due where place <= ${PER_WEBHOOK} order by next_at limit ${options.limit}
    ), locked as (
      select d.organization_id, d.id from webhook_deliveries d
      join chosen c on c.organization_id = d.organization_id and c.id = d.id
      where d.state = 'pending' or (d.state = 'leased' and d.lease_until <= now()) for update of d skip locked
    )
    update webhook_deliveries d set state = 'leased', attempts = d.attempts + 1, last_attempt_at = now(),
      lease_until = date_trunc('milliseconds', now() + ${options.leaseSeconds} * interval '1 second')
    from locked l where l.organization_id = d.organization_id and l.id = d.id
    returning d.organization_id as "organizationId", d.id, d.webhook_id as "webhookId", d.body, d.is_test as "isTest", d.attempts,
      d.lease_until as "leaseUntil"`)
}

const held = (row: ClaimedDelivery): Query =>
  sql`organization_id = ${row.organizationId} and id = ${row.id} and state = 'leased' and lease_until = ${row.leaseUntil}::timestamptz`

/** `retryInSeconds` undefined: this was the last attempt. False when the lease had passed to somebody else. */
export async function settleDelivery(
  tx: Tx,
  row: ClaimedDelivery,
  result: CallResult,
  retryInSeconds: number | undefined,
): Promise<boolean> {
  const state = result.isDelivered ? 'delivered' : retryInSeconds === undefined ? 'dead' : 'pending'
  return (
    (await tx.run(sql`
      update webhook_deliveries set state = ${state}, lease_until = null,
        next_at = now() + ${retryInSeconds ?? 0} * interval '1 second', response_status = ${result.status},
        response_body = ${result.excerpt}, last_error = ${result.error},
        delivered_at = case when ${result.isDelivered} then now() end
      where ${held(row)}`)) > 0
  )
}

export async function releaseDelivery(tx: Tx, row: ClaimedDelivery): Promise<void> {
  await tx.run(sql`
    update webhook_deliveries set state = 'pending', attempts = attempts - 1, lease_until = null where ${held(row)}`)
}

const BATCH = 5000

export function deleteOldDeliveries(tx: Tx, olderThanDays: number): Promise<number> {
  return tx.run(sql`
    delete from webhook_deliveries where (organization_id, id) in (
      select organization_id, id from webhook_deliveries
      where created_at < now() - ${olderThanDays} * interval '1 day' limit ${BATCH})`)
}
