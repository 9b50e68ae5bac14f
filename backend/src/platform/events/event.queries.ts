import { Type } from '@sinclair/typebox'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Query, type Tx } from '#platform/database'
import type { EventCursor } from './cursor.ts'

/** An event as it was announced. */
export interface AnnouncedEvent {
  readonly cursor: EventCursor
  readonly organizationId: string
  readonly name: string
  readonly at: string
  readonly userId: string | null
  readonly permission: string | null
  readonly isForPlatform: boolean
  readonly data: Readonly<Record<string, unknown>>
}

/** Whose events are meant; see `Audience`. */
export interface Viewer {
  readonly organizationId: string | null
  readonly userId: string | null
  readonly permissions: ReadonlySet<string>
  readonly isPlatformAdministrator: boolean
}

/**
 * Whether the viewer may see it. One request, one organization: what concerns a person in another one is not told here,
 * except to administrators of the platform, who work across them.
 */
export function isVisibleTo(event: Omit<AnnouncedEvent, 'cursor' | 'data'>, viewer: Viewer): boolean {
  if (event.isForPlatform) return viewer.isPlatformAdministrator
  const isHere =
    event.organizationId === viewer.organizationId || event.organizationId === PLATFORM_ORGANIZATION_ID
  if (event.userId !== null)
    return event.userId === viewer.userId && (isHere || viewer.isPlatformAdministrator)
  return isHere && event.permission !== null && viewer.permissions.has(event.permission)
}

const Row = Type.Object({
  transaction: Type.String(),
  sequence: Type.BigInt(),
  organizationId: Type.String(),
  name: Type.String(),
  at: Type.String(),
  userId: Type.Union([Type.String(), Type.Null()]),
  permission: Type.Union([Type.String(), Type.Null()]),
  isForPlatform: Type.Boolean(),
  data: Type.Record(Type.String(), Type.Unknown()),
})

const columns = sql`transaction_id::text as transaction, sequence, organization_id as "organizationId", name, at, user_id as "userId",
  permission, is_for_platform as "isForPlatform", data`

const isBetween = (after: EventCursor, before: bigint): Query =>
  sql`(transaction_id, sequence) > (${after.transaction.toString()}::xid8, ${after.sequence})
    and transaction_id < ${before.toString()}::xid8`

const Mark = Type.Object({ mark: Type.String() })

/**
 * The oldest transaction that is still open. Every event of an older one is visible from now on, and none of those will
 * ever be joined by another.
 */
export async function readWatermark(tx: Tx): Promise<bigint> {
  const { mark } = await tx.one(sql(Mark)`select pg_snapshot_xmin(pg_current_snapshot())::text as mark`)
  return BigInt(mark)
}

async function listWhere(tx: Tx, where: Query, limit: number): Promise<AnnouncedEvent[]> {
  const rows = await tx.many(sql(Row)`
    select ${columns} from events where ${where} order by transaction_id, sequence limit ${limit}`)
  return rows.map(({ transaction, sequence, ...event }) => ({
    ...event,
    cursor: { transaction: BigInt(transaction), sequence },
  }))
}

/** Everybody's events after the cursor and before the watermark, oldest first. */
export function listEvents(
  tx: Tx,
  after: EventCursor,
  before: bigint,
  limit: number,
): Promise<AnnouncedEvent[]> {
  return listWhere(tx, isBetween(after, before), limit)
}

/** As `listEvents`, of one viewer; `names` empty means all. */
export function listEventsOf(
  tx: Tx,
  viewer: Viewer,
  range: { after: EventCursor; before: bigint; names: readonly string[]; limit: number },
): Promise<AnnouncedEvent[]> {
  const isHere = sql`organization_id in (${viewer.organizationId}::uuid, ${PLATFORM_ORGANIZATION_ID}::uuid)`
  const { isPlatformAdministrator: isPlatform } = viewer
  return listWhere(
    tx,
    sql`${isBetween(range.after, range.before)}
      and (${range.names.length === 0} or name = any (${range.names}::text[]))
      and case when is_for_platform then ${isPlatform}
          when user_id is not null then user_id = ${viewer.userId}::uuid and (${isPlatform} or ${isHere})
          else ${isHere} and permission = any (${[...viewer.permissions]}::text[]) end`,
    range.limit,
  )
}

/** Whether something was announced that must wait for an older transaction to end. */
export async function hasHeldBack(tx: Tx, watermark: bigint): Promise<boolean> {
  const { isHeld } = await tx.one(sql(Type.Object({ isHeld: Type.Boolean() }))`
    select exists (select from events where transaction_id >= ${watermark.toString()}::xid8) as "isHeld"`)
  return isHeld
}

const BATCH = 5000
export const TRANSIENT_HOURS = 1

/** What nobody reads any more; at most one batch. A little later than promised, because `at` is not the order of reading. */
export function deleteOldEvents(tx: Tx, olderThanDays: number): Promise<number> {
  return tx.run(sql`
    delete from events where (organization_id, sequence) in (
      (select organization_id, sequence from events
       where is_transient and at < now() - ${TRANSIENT_HOURS} * interval '1 hour' - interval '5 minutes' limit ${BATCH})
      union all
      (select organization_id, sequence from events where at < now() - ${olderThanDays} * interval '1 day' limit ${BATCH}))`)
}
