/**
 * Copies of the installation: made, listed, downloaded, tried and deleted by platform administrators. Coming back is the
 * owner's act on a stopped installation (`npm run db:restore`), because no server holds the rights for it.
 */
import type { FastifyInstance } from 'fastify'
import { assertBackupRole } from '#platform/database'
import { BackupJobs } from './backup-jobs.ts'
import { registerBackupRoutes } from './backup.routes.ts'
import { Backup, BackupDetails } from './backup.schemas.ts'
import { BackupService, CREATE, TEST, type BackupPlaces } from './backup.service.ts'

export async function backup(app: FastifyInstance): Promise<void> {
  const { config, serviceContext, jobs } = app
  const { platformDatabase: platform, clock, log } = serviceContext
  const { DATABASE_BACKUP_URL: own, LITELLM_DATABASE_URL: litellm, BACKUP_DIRECTORY: directory } = config
  const places: BackupPlaces = { directory, urls: { litemaas: own, litellm } }
  const keys = { current: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS }
  for (const schema of [Backup, BackupDetails]) app.addSchema(schema)
  const work = new BackupJobs({ platform, places, keys, clock, log })
  jobs.register({ kind: CREATE, run: (job) => work.create(job), isOfPlatform: true })
  jobs.register({ kind: TEST, run: (job) => work.test(job), isOfPlatform: true })
  registerBackupRoutes(app, new BackupService(serviceContext, { jobs, places }))
  app.startup.push(async () => {
    if (own !== undefined) await assertBackupRole(own, 'DATABASE_BACKUP_URL')
  })
}
