import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '#test'
import { grantLines, policyLines, probes } from './catalogue-probes.ts'
import { leaksOf } from './leaks.ts'
import { fillLookAlikes, type TenantTable } from './look-alikes.ts'
import { mutantsOf, type ForeignKey, type Mutant } from './mutants.ts'

let database: TestDatabase
let client: pg.Client
let tables: TenantTable[]

beforeAll(async () => {
  database = await cloneDatabase(inject('superuserUrl'))
  client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
  tables = await fillLookAlikes(client)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const golden = async (name: string) =>
  (await readFile(new URL(`./${name}.golden.txt`, import.meta.url), 'utf8')).trimEnd().split('\n')

interface Goldens {
  readonly grants: readonly string[]
  readonly policies: readonly string[]
}

/** What catalogue.test.ts and tenants.test.ts would report, by what reports it; those that catch most come first. */
async function* findings(goldens: Goldens, table: TenantTable | undefined): AsyncGenerator<string> {
  const likeliest = (name: string) => (name.startsWith('P9 policies') ? 0 : name.startsWith('P1 ') ? 1 : 2)
  const ordered = Object.entries(probes).sort(([a], [b]) => likeliest(a) - likeliest(b))
  for (const [name, probe] of ordered) if ((await probe(client)).length > 0) yield name
  if ((await grantLines(client)).join() !== goldens.grants.join()) yield 'golden grants'
  if ((await policyLines(client)).join() !== goldens.policies.join()) yield 'golden policies'
  if (!table) return
  await client.query('set local role litemaas_app')
  if ((await leaksOf(client, table)).length > 0) yield 'attack'
  await client.query('reset role')
}

async function survives(mutant: Mutant, goldens: Goldens, catchers: Map<string, number>): Promise<boolean> {
  await client.query('begin')
  try {
    for (const statement of mutant.statements) await client.query(statement)
    for await (const one of findings(goldens, mutant.table)) {
      catchers.set(one, (catchers.get(one) ?? 0) + 1)
      return false
    }
    return true
  } catch (error) {
    throw new Error(`${mutant.what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    await client.query('rollback')
  }
}

/** The attack alone, for the mutants that open a table: the probes are no use if nobody knows what they protect from. */
async function isAttacked(mutant: Mutant): Promise<boolean> {
  if (!mutant.table) return false
  await client.query('begin')
  try {
    for (const statement of mutant.statements) await client.query(statement)
    await client.query('set local role litemaas_app')
    return (await leaksOf(client, mutant.table)).length > 0
  } finally {
    await client.query('rollback')
  }
}

/** Keys between two tenant tables: the column beside the organization, and what it points to. */
async function tenantForeignKeys(): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select c.relname as table, k.conname as name, t.relname as target, o.attname as column, ta.attname as "targetColumn"
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     join pg_attribute o on o.attrelid = c.oid and o.attnum = k.conkey[2]
     join pg_attribute ta on ta.attrelid = t.oid and ta.attnum = k.confkey[2]
     where k.contype = 'f' and cardinality(k.conkey) = 2 and c.relname = any ($1) order by 1, 2`,
    [tables.map((one) => one.name)],
  )
  return rows
}

it('catches every weakening of the isolation', { timeout: 240_000 }, async () => {
  const goldens = { grants: await golden('grants'), policies: await golden('policies') }
  for (const table of tables) {
    await client.query('begin')
    const found: string[] = []
    for await (const one of findings(goldens, table)) found.push(one)
    expect(found, 'nothing is found without a mutation').toEqual([])
    await client.query('rollback')
  }
  const partitions = await client.query<{ name: string; parent: string }>(
    `select c.relname as name, p.relname as parent from pg_class c join pg_inherits i on i.inhrelid = c.oid
     join pg_class p on p.oid = i.inhparent where c.relispartition and c.relkind = 'r'`,
  )
  const keys = await tenantForeignKeys()
  expect(keys.length).toBeGreaterThan(5)
  const mutants = mutantsOf(tables, partitions.rows, keys)
  expect(mutants.length).toBeGreaterThan(tables.length * 20)
  const catchers = new Map<string, number>()
  const survivors: string[] = []
  for (const mutant of mutants) if (await survives(mutant, goldens, catchers)) survivors.push(mutant.what)

  process.stdout.write(
    `${mutants.length - survivors.length} of ${mutants.length} mutants caught; first by ${JSON.stringify(Object.fromEntries(catchers))}\n`,
  )
  expect(survivors).toEqual([])
})

it('is really open to an attack where a policy lets others in', { timeout: 120_000 }, async () => {
  const opening = mutantsOf(tables, [], []).filter(({ what }) =>
    /: (row security off|using true|one more policy for all|open without a scope|compared as text)$/.test(
      what,
    ),
  )
  const harmless: string[] = []
  for (const mutant of opening) if (!(await isAttacked(mutant))) harmless.push(mutant.what)
  // Where the application has no right to read, no policy can let it.
  expect(
    harmless.filter(
      (what) =>
        !/^(audit_chains|email_deliveries|event_tickets|ledger_differences|litellm_intents|usage_events|usage_recount_differences|usage_recount_totals):/.test(
          what,
        ),
    ),
  ).toEqual([])
  expect(opening.length - harmless.length).toBeGreaterThan(50)
})
