import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '#test'
import { expectGolden } from '../support/golden.ts'
import { grantLines, policyLines, probes, tenantTables } from './catalogue-probes.ts'

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await cloneDatabase(inject('superuserUrl'))
  client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

describe('the catalogue', () => {
  it('knows tenant tables at all', async () => {
    const tables = await tenantTables(client)
    for (const expected of [
      'api_keys',
      'audit_logs',
      'budgets',
      'memberships',
      'subscriptions',
      'teams',
      'usage_logs',
    ])
      expect(tables).toContain(expected)
  })

  it.each(Object.entries(probes))('finds no %s', async (_name, probe) => {
    expect(await probe(client)).toEqual([])
  })

  it('gives every constraint the name that a migration chose', async () => {
    const directory = new URL('../../migrations/', import.meta.url)
    const files = await readdir(directory)
    const texts = await Promise.all(files.map((file) => readFile(new URL(file, directory), 'utf8')))
    const named = new Set(
      [...texts.join('\n').matchAll(/\bconstraint\s+([a-z0-9_]+)/gi)].map((match) => match[1]),
    )
    const { rows } = await client.query<{ table: string; name: string }>(
      `select c.relname as table, k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
       join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('public', 'lookup') and k.contype <> 'n' and k.conparentid = 0 and k.conislocal
         and c.relname <> 'schema_migrations'`,
    )
    expect(rows.length).toBeGreaterThan(50)
    expect(rows.filter((row) => !named.has(row.name)).map((row) => `${row.table}.${row.name}`)).toEqual([])
  })

  it('grants the roles what the golden file says, and no more', async () => {
    await expectGolden(new URL('./grants.golden.txt', import.meta.url), await grantLines(client))
  })

  it('has, besides the one policy of tenants, those of the golden file', async () => {
    await expectGolden(new URL('./policies.golden.txt', import.meta.url), await policyLines(client))
  })
})
