import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import pg from 'pg'
import { cloneDatabase, type TestDatabase } from '#test'
import { PlatformDatabase } from '#platform/database'
import { dropOldUsagePartitions } from './housekeeping.queries.ts'
import { Housekeeping } from './housekeeping.ts'

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const ID = '00000000-0000-4000-8000-0000000000aa'

let database: TestDatabase
let platform: PlatformDatabase
let superuser: pg.Client
let errors: string[]
let housekeeping: Housekeeping

beforeAll(async () => {
  database = await cloneDatabase(inject('superuserUrl'))
  platform = new PlatformDatabase({
    url: database.platformUrl,
    max: 2,
    applicationName: 'test',
    onError: () => undefined,
  })
  superuser = new pg.Client({ connectionString: database.superuserUrl })
  await superuser.connect()
  errors = []
  const log = { info: () => undefined, error: (_facts: object, message: string) => errors.push(message) }
  housekeeping = new Housekeeping({ platform, log })
})
afterAll(async () => {
  await Promise.all([platform.close(), superuser.end()])
  await database.drop()
})

const partitions = async () => {
  const { rows } = await superuser.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'usage_logs'::regclass order by 1`,
  )
  return rows.map((row) => row.name)
}
const insertUsage = (at: string) =>
  superuser.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation, outcome, status_code, cost_nano)
     values ($1, $2, 'r', 'gateway', $3, $3, $3, 'm', 'chat', 'success', 200, 0)`,
    [ORGANIZATION, at, ID],
  )

test('makes the partitions that are missing', async () => {
  const before = await partitions()
  expect(before).toHaveLength(5)
  await superuser.query(`drop table ${before[3] ?? ''}`)
  await housekeeping.run()
  expect(await partitions()).toEqual(before)
  expect(errors).toEqual([])
})

test('removes what is over, and nothing else', async () => {
  await superuser.query(
    `insert into idempotency_keys (organization_id, caller_id, operation_id, key, body_digest, status_code, response, expires_at)
     select $1, $2, 'op', n::text, '', 201, '{}', now() + (n - 6000) * interval '1 minute' from generate_series(1, 6010) n`,
    [ORGANIZATION, ID],
  )
  await superuser.query(
    `insert into usage_events (organization_id, source, request_id, at)
     select $1, 'gateway', n::text, now() - n * interval '1 day' from generate_series(0, 40) n`,
    [ORGANIZATION],
  )
  await housekeeping.run()
  const { rows: answers } = await superuser.query(`select key from idempotency_keys order by key::int`)
  expect(answers.map((row: { key: string }) => Number(row.key))).toEqual(
    Array.from({ length: 10 }, (_, index) => 6001 + index),
  )
  const { rows: events } = await superuser.query<{ count: number }>(
    `select count(*)::int as count from usage_events`,
  )
  expect(events[0]?.count).toBe(35)
})

test('removes events, jobs and tickets as long as the settings say, and nothing younger', async () => {
  await superuser.query(
    `insert into events (organization_id, name, user_id, at, is_transient)
     select $1, 'test.happened', $2, now() - n * interval '12 hours', n % 2 = 1 from generate_series(0, 20) n`,
    [ORGANIZATION, ID],
  )
  await superuser.query(
    `insert into jobs (organization_id, kind, status, finished_at)
     select $1, 'test.done', 'succeeded', case when n > 0 then now() - n * interval '10 days' end from generate_series(0, 6) n`,
    [ORGANIZATION],
  )
  await superuser.query(
    `insert into event_tickets (organization_id, digest, session_id, user_id, door, expires_at)
     select $1, n::text::bytea, $2, $2, 'session', now() - n * interval '1 second' from generate_series(-1, 1) n`,
    [ORGANIZATION, ID],
  )
  await superuser.query(
    `insert into settings (key, value) values ('section:retention', '{"eventDays": 5, "jobDays": 25}')`,
  )
  await housekeeping.run()
  const count = async (table: string) =>
    (await superuser.query<{ count: number }>(`select count(*)::int as count from ${table}`)).rows[0]?.count
  // Lasting ones of 0 to 4 days and a transient one of 12 hours is gone; jobs of 10 and 20 days, and one without an end.
  expect([await count('events'), await count('jobs'), await count('event_tickets')]).toEqual([5, 3, 1])
})

test('drops the months of usage that are not kept any more, and refuses to keep too few', async () => {
  const monthAgo = (months: number) =>
    `date_trunc('month', timezone('UTC', now())) - interval '${months} months'`
  for (const months of [3, 4, 5]) {
    const { rows } = await superuser.query<{ name: string; from: string; to: string }>(
      `select to_char(${monthAgo(months)}, '"usage_logs_"YYYY_MM') as name, (${monthAgo(months)})::text as "from",
         (${monthAgo(months - 1)})::text as to`,
    )
    const { name = '', from = '', to = '' } = rows[0] ?? {}
    await superuser.query(
      `create table ${name} partition of usage_logs for values from ('${from}+00') to ('${to}+00')`,
    )
    await insertUsage(`${from}+00`)
  }
  const before = await partitions()
  await superuser.query(
    `update settings set value = value || '{"usageLogMonths": 3}' where key = 'section:retention'`,
  )
  await housekeeping.run()
  expect(errors).toEqual([])
  // Three whole months before this one stay.
  expect(await partitions()).toEqual(before.slice(2))
  const { rows } = await superuser.query(`select from usage_logs where at < ${monthAgo(2)}`)
  expect(rows).toHaveLength(1)
  await expect(platform.transaction('test', (tx) => dropOldUsagePartitions(tx, 2))).rejects.toThrow(
    'three months',
  )
  await superuser.query(`delete from usage_logs`)
})

test('raises an alarm while calls lie outside of every month, and goes on', async () => {
  expect(housekeeping.misplacedBytes).toBe(0)
  await insertUsage(new Date().toISOString())
  await housekeeping.run()
  expect(errors).toEqual([])
  const names = await partitions()
  const lastMonth = names.filter((name) => name !== 'usage_logs_elsewhere').at(-1) ?? ''
  await superuser.query(`drop table ${lastMonth}`)
  await insertUsage(`${lastMonth.slice(-7).replace('_', '-')}-15T00:00:00Z`)
  await superuser.query(
    `insert into usage_events (organization_id, source, request_id, at) values ($1, 'gateway', 'old', now() - interval '36 days')`,
    [ORGANIZATION],
  )
  await housekeeping.run()
  expect(housekeeping.misplacedBytes).toBeGreaterThan(0)
  expect(errors).toEqual([
    expect.stringContaining('usage_logs_elsewhere'),
    expect.stringContaining('no partition'),
  ])
  const { rows } = await superuser.query(`select from usage_events where request_id = 'old'`)
  expect(rows).toHaveLength(0)

  await superuser.query('truncate usage_logs_elsewhere')
  errors.length = 0
  await housekeeping.run()
  expect([housekeeping.misplacedBytes, errors, await partitions()]).toEqual([0, [], names])
})
