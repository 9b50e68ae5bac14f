import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startWorld, type World } from '#test'

const MODEL = 'granite-4-small'
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

let world: World

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service', USAGE_PULL_INTERVAL_SECONDS: '1' } })
})
afterAll(() => world.close())

test('without a secret there is no door for pushes', async () => {
  const headers = { 'x-litemaas-secret': '' }
  expect((await world.anonymous.post('/api/v1/webhooks/litellm', [], headers)).status).toBe(404)
  expect((await world.anonymous.post('/api/v1/webhooks/litellm', [])).status).toBe(404)
})

test('with one key for all calls, the logs book nothing, and a recount knows whose calls they are', async () => {
  const [alice, admin] = await Promise.all([world.as('alice'), world.as('admin')])
  const models = await alice.get('/api/v1/models?limit=100')
  const modelId = models.body.data.find((model: { name: string }) => model.name === MODEL).id
  await alice.post('/api/v1/subscriptions', { modelId })
  const { body } = await alice.post('/api/v1/api-keys', { name: 'counted', modelIds: [modelId] })
  const chat = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 4 }
  expect((await world.withKey(body.data.key).post('/v1/chat/completions', chat)).status).toBe(200)
  await world.simulator('POST', '/simulator/flush')
  await eventually(async () => expect(await world.query('select from usage_logs')).toHaveLength(1))
  await eventually(async () => {
    const [window] = await world.query<{ seen: string }>(
      'select sum(rows_total) filter (where rows_total > 0)::text as seen from spend_log_windows',
    )
    expect(Number(window?.seen)).toBeGreaterThan(0)
  }, 20_000)
  expect(await world.query('select from litellm_spend_inbox')).toEqual([])
  expect(await world.query('select from usage_logs')).toHaveLength(1)

  // The same call, as if it had been yesterday.
  const page = (await world.simulator('GET', '/spend/logs/v2?start_date=2020-01-01&end_date=2099-01-01')) as {
    data: Array<Record<string, unknown>>
  }
  const at = `${YESTERDAY}T05:30:00.000Z`
  await world.query('update usage_logs set at = $1', [at])
  const moved = { ...page.data[0], request_id: 'moved', startTime: at, endTime: at }
  await world.simulator('POST', '/simulator/spend-logs', {
    rows: [moved, { ...moved, request_id: 'unmarked', metadata: {} }],
  })
  const started = await admin.post('/api/v1/admin/usage/recounts', { from: YESTERDAY, to: YESTERDAY })
  await eventually(async () => {
    const answer = await admin.get(`/api/v1/admin/usage/recounts/${started.body.data.id}`)
    expect(answer.body.data).toMatchObject({
      status: 'succeeded',
      callsThere: 1,
      callsHere: 1,
      foreignCalls: 1,
      missingHere: 0,
      missingThere: 0,
      differentCost: 0,
      differentTokens: 0,
    })
  }, 30_000)
}, 60_000)
