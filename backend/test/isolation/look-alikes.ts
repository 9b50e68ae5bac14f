import { createHash } from 'node:crypto'
import type pg from 'pg'
import { tenantTables } from './catalogue-probes.ts'

/** Two organizations whose rows differ in nothing but whose they are. */
export const OURS = 'aaaaaaaa-0000-4000-8000-00000000000a'
export const THEIRS = 'bbbbbbbb-0000-4000-8000-00000000000b'

interface Column {
  readonly name: string
  readonly type: string
  /** Must be given: not null, without a default, not made by the database. */
  readonly isRequired: boolean
  /** Part of something unique that does not hold the organization, so that it must differ between the two. */
  readonly isGloballyUnique: boolean
  /** The first value that a check lists. */
  readonly listed: string | null
  readonly isIdentity: boolean
  readonly isKey: boolean
}

/** A tenant table as the filler and the attacker see it. */
export interface TenantTable {
  readonly name: string
  readonly columns: readonly Column[]
}

async function describeTenantTables(client: pg.ClientBase): Promise<TenantTable[]> {
  const { rows } = await client.query<Column & { table: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type, a.attidentity <> '' as "isIdentity",
       a.attnotnull and d.oid is null and a.attidentity = '' as "isRequired",
       exists (select from pg_index x where x.indrelid = c.oid and x.indisunique and a.attnum = any (x.indkey)
         and not exists (select from unnest(x.indkey::int2[]) n join pg_attribute o on o.attrelid = c.oid and o.attnum = n
           where o.attname = 'organization_id')) as "isGloballyUnique",
       exists (select from pg_index x where x.indrelid = c.oid and x.indisprimary and a.attnum = any (x.indkey)) as "isKey",
       (select substring(pg_get_constraintdef(k.oid) from $$ARRAY\\['([^']*)'$$) from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey) limit 1) as listed
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'public'::regnamespace and c.relname = any ($1) order by 1, a.attnum`,
    [await tenantTables(client)],
  )
  const tables = new Map<string, Column[]>()
  for (const { table, ...column } of rows) tables.set(table, [...(tables.get(table) ?? []), column])
  return [...tables].map(([name, columns]) => ({ name, columns }))
}

const uuidOf = (text: string) => {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The same text for both organizations, unless the column is unique over all of them. */
function valueOf(table: TenantTable, column: Column, organization: string, variant: string): unknown {
  const seed = `${table.name}.${column.name}.${variant}${column.isGloballyUnique ? organization : ''}`
  if (column.name === 'organization_id') return organization
  // People are the platform's: those of both organizations are the same two, by name of the column.
  if (column.type === 'uuid')
    return column.isKey || column.isGloballyUnique ? uuidOf(seed) : uuidOf(column.name)
  if (column.type === 'bytea') return Buffer.from(seed)
  if (column.type === 'timestamp with time zone') return '2026-01-15T12:00:00Z'
  if (column.type === 'date') return '2026-01-15'
  if (column.type === 'boolean') return false
  if (column.type === 'integer' || column.type === 'bigint') return 1
  if (column.type === 'jsonb') return '{}'
  if (column.type.endsWith('[]')) return '{}'
  return column.listed ?? `look-alike ${variant} ${column.isGloballyUnique ? organization : ''}`.trim()
}

/** Nullable, but a check wants one of several. */
const NEEDED_BY_CHECKS = new Set(['events.user_id'])

/** An insert of one row; `names` and `values` in the same order. */
export function insertOf(table: TenantTable, organization: string, variant = 'first') {
  const columns = table.columns.filter(
    (one) =>
      !one.isIdentity &&
      (one.isRequired ||
        one.name === 'organization_id' ||
        one.isKey ||
        one.isGloballyUnique ||
        NEEDED_BY_CHECKS.has(`${table.name}.${one.name}`)),
  )
  const values = columns.map((column) => valueOf(table, column, organization, variant))
  const names = columns.map((one) => one.name).join(', ')
  return {
    text: `insert into ${table.name} (${names}) values (${values.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  }
}

/** One row per tenant table and organization, past policies, triggers and foreign keys. The client is a superuser's. */
export async function fillLookAlikes(client: pg.ClientBase): Promise<TenantTable[]> {
  const tables = await describeTenantTables(client)
  await client.query('begin')
  await client.query('set local session_replication_role = replica')
  for (const organization of [OURS, THEIRS])
    await client.query(
      `insert into organizations (id, name) values ($1, 'Look-alike Ltd') on conflict do nothing`,
      [organization],
    )
  for (const table of tables)
    for (const organization of [OURS, THEIRS]) {
      const { text, values } = insertOf(table, organization)
      await client.query(text, values)
    }
  await client.query('commit')
  return tables
}

/** What an organization's rows are at present, per table. */
export async function digestsOf(
  client: pg.ClientBase,
  tables: readonly TenantTable[],
  organization: string,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await client.query<{ digest: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${name} t where organization_id = $1`,
      [organization],
    )
    digests[name] = rows[0]?.digest ?? ''
  }
  return digests
}
