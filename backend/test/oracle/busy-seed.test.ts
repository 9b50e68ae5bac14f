import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { seedBusy } from '@litemaas/scripts/busy-seed'
import { PlatformDatabase } from '#platform/database'
import { cloneDatabase, eventually, MASTER_KEY, startWorld, type World } from '#test'
import { checkLedger } from '@litemaas/backend/ledger'

const until = new Date('2026-03-01')
const options = { seed: 7, months: 1, scale: 0.03, until }

/** Every row of every table by its content. What is random or of the moment is left out. */
async function digestsOf(superuserUrl: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  const digests: Record<string, string> = {}
  try {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1`,
    )
    for (const { name } of rows.filter(
      (row) => !['schema_migrations', 'settings', 'event_readers'].includes(row.name),
    )) {
      const { rows: found } = await client.query<{ digest: string }>(
        `select md5(string_agg(line, ' ' order by line)) || ' ' || count(*) as digest from (
           select (to_jsonb(t) - array['sequence', 'transaction_id', 'secret', 'updated_at', 'created_at', 'next_at', 'gone_at'])::text as line
           from ${name} t) lines`,
      )
      digests[name] = found[0]?.digest ?? ''
    }
  } finally {
    await client.end()
  }
  return digests
}

async function seededDigests(seed: number): Promise<Record<string, string>> {
  const database = await cloneDatabase(inject('superuserUrl'))
  try {
    await seedBusy({ ...options, seed }, { superuserUrl: database.superuserUrl })
    return await digestsOf(database.superuserUrl)
  } finally {
    await database.drop()
  }
}

test('the same number makes the same rows, another number others', async () => {
  const [first, again, other] = [await seededDigests(7), await seededDigests(7), await seededDigests(8)]
  expect(again).toEqual(first)
  for (const table of [
    'users',
    'usage_logs',
    'usage_daily',
    'api_keys',
    'budgets',
    'audit_logs',
    'notifications',
  ])
    expect(other[table], table).not.toBe(first[table])
  // Nothing is empty that the busy installation promises.
  for (const table of [
    'invitations',
    'banners',
    'jobs',
    'service_clients',
    'usage_days_checked',
    'budget_windows',
  ])
    expect(first[table], table).not.toMatch(/ 0$|^$/)
})

test('whoever can sign in has a life there, and nobody else’s changes', async () => {
  const database = await cloneDatabase(inject('superuserUrl'))
  const client = new pg.Client({ connectionString: database.superuserUrl })
  const alice = {
    issuer: 'http://provider.test',
    subject: 'alice-subject',
    username: 'alice',
    displayName: 'Alice Archer',
    email: 'alice@example.com',
    platformRole: 'user',
    role: 'member',
    subscriptions: 4,
    keys: 3,
  } as const
  try {
    const report = await seedBusy(options, { superuserUrl: database.superuserUrl, localPeople: [alice] })
    await client.connect()
    const { rows: signedIn } = await client.query<{ user_id: string }>(
      `select user_id from lookup.sign_in_identity($1, $2, 'alice', 'alice@example.com', true, 'Alice', 'user', '{}', true, null, 'test')`,
      [alice.issuer, alice.subject],
    )
    const userId = signedIn[0]?.user_id
    const { rows: lives } = await client.query(
      `select (select count(*)::int from api_keys where user_id = u.id) as keys,
         (select count(*) > 100 from usage_logs where user_id = u.id) as "hasCalled",
         (select array_agg(distinct status order by status) from subscriptions where user_id = u.id) as states,
         (select count(*)::int from budgets where level = 'user' and subject_id = u.id) as budgets,
         u.last_organization_id as "organizationId"
       from users u where id = $1`,
      [userId],
    )
    expect(lives).toEqual([
      {
        keys: 3,
        hasCalled: true,
        states: ['active', 'denied', 'expired', 'pending'],
        budgets: 1,
        organizationId: report.organizations[0]?.id,
      },
    ])
    // Everybody else is as without her.
    const others = `select md5(string_agg(id::text || status, ' ' order by id)) as digest from subscriptions where user_id <> $1`
    const { rows: withAlice } = await client.query(others, [userId])
    const plain = await cloneDatabase(inject('superuserUrl'))
    const other = new pg.Client({ connectionString: plain.superuserUrl })
    try {
      await seedBusy(options, { superuserUrl: plain.superuserUrl })
      await other.connect()
      expect((await other.query(others, [userId])).rows).toEqual(withAlice)
    } finally {
      await other.end()
      await plain.drop()
    }
  } finally {
    await client.end()
    await database.drop()
  }
})

describe('in an installation that runs', () => {
  let world: World
  const seed = (changes: { seed?: number; isForced?: boolean } = {}) => {
    const today = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000)
    return seedBusy(
      { ...options, seed: changes.seed ?? 7, until: today },
      {
        superuserUrl: world.database.superuserUrl,
        proxy: { url: world.simulatorUrl, masterKey: MASTER_KEY },
        encryptionKey: world.environment('', 0)['ENCRYPTION_KEY'],
        isForced: changes.isForced === true,
      },
    )
  }

  beforeAll(async () => {
    world = await startWorld({
      config: { RECONCILE_INTERVAL_SECONDS: '1', LITELLM_SYNC_INTERVAL_SECONDS: '3600' },
    })
    const report = await seed()
    expect(report).toMatchObject({ models: 40, people: 15, keys: 60 })
  }, 60_000)
  afterAll(() => world.close())

  test('calls, daily sums and budgets agree', async () => {
    const platform = new PlatformDatabase({
      url: world.database.platformUrl,
      max: 1,
      applicationName: 'oracle',
      statementTimeoutMs: 60_000,
      onError: () => undefined,
    })
    try {
      const log = { error: () => undefined }
      const { differences } = await checkLedger({ platform, now: () => new Date(), log }, 'command', 28)
      expect(differences).toEqual([])
    } finally {
      await platform.close()
    }
  })

  test('LiteLLM has every model and key as it should, so that nothing is repaired', async () => {
    const passes = () =>
      world.simulator('GET', '/simulator/calls?path=/key/list') as Promise<{ calls: unknown[] }>
    const before = (await passes()).calls.length
    await eventually(async () => expect((await passes()).calls.length).toBeGreaterThan(before + 1))
    expect(await world.query('select * from litellm_intents')).toEqual([])
    const [keys] =
      await world.query(`select count(*) filter (where sync_state <> 'synced')::int as failed from api_keys k
      where not exists (select from api_key_secrets s where s.api_key_id = k.id and s.lost_at is not null)`)
    expect(keys).toEqual({ failed: 0 })
    const unserved = await world.query(`select name from models where availability <> 'available'`)
    expect(unserved).toEqual([])
  })

  test('a second time is refused, unless it is another number and meant', async () => {
    await expect(seed()).rejects.toThrow('in use')
    await expect(seed({ isForced: true })).rejects.toThrow('is here already')
    await seed({ seed: 8, isForced: true })
    const [row] = await world.query('select count(*)::int as organizations from organizations')
    expect(row).toEqual({ organizations: 8 })
  })
})
