import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from '../../../test/support/index.ts'
import { loadKeyGrant } from './key-grant.ts'

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const TEAM = 'a0000000-0000-4000-8000-000000000001'
const ELSEWHERE = '00000000-0000-4000-8000-000000000002'

let world: World
let keyId: string
let granite: string
let story: string

const grantIn = (organizationId: string) =>
  world.app.database.transaction(
    { organizationId, userId: null, requestId: 'test' },
    (tx) => loadKeyGrant(tx, keyId, new Date()),
    {
      readOnly: true,
    },
  )

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  const alice = await world.as('alice')
  const { body } = await alice.get('/api/v1/models')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story] = [idOf('granite-4-small'), idOf('storyteller-long')]
  for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
  const created = await alice.post('/api/v1/api-keys', {
    name: 'granted',
    modelIds: [granite, story],
    rpmLimit: 9,
    maxBudget: 4,
    modelLimits: [{ modelId: story, maxBudget: 1, tpmLimit: 100 }],
  })
  keyId = created.body.data.id as string
})
afterAll(() => world.close())

test('a grant holds limits, models with their prices, and every budget of the chain that exists', async () => {
  const ids = new Map<string, string>()
  for (const [level, subject] of [
    ['organization', ORGANIZATION],
    ['team', TEAM],
    ['team', ELSEWHERE],
  ] as const) {
    const [row] = await world.query<{ id: string }>(
      'insert into budgets (organization_id, level, subject_id, limit_nano) values ($1, $2, $3, 5) returning id',
      [ORGANIZATION, level, subject],
    )
    ids.set(`${level} ${subject}`, row?.id ?? '')
  }
  const grant = await grantIn(ORGANIZATION)
  expect(grant).toMatchObject({
    keyId,
    name: 'granted',
    rpmLimit: 9,
    tpmLimit: null,
    maxParallelRequests: null,
  })
  expect(grant?.models.map((model) => [model.name, model.rpmLimit, model.tpmLimit])).toEqual([
    ['granite-4-small', null, null],
    ['storyteller-long', null, 100],
  ])
  expect(grant?.models[0]).toMatchObject({
    id: granite,
    mode: 'chat',
    availability: 'available',
    contextLength: 131_072,
    maxOutputTokens: 8192,
    imageTokenCeiling: 2048,
    prices: { input: 150_000_000n, cachedInput: 75_000_000n, output: 600_000_000n, perRequest: null },
  })
  const levels = grant?.budgets.map((budget) => [budget.level, budget.modelId]).sort()
  expect(levels).toEqual([
    ['key', null],
    ['key_model', story],
    ['organization', null],
    ['team', null],
  ])
  const chain = grant?.budgets.map((budget) => budget.id)
  expect(chain).toContain(ids.get(`team ${TEAM}`))
  expect(chain).not.toContain(ids.get(`team ${ELSEWHERE}`))
})

test('a suspended subscription and a closed model are not granted', async () => {
  await world.query(`update subscriptions set status = 'suspended' where model_id = $1`, [story])
  expect((await grantIn(ORGANIZATION))?.models.map((model) => model.id)).toEqual([granite])
  await world.query(`update models set availability = 'disabled' where id = $1`, [granite])
  expect((await grantIn(ORGANIZATION))?.models).toEqual([])
})

test('another organization has no such key', async () => {
  expect(await grantIn(ELSEWHERE)).toBeUndefined()
})
