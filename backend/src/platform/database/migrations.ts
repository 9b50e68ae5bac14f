import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

const DIRECTORY = new URL('../../../migrations/', import.meta.url)
const LOCK = 7_236_401

/** The role exists only where backups are made, and may be made later than the tables: so it is let in each time. */
const LET_BACKUP_READ = `do $$
declare
  readable record;
begin
  if not exists (select from pg_roles where rolname = 'litemaas_backup') then return; end if;
  grant usage on schema public to litemaas_backup;
  grant select on all sequences in schema public to litemaas_backup;
  -- Of partitions, on the parent only.
  for readable in select c.oid::regclass as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  loop
    execute format('grant select on %s to litemaas_backup', readable.name);
  end loop;
end $$`

interface Migration {
  readonly name: string
  readonly checksum: string
  readonly text: string
}

/** The migrations that this build ships, in order. */
async function shippedMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, DIRECTORY), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Applies what is missing, as the owner, each file in its own transaction, one process at a time.
 * Stops at the first failure; an applied file whose text has changed is refused.
 */
export async function migrate(options: { ownerUrl: string }): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'litemaas-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(`create table if not exists schema_migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
    await client.query('grant select on schema_migrations to litemaas_app, litemaas_platform')
    const known = await appliedChecksums(client)
    const applied: string[] = []
    for (const migration of await shippedMigrations()) {
      const checksum = known.get(migration.name)
      if (checksum === migration.checksum) continue
      if (checksum !== undefined)
        throw new Error(`migration ${migration.name} was changed after it had been applied`)
      await apply(client, migration)
      applied.push(migration.name)
    }
    await client.query(LET_BACKUP_READ)
    return { applied }
  } finally {
    await client.end()
  }
}

/** Names of shipped migrations that the database lacks, or has with another text. Unknown newer ones are fine. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'litemaas-boot',
  })
  await client.connect()
  try {
    const known = await appliedChecksums(client).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === '42P01')
        return new Map<string, string>()
      throw error
    })
    return (await shippedMigrations())
      .filter((one) => known.get(one.name) !== one.checksum)
      .map((one) => one.name)
  } finally {
    await client.end()
  }
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  )
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(migration.text)
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(
      `migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
