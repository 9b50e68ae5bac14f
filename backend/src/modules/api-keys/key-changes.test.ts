import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'

const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let alice: Client
let bob: Client
let admin: Client
let granite: string
let story: string
let vision: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  ;[alice, bob, admin] = await Promise.all([world.as('alice'), world.as('bob'), world.as('admin')])
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story, vision] = [idOf('granite-4-small'), idOf('storyteller-long'), idOf('vision-mini')]
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.query('truncate subscriptions, api_keys, idempotency_keys, budgets cascade')
  for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
})

const path = '/api/v1/api-keys'
interface Created {
  id: string
  key: string
  version: number
}
const create = async (body: object = {}): Promise<Created> =>
  (await alice.post(path, { name: 'script', modelIds: [granite], ...body })).body.data
const read = async (id: string) => (await alice.get(`${path}/${id}`)).body.data
const works = async (key: string) => (await world.withKey(key).get(`${path}/current`)).status === 200
const audited = async (id: string) =>
  (
    await world.query<{ action: string }>(
      'select action from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
  ).map((row) => row.action)

describe('changing a key', () => {
  test('what is left out stays, null takes a limit away', async () => {
    const limits = {
      rpmLimit: 5,
      maxBudget: 1,
      budgetDuration: '1d',
      modelLimits: [{ modelId: granite, tpmLimit: 9 }],
    }
    const { id } = await create(limits)
    const answer = await alice.patch(`${path}/${id}`, { name: 'renamed', rpmLimit: null, version: 1 })
    expect(answer.body.data).toMatchObject({
      name: 'renamed',
      rpmLimit: null,
      maxBudget: 1,
      budgetDuration: '1d',
      modelLimits: [{ modelId: granite, tpmLimit: 9, rpmLimit: null, maxBudget: null }],
      version: 2,
    })
    expect(await audited(id)).toEqual(['api_key.created', 'api_key.updated'])
  })

  test('lists are replaced whole, and limits go with their models', async () => {
    const { id } = await create({
      modelIds: [granite, story],
      modelLimits: [{ modelId: granite, rpmLimit: 1 }],
    })
    const moved = await alice.patch(`${path}/${id}`, { modelIds: [story] })
    expect(moved.body.data).toMatchObject({ models: [{ id: story }], modelLimits: [] })
    expect((await alice.patch(`${path}/${id}`, { modelIds: [vision] })).body.code).toBe(
      'MODEL_NOT_SUBSCRIBED',
    )
    expect((await alice.patch(`${path}/${id}`, { modelIds: [NOWHERE] })).body.code).toBe('MODEL_NOT_FOUND')
    expect((await read(id)).models).toEqual([{ id: story, name: 'storyteller-long' }])
  })

  test('a key without models is disabled, and stays so until it has one', async () => {
    const { id, key } = await create()
    const emptied = await alice.patch(`${path}/${id}`, { modelIds: [] })
    expect(emptied.body.data).toMatchObject({ status: 'disabled', models: [] })
    await eventually(async () => expect(await works(key)).toBe(false), 1000)
    expect((await alice.patch(`${path}/${id}`, { isDisabled: false })).body.code).toBe('KEY_WITHOUT_MODELS')
    const back = await alice.patch(`${path}/${id}`, { isDisabled: false, modelIds: [granite] })
    expect(back.body.data.status).toBe('active')
    await eventually(async () => expect(await works(key)).toBe(true), 1000)
  })

  test('editing gives nobody a fresh budget', async () => {
    const { id } = await create({
      maxBudget: 1,
      budgetDuration: '1d',
      modelLimits: [{ modelId: granite, maxBudget: 1 }],
    })
    await world.query('update budgets set spent_nano = 700000000 where subject_id = $1', [id])
    await alice.patch(`${path}/${id}`, { budgetDuration: '1mo' })
    await alice.patch(`${path}/${id}`, { modelLimits: [] })
    await alice.patch(`${path}/${id}`, {
      budgetDuration: null,
      maxBudget: 3,
      modelLimits: [{ modelId: granite, maxBudget: 2 }],
    })
    expect(await read(id)).toMatchObject({
      spend: 0.7,
      maxBudget: 3,
      budgetDuration: null,
      budgetResetAt: null,
    })
    const rows = await world.query(
      'select spent_nano::text as spent, limit_nano::text as max from budgets order by level',
    )
    expect(rows).toEqual([
      { spent: '700000000', max: '3000000000' },
      { spent: '700000000', max: '2000000000' },
    ])
  })

  test('spend is of the present window', async () => {
    const { id } = await create({ maxBudget: 1, budgetDuration: '1d' })
    await world.query(`update budgets set spent_nano = 700000000, reset_at = now() - interval '1 minute'`)
    const shown = await read(id)
    expect(shown.spend).toBe(0)
    expect(Date.parse(shown.budgetResetAt)).toBeGreaterThan(Date.now())
    expect((await alice.get(path)).body.data[0].spend).toBe(0)
  })

  test('a stale version is refused, of several writers one wins', async () => {
    const { id } = await create()
    expect((await alice.patch(`${path}/${id}`, { name: 'x', version: 9 })).body.code).toBe('VERSION_CONFLICT')
    expect((await alice.patch(`${path}/${id}`, { name: 'x' }, { 'if-match': '"9"' })).status).toBe(409)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        alice.patch(`${path}/${id}`, { name: `n${index}`, version: 1 }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array<number>(9).fill(409),
    ])
    expect((await read(id)).version).toBe(2)
  })

  test('nothing that the server decides can be written', async () => {
    const { id } = await create()
    const before = await read(id)
    for (const field of [
      'id',
      'keyHint',
      'status',
      'syncState',
      'models',
      'spend',
      'budgetResetAt',
      'lastUsedAt',
      'createdAt',
    ]) {
      const answer = await alice.patch(`${path}/${id}`, { [field]: before[field] })
      expect([answer.status, answer.body.details?.field]).toEqual([400, field])
    }
    for (const body of [{}, { userId: NOWHERE }, { adminLimits: {} }, { revokedAt: null }])
      expect((await alice.patch(`${path}/${id}`, body)).status).toBe(400)
    expect(await read(id)).toEqual(before)
  })

  test('an expired key is refused, and works again when it is given more time', async () => {
    const { id, key } = await create({ expiresAt: new Date(Date.now() + 1200).toISOString() })
    expect(await works(key)).toBe(true)
    await eventually(async () => expect(await works(key)).toBe(false), 3000)
    expect((await read(id)).status).toBe('expired')
    expect((await alice.get(`${path}?status=expired`)).body.pagination.total).toBe(1)
    expect((await alice.get(`${path}?status=active`)).body.pagination.total).toBe(0)
    await alice.patch(`${path}/${id}`, { expiresAt: null })
    await eventually(async () => expect(await works(key)).toBe(true), 1000)
  })

  test('a subscription that ends takes its model off the keys', async () => {
    const both = await create({ modelIds: [granite, story] })
    const one = await create()
    const { body } = await alice.get(`/api/v1/subscriptions?modelId=${granite}`)
    expect((await alice.delete(`/api/v1/subscriptions/${body.data[0].id}`)).status).toBe(204)
    expect(await read(both.id)).toMatchObject({ status: 'active', models: [{ id: story }], version: 2 })
    expect(await read(one.id)).toMatchObject({ status: 'disabled', models: [], version: 2 })
    expect(await audited(one.id)).toEqual(['api_key.created', 'api_key.disabled'])
    expect(await audited(both.id)).toEqual(['api_key.created', 'api_key.updated'])
    await eventually(async () => expect(await works(one.key)).toBe(false), 1000)
  })

  test('two subscriptions that end at once leave no key that calls nothing and is active', async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
      const { id } = await create({ modelIds: [granite, story] })
      const { body } = await alice.get('/api/v1/subscriptions?status=active')
      await Promise.all(
        body.data.map((row: { id: string }) => alice.delete(`/api/v1/subscriptions/${row.id}`)),
      )
      expect(await read(id)).toMatchObject({ status: 'disabled', models: [] })
    }
  })

  test('a key made while its subscription ends never keeps the model', async () => {
    for (let round = 0; round < 8; round += 1) {
      await alice.post('/api/v1/subscriptions', { modelId: granite })
      const { body } = await alice.get(`/api/v1/subscriptions?status=active&modelId=${granite}`)
      const [made] = await Promise.all([
        alice.post(path, { name: 'racer', modelIds: [granite] }),
        alice.delete(`/api/v1/subscriptions/${body.data[0].id}`),
      ])
      expect([201, 422]).toContain(made.status)
      if (made.status === 201)
        expect(await read(made.body.data.id)).toMatchObject({ status: 'disabled', models: [] })
    }
    expect(await world.query('select 1 from api_key_models')).toEqual([])
  })
})

describe('revoking and rotating', () => {
  test('a revoked key is refused within a second, on another server too', async () => {
    const { id, key } = await create()
    const second = await world.startServer()
    const there = () => fetch(`${second.url}${path}/current`, { headers: { authorization: `Bearer ${key}` } })
    expect([(await there()).status, await works(key)]).toEqual([200, true])
    expect((await alice.delete(`${path}/${id}`)).status).toBe(204)
    await eventually(async () => {
      expect((await there()).status).toBe(401)
      expect(await works(key)).toBe(false)
    }, 1000)
    expect(await read(id)).toMatchObject({ status: 'revoked', version: 2 })
    expect((await alice.delete(`${path}/${id}`)).status).toBe(204)
    expect(await audited(id)).toEqual(['api_key.created', 'api_key.revoked'])
    for (const answer of [
      await alice.patch(`${path}/${id}`, { name: 'x' }),
      await alice.post(`${path}/${id}/rotate`),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'KEY_REVOKED'])
    await second.close()
  })

  test('a rotation ends the old secret at once, or after the overlap, and keeps all else', async () => {
    const first = await create({ rpmLimit: 7, maxBudget: 1 })
    const rotate = (body?: object) => alice.post(`${path}/${first.id}/rotate`, body)
    const second = await rotate({ overlapSeconds: 3600, version: 1 })
    expect(second.status).toBe(200)
    expect(second.headers.get('cache-control')).toBe('no-store')
    expect(second.body.data).toMatchObject({
      id: first.id,
      rpmLimit: 7,
      maxBudget: 1,
      version: 2,
      status: 'active',
    })
    expect(second.body.data.keyHint).toBe(`sk-litellm-...${second.body.data.key.slice(-4)}`)
    expect([await works(first.key), await works(second.body.data.key)]).toEqual([true, true])
    // A third: the oldest makes room, so that never more than two work.
    const third = await rotate({ overlapSeconds: 1 })
    await eventually(async () => expect(await works(first.key)).toBe(false), 1000)
    expect(await works(third.body.data.key)).toBe(true)
    await eventually(async () => expect(await works(second.body.data.key)).toBe(false), 3000)
    const fourth = await rotate()
    await eventually(async () => expect(await works(third.body.data.key)).toBe(false), 1000)
    expect(await works(fourth.body.data.key)).toBe(true)
    expect((await read(first.id)).keyHint).toBe(fourth.body.data.keyHint)
    expect(await audited(first.id)).toEqual(['api_key.created', ...Array<string>(3).fill('api_key.rotated')])
    expect((await rotate({ overlapSeconds: 604_801 })).status).toBe(400)
    expect((await rotate({ version: 1 })).status).toBe(409)
  })

  test('a rotation replayed gives no second secret', async () => {
    const { id } = await create()
    const rotate = () => alice.post(`${path}/${id}/rotate`, {}, { 'idempotency-key': 'rotate-1' })
    const [first, replay] = [await rotate(), await rotate()]
    expect(replay.body.data).toEqual({ ...first.body.data, key: null })
    expect(await works(first.body.data.key)).toBe(true)
  })

  test('keys of others are 404, word for word as those that do not exist', async () => {
    const { id, key } = await create()
    for (const who of [bob, admin])
      for (const [method, suffix, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'mine' }],
        ['DELETE', '', undefined],
        ['POST', '/rotate', {}],
      ] as const) {
        const answers = await Promise.all(
          [id, NOWHERE].map((one) => who.request(method, `${path}/${one}${suffix}`, body)),
        )
        expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([
          [404, 'API_KEY_NOT_FOUND'],
          [404, 'API_KEY_NOT_FOUND'],
        ])
      }
    expect((await bob.get(path)).body.data).toEqual([])
    expect(await works(key)).toBe(true)
  })
})
