import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '@litemaas/scripts/postgres'
import { migrate, setupDatabase } from '#platform/database'
import { loginUrl, TEMPLATE } from './databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    superuserUrl: string
  }
}

/** One PostgreSQL for the whole run, with one migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'litemaas-test-'))
  const postgres = await startPostgres({
    dataDirectory,
    password: 'template-of-the-tests-3141',
    durable: false,
  })
  const { superuserUrl } = postgres
  const ownerUrl = loginUrl(superuserUrl, 'owner', TEMPLATE)
  await setupDatabase({
    superuserUrl,
    ownerUrl,
    appUrl: loginUrl(superuserUrl, 'app', TEMPLATE),
    platformUrl: loginUrl(superuserUrl, 'platform', TEMPLATE),
    backupUrl: loginUrl(superuserUrl, 'backup', TEMPLATE),
  })
  await migrate({ ownerUrl })
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  await client.query(`alter database ${TEMPLATE} is_template true allow_connections false`)
  await client.end()
  project.provide('superuserUrl', superuserUrl)
  return async () => {
    await postgres.stop()
    await rm(postgres.dataDirectory, { recursive: true, force: true })
    await rm(dataDirectory, { recursive: true, force: true })
  }
}
