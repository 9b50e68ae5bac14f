import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '#test'
import { attempt, leaksOf } from './leaks.ts'
import { digestsOf, fillLookAlikes, OURS, THEIRS, type TenantTable } from './look-alikes.ts'

let database: TestDatabase
let superuser: pg.Client
let app: pg.Client
let tables: TenantTable[]

const connect = async (url: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

beforeAll(async () => {
  database = await cloneDatabase(inject('superuserUrl'))
  superuser = await connect(database.superuserUrl)
  tables = await fillLookAlikes(superuser)
  app = await connect(database.appUrl)
})
afterAll(async () => {
  await app.end()
  await superuser.end()
  await database.drop()
})

/** As the application's role, in one transaction with these settings, committed. */
async function asApp<T>(settings: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  await app.query('begin')
  try {
    for (const [name, value] of Object.entries(settings))
      await app.query('select set_config($1, $2, true)', [`app.${name}`, value])
    const result = await work()
    await app.query('commit')
    return result
  } catch (error) {
    await app.query('rollback')
    throw error
  }
}

const rowsOf = async (text: string, values: unknown[] = []) =>
  (await app.query<Record<string, unknown>>(text, values)).rows

describe('every tenant table, two organizations with the same rows', () => {
  it('has a row of each', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(15)
    for (const organization of [OURS, THEIRS])
      for (const digest of Object.values(await digestsOf(superuser, tables, organization)))
        expect(digest).toMatch(/^1 /)
  })

  it('shows and gives the application nothing of the other organization, whatever it tries', async () => {
    const before = await digestsOf(superuser, tables, THEIRS)
    for (const table of tables) expect(await asApp({}, () => leaksOf(app, table))).toEqual([])
    expect(await digestsOf(superuser, tables, THEIRS)).toEqual(before)
  })

  it('lets the application work on its own rows, or the test above would prove nothing', async () => {
    const seen = await asApp({ organization_id: OURS }, async () => {
      const readable: string[] = []
      for (const { name } of tables) {
        const outcome = await attempt(app, `select from ${name} where organization_id = '${OURS}'`)
        if (outcome.rows === 1) readable.push(name)
        else expect(outcome, name).toEqual({ error: '42501' })
      }
      return readable
    })
    expect(seen).toEqual(
      expect.arrayContaining([
        'api_keys',
        'audit_logs',
        'budgets',
        'memberships',
        'subscriptions',
        'teams',
        'usage_logs',
      ]),
    )
    expect(tables.map((one) => one.name).filter((name) => !seen.includes(name))).toEqual([
      'audit_chains',
      'email_deliveries',
      'event_tickets',
      'ledger_differences',
      'litellm_intents',
      'usage_events',
      'usage_recount_differences',
      'usage_recount_totals',
    ])
  })

  it('shows nothing on a connection that never had a context, and nothing after one', async () => {
    const fresh = await connect(database.appUrl)
    try {
      for (const round of ['never', 'after']) {
        for (const { name } of tables) {
          const { rowCount } = await fresh.query(`select from ${name}`).catch((error: unknown) => {
            expect(error).toMatchObject({ code: '42501' })
            return { rowCount: 0 }
          })
          expect(rowCount, `${name} ${round}`).toBe(0)
        }
        await fresh.query('begin')
        await fresh.query(`select set_config('app.organization_id', $1, true)`, [OURS])
        await fresh.query('commit')
      }
    } finally {
      await fresh.end()
    }
  })

  it('binds a key of ours to no row of theirs', async () => {
    // Only ours may be referenced: the foreign keys carry the organization. The target exists in the other one only.
    const lonely = '77777777-7777-4777-8777-777777777777'
    await superuser.query(`begin; set local session_replication_role = replica;
      insert into teams (organization_id, id, name) values ('${THEIRS}', '${lonely}', 'Lonely'); commit`)
    const error = await asApp({ organization_id: OURS }, async () => {
      const user = (await rowsOf('select user_id from memberships'))[0]?.['user_id']
      return rowsOf('insert into team_members (team_id, user_id) values ($1, $2)', [lonely, user])
    }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: '23503' })
    await superuser.query(`delete from teams where id = '${lonely}'`)
  })

  it('tells nobody what another organization holds: the same natural keys stand in both', async () => {
    for (const table of tables) {
      const shared = table.columns.filter(
        (one) => one.isKey && !one.isIdentity && !one.isGloballyUnique && one.name !== 'organization_id',
      )
      for (const { name } of shared) {
        const { rows } = await superuser.query<{ n: number }>(
          `select count(distinct ${name})::int as n from ${table.name} where organization_id in ($1, $2)`,
          [OURS, THEIRS],
        )
        expect(rows, `${table.name}.${name}`).toEqual([{ n: 1 }])
      }
    }
  })

  it('makes audit rows that nobody can change', async () => {
    for (const client of [superuser, app])
      for (const statement of [
        'update audit_logs set action = action',
        'delete from audit_logs',
        'truncate audit_logs',
      ])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' })
  })
})

describe('the tables of the platform', () => {
  const me = '11111111-1111-4111-8111-111111111111'
  const colleague = '22222222-2222-4222-8222-222222222222'
  const stranger = '33333333-3333-4333-8333-333333333333'

  beforeEach(async () => {
    await superuser.query('begin; set local session_replication_role = replica')
    await superuser.query(`delete from memberships where user_id in ('${me}', '${colleague}', '${stranger}')`)
    for (const table of ['identities', 'sessions']) await superuser.query(`delete from ${table}`)
    await superuser.query(
      `delete from users where id in ('${me}', '${colleague}', '${stranger}'); delete from login_attempts`,
    )
    for (const [id, organization] of [
      [me, OURS],
      [colleague, OURS],
      [stranger, THEIRS],
    ] as const) {
      await superuser.query('insert into users (id, username, email, display_name) values ($1, $2, $3, $4)', [
        id,
        'sam',
        'sam@example.com',
        'Sam',
      ])
      await superuser.query('insert into identities (user_id, issuer, subject) values ($1, $2, $3)', [
        id,
        'https://issuer.example',
        `sam-${id}`,
      ])
      await superuser.query('insert into memberships (organization_id, user_id) values ($1, $2)', [
        organization,
        id,
      ])
      await superuser.query(
        `insert into sessions (digest, user_id, current_organization_id, idle_expires_at, expires_at) values ($1, $2, $3, now() + '1 h', now() + '1 h')`,
        [Buffer.from(id), id, organization],
      )
    }
    for (const state of ['ours', 'theirs'])
      await superuser.query(
        `insert into login_attempts (state_digest, nonce, code_verifier, return_path, expires_at) values ($1, 'n', 'v', '/', now() + '1 h')`,
        [state],
      )
    await superuser.query('commit')
  })

  const scope = { organization_id: OURS, user_id: me }

  it('shows people to themselves and to their organization', async () => {
    const ids = async (settings: Record<string, string>) =>
      (await asApp(settings, () => rowsOf('select id from users order by id'))).map((row) => row['id'])
    expect(await ids(scope)).toEqual([me, colleague])
    expect(await ids({ organization_id: THEIRS, user_id: me })).toEqual([me, stranger])
    expect(await ids({ organization_id: '', user_id: me })).toEqual([me])
    expect(await ids({ organization_id: OURS, user_id: '' })).toEqual([me, colleague])
    expect(await ids({})).toEqual([])
  })

  it('lets people write their own name and language, and nothing else', async () => {
    const run = (statement: string) => asApp(scope, () => attempt(app, statement))
    expect(await run(`update users set display_name = 'Samantha' where id = '${me}'`)).toEqual({ rows: 1 })
    expect(await run(`update users set display_name = 'Samantha' where id <> '${me}'`)).toEqual({ rows: 0 })
    for (const change of [
      `platform_role = 'admin'`,
      `status = 'active'`,
      `email = 'a@b.c'`,
      `username = 'root'`,
      `id = '${stranger}'`,
    ])
      expect(await run(`update users set ${change} where id = '${me}'`), change).toEqual({ error: '42501' })
    expect(await run(`insert into users (username, display_name) values ('new', 'New')`)).toEqual({
      error: '42501',
    })
    expect(await run(`delete from users where id = '${me}'`)).toEqual({ error: '42501' })
  })

  it('shows the organization that one works in, and no other', async () => {
    expect(await asApp(scope, () => rowsOf('select id from organizations'))).toEqual([{ id: OURS }])
    expect(await asApp({ user_id: me }, () => rowsOf('select id from organizations'))).toEqual([])
    const run = (statement: string) => asApp(scope, () => attempt(app, statement))
    expect(await run(`update organizations set name = 'Look-alike Ltd'`)).toEqual({ rows: 1 })
    expect(await run(`update organizations set name = 'Mine' where id = '${THEIRS}'`)).toEqual({ rows: 0 })
    // Nobody widens their own organization, not even by a mistake in our SQL.
    for (const change of [
      `status = 'active'`,
      'is_default = true',
      'is_restricted_to_list = false',
      'rpm_limit = null',
      'tpm_limit = null',
      'max_parallel_requests = null',
      `id = '${THEIRS}'`,
    ])
      expect(await run(`update organizations set ${change}`), change).toEqual({ error: '42501' })
    for (const statement of [
      `insert into organizations (name) values ('Mine')`,
      'delete from organizations',
      'delete from organization_models',
    ])
      expect(await run(statement), statement).toEqual({ error: '42501' })
  })

  it('shows identities and sessions to their person only', async () => {
    for (const table of ['identities', 'sessions']) {
      expect(await asApp(scope, () => rowsOf(`select user_id from ${table}`)), table).toEqual([
        { user_id: me },
      ])
      expect(await asApp({ organization_id: OURS }, () => rowsOf(`select from ${table}`)), table).toEqual([])
    }
    const run = (statement: string) => asApp(scope, () => attempt(app, statement))
    expect(await run(`update sessions set user_id = '${stranger}'`)).toEqual({ error: '42501' })
    expect(await run(`update sessions set last_seen_at = now() where user_id = '${stranger}'`)).toEqual({
      rows: 0,
    })
    expect(await run(`delete from sessions where user_id <> '${me}'`)).toEqual({ rows: 0 })
    expect(
      await run(
        `insert into sessions (digest, user_id, idle_expires_at, expires_at) values ('x', '${stranger}', now(), now())`,
      ),
    ).toEqual({ error: '42501' })
    expect(
      await run(
        `insert into identities (user_id, issuer, subject) values ('${me}', 'https://other.example', 'x')`,
      ),
    ).toEqual({ error: '42501' })
  })

  it('shows a sign-in under way to who knows its state', async () => {
    const states = (state: string) =>
      asApp({ ...scope, login_state: state }, () => rowsOf('select state_digest from login_attempts'))
    expect(await states('ours')).toEqual([{ state_digest: 'ours' }])
    for (const state of ['', '%', 'our_', 'OURS', `ours' or true --`])
      expect(await states(state), state).toEqual([])
    expect(
      await asApp({ login_state: 'ours' }, () =>
        attempt(app, `delete from login_attempts where state_digest = 'theirs'`),
      ),
    ).toEqual({ rows: 0 })
    const insert = `insert into login_attempts (state_digest, nonce, code_verifier, return_path, expires_at) values ('new', 'n', 'v', '/', now())`
    expect(await asApp({ login_state: 'ours' }, () => attempt(app, insert))).toEqual({ error: '42501' })
  })

  it('lets the application read the catalogue and the settings, and change neither', async () => {
    for (const table of ['settings', 'models', 'model_prices', 'schema_migrations']) {
      expect((await asApp(scope, () => attempt(app, `select from ${table}`))).error, table).toBeUndefined()
      for (const statement of [
        `delete from ${table}`,
        `insert into ${table} default values`,
        `truncate ${table} cascade`,
      ])
        expect(await asApp(scope, () => attempt(app, statement)), statement).toEqual({ error: '42501' })
    }
    for (const table of ['model_sync_runs', 'processes'])
      expect(await asApp(scope, () => attempt(app, `select from ${table}`)), table).toEqual({
        error: '42501',
      })
  })
})

describe('the application’s role', () => {
  it('cannot become, switch off, or make anything', async () => {
    for (const statement of [
      'set local role litemaas_owner',
      'set local role litemaas_platform',
      'set local role litemaas_lookup',
      'set local session authorization litemaas_owner',
      'create table mine ()',
      'create temporary table users ()',
      `create function mine() returns int language sql as 'select 1'`,
      'alter table teams no force row level security',
      'alter table teams disable row level security',
      'create policy mine on teams using (true)',
      'drop policy tenant on teams',
      'alter role litemaas_app bypassrls',
      `copy teams to '/tmp/teams'`,
      `select pg_read_file('/etc/hostname')`,
      `select * from pg_authid`,
      'set local session_replication_role = replica',
      'select ensure_usage_partitions(1)',
      `select for_each_organization('select 1')`,
      'select lookup.organization_ids()',
    ]) {
      const outcome = await asApp({ organization_id: OURS }, () => attempt(app, statement))
      expect([statement, outcome.error ?? `worked on ${outcome.rows}`]).toEqual([statement, '42501'])
    }
  })

  it('gets an error, not the rows, when it asks for row security to be off', async () => {
    const outcome = await asApp({ organization_id: OURS }, async () => {
      await app.query('set local row_security = off')
      return attempt(app, 'select from teams')
    })
    expect(outcome).toEqual({ error: '42501' })
  })

  it('reaches no row through a partition', async () => {
    const { rows } = await superuser.query<{ name: string }>(
      `select relname as name from pg_class where relispartition and relkind = 'r'`,
    )
    expect(rows.length).toBeGreaterThan(3)
    for (const { name } of rows)
      expect(await asApp({ organization_id: OURS }, () => attempt(app, `select from ${name}`)), name).toEqual(
        { error: '42501' },
      )
  })
})
