import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'
import { tellProxyAgain } from './proxy-keys.ts'

// Keys in `per-key` mode: each secret is a key of LiteLLM too, and the two agree whatever happens on the way.

let world: World
let alice: Client
let granite: string
let story: string

beforeAll(async () => {
  world = await startWorld({ config: { ORPHAN_AGE_SECONDS: '0', RECONCILE_INTERVAL_SECONDS: '1' } })
  alice = await world.as('alice')
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story] = [idOf('granite-4-small'), idOf('storyteller-long')]
  for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
})
afterAll(() => world.close())
afterEach(() => world.simulator('DELETE', '/simulator/faults'))

const path = '/api/v1/api-keys'
const hash = (key: string) => createHash('sha256').update(key).digest('hex')
const create = async (body: object = {}) =>
  (await alice.post(path, { name: 'script', modelIds: [granite], ...body })).body.data as {
    id: string
    key: string
    syncState: string
  }
const syncStateOf = async (id: string) => (await alice.get(`${path}/${id}`)).body.data.syncState as string
const isSynced = (id: string) => eventually(async () => expect(await syncStateOf(id)).toBe('synced'))
const fault = (facts: object) => world.simulator('POST', '/simulator/faults', facts)

interface ProxyKey {
  key_alias: string
  models: string[]
  blocked: boolean | null
  max_budget: number | null
  budget_duration: string | null
  rpm_limit: number | null
  expires: string | null
  user_id: string
  metadata: Record<string, unknown>
}
/** What LiteLLM knows of a secret; undefined when it knows nothing. */
async function there(key: string): Promise<ProxyKey | undefined> {
  const response = await fetch(`${world.simulatorUrl}/key/info?key=${hash(key)}`, {
    headers: { authorization: `Bearer ${world.environment('', 0)['LITELLM_API_KEY']}` },
  })
  if (response.status === 404) return undefined
  return ((await response.json()) as { info: ProxyKey }).info
}

describe('LiteLLM knows', () => {
  test('a new key, whole, before its creation is answered', async () => {
    const { id, key, syncState } = await create({
      maxBudget: 1.5,
      budgetDuration: '7d',
      rpmLimit: 6,
      expiresAt: '2099-01-01T00:00:00Z',
    })
    expect(syncState).toBe('synced')
    const [facts] = await world.query<{ secret: string; person: string; installation: string }>(
      `select s.id as secret, k.user_id as person, (select value #>> '{}' from settings where key = 'installation') as installation
       from api_key_secrets s join api_keys k on k.id = s.api_key_id where k.id = $1`,
      [id],
    )
    expect(await there(key)).toMatchObject({
      key_alias: `litemaas-${facts?.installation}-${facts?.secret}`,
      models: ['granite-4-small'],
      max_budget: 1.5,
      budget_duration: '7d',
      // Twice what the key has: the gateway counts exactly, LiteLLM only bounds.
      rpm_limit: 12,
      expires: expect.stringMatching(/^2099-01-01|^2098-12-31/),
      user_id: facts?.person,
      metadata: {
        installation: facts?.installation,
        keyId: id,
        version: 1,
        organizationId: '00000000-0000-4000-8000-000000000001',
      },
    })
    const sealed = await world.query('select 1 from litellm_intents where secret is not null')
    expect(sealed).toEqual([])
  })

  test('every change of it', async () => {
    const { id, key } = await create()
    await alice.patch(`${path}/${id}`, { modelIds: [granite, story], maxBudget: 3, rpmLimit: 1 })
    await isSynced(id)
    expect(await there(key)).toMatchObject({
      models: ['granite-4-small', 'storyteller-long'],
      max_budget: 3,
      rpm_limit: 2,
    })
    await alice.patch(`${path}/${id}`, { maxBudget: null, rpmLimit: null, isDisabled: true })
    await isSynced(id)
    expect(await there(key)).toMatchObject({ max_budget: null, rpm_limit: null, blocked: true })
    // LiteLLM knows no years: a shorter window with the whole limit is no narrower than ours.
    await alice.patch(`${path}/${id}`, { maxBudget: 12, budgetDuration: 'yearly' })
    await isSynced(id)
    expect(await there(key)).toMatchObject({ max_budget: 12, budget_duration: '1mo' })
    await alice.patch(`${path}/${id}`, { modelIds: [] })
    await isSynced(id)
    expect(await there(key)).toMatchObject({ models: ['no-default-models'], blocked: true })
  })

  test('nothing more after a revocation', async () => {
    const { id, key } = await create()
    expect(await there(key)).toBeDefined()
    await alice.delete(`${path}/${id}`)
    await isSynced(id)
    expect(await there(key)).toBeUndefined()
  })

  test('both secrets of an overlap, and when the old one ends', async () => {
    const { id, key: old } = await create()
    const rotated = await alice.post(`${path}/${id}/rotate`, { overlapSeconds: 86_400 })
    const { key } = rotated.body.data as { key: string }
    await isSynced(id)
    const [before, after] = [await there(old), await there(key)]
    const lifetimeMs = Date.parse(before?.expires ?? '') - Date.now()
    expect(Math.abs(lifetimeMs - 86_400_000)).toBeLessThan(60_000)
    expect(after).toMatchObject({ expires: null, models: ['granite-4-small'] })
    await alice.post(`${path}/${id}/rotate`)
    await isSynced(id)
    expect([await there(old), await there(key)]).toEqual([undefined, undefined])
  })

  test('when both secrets of a key agree, however they come in', async () => {
    const { id } = await create()
    await alice.post(`${path}/${id}/rotate`, { overlapSeconds: 3600 })
    for (let round = 0; round < 12; round += 1) {
      await alice.patch(`${path}/${id}`, { rpmLimit: round })
      await isSynced(id)
    }
  })

  test('that a cancelled subscription leaves a key without models', async () => {
    const { id, key } = await create({ modelIds: [story] })
    const { body } = await alice.get(`/api/v1/subscriptions?status=active&modelId=${story}`)
    await alice.delete(`/api/v1/subscriptions/${body.data[0].id}`)
    await isSynced(id)
    expect(await there(key)).toMatchObject({ models: ['no-default-models'], blocked: true })
    await alice.post('/api/v1/subscriptions', { modelId: story })
  })
})

describe('when LiteLLM', () => {
  test('is away, a key is made all the same, and is known there when it is back', async () => {
    await fault({ match: { path: '/key/*' }, failBefore: 500 })
    const { id, key, syncState } = await create()
    expect(syncState).toBe('pending')
    await world.simulator('DELETE', '/simulator/faults')
    await isSynced(id)
    expect(await there(key)).toBeDefined()
  })

  test('is away, a revocation holds here at once and there afterwards', async () => {
    const { id, key } = await create()
    await fault({ match: { path: '/key/*' }, failBefore: 503 })
    expect((await alice.delete(`${path}/${id}`)).status).toBe(204)
    await eventually(
      async () => expect((await world.withKey(key).get(`${path}/current`)).status).toBe(401),
      1000,
    )
    expect(await syncStateOf(id)).toBe('pending')
    await world.simulator('DELETE', '/simulator/faults')
    await isSynced(id)
    expect(await there(key)).toBeUndefined()
  })

  test('does it and then fails to say so, there is one key', async () => {
    await fault({ match: { path: '/key/generate' }, failAfterEffect: 500, times: 1 })
    const { id, key } = await create()
    await isSynced(id)
    const { total_count: count } = (await world.simulator('GET', '/key/list?size=100')) as {
      total_count: number
    }
    expect(await there(key)).toBeDefined()
    const [ours] = await world.query<{ count: string }>(
      `select count(*) from api_key_secrets s join api_keys k on k.id = s.api_key_id where s.revoked_at is null and k.revoked_at is null`,
    )
    expect(count).toBe(Number(ours?.count))
  })

  test('refuses a key that is valid here, it can be told again', async () => {
    const { id } = await create()
    const [secret] = await world.query<{ id: string }>(
      'select id from api_key_secrets where api_key_id = $1',
      [id],
    )
    const intents = () =>
      world.query('select state from litellm_intents where resource_id = $1', [secret?.id])
    expect(await intents()).toEqual([{ state: 'done' }])
    const organizationId = '00000000-0000-4000-8000-000000000001'
    await world.app.database.transaction({ organizationId, userId: null, requestId: 'test' }, (tx) =>
      tellProxyAgain(tx, world.app.litellm.outbox, { organizationId, id, secretId: secret?.id ?? '' }),
    )
    await eventually(async () => expect(await intents()).toEqual([{ state: 'done' }, { state: 'done' }]))
  })

  test('has drifted, it is put right', async () => {
    const { key } = await create({ rpmLimit: 5 })
    await world.simulator('POST', '/key/update', { key: hash(key), rpm_limit: 5000, models: [] })
    await eventually(async () =>
      expect(await there(key)).toMatchObject({ rpm_limit: 10, models: ['granite-4-small'] }),
    )
  })

  test('has lost a key, the key says so until it is rotated, and nobody is told twice', async () => {
    const { id, key } = await create()
    await world.simulator('POST', '/key/delete', { keys: [hash(key)] })
    await eventually(async () => expect(await syncStateOf(id)).toBe('failed'))
    const shown = (await alice.get(`${path}/${id}`)).body.data
    expect(shown.syncMessage).toMatch(/rotate/)
    const secrets = () =>
      world.query('select id, lost_at from api_key_secrets where api_key_id = $1 and lost_at is not null', [
        id,
      ])
    const [known] = await secrets()
    const intents = async () =>
      (await world.query('select id from litellm_intents where resource_id = $1', [known?.['id']])).length
    const told = await intents()
    for (let pass = 0; pass < 2;) if ((await world.app.litellm.reconciler.run()) !== undefined) pass += 1
    expect(await intents()).toBe(told)
    // A change is offered to LiteLLM, which still has no such key.
    await alice.patch(`${path}/${id}`, { rpmLimit: 7 })
    await eventually(async () => expect(await syncStateOf(id)).toBe('failed'))
    expect(await secrets()).toEqual([known])
    const rotated = await alice.post(`${path}/${id}/rotate`, { overlapSeconds: 3600 })
    await isSynced(id)
    expect((await alice.get(`${path}/${id}`)).body.data.syncMessage).toBeNull()
    expect(await there(rotated.body.data.key as string)).toBeDefined()
  })

  test('is told of a person who was disabled', async () => {
    const { id, key } = await create()
    await world.query(`update users set status = 'disabled' where username = 'alice'`)
    await eventually(async () => expect(await there(key)).toMatchObject({ blocked: true }))
    await world.query(`update users set status = 'active' where username = 'alice'`)
    await eventually(async () => expect(await there(key)).toMatchObject({ blocked: false }))
    expect(await syncStateOf(id)).toBe('synced')
  })
})
