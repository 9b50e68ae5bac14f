import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'

const MODEL = 'granite-4-small'
const DAY_MS = 86_400_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
const TODAY = dayOf(Date.now())
const YESTERDAY = dayOf(Date.now() - DAY_MS)

let world: World
let admin: Client
let alice: Client
let keyId: string
let hash: string
let secret: string

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A row of LiteLLM's logs of yesterday, in the middle of the given hour. */
const row = (hour: number, facts: Record<string, unknown> = {}) => {
  const startTime = `${YESTERDAY}T${String(hour).padStart(2, '0')}:30:00.000Z`
  return {
    request_id: `chatcmpl-${randomUUID()}`,
    api_key: hash,
    model_group: MODEL,
    spend: 0.000005,
    prompt_tokens: 7,
    completion_tokens: 3,
    startTime,
    endTime: startTime,
    ...facts,
  }
}
const plant = (rows: object[]) => world.simulator('POST', '/simulator/spend-logs', { rows })

async function recount(body: object): Promise<Record<string, number> & { id: string }> {
  const started = await admin.post('/api/v1/admin/usage/recounts', body)
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  const { id } = started.body.data
  expect(started.headers.get('location')).toBe(`/api/v1/jobs/${id}`)
  return eventually(async () => {
    const { body: answer } = await admin.get(`/api/v1/admin/usage/recounts/${id}`)
    expect(answer.data.status).toBe('succeeded')
    return answer.data
  }, 30_000)
}

async function differencesOf(id: string, query = '') {
  const { body } = await admin.get(`/api/v1/admin/usage/recounts/${id}/differences?limit=100${query}`)
  return body.data as Array<Record<string, unknown>>
}

beforeAll(async () => {
  // The logs are not read by themselves during these tests.
  world = await startWorld({ config: { USAGE_PULL_INTERVAL_SECONDS: '3600' } })
  admin = await world.as('admin')
  alice = await world.as('alice')
  const models = await alice.get('/api/v1/models?limit=100')
  const modelId = models.body.data.find((model: { name: string }) => model.name === MODEL).id
  await alice.post('/api/v1/subscriptions', { modelId })
  const answer = await alice.post('/api/v1/api-keys', { name: 'counted', modelIds: [modelId] })
  ;({ id: keyId, key: secret } = answer.body.data)
  hash = sha256(secret)
})
afterAll(() => world.close())

describe('a recount', () => {
  test('names what is missing here and there and what differs, and changes nothing unless told to', async () => {
    const call = await world.withKey(secret).post('/v1/chat/completions', {
      model: MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 4,
    })
    expect(call.status).toBe(200)
    await eventually(async () =>
      expect(await world.query('select from usage_logs where api_key_id = $1', [keyId])).toHaveLength(1),
    )
    await world.simulator('POST', '/simulator/flush')
    const page = (await world.simulator(
      'GET',
      `/spend/logs/v2?start_date=2020-01-01&end_date=2099-01-01&api_key=${hash}`,
    )) as {
      data: Array<{
        metadata: Record<string, unknown>
        spend: number
        prompt_tokens: number
        completion_tokens: number
      }>
    }
    const [logged] = page.data
    // The same call, as if it had been yesterday: to the recount it is the gateway's own by its mark.
    const at = `${YESTERDAY}T05:30:00.000Z`
    await world.query('update usage_logs set at = $1 where api_key_id = $2', [at, keyId])
    const own = row(5, {
      metadata: logged?.metadata,
      spend: logged?.spend,
      prompt_tokens: logged?.prompt_tokens,
      completion_tokens: logged?.completion_tokens,
    })
    const missing = [row(1), row(1, { spend: 0.25 }), row(23)]
    const dearer = row(6, { spend: 0.5 })
    const longer = row(7, { completion_tokens: 999 })
    const same = row(8)
    const foreign = row(9, { api_key: 'e'.repeat(64) })
    const refusal = row(10, { status: 'failure', call_type: '', spend: 0 })
    await plant([own, ...missing, dearer, longer, same, foreign, refusal])
    for (const ours of [dearer, longer, same, row(11)])
      await world.query(
        `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation, outcome,
           status_code, prompt_tokens, completion_tokens, cost_nano)
         select organization_id, $1, $2, 'proxy', user_id, api_key_id, model_id, model_name, 'chat', 'success', 200, 7, 3, 5000
         from usage_logs where api_key_id = $3 and source = 'gateway'`,
        [ours.startTime, ours.request_id, keyId],
      )

    const found = await recount({ from: YESTERDAY, to: YESTERDAY })
    expect(found).toMatchObject({
      isApplied: false,
      callsThere: 7,
      callsHere: 5,
      foreignCalls: 1,
      missingHere: 3,
      missingThere: 1,
      differentCost: 1,
      differentTokens: 1,
      booked: 0,
    })
    expect(found['days']).toMatchObject([{ day: YESTERDAY, ourCalls: 5, theirCalls: 7 }])
    const differences = await differencesOf(found.id)
    expect(differences.map((one) => one['kind'])).toEqual([
      'missing_here',
      'missing_here',
      'different_cost',
      'different_tokens',
      'missing_there',
      'missing_here',
    ])
    expect(differences.find((one) => one['kind'] === 'different_cost')).toMatchObject({
      requestId: dearer.request_id,
      ourCost: 0.000005,
      theirCost: 0.5,
      apiKeyId: keyId,
      isBooked: false,
    })
    expect(await differencesOf(found.id, '&kind=missing_there')).toHaveLength(1)
    const totals = await admin.get(`/api/v1/admin/usage/recounts/${found.id}/totals?isDifferent=true`)
    expect(totals.body.data).toMatchObject([{ day: YESTERDAY, apiKeyId: keyId, modelName: MODEL }])
    expect(await world.query('select from usage_logs where api_key_id = $1', [keyId])).toHaveLength(5)
    const [job] = await world.query<{ status: string }>('select status from jobs where id = $1', [found.id])
    expect(job?.status).toBe('succeeded')

    const applied = await recount({ from: YESTERDAY, to: YESTERDAY, apply: true })
    expect(applied).toMatchObject({ missingHere: 3, booked: 3, missingThere: 1, differentCost: 1 })
    expect(await world.query('select from usage_logs where api_key_id = $1', [keyId])).toHaveLength(8)
    expect((await differencesOf(applied.id, '&kind=missing_here')).every((one) => one['isBooked'])).toBe(true)
    const again = await recount({ from: YESTERDAY, to: YESTERDAY, apply: true })
    expect(again).toMatchObject({ missingHere: 0, booked: 0, callsHere: 8 })
  }, 60_000)

  test('charges a window that is over to nobody', async () => {
    const budgets = () =>
      world.query<{ spent: string }>(
        `select level, spent_nano::text as spent from budgets where subject_id = $1 and duration is not null`,
        [keyId],
      )
    await alice.patch(`/api/v1/api-keys/${keyId}`, { maxBudget: 1, budgetDuration: '1d' })
    const before = await budgets()
    expect(before).toHaveLength(1)
    await plant([row(13, { spend: 0.75 })])
    expect(await recount({ from: YESTERDAY, to: YESTERDAY, apply: true })).toMatchObject({ booked: 1 })
    expect(await budgets()).toEqual(before)
  }, 60_000)

  test('is for administrators, and only of days that are there', async () => {
    const body = { from: YESTERDAY, to: YESTERDAY }
    const auditor = await world.as('auditor')
    expect((await alice.post('/api/v1/admin/usage/recounts', body)).status).toBe(403)
    expect((await auditor.post('/api/v1/admin/usage/recounts', body)).status).toBe(403)
    expect((await auditor.get('/api/v1/admin/usage/recounts')).status).toBe(200)
    expect((await alice.get('/api/v1/admin/usage/recounts')).status).toBe(403)
    const tomorrow = dayOf(Date.now() + DAY_MS)
    for (const range of [
      { from: TODAY, to: YESTERDAY },
      { from: TODAY, to: tomorrow },
      { from: dayOf(Date.now() - 93 * DAY_MS), to: TODAY },
    ])
      expect((await admin.post('/api/v1/admin/usage/recounts', range)).body.code).toBe('RANGE_INVALID')
    expect((await admin.post('/api/v1/admin/usage/recounts', { from: '2026-02-30', to: TODAY })).status).toBe(
      400,
    )
    expect((await admin.get(`/api/v1/admin/usage/recounts/${randomUUID()}`)).body.code).toBe(
      'RECOUNT_NOT_FOUND',
    )
  })

  test('is started once for one idempotency key, and audited', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { from: YESTERDAY, to: YESTERDAY }
    const first = await admin.post('/api/v1/admin/usage/recounts', body, headers)
    const second = await admin.post('/api/v1/admin/usage/recounts', body, headers)
    expect([second.status, second.body.data.id]).toEqual([202, first.body.data.id])
    expect(
      await world.query(
        `select from audit_logs where action = 'usage.recount_started' and resource_id = $1`,
        [first.body.data.id],
      ),
    ).toHaveLength(1)
  })
})
