import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const BATCH = 5000

/** Makes the monthly partitions that are missing; answers how many. */
export async function ensureUsagePartitions(tx: Tx, months: number): Promise<number> {
  const { made } = await tx.one(
    sql(Type.Object({ made: Type.Integer() }))`select ensure_usage_partitions(${months}) as made`,
  )
  return made
}

/** Drops whole months of calls that are older than so many months; answers their partitions' names. */
export async function dropOldUsagePartitions(tx: Tx, months: number): Promise<string[]> {
  const { dropped } = await tx.one(
    sql(
      Type.Object({ dropped: Type.Array(Type.String()) }),
    )`select drop_old_usage_partitions(${months}) as dropped`,
  )
  return dropped
}

/** Answers that were kept for repeated requests, and are not any more. At most one batch. */
export function deleteExpiredAnswers(tx: Tx): Promise<number> {
  return tx.run(sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where expires_at < now() limit ${BATCH}))`)
}

/** Tickets that nobody used. At most one batch. */
export function deleteExpiredTickets(tx: Tx): Promise<number> {
  return tx.run(sql`
    delete from event_tickets where (organization_id, digest) in (
      select organization_id, digest from event_tickets where expires_at < now() limit ${BATCH})`)
}

/** What was booked so long ago that nobody reports it a second time. At most one batch. */
export function deleteOldUsageEvents(tx: Tx, olderThanDays: number): Promise<number> {
  return tx.run(sql`
    delete from usage_events where ctid = any (array(
      select ctid from usage_events where at < now() - ${olderThanDays} * interval '1 day' limit ${BATCH}))`)
}

/** Bytes of the partition for calls that fit no month. Its size needs no right to read it, and no scan. */
export async function misplacedUsageBytes(tx: Tx): Promise<number> {
  const { bytes } = await tx.one(
    sql(Type.Object({ bytes: Type.BigInt() }))`select pg_relation_size('usage_logs_elsewhere') as bytes`,
  )
  return Number(bytes)
}
