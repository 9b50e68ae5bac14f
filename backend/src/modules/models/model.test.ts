import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'

let world: World
let alice: Client
let admin: Client
let auditor: Client

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  ;[alice, admin, auditor] = await Promise.all([world.as('alice'), world.as('admin'), world.as('auditor')])
})
afterAll(() => world.close())

const names = (answer: { body: { data: { name: string }[] } }) => answer.body.data.map((model) => model.name)
const idOf = async (name: string) => {
  const { body } = await alice.get(`/api/v1/models?search=${encodeURIComponent(name)}`)
  return body.data.find((model: { name: string }) => model.name === name).id as string
}

describe('the catalogue', () => {
  test('shows what LiteLLM serves, with prices in dollars per million tokens', async () => {
    const answer = await alice.get('/api/v1/models?search=granite')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: 'granite-4-small',
          provider: 'openai',
          description: expect.stringContaining('small general model'),
          mode: 'chat',
          abilities: expect.arrayContaining(['chat', 'function_calling', 'native_streaming']),
          contextLength: 131_072,
          maxOutputTokens: 8192,
          inputPricePerMillion: 0.15,
          cachedInputPricePerMillion: 0.075,
          outputPricePerMillion: 0.6,
          inputPricePerToken: 1.5e-7,
          outputPricePerToken: 6e-7,
          pricePerRequest: null,
          isRestricted: false,
          availability: 'available',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          mySubscription: null,
        },
      ],
      pagination: { total: 1, limit: 20, offset: 0, hasMore: false },
    })
  })

  test('filters by everything that it says it filters by', async () => {
    expect(names(await alice.get('/api/v1/models?isRestricted=true'))).toEqual(['acme/confidential-70b'])
    expect(names(await alice.get('/api/v1/models?ability=vision'))).toEqual(['vision-mini'])
    expect(names(await alice.get('/api/v1/models?search=VECTORS'))).toEqual(['text-embedding-small'])
    expect(names(await alice.get('/api/v1/models?search=%25'))).toEqual([])
    expect(names(await alice.get('/api/v1/models?provider=nobody'))).toEqual([])
    expect(names(await alice.get('/api/v1/models?availability=disabled'))).toEqual([])
    expect(names(await alice.get('/api/v1/models?mode=embedding'))).toEqual(['text-embedding-small'])
    expect(names(await alice.get('/api/v1/models?ability=embeddings'))).toEqual(['text-embedding-small'])
    expect(names(await alice.get('/api/v1/models?ability=function_calling&ability=vision'))).toEqual([
      'vision-mini',
    ])
    expect(names(await alice.get('/api/v1/models?provider=nobody&provider=openai'))).toHaveLength(5)
    expect(names(await alice.get('/api/v1/models?minInputPrice=0.9'))).toEqual(['acme/confidential-70b'])
    expect(names(await alice.get('/api/v1/models?maxInputPrice=0.02'))).toEqual(['text-embedding-small'])
    expect(names(await alice.get('/api/v1/models?minOutputPrice=0.6&maxOutputPrice=1'))).toEqual([
      'granite-4-small',
      'storyteller-long',
      'vision-mini',
    ])
    expect(names(await alice.get('/api/v1/models?minContextLength=128000&maxContextLength=130000'))).toEqual([
      'vision-mini',
    ])
  })

  test('says what it can be filtered by, and what it is in numbers', async () => {
    expect((await alice.get('/api/v1/models/providers')).body.data).toEqual([{ name: 'openai', models: 5 }])
    const { data } = (await alice.get('/api/v1/models/abilities')).body
    expect(data).toEqual(
      expect.arrayContaining([
        { name: 'chat', models: 4 },
        { name: 'embeddings', models: 1 },
        { name: 'function_calling', models: 3 },
        { name: 'vision', models: 1 },
      ]),
    )
    expect((await alice.get('/api/v1/models/statistics')).body.data).toEqual({
      total: 5,
      available: 5,
      unavailable: 0,
      disabled: 0,
      restricted: 1,
      withoutPrice: 0,
      subscribed: 0,
      providers: [{ name: 'openai', models: 5 }],
      modes: [
        { name: 'chat', models: 4 },
        { name: 'embedding', models: 1 },
      ],
    })
  })

  test('shows one’s own subscription beside each model, and nobody else’s', async () => {
    const modelId = await idOf('storyteller-long')
    const bob = await world.as('bob')
    const { body } = await bob.post('/api/v1/subscriptions', { modelId })
    const mine = { id: body.data.id, status: 'active' }
    const seenBy = async (who: Client) =>
      (await who.get('/api/v1/models?search=storyteller')).body.data[0].mySubscription
    expect(await seenBy(bob)).toEqual(mine)
    expect((await bob.get(`/api/v1/models/${modelId}`)).body.data.mySubscription).toEqual(mine)
    expect(await seenBy(alice)).toBeNull()
    await bob.delete(`/api/v1/subscriptions/${mine.id}`)
    expect(await seenBy(bob)).toEqual({ id: mine.id, status: 'cancelled' })
    const again = await bob.post('/api/v1/subscriptions', { modelId })
    expect(await seenBy(bob)).toEqual({ id: again.body.data.id, status: 'active' })
    expect((await bob.get('/api/v1/models/statistics')).body.data.subscribed).toBe(1)
  })

  test('sorts and pages', async () => {
    const all = names(await alice.get('/api/v1/models'))
    expect(all).toEqual([...all].sort())
    expect(names(await alice.get('/api/v1/models?sort=-name'))).toEqual([...all].reverse())
    const dearest = await alice.get('/api/v1/models?sort=-outputPricePerMillion&limit=1')
    expect(names(dearest)).toEqual(['acme/confidential-70b'])
    expect(dearest.body.pagination).toEqual({ total: all.length, limit: 1, offset: 0, hasMore: true })
    const last = await alice.get(`/api/v1/models?limit=2&offset=${all.length - 1}`)
    expect(names(last)).toEqual(all.slice(-1))
    expect(last.body.pagination.hasMore).toBe(false)
  })

  test.each([
    'sort=password',
    'sort=name;drop',
    'limit=0',
    'limit=1000000000',
    'offset=-1',
    'colour=red',
    'isRestricted=maybe',
    'availability=x',
  ])('refuses ?%s', async (query) => {
    const answer = await alice.get(`/api/v1/models?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: expect.any(String) } })
  })

  test('answers one model by its id, whose name may hold a slash', async () => {
    const { body } = await alice.get(`/api/v1/models/${await idOf('acme/confidential-70b')}`)
    expect(body.data).toMatchObject({ name: 'acme/confidential-70b', isRestricted: true })
    const none = await alice.get('/api/v1/models/00000000-0000-4000-8000-00000000dead')
    expect([none.status, none.body.code]).toEqual([404, 'MODEL_NOT_FOUND'])
    expect((await alice.get('/api/v1/models/42')).status).toBe(400)
    expect((await world.anonymous.get('/api/v1/models')).status).toBe(401)
  })

  test('is narrowed to the models of the key that asks', async () => {
    const modelId = await idOf('granite-4-small')
    await alice.post('/api/v1/subscriptions', { modelId })
    const { body } = await alice.post('/api/v1/api-keys', { name: 'reader', modelIds: [modelId] })
    const script = world.withKey(body.data.key)
    expect(names(await script.get('/api/v1/models'))).toEqual(['granite-4-small'])
    expect((await script.get('/api/v1/models')).body.pagination.total).toBe(1)
    expect((await script.get(`/api/v1/models/${modelId}`)).status).toBe(403)
  })
})

describe('the synchronisation', () => {
  /** Starts it, and waits for the job. */
  const synchronize = async () => {
    const answer = await admin.post('/api/v1/admin/models/synchronize')
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${answer.body.data.id}`)
    return await eventually(async () => {
      const { body } = await admin.get(`/api/v1/jobs/${answer.body.data.id}`)
      expect(['succeeded', 'failed']).toContain(body.data.status)
      return body.data
    })
  }
  const deployment = async (name: string) => {
    const { data } = (await world.simulator('GET', '/model/info')) as {
      data: { model_name: string; model_info: { id: string } }[]
    }
    return data.find((row) => row.model_name === name)?.model_info.id ?? ''
  }

  test('brings new, changed and vanished models, keeps prices that were in force, and writes down who did what', async () => {
    await world.simulator('POST', '/model/new', {
      model_name: 'new-one',
      litellm_params: { model: 'openai/new-one' },
      model_info: {
        mode: 'chat',
        max_input_tokens: 1000,
        input_cost_per_token: 1e-6,
        output_cost_per_token: 2e-6,
        litemaas: { restricted: true },
      },
    })
    const story = await deployment('storyteller-long')
    await world.simulator('PATCH', `/model/${story}/update`, { model_info: { input_cost_per_token: 3e-7 } })
    await world.simulator('POST', '/model/delete', { id: await deployment('vision-mini') })

    const bob = await world.as('bob')
    const trial = await admin.post('/api/v1/admin/models/validate')
    expect(trial.body.data).toMatchObject({
      isInAgreement: false,
      added: ['new-one'],
      updated: [
        {
          name: 'storyteller-long',
          changes: [{ field: 'inputPricePerMillion', before: 0.25, after: 0.3 }],
        },
      ],
      gone: ['vision-mini'],
      rejected: [],
      waiting: [],
      refused: [],
    })
    expect(names(await alice.get('/api/v1/models?search=new-one'))).toEqual([])

    const job = await synchronize()
    expect(job).toMatchObject({ status: 'succeeded', progress: { done: 1, total: 1 }, attempt: 1 })
    expect(job.result).toMatchObject({
      trigger: 'request',
      result: 'success',
      added: 1,
      updated: 1,
      gone: 1,
      message: null,
    })

    const { body } = await alice.get('/api/v1/models?limit=100')
    const history = await alice.get(`/api/v1/models/${await idOf('storyteller-long')}/prices`)
    expect(history.body.data).toMatchObject([
      { inputPricePerMillion: 0.3, outputPricePerMillion: 1, validUntil: null },
      { inputPricePerMillion: 0.25, validUntil: history.body.data[0].validFrom },
    ])
    const told = await world.query<{ name: string; username: string; data: object }>(
      `select e.name, u.username, e.data from events e join users u on u.id = e.user_id where e.name like 'model.%'`,
    )
    expect(told).toEqual([
      {
        name: 'model.price-changed',
        username: 'bob',
        data: { modelId: await idOf('storyteller-long'), modelName: 'storyteller-long' },
      },
    ])
    expect((await bob.get('/api/v1/subscriptions?status=active')).body.pagination.total).toBe(1)
    expect((await auditor.get('/api/v1/admin/models/drift')).body.data.isInAgreement).toBe(true)
    const byName = new Map(body.data.map((model: { name: string }) => [model.name, model]))
    expect(byName.get('new-one')).toMatchObject({
      isRestricted: true,
      inputPricePerMillion: 1,
      availability: 'available',
    })
    expect(byName.get('storyteller-long')).toMatchObject({ inputPricePerMillion: 0.3 })
    expect(byName.get('vision-mini')).toMatchObject({ availability: 'unavailable' })
    const prices = await world.query<{ input: string }>(
      `select model_prices.input_price_nano as input from model_prices join models on models.id = model_id where name = 'storyteller-long' order by valid_from`,
    )
    expect(prices.map((row) => row.input)).toEqual(['250000000', '300000000'])

    const audit = await world.query<{ action: string; name: string; organization_id: string }>(
      `select action, after->>'name' as name, organization_id from audit_logs where category = 'model' and resource_type = 'model'
       order by sequence desc limit 3`,
    )
    expect(audit.map((row) => `${row.action} ${row.name}`).sort()).toEqual([
      'model.added new-one',
      'model.updated storyteller-long',
      'model.withdrawn vision-mini',
    ])
    expect(new Set(audit.map((row) => row.organization_id))).toEqual(
      new Set(['00000000-0000-4000-8000-000000000000']),
    )
    const asked = await world.query(
      `select 1 from audit_logs where action = 'models.synchronization_requested' and actor_id is not null`,
    )
    expect(asked).toHaveLength(1)
  })

  test('changes nothing when nothing has changed, and leaves to administrators what is theirs', async () => {
    await world.query(`update models set is_restricted = false where name = 'new-one'`)
    const before = await world.query('select name, version, updated_at from models order by name')
    expect((await synchronize()).result).toMatchObject({ added: 0, updated: 0, gone: 0 })
    expect(await world.query('select name, version, updated_at from models order by name')).toEqual(before)
    await world.query(`update models set availability = 'disabled' where name = 'granite-4-small'`)
    const granite = await deployment('granite-4-small')
    await world.simulator('PATCH', `/model/${granite}/update`, { model_info: { max_output_tokens: 4096 } })
    await synchronize()
    const { body } = await alice.get('/api/v1/models?search=granite')
    expect(body.data[0]).toMatchObject({ availability: 'disabled', maxOutputTokens: 4096 })
    expect((await alice.get('/api/v1/models?search=new-one')).body.data[0].isRestricted).toBe(false)
  })

  test('a model that comes back is available again', async () => {
    await world.simulator('POST', '/model/new', {
      model_name: 'vision-mini',
      litellm_params: { model: 'openai/vision-mini' },
      model_info: { mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
    })
    await synchronize()
    expect((await alice.get('/api/v1/models?search=vision-mini')).body.data[0].availability).toBe('available')
  })

  test('a model that vanishes takes no key down: its people are told, calls are refused, and all is well again', async () => {
    const add = () =>
      world.simulator('POST', '/model/new', {
        model_name: 'comes-and-goes',
        litellm_params: { model: 'openai/comes-and-goes' },
        model_info: { mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
      })
    await add()
    await synchronize()
    const modelId = await idOf('comes-and-goes')
    await alice.post('/api/v1/subscriptions', { modelId })
    const { id, key } = (await alice.post('/api/v1/api-keys', { name: 'k', modelIds: [modelId] })).body.data
    const call = async () => {
      const messages = [{ role: 'user', content: 'Hello' }]
      const body = { model: 'comes-and-goes', messages, max_tokens: 5 }
      return (await world.withKey(key).post('/v1/chat/completions', body)).status
    }
    expect(await call()).toBe(200)
    await world.simulator('POST', '/model/delete', { id: await deployment('comes-and-goes') })
    await synchronize()
    await eventually(async () => expect(await call()).toBe(503), 2000)
    expect((await alice.get(`/api/v1/api-keys/${id}`)).body.data).toMatchObject({
      status: 'active',
      models: [{ id: modelId }],
    })
    expect((await alice.get(`/api/v1/subscriptions?modelId=${modelId}`)).body.data[0].status).toBe('active')
    const told = await world.query(
      `select from events e join users u on u.id = e.user_id
       where e.name = 'model.unavailable' and e.data->>'modelId' = $1 and username = 'alice'`,
      [modelId],
    )
    expect(told).toHaveLength(1)
    await add()
    await synchronize()
    await eventually(async () => expect(await call()).toBe(200), 2000)
  })

  test('an unreadable LiteLLM fails the job and says why; the last catalogue stays', async () => {
    const before = names(await alice.get('/api/v1/models'))
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/model/info' },
      garbage: true,
      times: 20,
    })
    const job = await synchronize()
    const trial = await admin.post('/api/v1/admin/models/validate')
    await world.simulator('DELETE', '/simulator/faults')
    expect([job.status, job.error.code]).toEqual(['failed', 'SYNCHRONIZATION_FAILED'])
    expect([trial.status, trial.body.code]).toEqual([503, 'LITELLM_UNAVAILABLE'])
    expect(trial.headers.get('retry-after')).toBe('5')
    expect(names(await alice.get('/api/v1/models'))).toEqual(before)
    const runs = await auditor.get('/api/v1/admin/models/synchronization?limit=1')
    expect(runs.body.data[0]).toMatchObject({
      trigger: 'request',
      result: 'failed',
      message: expect.any(String),
    })
  })

  test('is for administrators, and its record also for auditors', async () => {
    expect((await auditor.post('/api/v1/admin/models/synchronize')).status).toBe(403)
    expect((await alice.post('/api/v1/admin/models/synchronize')).status).toBe(403)
    expect((await alice.get('/api/v1/admin/models/synchronization')).status).toBe(403)
    expect((await alice.get('/api/v1/admin/models/drift')).status).toBe(403)
    expect((await auditor.post('/api/v1/admin/models/validate')).status).toBe(403)
  })
})
