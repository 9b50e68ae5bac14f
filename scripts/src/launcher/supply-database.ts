import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate, pendingMigrations, setupDatabase } from '@litemaas/backend/database'
import { startPostgres, type RunningPostgres } from '../postgres/index.ts'
import type { Addresses } from './environment.ts'
import { configuredPart, type Part, type Supply } from './parts.ts'
import { shortPath } from './places.ts'

type Database = Addresses['database']

async function useConfigured(supply: Supply, app: string): Promise<Database> {
  const { given } = supply
  const platform = given['DATABASE_PLATFORM_URL']
  const owner = given['DATABASE_OWNER_URL']
  const superuser = given['DATABASE_SUPERUSER_URL']
  if (platform === undefined) {
    throw new Error(
      'DATABASE_URL is set, and DATABASE_PLATFORM_URL (role litemaas_platform, same database) is not: set both, or neither. `npm run db:setup` says how to make the roles.',
    )
  }
  if (owner !== undefined && superuser !== undefined) {
    const backupUrl = given['DATABASE_BACKUP_URL']
    await setupDatabase({
      superuserUrl: superuser,
      ownerUrl: owner,
      appUrl: app,
      platformUrl: platform,
      backupUrl,
    })
  }
  if (owner !== undefined) await migrate({ ownerUrl: owner })
  else {
    const pending = await pendingMigrations(app)
    if (pending.length > 0) {
      throw new Error(
        `The database lacks ${String(pending.length)} migration(s). Run once: DATABASE_OWNER_URL=postgres://litemaas_owner:<password>@<host>/<database> npm run db:migrate`,
      )
    }
  }
  return {
    app,
    platform,
    ...(owner === undefined ? {} : { owner }),
    ...(superuser === undefined ? {} : { superuser }),
  }
}

async function prepare(postgres: RunningPostgres, supply: Supply): Promise<Database> {
  const { secrets } = supply
  const url = (role: string, password: string): string =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${String(postgres.port)}/litemaas`
  const database = {
    app: url('litemaas_app', secrets.DATABASE_APP_PASSWORD),
    platform: url('litemaas_platform', secrets.DATABASE_PLATFORM_PASSWORD),
    owner: url('litemaas_owner', secrets.DATABASE_OWNER_PASSWORD),
    superuser: postgres.superuserUrl,
    backup: {
      url: url('litemaas_backup', secrets.DATABASE_BACKUP_PASSWORD),
      directory: join(supply.folder, 'backups'),
    },
  }
  await setupDatabase({
    superuserUrl: database.superuser,
    ownerUrl: database.owner,
    appUrl: database.app,
    platformUrl: database.platform,
    backupUrl: database.backup.url,
  })
  await migrate({ ownerUrl: database.owner })
  return database
}

/** PostgreSQL: DATABASE_URL when given, else an embedded one; roles, database and migrations where we may. */
export async function supplyDatabase(supply: Supply): Promise<{ database: Database; part: Part }> {
  const app = supply.given['DATABASE_URL']
  if (app !== undefined) return { database: await useConfigured(supply, app), part: configuredPart }

  const log = join(supply.folder, 'logs', 'postgres.log')
  const postgres = await startPostgres({
    dataDirectory: join(supply.folder, 'postgres'),
    port: await supply.port('postgres'),
    password: supply.secrets.DATABASE_SUPERUSER_PASSWORD,
    durable: true,
    onLog: (line) => void appendFile(log, `${line}\n`).catch(() => undefined),
  })
  let isStopping = false
  const stop = async (): Promise<void> => {
    isStopping = true
    await postgres.stop()
  }
  postgres.notices.forEach((notice) => supply.say(notice))
  try {
    const database = await prepare(postgres, supply)
    void postgres.ended.then(() => {
      if (!isStopping) supply.fail(`PostgreSQL ended unexpectedly; its log is ${shortPath(log)}.`)
    })
    const where = `127.0.0.1:${String(postgres.port)}, data in ${shortPath(postgres.dataDirectory)}`
    return {
      database,
      part: {
        supplied: { name: 'PostgreSQL 18', where, variable: 'DATABASE_URL' },
        stop,
        // The guard beside PostgreSQL stops it when we are gone.
        kill: () => undefined,
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
