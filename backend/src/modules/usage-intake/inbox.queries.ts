import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { SpendRecord } from './spend-record.ts'

/** Keeps what was reported, once per call, whichever side was first. Answers how many were new. */
export function insertReported(
  tx: Tx,
  via: 'push' | 'pull',
  records: readonly SpendRecord[],
): Promise<number> {
  const rows = records.map((record) => ({ r: record.requestId, b: record }))
  return tx.run(sql`
    insert into litellm_spend_inbox (request_id, arrived_by, record)
    select distinct on (r) r, ${via}, b from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (r text, b jsonb) order by r
    on conflict on constraint litellm_spend_inbox_request_id_key do nothing`)
}

const Leased = Type.Object({
  id: Type.String(),
  via: Type.Union([Type.Literal('push'), Type.Literal('pull')]),
  record: SpendRecord,
  attempts: Type.Integer(),
})
export type Leased = Static<typeof Leased>

/** Takes due rows, oldest first; also those of a process that has shown no sign of life. */
export function leaseReported(tx: Tx, limit: number, leaseSeconds: number): Promise<Leased[]> {
  return tx.many(sql(Leased)`
    with due as (
      select id from litellm_spend_inbox
      where (state = 'pending' and next_at <= now()) or (state = 'leased' and lease_until <= now())
      order by next_at limit ${limit} for update skip locked
    )
    update litellm_spend_inbox i set state = 'leased', lease_until = now() + ${leaseSeconds} * interval '1 second'
    from due where i.id = due.id
    returning i.id, i.arrived_by as via, i.record, i.attempts`)
}

/** What turned out to be none of our business is not kept. */
export async function dropReported(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.run(sql`delete from litellm_spend_inbox where id = any (${ids}::uuid[])`)
}

export async function markBooked(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length > 0)
    await tx.run(sql`
      update litellm_spend_inbox set state = 'booked', reason = null, lease_until = null, done_at = ${now}
      where id = any (${ids}::uuid[])`)
}

export async function markUnattributed(
  tx: Tx,
  rows: ReadonlyArray<{ id: string; reason: string }>,
): Promise<void> {
  if (rows.length > 0)
    await tx.run(sql`
      update litellm_spend_inbox i set state = 'unattributed', reason = u.reason, lease_until = null
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.reason)}::text[]) as u (id, reason)
      where i.id = u.id`)
}

/** Tried again later, or laid aside as dead. */
export async function markFailed(
  tx: Tx,
  id: string,
  failure: { message: string; isDead: boolean; delaySeconds: number },
): Promise<void> {
  await tx.run(sql`
    update litellm_spend_inbox set state = ${failure.isDead ? 'dead' : 'pending'}, attempts = attempts + 1,
      reason = left(${failure.message}, 500), lease_until = null, next_at = now() + ${failure.delaySeconds} * interval '1 second'
    where id = ${id}`)
}

/** Gives back what could not even be tried, because the database was away or the process stops. */
export async function releaseReported(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await tx.run(sql`
      update litellm_spend_inbox set state = 'pending', lease_until = null where id = any (${ids}::uuid[]) and state = 'leased'`)
}

/** Forgets booked rows once `usage_events` alone remembers them, and marks that no log row can ask for any more. */
export async function forgetOld(tx: Tx): Promise<number> {
  const booked = await tx.run(sql`
    delete from litellm_spend_inbox where id = any (array(
      select id from litellm_spend_inbox where state = 'booked' and received_at < now() - interval '2 days' limit 5000))`)
  const marks = await tx.run(sql`
    delete from gateway_call_rows where call_id = any (array(
      select call_id from gateway_call_rows where seen_at < now() - interval '35 days' limit 5000))`)
  const windows = await tx.run(
    sql`delete from spend_log_windows where starts_at < now() - interval '35 days'`,
  )
  return booked + marks + windows
}

const Depth = Type.Object({ state: Type.String(), count: Type.Integer() })
export function inboxDepth(tx: Tx): Promise<Array<Static<typeof Depth>>> {
  return tx.many(sql(Depth)`
    select state, count(*)::int as count from litellm_spend_inbox where state <> 'booked' group by state`)
}
