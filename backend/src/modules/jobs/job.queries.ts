import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Job, jobColumns, JOBS_CHANNEL } from '#platform/jobs'
import type { AllJobsQuery } from './job.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

/** Which jobs the caller may know of. */
export interface JobScope {
  /** Only what this person started. */
  readonly createdBy: string | undefined
  readonly hiddenKinds: readonly string[]
}

const inScope = ({ createdBy, hiddenKinds }: JobScope): Query =>
  sql`${createdBy === undefined ? sql`true` : sql`j.created_by = ${createdBy}`} and j.kind <> all (${[...hiddenKinds]}::text[])`

export function findJob(tx: Tx, id: string, scope: JobScope): Promise<Job | undefined> {
  return tx.find(sql(Job)`select ${jobColumns} from jobs j where j.id = ${id} and ${inScope(scope)}`)
}

/** Ends what waits, and asks what runs to end. Undefined when the job has come to an end already. */
export function requestCancel(tx: Tx, id: string): Promise<Job | undefined> {
  return tx.find(sql(Job)`
    with j as (
      update jobs set is_cancel_requested = true,
        status = case when status = 'queued' then 'cancelled' else status end,
        finished_at = case when status = 'queued' then now() end
      where id = ${id} and status in ('queued', 'running') returning *
    ), told as (select pg_notify(${JOBS_CHANNEL}, '') from j)
    select ${jobColumns} from j, told`)
}

const orders: Readonly<Record<NonNullable<AllJobsQuery['sort']>, Query>> = {
  '-createdAt': sql`j.created_at desc, j.id`,
  createdAt: sql`j.created_at, j.id`,
  '-finishedAt': sql`j.finished_at desc nulls last, j.id`,
  finishedAt: sql`j.finished_at nulls last, j.id`,
}

/** Newest first unless the query says otherwise. */
export async function listJobs(
  tx: Tx,
  query: AllJobsQuery,
  hiddenKinds: readonly string[],
): Promise<{ rows: Job[]; total: number }> {
  const conditions = [inScope({ createdBy: query.createdBy, hiddenKinds })]
  if (query.status !== undefined) conditions.push(sql`j.status = ${query.status}`)
  if (query.kind !== undefined) conditions.push(sql`j.kind = ${query.kind}`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(Job)`select ${jobColumns} from jobs j where ${where}
      order by ${orders[query.sort ?? '-createdAt']} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from jobs j where ${where}`),
  ])
  return { rows, total: Number(total) }
}
