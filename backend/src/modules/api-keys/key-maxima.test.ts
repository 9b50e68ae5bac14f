import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addMember, clientOf } from '../../../test/support/people.ts'
import { startWorld, type Client, type World } from '../../../test/support/index.ts'

// The installation's maxima and an administrator's limits, on every way of writing a key.

const path = '/api/v1/api-keys'
const admin = '/api/v1/admin/api-keys'

let world: World
let platform: Client
let boss: Client
let alice: Client
let aliceId: string
let granite: string
let story: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service', MAX_KEYS_PER_PERSON: '1000' } })
  ;[platform, alice] = await Promise.all([world.as('admin'), world.as('alice')])
  boss = await clientOf(world, await addMember(world, { role: 'admin' }))
  const [row] = await world.query<{ id: string }>(`select id from users where username = 'alice'`)
  aliceId = row?.id ?? ''
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story] = [idOf('granite-4-small'), idOf('storyteller-long')]
  for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
})
afterAll(() => world.close())
beforeEach(() =>
  world.query(
    `truncate api_keys, budgets, idempotency_keys cascade; delete from settings where key = 'section:api-keys'`,
  ),
)

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

async function settings(body: object): Promise<void> {
  const answer = await platform.patch('/api/v1/admin/settings/api-keys', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

const create = async (body: object = {}, who = alice) => {
  const answer = await who.post(path, { name: 'k', modelIds: [granite], ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}
const createFor = async (body: object = {}) => {
  const answer = await boss.post(admin, { userId: aliceId, name: 'k', modelIds: [granite], ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body.code] // oxlint-disable-line typescript/no-explicit-any
const read = async (id: string) => (await alice.get(`${path}/${id}`)).body.data

describe('the maxima of the installation', () => {
  const MOST = { maxBudget: 10, rpmLimit: 60, tpmLimit: 1000, maxParallelRequests: 4 }
  const values = [null, 0, -1, 1e308, 2 ** 31 - 1, '5', true, [5], 10.000001]

  test.each(Object.keys(MOST) as (keyof typeof MOST)[])(
    'hold for %s, whatever is tried and on every way of writing',
    async (field) => {
      await settings({
        maximumBudget: MOST.maxBudget,
        maximumRpmLimit: MOST.rpmLimit,
        maximumTpmLimit: MOST.tpmLimit,
        maximumParallelRequests: MOST.maxParallelRequests,
      })
      const most = MOST[field]
      const [own, given] = [await create(), await create()]
      for (const value of [...values, most, most + 1]) {
        const body = { [field]: value }
        const answers = [
          await alice.post(path, { name: 'k', modelIds: [granite], ...body }),
          await alice.patch(`${path}/${own.id}`, body),
          await boss.post(admin, { userId: aliceId, name: 'k', modelIds: [granite], ...body }),
          await boss.patch(`${admin}/${given.id}`, body),
        ]
        const isFine = typeof value === 'number' && value >= 0 && value <= most && Number.isInteger(value)
        const isShape = value !== null && (typeof value !== 'number' || value < 0 || value === 1e308)
        for (const answer of answers) {
          const isRefused = answer.status >= 400
          if (isFine) expect([value, isRefused], JSON.stringify(answer.body)).toEqual([value, false])
          else if (isShape) expect([value, answer.status]).toEqual([value, 400])
          else if (answer.status === 422)
            expect(answer.body).toMatchObject({ code: 'ABOVE_MAXIMUM', details: { field, maximum: most } })
          // Fractions of requests, and amounts beyond what may be written at all.
          else expect([value, answer.status]).toEqual([value, 400])
        }
      }
      const rows = await world.query<{ value: string | null }>(
        field === 'maxBudget'
          ? `select limit_nano / 1000000000.0 as value from budgets where level = 'key'`
          : `select ${{ rpmLimit: 'rpm_limit', tpmLimit: 'tpm_limit', maxParallelRequests: 'max_parallel_requests' }[field]} as value from api_keys`,
      )
      expect(rows.length).toBeGreaterThan(4)
      for (const { value } of rows) {
        expect(value).not.toBeNull()
        expect(Number(value)).toBeLessThanOrEqual(most)
      }
    },
  )

  test('hold for single models, also those that are added without a word', async () => {
    await settings({ maximumModelBudget: 2, maximumModelRpmLimit: 30, maximumModelTpmLimit: 500 })
    const most = { maxBudget: 2, rpmLimit: 30, tpmLimit: 500 }
    const { id, modelLimits } = await create()
    expect(modelLimits).toEqual([{ modelId: granite, ...most }])
    const patched = await alice.patch(`${path}/${id}`, { modelIds: [granite, story] })
    expect(patched.body.data.modelLimits).toEqual(
      expect.arrayContaining([
        { modelId: granite, ...most },
        { modelId: story, ...most },
      ]),
    )
    const narrowed = await alice.patch(`${path}/${id}`, { modelLimits: [{ modelId: story, rpmLimit: 1 }] })
    expect(narrowed.body.data.modelLimits).toEqual(
      expect.arrayContaining([
        { modelId: granite, ...most },
        { modelId: story, ...most, rpmLimit: 1 },
      ]),
    )
    for (const limit of [{ maxBudget: null }, { maxBudget: 2.1 }, { rpmLimit: 31 }, { tpmLimit: null }]) {
      const body = { modelLimits: [{ modelId: granite, ...limit }] }
      for (const answer of [
        await alice.patch(`${path}/${id}`, body),
        await alice.post(path, { name: 'k', modelIds: [granite], ...body }),
        await boss.patch(`${admin}/${id}`, body),
      ])
        expect(refusal(answer)).toEqual([422, 'ABOVE_MAXIMUM'])
    }
  })

  test('hold for windows and expiry', async () => {
    await settings({ shortestBudgetDuration: '7d', maximumExpiryDays: 30, isExpiryRequired: true })
    const made = await create()
    expect(made.budgetDuration).toBeNull()
    expect(Date.parse(made.expiresAt)).toBeLessThanOrEqual(Date.parse(inDays(30)))
    const { id } = made
    for (const answer of [
      await alice.patch(`${path}/${id}`, { budgetDuration: 'daily' }),
      await alice.patch(`${path}/${id}`, { expiresAt: null }),
      await alice.patch(`${path}/${id}`, { expiresAt: inDays(31) }),
      await alice.post(path, { name: 'k', modelIds: [granite], expiresAt: null }),
      await alice.post(path, { name: 'k', modelIds: [granite], budgetDuration: '1d' }),
      await boss.patch(`${admin}/${id}`, { expiresAt: inDays(31) }),
    ])
      expect(refusal(answer)).toEqual([422, 'ABOVE_MAXIMUM'])
    expect(
      (await alice.patch(`${path}/${id}`, { budgetDuration: '1mo', expiresAt: inDays(29) })).status,
    ).toBe(200)
    await settings({ maximumExpiryDays: null })
    expect(refusal(await alice.patch(`${path}/${id}`, { expiresAt: null }))).toEqual([422, 'EXPIRY_REQUIRED'])
    expect(refusal(await alice.post(path, { name: 'k', modelIds: [granite] }))).toEqual([
      422,
      'EXPIRY_REQUIRED',
    ])
  })

  test('leave keys of before as they are until somebody writes that field, also when they are rotated', async () => {
    const { id } = await create({ rpmLimit: 500, maxBudget: 50 })
    await settings({ maximumRpmLimit: 60, maximumBudget: 5, defaultRpmLimit: 100 })
    expect((await alice.patch(`${path}/${id}`, { name: 'renamed' })).body.data).toMatchObject({
      rpmLimit: 500,
    })
    expect((await alice.post(`${path}/${id}/rotate`)).body.data).toMatchObject({
      rpmLimit: 500,
      maxBudget: 50,
    })
    expect(refusal(await alice.patch(`${path}/${id}`, { rpmLimit: 500 }))).toEqual([422, 'ABOVE_MAXIMUM'])
    expect(await create()).toMatchObject({ rpmLimit: 60, maxBudget: 5 })
  })

  test('and the defaults fill what a new key does not say', async () => {
    await settings({
      defaultBudget: 3,
      defaultBudgetDuration: '1mo',
      defaultRpmLimit: 20,
      defaultTpmLimit: 2000,
      defaultMaxParallelRequests: 2,
      defaultExpiryDays: 90,
    })
    const made = await create({ tpmLimit: null, maxBudget: 7 })
    expect(made).toMatchObject({
      maxBudget: 7,
      budgetDuration: '1mo',
      rpmLimit: 20,
      tpmLimit: null,
      maxParallelRequests: 2,
    })
    expect(made.expiresAt.slice(0, 10)).toBe(inDays(90).slice(0, 10))
  })

  test('are known to whoever makes a key, as they hold now', async () => {
    await settings({ maximumBudget: 5, defaultRpmLimit: 20 })
    const { status, body } = await alice.get(`${path}/rules`)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ maximumBudget: 5, defaultRpmLimit: 20, maximumExpiryDays: null })
    const { body: kept } = await platform.get('/api/v1/admin/settings/api-keys')
    expect(body.data).toEqual(kept.data.values)
  })

  test('of fifty keys at once, half of them made by an administrator, as many as one may have are made', async () => {
    await settings({ maximumActiveKeys: 10 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2
          ? alice.post(path, { name: 'k', modelIds: [granite] })
          : boss.post(admin, { userId: aliceId, name: 'k', modelIds: [granite] }),
      ),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10)
    for (const answer of answers)
      if (answer.status !== 201) expect(['KEY_LIMIT_REACHED', 'OVERLOADED']).toContain(answer.body.code)
    expect((await alice.get(path)).body.pagination.total).toBe(10)
    expect((await alice.get(`${path}/statistics`)).body.data).toMatchObject({
      active: 10,
      maximumActiveKeys: 10,
    })
  })
})

describe('what an administrator has set on a key', () => {
  test('the owner narrows and never widens', async () => {
    const { id, adminLimits } = await createFor({
      maxBudget: 10,
      budgetDuration: '7d',
      rpmLimit: 60,
      expiresAt: inDays(30),
      modelLimits: [{ modelId: granite, maxBudget: 5 }],
    })
    expect(adminLimits).toMatchObject({ maxBudget: 10, budgetDuration: '7d', rpmLimit: 60 })
    const patch = (body: object) => alice.patch(`${path}/${id}`, body)
    for (const body of [
      { maxBudget: 11 },
      { maxBudget: null },
      { budgetDuration: '1d' },
      { rpmLimit: 61 },
      { rpmLimit: null },
      { expiresAt: null },
      { expiresAt: inDays(31) },
      { modelLimits: [{ modelId: granite, maxBudget: 6 }] },
      { modelLimits: [{ modelId: granite, maxBudget: null }] },
    ])
      expect(refusal(await patch(body)), JSON.stringify(body)).toEqual([422, 'ABOVE_ADMIN_LIMIT'])
    expect((await patch({ maxBudget: 1, budgetDuration: '1mo', rpmLimit: 1 })).status).toBe(200)
    expect((await patch({ maxBudget: 10, budgetDuration: '7d', rpmLimit: 60 })).status).toBe(200)
    // A model that is taken off and put back comes back with its limit.
    await patch({ modelIds: [story] })
    expect((await patch({ modelIds: [granite, story] })).body.data.modelLimits).toEqual([
      { modelId: granite, maxBudget: 5, rpmLimit: null, tpmLimit: null },
    ])
    expect((await patch({ modelLimits: [] })).body.data.modelLimits).toEqual([
      { modelId: granite, maxBudget: 5, rpmLimit: null, tpmLimit: null },
    ])
    // What nobody set is the owner's.
    expect((await patch({ tpmLimit: null, tags: ['mine'] })).status).toBe(200)
    expect((await boss.patch(`${admin}/${id}`, { rpmLimit: null, maxBudget: 20 })).body.data).toMatchObject({
      rpmLimit: null,
      maxBudget: 20,
      adminLimits: { maxBudget: 20, budgetDuration: '7d' },
    })
    expect((await patch({ rpmLimit: 1000 })).status).toBe(200)
    expect(await read(id)).toMatchObject({ maxBudget: 20 })
  })

  test('a key that an administrator disabled only an administrator enables', async () => {
    const { id } = await create()
    await boss.patch(`${admin}/${id}`, { isDisabled: true })
    expect(refusal(await alice.patch(`${path}/${id}`, { isDisabled: false }))).toEqual([403, 'KEY_LOCKED'])
    expect((await alice.patch(`${path}/${id}`, { name: 'still off' })).body.data.status).toBe('disabled')
    await boss.patch(`${admin}/${id}`, { isDisabled: false })
    expect((await alice.patch(`${path}/${id}`, { isDisabled: true })).status).toBe(200)
    expect((await alice.patch(`${path}/${id}`, { isDisabled: false })).body.data.status).toBe('active')
  })

  test('is never set by an administrator on a key of their own', async () => {
    const who = await addMember(world, { role: 'admin' })
    const self = await clientOf(world, who)
    await self.post('/api/v1/subscriptions', { modelId: granite })
    const { id } = await create({}, self)
    expect(refusal(await self.patch(`${admin}/${id}`, { rpmLimit: 5 }))).toEqual([403, 'SELF_LIMIT'])
    const body = { userId: who.userId, name: 'k', modelIds: [granite] }
    expect(refusal(await self.post(admin, body))).toEqual([403, 'SELF_LIMIT'])
  })
})
