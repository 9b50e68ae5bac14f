import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, type Cursor } from '#platform/http'
import type { NotificationListQuery, SetNotificationPreferences } from './notification.schemas.ts'
import { Notification } from './notification.schemas.ts'

const { kind, severity, template, link, isRead } = Notification.properties

const NotificationRow = Type.Object({
  id: Type.String(),
  kind,
  template,
  severity,
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  link,
  isRead,
  at: Type.String(),
})
export type NotificationRow = Static<typeof NotificationRow>

const Count = Type.Object({ count: Type.BigInt() })

/** Row-level security knows the organization; whose a notification is, is said here, in every statement. */
const mine = (userId: string): Query => sql`n.user_id = ${userId}`

/** Newest first, from the cursor on; one row more than the limit when there are more. */
export function listNotifications(
  tx: Tx,
  userId: string,
  query: NotificationListQuery,
  cursor: Cursor | undefined,
): Promise<NotificationRow[]> {
  const conditions = [mine(userId)]
  if (query.isRead !== undefined) conditions.push(sql`(n.read_at is not null) = ${query.isRead}`)
  if (query.kind !== undefined) conditions.push(sql`n.kind = ${query.kind}`)
  if (cursor) conditions.push(sql`(n.created_at, n.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`)
  return tx.many(sql(NotificationRow)`
    select n.id, n.kind, n.template, n.severity, n.facts, n.link, n.read_at is not null as "isRead", n.created_at as at
    from notifications n where ${sql.join(conditions, ' and ')}
    order by n.created_at desc, n.id desc limit ${query.limit + 1}`)
}

export async function countUnread(tx: Tx, userId: string): Promise<number> {
  const { count } = await tx.one(
    sql(Count)`select count(*) as count from notifications n where ${mine(userId)} and n.read_at is null`,
  )
  return Number(count)
}

/** False when there is no such one of this person. Reading twice keeps the first time. */
export async function markRead(tx: Tx, userId: string, id: string, at: Date): Promise<boolean> {
  return (
    (await tx.run(sql`
      update notifications n set read_at = coalesce(n.read_at, ${at}) where ${mine(userId)} and n.id = ${id}`)) >
    0
  )
}

export async function markAllRead(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.run(sql`update notifications n set read_at = ${at} where ${mine(userId)} and n.read_at is null`)
}

export async function deleteNotification(tx: Tx, userId: string, id: string): Promise<boolean> {
  return (await tx.run(sql`delete from notifications n where ${mine(userId)} and n.id = ${id}`)) > 0
}

const Reader = Type.Object({ email: Nullable(Type.String()), language: Nullable(Type.String()) })

export function findReader(tx: Tx, userId: string): Promise<Static<typeof Reader> | undefined> {
  return tx.find(sql(Reader)`select email, language from users where id = ${userId}`)
}

const Chosen = Type.Object({ kind: Type.String(), inApp: Type.Boolean(), email: Type.Boolean() })

export function listChosen(tx: Tx, userId: string): Promise<Array<Static<typeof Chosen>>> {
  return tx.many(sql(Chosen)`
    select kind, in_app as "inApp", email from notification_preferences where user_id = ${userId}`)
}

export async function replaceChosen(
  tx: Tx,
  userId: string,
  preferences: SetNotificationPreferences['preferences'],
): Promise<void> {
  // Two replacements at once come one after the other; the last one holds.
  await tx.run(
    sql`select pg_advisory_xact_lock(hashtextextended(${`notification preferences of ${userId}`}, 0))`,
  )
  await tx.run(sql`delete from notification_preferences where user_id = ${userId}`)
  if (preferences.length === 0) return
  await tx.run(sql`
    insert into notification_preferences (user_id, kind, in_app, email)
    select ${userId}, r.kind, r."inApp", r.email
    from jsonb_to_recordset(${JSON.stringify(preferences)}::jsonb) as r (kind text, "inApp" boolean, email boolean)`)
}
