import { Type, type Static } from '@sinclair/typebox'
import { Manifest, rowsIn, type WrittenBackup } from '#platform/backup'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { Backup, type BackupListQuery } from './backup.schemas.ts'

const BackupRow = Type.Object({
  ...Type.Omit(Backup, ['bytes', 'rows']).properties,
  bytes: Nullable(Type.BigInt()),
  rows: Nullable(Type.BigInt()),
})
export type BackupRow = Static<typeof BackupRow>

// Jobs are forgotten after a while; what is no job any more and was never finished has failed.
const status = sql`case when b.finished_at is not null then 'ready' when j.status in ('queued', 'running') then 'creating' else 'failed' end`
const backups = sql`backups b left join jobs j on j.organization_id = b.job_organization_id and j.id = b.id`
const columns = sql`b.id, b.source, ${status} as status, b.note, b.file_name as "fileName", b.created_by as "createdBy",
  b.created_at as "createdAt", b.finished_at as "finishedAt", b.bytes, b.sha256, b.rows_total as rows, b.tested_at as "testedAt",
  b.test_result as "testResult", b.test_message as "testMessage"`

const orders: Record<NonNullable<BackupListQuery['sort']>, Query> = {
  '-createdAt': sql`b.created_at desc, b.id`,
  createdAt: sql`b.created_at, b.id`,
  '-bytes': sql`b.bytes desc nulls last, b.id`,
  bytes: sql`b.bytes nulls last, b.id`,
}

export async function listBackups(
  tx: Tx,
  query: BackupListQuery,
): Promise<{ rows: BackupRow[]; total: number }> {
  const conditions = [sql`true`]
  if (query.source !== undefined) conditions.push(sql`b.source = ${query.source}`)
  if (query.status !== undefined) conditions.push(sql`${status} = ${query.status}`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(BackupRow)`
      select ${columns} from ${backups} where ${where}
      order by ${orders[query.sort ?? '-createdAt']} limit ${query.limit} offset ${query.offset}`),
    tx.one(
      sql(
        Type.Object({ total: Type.Integer() }),
      )`select count(*)::int as total from ${backups} where ${where}`,
    ),
  ])
  return { rows, total }
}

const Detailed = Type.Object({ ...BackupRow.properties, manifest: Nullable(Manifest) })
export type DetailedRow = Static<typeof Detailed>

export function findBackup(tx: Tx, id: string): Promise<DetailedRow | undefined> {
  return tx.find(sql(Detailed)`select ${columns}, b.manifest from ${backups} where b.id = ${id}`)
}

export interface NewBackup {
  readonly id: string
  readonly organizationId: string
  readonly source: Backup['source']
  readonly note: string | null
  readonly fileName: string
  readonly createdBy: string | null
}

export async function insertBackup(tx: Tx, backup: NewBackup): Promise<void> {
  await tx.run(sql`
    insert into backups (id, job_organization_id, source, note, file_name, created_by)
    values (${backup.id}, ${backup.organizationId}, ${backup.source}, ${backup.note}, ${backup.fileName}, ${backup.createdBy})`)
}

/** False when it was deleted in the meantime. */
export async function finishBackup(tx: Tx, id: string, written: WrittenBackup, at: Date): Promise<boolean> {
  const { manifest, bytes, sha256 } = written
  return (
    (await tx.run(sql`
      update backups set finished_at = ${at}, bytes = ${bytes}, sha256 = ${sha256}, manifest = ${JSON.stringify(manifest)}::jsonb,
        rows_total = ${rowsIn(manifest)}
      where id = ${id}`)) > 0
  )
}

export async function recordTest(tx: Tx, id: string, at: Date, failure: string | null): Promise<void> {
  const result = failure === null ? 'passed' : 'failed'
  await tx.run(sql`
    update backups set tested_at = ${at}, test_result = ${result}, test_message = left(${failure}, 500) where id = ${id}`)
}

export async function deleteBackup(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from backups where id = ${id}`)
}

/** Counts, under a lock that holds until the end of the transaction, the jobs of these kinds that have not ended. */
export async function countUnfinished(tx: Tx, kinds: readonly string[]): Promise<number> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended('backups', 0))`)
  const { count } = await tx.one(
    sql(
      Type.Object({ count: Type.Integer() }),
    )`select count(*)::int as count from jobs where kind = any (${kinds}::text[]) and status in ('queued', 'running')`,
  )
  return count
}

export async function findInstallation(tx: Tx): Promise<string> {
  const { name } = await tx.one(
    sql(
      Type.Object({ name: Type.String() }),
    )`select value #>> '{}' as name from settings where key = 'installation'`,
  )
  return name
}
