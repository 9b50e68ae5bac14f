import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { ClientTransaction, type Tx } from './transaction.ts'
import { typeParsers } from './types.ts'
import {
  describeDatabase,
  PLAIN_OUTPUT,
  readAll,
  writeAll,
  type DatabaseShape,
  type PartitionShape,
  type TableShape,
} from './table-snapshot.ts'

type Rows = AsyncIterable<Buffer>

/** Where rows of an archive go to. */
export interface TableTarget {
  readonly shape: DatabaseShape
  /** Fills a table with rows in COPY's text form. */
  write(table: TableShape, rows: Rows): Promise<void>
  /** SHA-256, hexadecimal, of the table as it stands now, read in its order. */
  digest(table: TableShape): Promise<string>
  /** After the last table: whatever the rows refer to must be there. */
  connect(): Promise<void>
}

const quoted = (name: string): string => pg.escapeIdentifier(name)

/** Of the organization that owns the platform's acts. */
const PLATFORM = '00000000-0000-4000-8000-000000000000'

async function opened(url: string, name: string, settings = ''): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5000,
    types: typeParsers(),
    options: `${PLAIN_OUTPUT} ${settings}`,
    keepAlive: true,
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function digestOf(client: pg.Client, table: TableShape, from: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of client.query(copyTo(readAll(table, from)))) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

interface ForeignKey {
  readonly table: string
  readonly target: string
  readonly name: string
  readonly definition: string
}

async function foreignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select c.relname::text as "table", f.relname::text as target, k.conname::text as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and k.contype = 'f' and k.conparentid = 0 order by 1, 3`,
  )
  return rows
}

/**
 * Loads rows into temporary twins of the tables, with all their constraints and indexes, and forgets them. Needs no more than
 * the right to read the tables and to make temporary ones; the tables themselves are not touched.
 */
export async function rehearse<T>(
  url: string,
  excluded: readonly string[],
  work: (target: TableTarget) => Promise<T>,
): Promise<T> {
  const client = await opened(url, 'litemaas-test-restore')
  try {
    await client.query('begin read write')
    const shape = await describeDatabase(client, excluded)
    const keys = await foreignKeys(client)
    for (const { name } of shape.tables)
      await client.query(
        `create temporary table ${quoted(name)} (like public.${quoted(name)} including defaults including constraints including generated including identity including indexes) on commit drop`,
      )
    const own = (name: string) => `pg_temp.${quoted(name)}`
    const names = new Set(shape.tables.map(({ name }) => name))
    return await work({
      shape,
      write: (table, rows) => pipeline(rows, client.query(copyFrom(writeAll(table, own(table.name))))),
      digest: (table) => digestOf(client, table, own(table.name)),
      async connect() {
        // Written before the twins existed, so their targets are named without a schema, and now mean the twins.
        for (const { table, target, name, definition } of keys)
          if (names.has(table) && names.has(target))
            await client.query(`alter table ${own(table)} add constraint ${quoted(name)} ${definition}`)
      },
    })
  } finally {
    // Whatever was made goes with the connection.
    await client.end().catch(() => undefined)
  }
}

export interface ReplaceOptions {
  /** As the owner of the tables. */
  readonly ownerUrl: string
  /** Emptied, and not filled. */
  readonly transient: readonly string[]
  /** Left as they are. */
  readonly preserved: readonly string[]
  /** What the archive's rows need beside the tables; partitions that are missing are made. */
  readonly partitions: readonly PartitionShape[]
  readonly sequences: Readonly<Record<string, string>>
  /** Roles that must not be connected: what they hold in memory would be about other rows. */
  readonly absentRoles: readonly string[]
}

/**
 * Exchanges the contents of a database in one transaction: until it ends, and if it fails, everything is as before. `work`
 * sees the old rows first: `before` runs when nothing is changed yet, under locks that keep it so.
 */
export async function replaceContents<Kept, T>(
  options: ReplaceOptions,
  before: (tx: Tx, shape: DatabaseShape) => Promise<Kept>,
  work: (target: TableTarget, tx: Tx, kept: Kept) => Promise<T>,
): Promise<T> {
  const client = await opened(options.ownerUrl, 'litemaas-restore')
  try {
    await assertAlone(client, options.absentRoles)
    await client.query('begin')
    const tx = new ClientTransaction(client as unknown as pg.PoolClient, undefined)
    const result = await exchange(client, tx, options, before, work)
    await client.query('commit')
    return result
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** One transaction as the owner of the tables, in the platform's own scope; for commands, never for a server. */
export async function asOwner<T>(ownerUrl: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await opened(
    ownerUrl,
    'litemaas-command',
    `-c row_security=on -c app.organization_id=${PLATFORM}`,
  )
  try {
    await client.query('begin')
    const result = await work(new ClientTransaction(client as unknown as pg.PoolClient, undefined))
    await client.query('commit')
    return result
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function assertAlone(client: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
     where a.datname = current_database() and r.rolname = any ($1)`,
    [roles],
  )
  if ((rows[0]?.count ?? 0) > 0)
    throw new Error('servers are still connected to this database; stop them first')
}

async function exchange<Kept, T>(
  client: pg.Client,
  tx: Tx,
  options: ReplaceOptions,
  before: (tx: Tx, shape: DatabaseShape) => Promise<Kept>,
  work: (target: TableTarget, tx: Tx, kept: Kept) => Promise<T>,
): Promise<T> {
  const shape = await describeDatabase(client, [...options.transient, ...options.preserved])
  const everything = await allTables(client, options.preserved)
  const inPublic = (name: string) => `public.${quoted(name)}`
  await client.query(`lock table ${everything.map(inPublic).join(', ')} in access exclusive mode`)
  // The owner is bound by row-level security as everybody; for this one transaction, which nobody else sees, it is not.
  const guarded = await guardedTables(client)
  for (const name of guarded) await client.query(`alter table ${inPublic(name)} disable row level security`)
  const kept = await before(tx, shape)
  const keys = await foreignKeys(client)
  for (const { table, name } of keys)
    await client.query(`alter table ${inPublic(table)} drop constraint ${quoted(name)}`)
  // What triggers did when a row was first written stands in the archive.
  for (const name of everything) await client.query(`alter table ${inPublic(name)} disable trigger user`)
  await client.query(`truncate ${everything.map(inPublic).join(', ')}`)
  await makePartitions(client, options.partitions)
  const result = await work(
    {
      shape,
      write: (table, rows) => pipeline(rows, client.query(copyFrom(writeAll(table, inPublic(table.name))))),
      digest: (table) => digestOf(client, table, inPublic(table.name)),
      connect: async () => undefined,
    },
    tx,
    kept,
  )
  for (const [name, last] of Object.entries(options.sequences))
    await client.query('select setval(to_regclass($1), $2::bigint)', [inPublic(name), last])
  for (const name of everything) await client.query(`alter table ${inPublic(name)} enable trigger user`)
  for (const { table, name, definition } of keys)
    await client.query(`alter table ${inPublic(table)} add constraint ${quoted(name)} ${definition}`)
  for (const name of guarded) await client.query(`alter table ${inPublic(name)} enable row level security`)
  return result
}

async function allTables(client: pg.Client, without: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and not c.relname = any ($1) order by 1`,
    [[...without, 'schema_migrations']],
  )
  return rows.map((row) => row.name)
}

async function guardedTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity order by 1`,
  )
  return rows.map((row) => row.name)
}

const BOUND = /^(DEFAULT|FOR VALUES (FROM|IN|WITH) [^;]*)$/

/** Months that were dropped, or had not begun, when this database was last looked after. */
async function makePartitions(client: pg.Client, partitions: readonly PartitionShape[]): Promise<void> {
  for (const { name, parent, bound } of partitions) {
    if (!BOUND.test(bound)) throw new Error(`the partition ${name} has bounds that are not understood`)
    await client.query(
      `create table if not exists public.${quoted(name)} partition of public.${quoted(parent)} ${bound}`,
    )
  }
}
