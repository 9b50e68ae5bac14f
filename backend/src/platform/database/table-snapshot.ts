import type { Readable } from 'node:stream'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/** A table's own name, what it stores, and an order in which two equal tables are read alike. */
export interface TableShape {
  readonly name: string
  readonly columns: readonly string[]
  /** SQL. */
  readonly order: string
}

export interface PartitionShape {
  readonly name: string
  readonly parent: string
  /** SQL: `FOR VALUES FROM ... TO ...`, or `DEFAULT`. */
  readonly bound: string
}

interface AppliedMigration {
  readonly name: string
  readonly checksum: string
}

/** What must be the same on both sides for rows to fit. */
export interface DatabaseShape {
  readonly tables: readonly TableShape[]
  readonly partitions: readonly PartitionShape[]
  /** Names of sequences and the last value that each gave. */
  readonly sequences: Readonly<Record<string, string>>
  readonly migrations: readonly AppliedMigration[]
}

/** Values are written alike wherever they are read; a role that row-level security filters fails instead of reading less. */
export const PLAIN_OUTPUT =
  '-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c row_security=off'

const quoted = (name: string): string => pg.escapeIdentifier(name)
const listed = (columns: readonly string[]): string => columns.map(quoted).join(', ')

/** The statement that reads a whole table in its order; `from` is its name as SQL. */
export const readAll = (table: TableShape, from: string): string =>
  `copy (select ${listed(table.columns)} from ${from} t order by ${table.order}) to stdout`

export const writeAll = (table: TableShape, into: string): string =>
  `copy ${into} (${listed(table.columns)}) from stdin`

/** Lasting tables of schema public, partitioned ones as a whole. Unlogged ones hold what may be lost at any time. */
async function describeTables(client: pg.Client, excluded: readonly string[]): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; order: string }>(
    `select c.relname::text as name,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
       coalesce((
         select string_agg('t.' || quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end, ', ' order by k.n)
         from pg_index i, unnest(i.indkey) with ordinality as k (attnum, n), pg_attribute a
         where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum
       ), 't::text collate "C"') as "order"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
       and not c.relname = any ($1) order by c.relname collate "C"`,
    [excluded],
  )
  return rows
}

async function describePartitions(client: pg.Client): Promise<PartitionShape[]> {
  const { rows } = await client.query<{ name: string; parent: string; bound: string }>(
    `select c.relname::text as name, p.relname::text as parent, pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relispartition and c.relkind in ('r', 'p') order by c.relname collate "C"`,
  )
  return rows
}

async function describeSequences(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `select sequencename::text as name, last_value::text as last from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.last]))
}

async function describeMigrations(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows: known } = await client.query(
    `select to_regclass('public.schema_migrations') is not null as "isOurs"`,
  )
  if (!(known[0] as { isOurs: boolean }).isOurs) return []
  const { rows } = await client.query<AppliedMigration>(
    'select name, checksum from schema_migrations order by name',
  )
  return rows
}

export async function describeDatabase(
  client: pg.Client,
  excluded: readonly string[],
): Promise<DatabaseShape> {
  return {
    tables: await describeTables(client, [...excluded, 'schema_migrations']),
    partitions: await describePartitions(client),
    sequences: await describeSequences(client),
    migrations: await describeMigrations(client),
  }
}

/** A database as it was at one moment, for as long as it is held open. Reads only, on a connection of its own. */
export class TableSnapshot {
  readonly shape: DatabaseShape
  readonly serverVersion: string
  readonly #client: pg.Client

  private constructor(client: pg.Client, shape: DatabaseShape, serverVersion: string) {
    this.#client = client
    this.shape = shape
    this.serverVersion = serverVersion
  }

  /** `excluded` tables are as if they were not there. Rejects when the role would not see every row. */
  static async open(url: string, excluded: readonly string[]): Promise<TableSnapshot> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'litemaas-backup',
      connectionTimeoutMillis: 5000,
      options: `${PLAIN_OUTPUT} -c default_transaction_read_only=on`,
      keepAlive: true,
    })
    // A connection that breaks fails the statement under way; unheard, it would end the process.
    client.on('error', () => undefined)
    await client.connect()
    try {
      await client.query('begin isolation level repeatable read read only')
      const shape = await describeDatabase(client, excluded)
      const { rows } = await client.query<{ version: string }>(
        `select current_setting('server_version') as version`,
      )
      return new TableSnapshot(client, shape, rows[0]?.version ?? '')
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
  }

  /** All rows in COPY's text form. One at a time; must be read to its end or destroyed. */
  read(table: TableShape): Readable {
    return this.#client.query(copyTo(readAll(table, `public.${quoted(table.name)}`)))
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined)
  }
}

/** Refuses a role that cannot make a whole backup, or could do more than that. */
export async function assertBackupRole(url: string, variable: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'litemaas-boot',
  })
  await client.connect()
  try {
    const { rows } = await client.query<{ reason: string | null }>(`
      select case
          when rolsuper then 'is a superuser'
          when rolcreaterole then 'may create roles'
          when not rolbypassrls then 'is bound by row-level security and would not see every row'
          when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'public' and c.relkind in ('r', 'p')
                and (c.relowner = r.oid or has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate')))
            then 'may change rows'
          when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
                and not has_table_privilege(r.oid, c.oid, 'select')) then 'may not read every table'
        end as reason
      from pg_roles r where rolname = current_user`)
    const reason = rows[0]?.reason
    if (reason)
      throw new Error(
        `the role of ${variable} ${reason}; use litemaas_backup, which \`npm run db:setup\` makes and \`npm run db:migrate\` lets read`,
      )
  } finally {
    await client.end()
  }
}
