import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '../../../test/support/index.ts'

const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const LIMIT = 10

let world: World
let alice: Client
let bob: Client
let auditor: Client
let granite: string
let story: string
let vision: string
let restricted: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service', MAX_KEYS_PER_PERSON: String(LIMIT) } })
  ;[alice, bob, auditor] = await Promise.all([world.as('alice'), world.as('bob'), world.as('auditor')])
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story, vision] = [idOf('granite-4-small'), idOf('storyteller-long'), idOf('vision-mini')]
  restricted = idOf('acme/confidential-70b')
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
const audited = async (id: string) =>
  (
    await world.query<{ action: string }>(
      'select action from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
  ).map((row) => row.action)

describe('creating a key', () => {
  test('answers everything about it, and its secret this once', async () => {
    const answer = await alice.post(path, {
      name: 'nightly report',
      modelIds: [story, granite],
      maxBudget: 2.5,
      softBudget: 2,
      budgetDuration: '30d',
      tags: ['cost centre 7', 'report'],
      metadata: { ticket: 'OPS-12', attempts: 3, isNightly: true },
      allowedIps: ['127.0.0.0/8', '::1'],
      rpmLimit: 60,
      tpmLimit: 10_000,
      maxParallelRequests: 2,
      modelLimits: [{ modelId: story, maxBudget: 0.000000001, rpmLimit: 0 }],
      expiresAt: '2099-01-01T00:00:00+01:00',
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('deprecation')).toBeNull()
    const now = new Date()
    const { key, ...shown } = answer.body.data
    expect(key).toMatch(/^sk-litellm-[0-9A-Za-z]{49}$/)
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'nightly report',
      keyHint: `sk-litellm-...${key.slice(-4)}`,
      status: 'active',
      syncState: 'synced',
      syncMessage: null,
      team: { id: 'a0000000-0000-4000-8000-000000000001', name: 'Default team' },
      models: [
        { id: granite, name: 'granite-4-small' },
        { id: story, name: 'storyteller-long' },
      ],
      maxBudget: 2.5,
      softBudget: 2,
      spend: 0,
      budgetDuration: '1mo',
      budgetResetAt: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString(),
      rpmLimit: 60,
      tpmLimit: 10_000,
      maxParallelRequests: 2,
      modelLimits: [{ modelId: story, maxBudget: 0.000000001, rpmLimit: 0, tpmLimit: null }],
      adminLimits: {},
      tags: ['cost centre 7', 'report'],
      metadata: { ticket: 'OPS-12', attempts: 3, isNightly: true },
      allowedIps: ['127.0.0.0/8', '::1/128'],
      expiresAt: '2098-12-31T23:00:00Z',
      lastUsedAt: null,
      createdAt: expect.any(String),
      version: 1,
    })
    expect(await read(shown.id)).toEqual(shown)
    expect((await alice.get(path)).body.data).toEqual([shown])
    const script = world.withKey(key)
    expect((await script.get(`${path}/current`)).body.data).toEqual(shown)
    expect(await audited(shown.id)).toEqual(['api_key.created'])
  })

  test('stores no secret anywhere', async () => {
    const { key } = await create()
    const tables = await world.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    const fragments = [
      key,
      key.slice(11, 23),
      key.slice(-20),
      Buffer.from(key).toString('base64').slice(0, 40),
    ]
    for (const { name } of tables)
      for (const fragment of fragments)
        expect(
          await world.query(`select 1 from ${name} t where t::text like '%' || $1 || '%'`, [fragment]),
        ).toEqual([])
  })

  test('from one subscription still works, and says that it is the old way', async () => {
    const { body } = await alice.get(`/api/v1/subscriptions?modelId=${story}`)
    const answer = await alice.post(path, { name: 'old', subscriptionId: body.data[0].id })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(answer.body.data.models).toEqual([{ id: story, name: 'storyteller-long' }])
  })

  test('takes only models that the caller has an active subscription to', async () => {
    const refused = async (body: object, who = alice) => {
      const answer = await who.post(path, { name: 'k', ...body })
      return [answer.status, answer.body.code, answer.body.details?.field]
    }
    await alice.post('/api/v1/subscriptions', { modelId: restricted })
    const own = (await alice.get(`/api/v1/subscriptions?modelId=${granite}`)).body.data[0].id
    const pending = (await alice.get(`/api/v1/subscriptions?modelId=${restricted}`)).body.data[0].id
    expect(await refused({ modelIds: [granite, NOWHERE] })).toEqual([404, 'MODEL_NOT_FOUND', 'modelIds'])
    expect(await refused({ modelIds: [granite, vision] })).toEqual([422, 'MODEL_NOT_SUBSCRIBED', 'modelIds'])
    expect(await refused({ modelIds: [restricted] })).toEqual([422, 'MODEL_NOT_SUBSCRIBED', 'modelIds'])
    expect(await refused({ subscriptionId: pending })).toEqual([
      422,
      'SUBSCRIPTION_NOT_ACTIVE',
      'subscriptionId',
    ])
    expect(await refused({ subscriptionId: NOWHERE })).toEqual([
      404,
      'SUBSCRIPTION_NOT_FOUND',
      'subscriptionId',
    ])
    expect(await refused({ subscriptionId: own }, bob)).toEqual([
      404,
      'SUBSCRIPTION_NOT_FOUND',
      'subscriptionId',
    ])
    expect(await refused({ modelIds: [granite] }, bob)).toEqual([422, 'MODEL_NOT_SUBSCRIBED', 'modelIds'])
    expect(await refused({})).toEqual([400, 'VALIDATION_ERROR', 'modelIds'])
    expect(await refused({ modelIds: [granite], subscriptionId: own })).toEqual([
      400,
      'VALIDATION_ERROR',
      'modelIds',
    ])
    expect(await refused({ modelIds: [] })).toEqual([400, 'VALIDATION_ERROR', 'modelIds'])
    const limits = [{ modelId: story, rpmLimit: 1 }]
    expect(await refused({ modelIds: [granite], modelLimits: limits })).toEqual([
      422,
      'MODEL_LIMIT_WITHOUT_MODEL',
      'modelLimits.0.modelId',
    ])
    expect(await refused({ modelIds: [story], modelLimits: [...limits, ...limits] })).toEqual([
      400,
      'VALIDATION_ERROR',
      'modelLimits.1.modelId',
    ])
    expect((await alice.get(path)).body.pagination.total).toBe(0)
  })

  test('accepts ids in capitals and named twice', async () => {
    const { body } = await alice.post(path, { name: 'k', modelIds: [granite.toUpperCase(), granite] })
    expect(body.data.models).toHaveLength(1)
  })

  test.each([
    ['rpmLimit', [-1, 1.5, 2 ** 31, 1e308, '60', true, [5], {}]],
    ['tpmLimit', [-1, 1.5, 2 ** 31, '1e3']],
    ['maxParallelRequests', [-1, 0.5, 2 ** 31, '1']],
    ['maxBudget', [-0.01, 9_000_001, 1e308, '5', 0.0000000001, true]],
    ['budgetDuration', ['2d', '', 1, 'hourly']],
    ['softBudget', [-0.01, 9_000_001, '5']],
    [
      'tags',
      [['x', 'x'], [''], [' '], ['x'.repeat(65)], Array.from({ length: 21 }, (_, i) => `t${i}`), 'x', [5]],
    ],
    ['metadata', [[], 5, { 'a b': 1 }, { a: {} }, { a: null }, { a: [1] }, { a: 'x'.repeat(501) }, null]],
    [
      'allowedIps',
      [['10.0.0.0/33'], ['10.0.0'], ['localhost'], ['10.0.0.0/8/8'], ['fe80::1%eth0'], '10.0.0.1', null],
    ],
    ['teamId', ['x', null, 5]],
    ['adminLimits', [{}]],
    ['expiresAt', ['tomorrow', 5, '2020-13-01T00:00:00Z', '2030-01-01']],
    ['name', ['', '   ', 'x'.repeat(101), null, 5]],
    ['modelIds', ['x', [5], [null], 'all', null]],
    ['modelLimits', [5, [{}], [{ modelId: 'x' }]]],
    ['spend', [0]],
    ['status', ['active']],
    ['userId', [NOWHERE]],
    ['organizationId', [NOWHERE]],
    ['key', ['sk-litellm-mine']],
    ['createdAt', ['2020-01-01T00:00:00Z']],
  ])('refuses a wrong %s with 400 that names it', async (field, values) => {
    for (const value of values) {
      const answer = await alice.post(path, { name: 'k', modelIds: [granite], [field]: value })
      expect([value, answer.status, answer.body.code]).toEqual([value, 400, 'VALIDATION_ERROR'])
      expect(String(answer.body.details.field).split('.')[0]).toBe(field)
    }
    expect((await alice.get(path)).body.pagination.total).toBe(0)
  })

  test('a budget starts anew by any of the usual names', async () => {
    const names = ['1d', '7d', '30d', '1mo', 'daily', 'weekly', 'monthly', 'yearly', null]
    const kept: unknown[] = []
    for (const budgetDuration of names) {
      const { id } = await create({ maxBudget: 1, budgetDuration })
      const { budgetDuration: shown, budgetResetAt } = await read(id)
      kept.push(shown)
      expect(budgetResetAt === null).toBe(shown === null)
    }
    expect(kept).toEqual(['1d', '7d', '1mo', '1mo', '1d', '7d', '1mo', '1y', null])
  })

  test('an expiry lies in the future, within reason', async () => {
    for (const expiresAt of ['2020-01-01T00:00:00Z', '2200-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
      const answer = await alice.post(path, { name: 'k', modelIds: [granite], expiresAt })
      expect([answer.status, answer.body.code]).toEqual([422, 'EXPIRY_OUT_OF_RANGE'])
    }
  })

  test('the largest limits and zero are kept exactly', async () => {
    const limits = { rpmLimit: 2 ** 31 - 1, tpmLimit: 0, maxParallelRequests: 0, maxBudget: 0 }
    expect(await read((await create(limits)).id)).toMatchObject(limits)
    const { id } = await create({ maxBudget: 4_000_000.000000001 })
    expect(
      (await world.query<{ n: string }>('select limit_nano as n from budgets where subject_id = $1', [id]))[0]
        ?.n,
    ).toBe('4000000000000001')
  })

  test('of fifty at once exactly as many succeed as one may have', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        alice.post(path, { name: `key ${index}`, modelIds: [granite] }),
      ),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(LIMIT)
    const refusals = answers.filter((answer) => answer.status !== 201)
    expect(new Set(refusals.map((answer) => answer.body.code))).toEqual(new Set(['KEY_LIMIT_REACHED']))
    expect((await alice.get(path)).body.pagination.total).toBe(LIMIT)
    const winner = answers.find((answer) => answer.status === 201)
    await alice.delete(`${path}/${winner?.body.data.id}`)
    expect((await alice.post(path, { name: 'room again', modelIds: [granite] })).status).toBe(201)
  })

  test('with an Idempotency-Key it happens once, and a replay has no secret', async () => {
    const ask = (body: object) => alice.post(path, body, { 'idempotency-key': 'create-1' })
    const body = { name: 'once', modelIds: [granite] }
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(body)))
    expect(
      answers.every((answer) => answer.status === 201 || answer.body.code === 'IDEMPOTENCY_IN_PROGRESS'),
    ).toBe(true)
    const first = answers.filter((answer) => answer.status === 201 && answer.body.data.key !== null)
    expect(first).toHaveLength(1)
    for (const replay of [await ask(body), await ask(body)]) {
      expect([replay.status, replay.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
      expect(replay.body.data).toEqual({ ...first[0]?.body.data, key: null })
    }
    expect((await ask({ ...body, name: 'other' })).body.code).toBe('IDEMPOTENCY_MISMATCH')
    expect((await alice.get(path)).body.pagination.total).toBe(1)
    expect((await alice.post(path, body, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400)
  })

  test('is not for auditors, keys and strangers', async () => {
    const { key, id } = await create()
    const script = world.withKey(key)
    for (const who of [auditor, script]) {
      expect((await who.post(path, { name: 'k', modelIds: [granite] })).status).toBe(403)
      expect((await who.patch(`${path}/${id}`, { rpmLimit: null })).status).toBe(403)
      expect((await who.delete(`${path}/${id}`)).status).toBe(403)
      expect((await who.post(`${path}/${id}/rotate`)).status).toBe(403)
    }
    expect((await script.get(path)).status).toBe(403)
    expect((await script.get(`${path}/${id}`)).status).toBe(403)
    expect((await alice.get(`${path}/current`)).status).toBe(401)
    expect((await world.anonymous.get(path)).status).toBe(401)
  })
})
