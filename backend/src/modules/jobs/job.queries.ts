import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Job, jobColumns, JOBS_CHANNEL } from '#platform/jobs'
import type { AllJobsQuery } from './job.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

const mine = (createdBy: string | undefined): Query =>
  createdBy === undefined ? sql`true` : sql`j.created_by = ${createdBy}`

/** With `createdBy`, only what that person started. */
export function findJob(tx: Tx, id: string, createdBy: string | undefined): Promise<Job | undefined> {
  return tx.find(sql(Job)`select ${jobColumns} from jobs j where j.id = ${id} and ${mine(createdBy)}`)
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
export async function listJobs(tx: Tx, query: AllJobsQuery): Promise<{ rows: Job[]; total: number }> {
  const conditions = [mine(query.createdBy)]
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
