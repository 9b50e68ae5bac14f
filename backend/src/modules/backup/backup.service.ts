import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import type { Job, JobRunner } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './backup.errors.ts'
import {
  countUnfinished,
  deleteBackup,
  findBackup,
  insertBackup,
  listBackups,
  type BackupRow,
  type DetailedRow,
} from './backup.queries.ts'
import type { Backup, BackupDetails, BackupListQuery, CreateBackup } from './backup.schemas.ts'

export const CREATE = 'backup.create'
export const TEST = 'backup.test'
const JOB = 'backup-administration'
/** Each reads a whole database. */
const MOST_UNFINISHED = 5

/** Where backups lie and what they are made from; absent where that was not configured. */
export interface BackupPlaces {
  readonly directory: string | undefined
  readonly urls: Readonly<Record<Backup['source'], string | undefined>>
}

/** A file on its way. The body must be sent or destroyed. */
export interface BackupFile {
  readonly fileName: string
  readonly bytes: number
  readonly body: Readable
}

/** Backups as administrators see them; the work itself is done by jobs. */
export class BackupService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #jobs: Pick<JobRunner, 'enqueue'>
  readonly #places: BackupPlaces

  constructor(context: ServiceContext, parts: { jobs: Pick<JobRunner, 'enqueue'>; places: BackupPlaces }) {
    super(context)
    this.#platform = context.platformDatabase
    this.#jobs = parts.jobs
    this.#places = parts.places
  }

  async list(query: BackupListQuery): Promise<PageOf<Backup>> {
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listBackups(tx, query), {
      readOnly: true,
    })
    return page(rows.map(toBackup), total, query)
  }

  async get(id: string): Promise<BackupDetails> {
    const row = await this.#platform.transaction(JOB, (tx) => known(tx, id), { readOnly: true })
    const { manifest } = row
    return {
      ...toBackup(row),
      installation: manifest?.installation ?? null,
      serverVersion: manifest?.serverVersion ?? null,
      lastMigration: manifest?.migrations.at(-1)?.name ?? null,
      tables: manifest?.tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })) ?? [],
    }
  }

  /** Starts a job; 422 `BACKUP_NOT_CONFIGURED` where there is no folder or no database to read. */
  create(caller: Caller, body: CreateBackup, idempotency?: IdempotencyFacts): Promise<Job> {
    const organizationId = this.organizationOf(caller)
    const { source = 'litemaas', note = null } = body
    const at = this.clock.now()
    const begin = async (tx: Tx) => {
      this.#assertConfigured(source)
      const job = await this.#enqueue(tx, caller, CREATE, { source })
      const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '')
      const fileName = `${source}-${stamp}-${job.id.slice(0, 8)}.backup`
      await insertBackup(tx, { id: job.id, organizationId, source, note, fileName, createdBy: caller.userId })
      await this.#record(tx, caller, 'backup.requested', job.id, { after: { source, note, fileName } })
      return job
    }
    return this.#platform.transaction(JOB, (tx) => idempotent(tx, caller, idempotency, at, () => begin(tx)))
  }

  /** Starts a job that reads the file to its end and loads it beside the living tables. */
  test(caller: Caller, id: string, idempotency?: IdempotencyFacts): Promise<Job> {
    this.organizationOf(caller)
    const begin = async (tx: Tx) => {
      const backup = await ready(tx, id)
      this.#assertConfigured(backup.source)
      const job = await this.#enqueue(tx, caller, TEST, { backupId: id })
      await this.#record(tx, caller, 'backup.test_requested', id, { after: { jobId: job.id } })
      return job
    }
    return this.#platform.transaction(JOB, (tx) =>
      idempotent(tx, caller, idempotency, this.clock.now(), () => begin(tx)),
    )
  }

  /** Recorded before the first byte is sent: who has the file and the encryption key has everything. */
  async download(caller: Caller, id: string): Promise<BackupFile> {
    const { fileName } = await this.#platform.transaction(JOB, (tx) => ready(tx, id), { readOnly: true })
    const path = this.#pathOf(fileName)
    const { size } = await stat(path).catch(() => {
      throw ApplicationError.conflict(
        'The file is not in the backup folder any more.',
        codes.BACKUP_FILE_MISSING,
        { fileName },
      )
    })
    await this.#platform.transaction(JOB, (tx) =>
      this.#record(tx, caller, 'backup.downloaded', id, { after: { fileName } }),
    )
    return { fileName, bytes: size, body: createReadStream(path) }
  }

  /** The row goes first: a file without a row is found in the folder, a row without a file would lie. */
  async remove(caller: Caller, id: string): Promise<void> {
    const fileName = await this.#platform.transaction(JOB, async (tx) => {
      const backup = await known(tx, id)
      if (backup.status === 'creating') throw notReady(backup.status)
      await deleteBackup(tx, id)
      const { source, createdAt } = backup
      await this.#record(tx, caller, 'backup.deleted', id, {
        before: { source, fileName: backup.fileName, createdAt },
      })
      return backup.fileName
    })
    if (this.#places.directory !== undefined) await rm(this.#pathOf(fileName), { force: true })
  }

  async #enqueue(tx: Tx, caller: Caller, kind: string, params: Record<string, unknown>): Promise<Job> {
    if ((await countUnfinished(tx, [CREATE, TEST])) >= MOST_UNFINISHED)
      throw ApplicationError.conflict(
        'Several backups are waiting already; let them finish first.',
        codes.BACKUP_IN_PROGRESS,
      )
    return this.#jobs.enqueue(tx, caller, { kind, params })
  }

  #record(
    tx: Tx,
    caller: Caller,
    action: string,
    resourceId: string,
    change: { before?: unknown; after?: unknown },
  ): Promise<void> {
    return this.audit(tx, caller, {
      category: 'backup',
      action,
      resourceType: 'backup',
      resourceId,
      ...change,
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
  }

  #assertConfigured(source: Backup['source']): void {
    if (this.#places.directory !== undefined && this.#places.urls[source] !== undefined) return
    throw ApplicationError.unprocessable(
      'Backups of this database are not configured here.',
      codes.BACKUP_NOT_CONFIGURED,
      { field: 'source' },
    )
  }

  #pathOf(fileName: string): string {
    const { directory } = this.#places
    if (directory === undefined)
      throw ApplicationError.unprocessable(
        'There is no folder for backups here.',
        codes.BACKUP_NOT_CONFIGURED,
      )
    return join(directory, fileName)
  }
}

const notReady = (status: Backup['status']): ApplicationError =>
  ApplicationError.conflict('This backup is not finished.', codes.BACKUP_NOT_READY, { status })

async function known(tx: Tx, id: string): Promise<DetailedRow> {
  const row = await findBackup(tx, id)
  if (!row) throw ApplicationError.notFound('backup', id)
  return row
}

async function ready(tx: Tx, id: string): Promise<DetailedRow> {
  const row = await known(tx, id)
  if (row.status !== 'ready') throw notReady(row.status)
  return row
}

function toBackup({ bytes, rows, ...row }: BackupRow & { manifest?: unknown }): Backup {
  const { manifest: _manifest, ...rest } = row
  return {
    ...rest,
    bytes: bytes === null ? null : Number(bytes),
    rows: rows === null ? null : Number(rows),
  }
}
