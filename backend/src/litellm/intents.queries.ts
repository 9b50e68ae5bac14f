import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const ClaimedRow = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  kind: Type.String(),
  resourceId: Type.String(),
  operation: Type.Union([Type.Literal('put'), Type.Literal('delete')]),
  desiredVersion: Type.Integer(),
  attempts: Type.Integer(),
  tries: Type.Integer(),
  hash: Type.Union([Type.String(), Type.Null()]),
  leaseUntil: Type.String(),
})
export type ClaimedRow = Static<typeof ClaimedRow>

const Candidate = Type.Object({ kind: Type.String(), resourceId: Type.String() })
const Secret = Type.Object({ secret: Type.Unsafe<Buffer>({}) })
const State = Type.Object({ state: Type.String() })
const ResourceId = Type.Object({ resourceId: Type.String() })
const Depth = Type.Object({ state: Type.String(), count: Type.BigInt() })
const Time = Type.Object({ now: Type.String() })
const Installation = Type.Object({ value: Type.String() })

export interface NewIntent {
  readonly id: string
  readonly organizationId: string
  readonly kind: string
  readonly resourceId: string
  readonly operation: 'put' | 'delete'
  readonly desiredVersion: number
  readonly secret: Buffer | null
  readonly hash: string | null
}

export const INTENTS_CHANNEL = 'litellm_intents'

export async function insertIntent(tx: Tx, intent: NewIntent): Promise<void> {
  await tx.run(sql`insert into litellm_intents
      (id, organization_id, resource_kind, resource_id, operation, desired_version, secret, payload)
    values (${intent.id}, ${intent.organizationId}, ${intent.kind}, ${intent.resourceId}, ${intent.operation},
      ${intent.desiredVersion}, ${intent.secret}, ${intent.hash === null ? '{}' : JSON.stringify({ hash: intent.hash })}::jsonb)`)
  await tx.run(sql`select pg_notify(${INTENTS_CHANNEL}, '')`)
}

// Due, and either waiting or leased by a process that did not come back.
const claimable = sql`i.next_at <= now() and (i.state = 'pending' or (i.state = 'leased' and i.lease_until <= now()))`

// Nobody is delivering for the same resource.
const isFree = sql`not exists (select 1 from litellm_intents other where other.resource_kind = i.resource_kind
  and other.resource_id = i.resource_id and other.state = 'leased' and other.lease_until > now())`

/**
 * Leases everything that waits for up to `limit` resources, deletions first (`delete` sorts before `put`). The lock per
 * resource makes two workers agree on who delivers: the last statement sees what the lock's former holder committed.
 */
export async function claim(
  tx: Tx,
  options: { limit: number; leaseSeconds: number; busy: readonly string[] },
): Promise<ClaimedRow[]> {
  const candidates = await tx.many(sql(Candidate)`
    select i.resource_kind as "kind", i.resource_id as "resourceId" from litellm_intents i
    where ${claimable} and i.resource_id <> all (${options.busy}::uuid[]) and ${isFree}
    order by i.operation, i.next_at limit ${options.limit * 4} for update skip locked`)
  const resources = [
    ...new Map(candidates.map((row) => [`${row.kind} ${row.resourceId}`, row])).values(),
  ].slice(0, options.limit)
  if (resources.length === 0) return []
  const locked = await tx.many(sql(Candidate)`
    select r.kind as "kind", r.id::text as "resourceId"
    from unnest(${resources.map((row) => row.kind)}::text[], ${resources.map((row) => row.resourceId)}::uuid[]) as r (kind, id)
    where pg_try_advisory_xact_lock(hashtextextended(r.kind || ' ' || r.id, 7001))`)
  if (locked.length === 0) return []
  const rows = await tx.many(sql(ClaimedRow)`
    update litellm_intents i
    set state = 'leased', lease_until = date_trunc('milliseconds', now() + ${options.leaseSeconds} * interval '1 second')
    from unnest(${locked.map((row) => row.kind)}::text[], ${locked.map((row) => row.resourceId)}::uuid[]) as r (kind, id)
    where i.resource_kind = r.kind and i.resource_id = r.id and i.state in ('pending', 'leased')
      and ${isFree}
    returning i.id, i.organization_id as "organizationId", i.resource_kind as "kind", i.resource_id as "resourceId",
      i.operation, i.desired_version as "desiredVersion", i.attempts, coalesce((i.payload->>'tries')::int, 0) as "tries",
      i.payload->>'hash' as "hash", i.lease_until as "leaseUntil"`)
  return rows
}

/** The sealed value of a resource, whichever of its intents still holds it. */
export async function findSecret(tx: Tx, kind: string, resourceId: string): Promise<Buffer | undefined> {
  const row = await tx.find(sql(Secret)`select secret from litellm_intents
    where resource_kind = ${kind} and resource_id = ${resourceId} and secret is not null order by sequence desc limit 1`)
  return row?.secret
}

interface Lease {
  readonly ids: readonly string[]
  readonly leaseUntil: string
}

const held = ({ ids, leaseUntil }: Lease) =>
  sql`id = any (${ids}::uuid[]) and state = 'leased' and lease_until = ${leaseUntil}::timestamptz`

/** Marks what was delivered; false when the lease had passed to somebody else meanwhile. */
export async function markDone(tx: Tx, lease: Lease): Promise<boolean> {
  return (
    (await tx.run(sql`update litellm_intents set state = 'done', done_at = now(), lease_until = null, last_error = null, secret = null
      where ${held(lease)}`)) > 0
  )
}

/**
 * Once LiteLLM has the whole present state, no copy of the value remains, and what it refused of earlier states no longer
 * matters.
 */
export async function settleEarlier(tx: Tx, kind: string, resourceId: string): Promise<void> {
  await tx.run(sql`update litellm_intents
    set secret = null, state = case when state = 'dead' then 'done' else state end
    where resource_kind = ${kind} and resource_id = ${resourceId} and (secret is not null or state = 'dead')`)
}

export async function reschedule(
  tx: Tx,
  lease: Lease,
  outcome: { delaySeconds: number; attempts: number; tries: number; error: string },
): Promise<boolean> {
  return (
    (await tx.run(sql`update litellm_intents
      set state = 'pending', lease_until = null, next_at = now() + ${outcome.delaySeconds} * interval '1 second',
        attempts = ${outcome.attempts}, last_error = ${outcome.error},
        payload = payload || jsonb_build_object('tries', ${outcome.tries}::int)
      where ${held(lease)}`)) > 0
  )
}

export async function markDead(
  tx: Tx,
  lease: Lease,
  outcome: { attempts: number; error: string },
): Promise<boolean> {
  return (
    (await tx.run(sql`update litellm_intents
      set state = 'dead', lease_until = null, attempts = ${outcome.attempts}, last_error = ${outcome.error}, done_at = now()
      where ${held(lease)}`)) > 0
  )
}

/** Gives a lease back untouched, so that another process need not wait for its end. */
export async function release(tx: Tx, lease: Lease): Promise<void> {
  await tx.run(
    sql`update litellm_intents set state = 'pending', lease_until = null, next_at = now() where ${held(lease)}`,
  )
}

/** `onlyUnjudged` leaves alone what LiteLLM itself turned down before. */
export async function makeAllDue(tx: Tx, onlyUnjudged: boolean): Promise<number> {
  return await tx.run(sql`update litellm_intents set next_at = now()
    where state = 'pending' and next_at > now() and (attempts = 0 or not ${onlyUnjudged})`)
}

/** Puts a dead intent back to work with all its attempts. False when there is no such dead intent. */
export async function redriveIntent(tx: Tx, id: string): Promise<boolean> {
  return (
    (await tx.run(sql`update litellm_intents set state = 'pending', attempts = 0, next_at = now(), done_at = null,
        payload = payload - 'tries' where id = ${id} and state = 'dead'`)) > 0
  )
}

export async function stateOf(tx: Tx, id: string): Promise<string | undefined> {
  return (await tx.find(sql(State)`select state from litellm_intents where id = ${id}`))?.state
}

/** The database's own time, comparable with what it wrote. */
export async function databaseTime(tx: Tx): Promise<string> {
  return (await tx.one(sql(Time)`select now() as "now"`)).now
}

/**
 * Which of these resources the outbox is busy with, has given up on until somebody looks, or has settled since a moment:
 * what was read from LiteLLM before then is out of date for them.
 */
export async function findUnsettled(
  tx: Tx,
  kind: string,
  resourceIds: readonly string[],
  since: string,
): Promise<Set<string>> {
  const rows = await tx.many(sql(ResourceId)`select distinct resource_id as "resourceId" from litellm_intents
    where resource_kind = ${kind} and resource_id = any (${resourceIds}::uuid[])
      and (state in ('pending', 'leased', 'dead') or done_at >= ${since}::timestamptz)`)
  return new Set(rows.map((row) => row.resourceId))
}

/** How many intents are in each state but done, for metrics and the administrator. */
export async function depth(tx: Tx): Promise<Readonly<Record<'pending' | 'leased' | 'dead', number>>> {
  const rows = await tx.many(
    sql(Depth)`select state, count(*) as "count" from litellm_intents where state <> 'done' group by state`,
  )
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0n)
  return { pending: of('pending'), leased: of('leased'), dead: of('dead') }
}

/** Finished intents carry no secret and serve only the history. */
export async function removeFinished(tx: Tx, olderThanDays: number): Promise<number> {
  return await tx.run(sql`delete from litellm_intents where id in (
    select id from litellm_intents where state = 'done' and done_at < now() - ${olderThanDays} * interval '1 day' limit 5000)`)
}

/** What this installation calls itself; made by the first migration and again by a restore. */
export async function readInstallation(tx: Tx): Promise<string> {
  return (
    await tx.one(sql(Installation)`select value #>> '{}' as "value" from settings where key = 'installation'`)
  ).value
}
