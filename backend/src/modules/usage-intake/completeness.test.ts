import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'

const MODEL = 'granite-4-small'
const DAY_MS = 86_400_000
const dayOf = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10)

let world: World
let admin: Client
let keyId: string
let hash: string

const daysFrom = async (from: string) => {
  const { body } = await admin.get(`/api/v1/admin/usage/completeness?from=${from}`)
  return body.data as Array<{ day: string; state: string; message: string | null; rowsSeen: number | null }>
}

beforeAll(async () => {
  world = await startWorld({ config: { USAGE_PULL_INTERVAL_SECONDS: '1' } })
  admin = await world.as('admin')
  const alice = await world.as('alice')
  const models = await alice.get('/api/v1/models?limit=100')
  const modelId = models.body.data.find((model: { name: string }) => model.name === MODEL).id
  await alice.post('/api/v1/subscriptions', { modelId })
  const { body } = await alice.post('/api/v1/api-keys', { name: 'counted', modelIds: [modelId] })
  keyId = body.data.id
  hash = createHash('sha256').update(body.data.key).digest('hex')
})
afterAll(() => world.close())

test('a day is complete when all of it was read after it was over, and says why it is not', async () => {
  const day = dayOf(2)
  const missed = `${day}T11:04:30.000Z`
  await world.simulator('POST', '/simulator/faults', { match: { path: '/spend/logs/v2' }, failBefore: 503 })
  await world.simulator('POST', '/simulator/spend-logs', {
    rows: [
      {
        request_id: `chatcmpl-${randomUUID()}`,
        api_key: hash,
        model_group: MODEL,
        spend: 0.000001,
        prompt_tokens: 1,
        completion_tokens: 1,
        startTime: missed,
        endTime: missed,
      },
    ],
  })
  // Everything was read but ten minutes of that day.
  await world.query('delete from usage_days_checked')
  await world.query(
    `insert into spend_log_windows (starts_at, rows_total, read_at)
     select at, 0, now() from generate_series($1::date::timestamp at time zone 'UTC', now(), interval '2 minutes') at
     where at not between $2::timestamptz - interval '5 minutes' and $2::timestamptz + interval '5 minutes'
     on conflict do nothing`,
    [day, missed],
  )
  await eventually(async () => {
    const [first] = await daysFrom(day)
    expect(first).toMatchObject({ day, state: 'partial' })
    expect(first?.message).toMatch(/could not be read to the end.*could not be read \(/)
  }, 20_000)
  await world.simulator('DELETE', '/simulator/faults')
  await eventually(async () => {
    expect((await daysFrom(day))[0]).toMatchObject({ day, state: 'complete', rowsSeen: 1, message: null })
  }, 30_000)
  await eventually(async () =>
    expect(
      await world.query(`select from usage_logs where api_key_id = $1 and at = $2`, [keyId, missed]),
    ).toHaveLength(1),
  )
  const all = await daysFrom(dayOf(4))
  expect(all.map((one) => [one.day, one.state])).toEqual([
    [dayOf(4), 'unknown'],
    [dayOf(3), 'unknown'],
    [dayOf(2), 'complete'],
    [dayOf(1), expect.stringMatching(/complete|partial/)],
    [dayOf(0), 'partial'],
  ])
  expect(all.at(-1)?.message).toBe('Late calls may still arrive.')
}, 90_000)

test('it is the platform’s administrators’ to read, in ranges that can be answered', async () => {
  expect((await (await world.as('auditor')).get('/api/v1/admin/usage/completeness')).status).toBe(200)
  expect((await (await world.as('alice')).get('/api/v1/admin/usage/completeness')).status).toBe(403)
  const path = '/api/v1/admin/usage/completeness'
  expect((await admin.get(`${path}?from=1000-01-01`)).body.code).toBe('RANGE_INVALID')
  expect((await admin.get(`${path}?from=2026-03-02&to=2026-03-01`)).body.code).toBe('RANGE_INVALID')
  expect((await admin.get(`${path}?from=2026-02-30`)).status).toBe(400)
  expect((await admin.get(`${path}?from=0000-01-01&to=0000-01-02`)).status).toBe(400)
})
