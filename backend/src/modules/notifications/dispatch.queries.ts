import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { EventCursor } from '#platform/events'
import { Nullable } from '#platform/http'
import type { Facts } from './wording.ts'

// On the platform's connection: across organizations.

export const EMAIL_CHANNEL = 'email_deliveries'

const Reader = Type.Object({
  transaction: Type.String(),
  sequence: Type.BigInt(),
  since: Type.String(),
  isOfAnotherCluster: Type.Boolean(),
})

export interface ReaderPlace {
  readonly cursor: EventCursor
  /** Earlier events are passed over. */
  readonly since: string
  /** The counter of transactions began anew since, as after a restore. */
  readonly isOfAnotherCluster: boolean
}

/** Holds the reader until the end of the transaction; undefined while another process reads. */
export async function lockReader(tx: Tx, name: string): Promise<ReaderPlace | undefined> {
  const row = await tx.find(sql(Reader)`
    select transaction_id::text as transaction, sequence, since,
      transaction_id > pg_snapshot_xmax(pg_current_snapshot()) as "isOfAnotherCluster"
    from event_readers where name = ${name} for update skip locked`)
  if (!row) return undefined
  const { transaction, sequence, since, isOfAnotherCluster } = row
  return { cursor: { transaction: BigInt(transaction), sequence }, since, isOfAnotherCluster }
}

export async function moveReader(tx: Tx, name: string, to: EventCursor): Promise<void> {
  await tx.run(sql`
    update event_readers set transaction_id = ${to.transaction.toString()}::xid8, sequence = ${to.sequence}
    where name = ${name}`)
}

/** What was announced before now is nobody's news any more. */
export async function beginAnew(tx: Tx, name: string, watermark: bigint): Promise<void> {
  await tx.run(sql`
    update event_readers set transaction_id = ${watermark.toString()}::xid8, sequence = 0, since = now() where name = ${name}`)
}

const Recipient = Type.Object({
  userId: Type.String(),
  /** Null for somebody of the platform who belongs to no organization. */
  organizationId: Nullable(Type.String()),
  hasEmail: Type.Boolean(),
})
export type Recipient = Static<typeof Recipient>

/** One row per membership: nobody who is disabled, and no place where they are. */
const people = (where: Query): Query => sql`
  select u.id as "userId", m.organization_id as "organizationId", u.email is not null as "hasEmail"
  from users u left join memberships m on m.user_id = u.id and m.status = 'active'
  where u.status = 'active' and ${where}`

export function findPeople(tx: Tx, userIds: readonly string[]): Promise<Recipient[]> {
  return tx.many(sql(Recipient)`${people(sql`u.id = any (${userIds}::uuid[])`)}`)
}

/** `standings` are pairs of roles, `platform/organization`. */
export function listPeopleWith(
  tx: Tx,
  organizationIds: readonly string[],
  standings: readonly string[],
): Promise<Recipient[]> {
  return tx.many(
    sql(Recipient)`${people(sql`m.organization_id = any (${organizationIds}::uuid[])
    and u.platform_role || '/' || m.role = any (${standings}::text[])`)}`,
  )
}

export function listPlatformAdministrators(tx: Tx): Promise<Recipient[]> {
  return tx.many(sql(Recipient)`${people(sql`u.platform_role in ('admin', 'adminReadonly')`)}`)
}

const Preference = Type.Object({
  userId: Type.String(),
  kind: Type.String(),
  inApp: Type.Boolean(),
  email: Type.Boolean(),
})

export function listPreferences(
  tx: Tx,
  userIds: readonly string[],
): Promise<Array<Static<typeof Preference>>> {
  return tx.many(sql(Preference)`
    select user_id as "userId", kind, in_app as "inApp", email from notification_preferences
    where user_id = any (${userIds}::uuid[])`)
}

const Name = Type.Object({ id: Type.String(), name: Type.String() })
const nameColumns = { models: 'name', users: 'display_name', teams: 'name', api_keys: 'name' } as const
export type NamedTable = keyof typeof nameColumns

export async function namesIn(
  tx: Tx,
  table: NamedTable,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.many(sql(Name)`
    select id, ${sql.identifier(nameColumns[table])} as name from ${sql.identifier(table)} where id::text = any (${ids}::text[])`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export interface NewMessage {
  readonly organizationId: string
  readonly userId: string
  readonly kind: string
  readonly template: string
  readonly severity: string
  readonly facts: Facts
  readonly link: string
  /** Of the event. */
  readonly sequence: string
}

const Written = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  userId: Type.String(),
  kind: Type.String(),
  severity: Type.String(),
})

/** Answers those that are new. */
export function insertNotifications(
  tx: Tx,
  messages: readonly NewMessage[],
): Promise<Array<Static<typeof Written>>> {
  return tx.many(sql(Written)`
    insert into notifications (organization_id, user_id, kind, template, facts, severity, link, event_sequence)
    select r."organizationId", r."userId", r.kind, r.template, r.facts, r.severity, r.link, r.sequence
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as r
      ("organizationId" uuid, "userId" uuid, kind text, template text, facts jsonb, severity text, link text, sequence bigint)
    on conflict on constraint notifications_event_key do nothing
    returning organization_id as "organizationId", id, user_id as "userId", kind, severity`)
}

export async function insertEmails(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  await tx.run(sql`
    with told as (select pg_notify(${EMAIL_CHANNEL}, ''))
    insert into email_deliveries (organization_id, user_id, kind, template, facts, link)
    select r."organizationId", r."userId", r.kind, r.template, r.facts, r.link
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as r
      ("organizationId" uuid, "userId" uuid, kind text, template text, facts jsonb, link text), told`)
}

const BATCH = 5000

/** What is older than it is kept for. At most one batch of each. */
export async function deleteOld(tx: Tx, days: { notifications: number; emails: number }): Promise<number> {
  const notifications = await tx.run(sql`
    delete from notifications where (organization_id, id) in (
      select organization_id, id from notifications
      where created_at < now() - ${days.notifications} * interval '1 day' limit ${BATCH})`)
  const emails = await tx.run(sql`
    delete from email_deliveries where (organization_id, id) in (
      select organization_id, id from email_deliveries
      where created_at < now() - ${days.emails} * interval '1 day' limit ${BATCH})`)
  return notifications + emails
}
