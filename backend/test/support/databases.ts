import { randomBytes } from 'node:crypto'
import pg from 'pg'

export const TEMPLATE = 'litemaas_template'
type Login = 'owner' | 'app' | 'platform' | 'backup'

/** The URL of one of our roles in a database of the test's PostgreSQL. */
export function loginUrl(superuserUrl: string, login: Login, database: string): string {
  const url = new URL(superuserUrl)
  url.username = `litemaas_${login}`
  url.password = `test-password-of-${login}`
  url.pathname = `/${database}`
  return url.toString()
}

export interface TestDatabase {
  readonly name: string
  readonly appUrl: string
  readonly platformUrl: string
  readonly ownerUrl: string
  readonly backupUrl: string
  /** Superuser, connected to this very database. */
  readonly superuserUrl: string
  drop(): Promise<void>
}

/** A fresh database for one test file, cloned from the migrated template. */
export async function cloneDatabase(superuserUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const run = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: superuserUrl })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(
    `create database ${name} template ${TEMPLATE} owner litemaas_owner`,
    `revoke all on database ${name} from public`,
    `grant connect on database ${name} to litemaas_app, litemaas_platform`,
    `grant connect, temporary on database ${name} to litemaas_backup`,
  )
  const own = new URL(superuserUrl)
  own.pathname = `/${name}`
  return {
    name,
    appUrl: loginUrl(superuserUrl, 'app', name),
    platformUrl: loginUrl(superuserUrl, 'platform', name),
    ownerUrl: loginUrl(superuserUrl, 'owner', name),
    backupUrl: loginUrl(superuserUrl, 'backup', name),
    superuserUrl: own.toString(),
    drop: () => run(`drop database if exists ${name} with (force)`),
  }
}
