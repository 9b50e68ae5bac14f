import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { announce } from '#platform/events'
import { Job } from './job.schemas.ts'

export const JOBS_CHANNEL = 'jobs'

/** The columns of a `Job`; the table is called `j`. */
export const jobColumns: Query = sql`j.id, j.organization_id as "organizationId", j.kind, j.status,
  jsonb_build_object('done', j.done, 'total', j.total, 'message', j.message) as progress, j.result,
  case when j.error_code is not null then jsonb_build_object('code', j.error_code, 'message', j.error_message) end as error,
  j.attempt, j.is_cancel_requested as "isCancelRequested", j.created_by as "createdBy", j.created_at as "createdAt",
  j.started_at as "startedAt", j.finished_at as "finishedAt"`

interface NewJob {
  readonly organizationId: string
  readonly createdBy: string | null
  readonly kind: string
  readonly params: Readonly<Record<string, unknown>>
  readonly total: number | null
}

export function insertJob(tx: Tx, job: NewJob): Promise<Job> {
  return tx.one(sql(Job)`
    with j as (
      insert into jobs (organization_id, kind, params, total, created_by)
      values (${job.organizationId}, ${job.kind}, ${JSON.stringify(job.params)}, ${job.total}, ${job.createdBy}) returning *
    ), told as (select pg_notify(${JOBS_CHANNEL}, ''))
    select ${jobColumns} from j, told`)
}

const ClaimedJob = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  kind: Type.String(),
  params: Type.Record(Type.String(), Type.Unknown()),
  createdBy: Type.Union([Type.String(), Type.Null()]),
  attempt: Type.Integer(),
  done: Type.BigInt(),
  total: Type.Union([Type.BigInt(), Type.Null()]),
  message: Type.Union([Type.String(), Type.Null()]),
  isCancelRequested: Type.Boolean(),
})
export type ClaimedJob = Static<typeof ClaimedJob>

// Waiting, or begun by a process that did not come back.
const isDue = sql`((j.status = 'queued' and j.next_at <= now()) or (j.status = 'running' and j.lease_until <= now()))`

/**
 * Leases up to `limit` due jobs of these kinds, at most one per organization and call: the oldest one of whoever has the
 * fewest running, so that a hundred exports of one organization do not hold up the single one of another.
 */
export function claimJobs(
  tx: Tx,
  options: { owner: string; kinds: readonly string[]; limit: number; leaseSeconds: number },
): Promise<ClaimedJob[]> {
  return tx.many(sql(ClaimedJob)`
    with running as (
      select organization_id, count(*) as count from jobs where status = 'running' and lease_until > now() group by 1
    ), heads as (
      select distinct on (j.organization_id) j.organization_id, j.id, j.next_at from jobs j
      where j.status in ('queued', 'running') and ${isDue} and j.kind = any (${options.kinds}::text[])
      order by j.organization_id, j.next_at, j.created_at
    ), chosen as (
      select h.organization_id, h.id from heads h left join running r using (organization_id)
      order by coalesce(r.count, 0), h.next_at limit ${options.limit}
    ), locked as (
      select j.organization_id, j.id from jobs j join chosen c on c.organization_id = j.organization_id and c.id = j.id
      where ${isDue} for update of j skip locked
    )
    update jobs j set status = 'running', attempt = j.attempt + 1, lease_owner = ${options.owner},
      lease_until = now() + ${options.leaseSeconds} * interval '1 second', started_at = coalesce(j.started_at, now())
    from locked l where l.organization_id = j.organization_id and l.id = j.id
    returning j.organization_id as "organizationId", j.id, j.kind, j.params, j.created_by as "createdBy", j.attempt, j.done, j.total,
      j.message, j.is_cancel_requested as "isCancelRequested"`)
}

/** Names one run of a job: whoever took it over since has another owner or a higher attempt. */
export interface Lease {
  readonly organizationId: string
  readonly id: string
  readonly owner: string
  readonly attempt: number
}

const held = (
  lease: Lease,
) => sql`organization_id = ${lease.organizationId} and id = ${lease.id} and status = 'running'
  and lease_owner = ${lease.owner} and attempt = ${lease.attempt}`

const Held = Type.Object({ id: Type.String(), attempt: Type.Integer(), isCancelRequested: Type.Boolean() })
export type HeldJob = Static<typeof Held>

/** Renews every lease of this process; answers what it still holds. */
export function renewLeases(tx: Tx, owner: string, leaseSeconds: number): Promise<HeldJob[]> {
  return tx.many(sql(Held)`
    update jobs set lease_until = now() + ${leaseSeconds} * interval '1 second'
    where lease_owner = ${owner} and status = 'running'
    returning id, attempt, is_cancel_requested as "isCancelRequested"`)
}

/** How far a job is, in units of its kind. */
export interface Progress {
  readonly done: number
  readonly total: number | null
  readonly message: string | null
}

const progressed = ({ done, total, message }: Progress) =>
  sql`done = ${done}, total = ${total}, message = left(${message}, 500)`

export async function writeProgress(tx: Tx, lease: Lease, progress: Progress): Promise<boolean> {
  return (await tx.run(sql`update jobs set ${progressed(progress)} where ${held(lease)}`)) > 0
}

export type Outcome =
  | { readonly status: 'succeeded'; readonly result: string | null }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  | { readonly status: 'cancelled' }

/** Ends this run for good; false when it had been taken over. */
export async function finishJob(
  tx: Tx,
  lease: Lease,
  outcome: Outcome,
  progress: Progress,
): Promise<boolean> {
  const result = outcome.status === 'succeeded' ? outcome.result : null
  const error = outcome.status === 'failed' ? outcome : { code: null, message: null }
  return (
    (await tx.run(sql`
      update jobs set status = ${outcome.status}, result = ${result}::jsonb, error_code = ${error.code},
        error_message = ${error.message}, ${progressed(progress)}, lease_owner = null, lease_until = null, finished_at = now()
      where ${held(lease)}`)) > 0
  )
}

/** Puts this run back into the queue; `countsAsAttempt` false forgets that it was begun. */
export async function giveBack(
  tx: Tx,
  lease: Lease,
  options: { delaySeconds: number; countsAsAttempt: boolean },
  progress: Progress,
): Promise<void> {
  await tx.run(sql`
    update jobs set status = 'queued', attempt = attempt - ${options.countsAsAttempt ? 0 : 1}, ${progressed(progress)},
      lease_owner = null, lease_until = null, next_at = now() + ${options.delaySeconds} * interval '1 second'
    where ${held(lease)}`)
  await tx.run(sql`select pg_notify(${JOBS_CHANNEL}, '')`)
}

/** Tells whoever waits for the job: the person who started it, else those who see all jobs of the organization. */
export async function announceJob(
  tx: Tx,
  name: 'job.progress' | 'job.finished',
  job: Pick<ClaimedJob, 'organizationId' | 'id' | 'kind' | 'createdBy'>,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await announce(tx, {
    name,
    audience: job.createdBy === null ? { permission: 'jobs:read-all' } : { userId: job.createdBy },
    data: { id: job.id, kind: job.kind, ...facts },
    organizationId: job.organizationId,
    isTransient: name === 'job.progress',
  })
}

const BATCH = 5000

/** What came to its end so long ago that nobody asks any more; at most one batch. */
export function deleteOldJobs(tx: Tx, olderThanDays: number): Promise<number> {
  return tx.run(sql`
    delete from jobs where (organization_id, id) in (
      select organization_id, id from jobs where finished_at < now() - ${olderThanDays} * interval '1 day' limit ${BATCH})`)
}
