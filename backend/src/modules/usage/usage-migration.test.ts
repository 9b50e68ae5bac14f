import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate, setupDatabase } from '#platform/database'
import { loginUrl } from '../../../test/support/databases.ts'

const MIGRATIONS = new URL('../../../migrations/', import.meta.url)
const FIRST_NEW = '0022_usage_reading.sql'
const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const name = `test_${randomBytes(6).toString('hex')}`
const superuserUrl = inject('superuserUrl')
const ownerUrl = loginUrl(superuserUrl, 'owner', name)

let client: pg.Client

async function applyOlderMigrations(): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  await owner.query(
    'create table schema_migrations (name text primary key, checksum text not null, applied_at timestamptz default now())',
  )
  for (const file of (await readdir(MIGRATIONS)).filter((one) => one < FIRST_NEW).sort()) {
    const text = await readFile(new URL(file, MIGRATIONS), 'utf8')
    await owner.query(`begin; ${text}; commit`)
    await owner.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      file,
      createHash('sha256').update(text).digest('hex'),
    ])
  }
  await owner.end()
}

beforeAll(async () => {
  await setupDatabase({
    superuserUrl,
    ownerUrl,
    appUrl: loginUrl(superuserUrl, 'app', name),
    platformUrl: loginUrl(superuserUrl, 'platform', name),
  })
  await applyOlderMigrations()
  const own = new URL(superuserUrl)
  own.pathname = `/${name}`
  client = new pg.Client({ connectionString: own.toString() })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  const superuser = new pg.Client({ connectionString: superuserUrl })
  await superuser.connect()
  await superuser.query(`drop database if exists ${name} with (force)`)
  await superuser.end()
})

test('daily sums of an older release are made anew from the calls, and kept where the calls are gone', async () => {
  await client.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, team_id, api_key_id, model_id, model_name, operation,
       is_stream, outcome, status_code, prompt_tokens, completion_tokens, cost_nano, duration_ms, time_to_first_token_ms)
     select $1, now() - n % 5 * interval '1 day', 'r' || n, 'gateway', $2, case when n % 2 = 0 then $3::uuid end, $2, $2, 'm', 'chat',
       n % 3 = 0, (array['success', 'success', 'error', 'cancelled'])[1 + n % 4], 200, n, 1, n * 10, n, n / 2
     from generate_series(1, 400) n`,
    [ORGANIZATION, randomUUID(), randomUUID()],
  )
  const sums = `organization_id, (at at time zone 'UTC')::date, user_id, api_key_id, model_id, max(model_name), count(*),
    count(*) filter (where outcome = 'error'), sum(prompt_tokens), 0, sum(completion_tokens), sum(cost_nano), sum(duration_ms)
    from usage_logs group by 1, 2, 3, 4, 5`
  const columns = `organization_id, day, user_id, api_key_id, model_id, model_name, requests, errors, prompt_tokens,
    cached_prompt_tokens, completion_tokens, cost_nano, duration_ms`
  await client.query(`insert into usage_daily (${columns}) select ${sums}`)
  const lost = randomUUID()
  await client.query(
    `insert into usage_daily (${columns}) values ($1, '2020-01-01', $2, $2, $2, 'm', 7, 2, 70, 0, 7, 700, 7000)`,
    [ORGANIZATION, lost],
  )

  expect((await migrate({ ownerUrl })).applied).toContain(FIRST_NEW)

  const { rows } = await client.query(`
    select * from (
      select (at at time zone 'UTC')::date as day, user_id, team_id, outcome, count(*) as requests, sum(cost_nano) as cost,
        sum(duration_ms) as ms, latency_histogram(array_agg(duration_ms)) as durations,
        latency_histogram(array_agg(time_to_first_token_ms) filter (where is_stream)) as first_tokens
      from usage_logs group by 1, 2, 3, 4) l
    full join usage_daily d on (l.day, l.user_id, l.outcome) = (d.day, d.user_id, d.outcome)
      and coalesce(l.team_id, l.user_id) = coalesce(d.team_id, d.user_id)
    where (l.requests, l.cost, l.ms, l.durations, l.first_tokens)
      is distinct from (d.requests, d.cost_nano, d.duration_ms, d.duration_histogram, d.first_token_histogram)`)
  expect(rows).toMatchObject([
    {
      user_id: lost,
      outcome: 'success',
      requests: '7',
      errors: '2',
      cost_nano: '700',
      duration_histogram: null,
    },
  ])
})
