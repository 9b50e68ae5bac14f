import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { assertFits, DamagedBackup, loadBackup, readBackup, rowsIn, writeBackup } from '#platform/backup'
import type { Clock } from '#platform/clock'
import { rehearse, type PlatformDatabase } from '#platform/database'
import type { CipherKeys } from '#platform/encryption'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import type { RunningJob } from '#platform/jobs'
import { codes } from './backup.errors.ts'
import { findBackup, findInstallation, finishBackup, recordTest, type DetailedRow } from './backup.queries.ts'
import type { BackupPlaces } from './backup.service.ts'
import { excludedFrom } from './kept-tables.ts'

const JOB = 'backup'

export interface BackupJobOptions {
  readonly platform: PlatformDatabase
  readonly places: BackupPlaces
  readonly keys: CipherKeys
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

/** What takes longer than a request: writing a database to a file, and proving that it comes back. */
export class BackupJobs {
  readonly #options: BackupJobOptions

  constructor(options: BackupJobOptions) {
    this.#options = options
  }

  /** Begun again, it writes the file anew: nobody saw the half of it. */
  async create(job: RunningJob) {
    const { platform, keys, clock } = this.#options
    const { backup, installation } = await platform.transaction(
      JOB,
      async (tx) => ({ backup: await findBackup(tx, job.id), installation: await findInstallation(tx) }),
      { readOnly: true },
    )
    if (!backup) throw ApplicationError.notFound('backup', job.id)
    const { url, directory } = this.#placesOf(backup)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, backup.fileName)
    const written = await writeBackup({
      url,
      excluded: excludedFrom(backup.source),
      keys,
      path,
      facts: { source: backup.source, installation, createdAt: clock.now().toISOString() },
      signal: job.signal,
      onTable: (done, total, name) => job.progress(done, total, name),
    })
    const { bytes, sha256, manifest } = written
    const isWanted = await platform.transaction(JOB, async (tx) => {
      const isThere = await finishBackup(tx, job.id, written, clock.now())
      if (isThere) await this.#announce(tx, 'backup.created', { id: job.id, source: backup.source, bytes })
      return isThere
    })
    if (!isWanted) await rm(path, { force: true })
    job.progress(manifest.tables.length, manifest.tables.length)
    return { backupId: job.id, bytes, sha256, tables: manifest.tables.length, rows: rowsIn(manifest) }
  }

  /** First the file is proven, then its rows are loaded into temporary twins of the tables and read again. */
  async test(job: RunningJob) {
    const { platform, keys, clock, log } = this.#options
    const id = String(job.params['backupId'])
    const backup = await platform.transaction(JOB, (tx) => findBackup(tx, id), { readOnly: true })
    if (!backup) throw ApplicationError.notFound('backup', id)
    const { url, directory } = this.#placesOf(backup)
    const path = join(directory, backup.fileName)
    try {
      const manifest = await readBackup(path, keys, undefined, job.signal)
      const { signal } = job
      await rehearse(url, excludedFrom(backup.source), async (target) => {
        assertFits(manifest, target.shape)
        await loadBackup(path, keys, target, {
          signal,
          onTable: (done, total, name) => job.progress(done, total, name),
        })
      })
      await platform.transaction(JOB, (tx) => recordTest(tx, id, clock.now(), null))
      job.progress(manifest.tables.length, manifest.tables.length)
      return { backupId: id, tables: manifest.tables.length, rows: rowsIn(manifest) }
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      log.error({ err: error, backup: id }, 'a backup could not be read back')
      await platform.transaction(JOB, async (tx) => {
        await recordTest(tx, id, clock.now(), reason)
        await this.#announce(tx, 'backup.test-failed', { id, source: backup.source })
      })
      throw ApplicationError.unprocessable(`The backup cannot be restored: ${reason}.`, codes.BACKUP_DAMAGED)
    }
  }

  #placesOf({ source }: Pick<DetailedRow, 'source'>): { url: string; directory: string } {
    const { directory, urls } = this.#options.places
    const url = urls[source]
    if (directory === undefined || url === undefined)
      throw ApplicationError.unprocessable(
        'Backups of this database are not configured here.',
        codes.BACKUP_NOT_CONFIGURED,
      )
    return { url, directory }
  }

  async #announce(
    tx: Parameters<typeof announce>[0],
    name: string,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await announce(tx, {
      name,
      audience: { platform: true },
      data,
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
  }
}

/** What is wrong with the file itself; undefined when something else went wrong. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof DamagedBackup) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'its file is gone'
  return undefined
}
