import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { checkLedger } from './ledger-check.ts'

const MODEL = 'granite-4-small'

let world: World
let admin: Client
let keyId: string

const check = () =>
  checkLedger(
    {
      platform: world.app.platformDatabase,
      now: () => new Date(),
      log: { error: () => undefined },
    },
    'command',
  )

beforeAll(async () => {
  world = await startWorld({ config: { USAGE_PULL_INTERVAL_SECONDS: '1' } })
  admin = await world.as('admin')
  const alice = await world.as('alice')
  const models = await alice.get('/api/v1/models?limit=100')
  const modelId = models.body.data.find((model: { name: string }) => model.name === MODEL).id
  await alice.post('/api/v1/subscriptions', { modelId })
  const answer = await alice.post('/api/v1/api-keys', {
    name: 'checked',
    modelIds: [modelId],
    maxBudget: 5,
    budgetDuration: '1d',
    modelLimits: [{ modelId, maxBudget: 2 }],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, key } = answer.body.data
  keyId = id
  const chat = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 8 }
  for (let call = 0; call < 12; call += 1)
    expect((await world.withKey(key).post('/v1/chat/completions', chat)).status).toBe(200)
  const direct = await fetch(`${world.simulatorUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(chat),
  })
  expect(direct.status).toBe(200)
  await eventually(
    async () =>
      expect(await world.query('select from usage_logs where api_key_id = $1', [keyId])).toHaveLength(13),
    20_000,
  )
})
afterAll(() => world.close())

/** As if the budgets had been made a while before the calls: what is near their beginning is left open. */
const longSince = () =>
  world.query(
    `update budgets set created_at = created_at - interval '1 minute', counted_since = counted_since - interval '1 minute'`,
  )

/** What the check finds while the books are wrong; they are put right again. */
async function foundWith(wrong: string, right: string) {
  await world.query(wrong, [keyId])
  try {
    return (await check()).differences
  } finally {
    await world.query(right, [keyId])
  }
}

describe('the check of the ledger', () => {
  test('finds nothing where the books are right', async () => {
    expect((await check()).differences).toEqual([])
    await longSince()
    expect((await check()).differences).toEqual([])
  })

  test('finds a call that was changed', async () => {
    const found = await foundWith(
      'update usage_logs set cost_nano = cost_nano + 1000 where api_key_id = $1',
      'update usage_logs set cost_nano = cost_nano - 1000 where api_key_id = $1',
    )
    expect(found.map((one) => [one.kind, one.what])).toEqual(
      expect.arrayContaining([
        ['daily_sum', 'costNano'],
        ['budget_spent', 'key'],
        ['budget_spent', 'key_model'],
      ]),
    )
    expect((await check()).differences).toEqual([])
  })

  test('finds a call that was removed', async () => {
    const found = await foundWith(
      `update usage_logs set api_key_id = gen_random_uuid() where api_key_id = $1 and source = 'proxy'`,
      `update usage_logs set api_key_id = $1 where source = 'proxy'`,
    )
    expect(found.filter((one) => one.subjectId === keyId).map((one) => one.what)).toEqual(
      expect.arrayContaining(['requests', 'costNano']),
    )
  })

  test('finds a daily sum, a spent amount and a reserved amount that are wrong', async () => {
    const daily = await foundWith(
      'update usage_daily set prompt_tokens = prompt_tokens + 1 where api_key_id = $1',
      'update usage_daily set prompt_tokens = prompt_tokens - 1 where api_key_id = $1',
    )
    expect(daily).toMatchObject([{ kind: 'daily_sum', what: 'promptTokens', subjectId: keyId }])
    for (const level of ['key', 'key_model']) {
      const spent = await foundWith(
        `update budgets set spent_nano = spent_nano + 100000000 where level = '${level}' and subject_id = $1`,
        `update budgets set spent_nano = spent_nano - 100000000 where level = '${level}' and subject_id = $1`,
      )
      expect(spent).toMatchObject([{ kind: 'budget_spent', what: level }])
      // To put it right was an act, too: counting begins anew there, and the books hold.
      expect((await check()).differences).toEqual([])
    }
    const reserved = await foundWith(
      `update budgets set reserved_nano = reserved_nano + 7 where level = 'key' and subject_id = $1`,
      `update budgets set reserved_nano = reserved_nano - 7 where level = 'key' and subject_id = $1`,
    )
    expect(reserved).toMatchObject([{ kind: 'budget_reserved', what: 'key' }])
  })

  test('tells the platform’s administrators, who can read what it found', async () => {
    await foundWith(
      'update usage_daily set requests = requests + 1 where api_key_id = $1',
      'update usage_daily set requests = requests - 1 where api_key_id = $1',
    )
    const { body } = await admin.get('/api/v1/admin/usage/ledger-checks?hasDifferences=true')
    const [newest] = body.data
    expect(newest).toMatchObject({ trigger: 'command', differences: 1 })
    const differences = await admin.get(`/api/v1/admin/usage/ledger-checks/${newest.id}/differences`)
    expect(differences.body.data).toMatchObject([
      { kind: 'daily_sum', what: 'requests', subjectId: keyId, expected: 13, actual: 14 },
    ])
    expect(
      await world.query(`select from events where name = 'ledger.difference' and data ->> 'checkId' = $1`, [
        newest.id,
      ]),
    ).toHaveLength(1)
    const alice = await world.as('alice')
    expect((await alice.get('/api/v1/admin/usage/ledger-checks')).status).toBe(403)
  })

  test('runs by itself once a day', async () => {
    await eventually(async () => {
      const { body } = await admin.get('/api/v1/admin/usage/ledger-checks?limit=100')
      expect(body.data.filter((one: { trigger: string }) => one.trigger === 'nightly')).toHaveLength(1)
    })
  })
})
