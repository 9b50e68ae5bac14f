import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'

let world: World
let alice: Client
let admin: Client
let auditor: Client

const BASE = '/api/v1/admin/models'
const KEY = 'provider-key-0123456789-very-secret'

beforeAll(async () => {
  world = await startWorld({
    config: { EGRESS_ALLOWED_HOSTS: '*.models.example.com,vllm:8000', ORPHAN_AGE_SECONDS: '0' },
  })
  ;[alice, admin, auditor] = await Promise.all([world.as('alice'), world.as('admin'), world.as('auditor')])
})
afterAll(() => world.close())
beforeEach(() => world.simulator('DELETE', '/simulator/faults'))

let counter = 0
const draft = (more: object = {}) => ({
  name: `made-${(counter += 1)}`,
  providerModel: 'openai/gpt-made',
  apiBase: 'https://eu.models.example.com/v1',
  apiKey: KEY,
  abilities: ['vision', 'function_calling'],
  contextLength: 32_000,
  maxOutputTokens: 4000,
  inputPricePerMillion: 0.123456789,
  outputPricePerMillion: 2.5,
  ...more,
})
interface Row {
  readonly model_name: string
  readonly litellm_params: Record<string, unknown>
  readonly model_info: Record<string, unknown> & { id: string }
}
const atLiteLLM = async (name: string) => {
  const { data } = (await world.simulator('GET', '/model/info')) as { data: Row[] }
  return data.filter((row) => row.model_name === name)
}
const create = async (more: object = {}) => {
  const answer = await admin.post(BASE, draft(more))
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}
const synchronize = async () => {
  const { body } = await admin.post(`${BASE}/synchronize`)
  await eventually(async () => {
    const job = await admin.get(`/api/v1/jobs/${body.data.id}`)
    expect(job.body.data.status).toBe('succeeded')
    return job
  })
}
const runOf = async (jobId: string) =>
  await eventually(async () => {
    const { body } = await admin.get(`/api/v1/jobs/${jobId}`)
    expect(body.data.status).toBe('succeeded')
    return body.data
  })

describe('a model made here', () => {
  test('is at LiteLLM, with its prices exact to the nano; a synchronisation changes nothing of it', async () => {
    const made = await create({ name: 'exact', description: 'Made by hand.', isRestricted: true })
    expect(made).toMatchObject({
      name: 'exact',
      provider: 'openai',
      description: 'Made by hand.',
      abilities: ['chat', 'function_calling', 'vision'],
      inputPricePerMillion: 0.123456789,
      availability: 'available',
      isRestricted: true,
      deployments: [
        {
          isAdopted: false,
          providerModel: 'openai/gpt-made',
          apiBase: 'https://eu.models.example.com/v1',
          providerKeyHint: '...cret',
          syncState: 'synced',
          syncMessage: null,
        },
      ],
      activeSubscriptions: 0,
      keys: 0,
      requestsLast30Days: 0,
    })
    const [row] = await atLiteLLM('exact')
    expect(row?.model_info).toMatchObject({
      id: made.deployments[0].litellmId,
      input_cost_per_token: 1.23456789e-7,
      max_input_tokens: 32_000,
      supports_vision: true,
      supports_tool_choice: false,
    })
    await synchronize()
    const {
      version: _version,
      updatedAt: _at,
      litellmIds,
      ...after
    } = (await admin.get(`${BASE}/${made.id}`)).body.data
    const { version: _v, updatedAt: _u, litellmIds: _l, ...before } = made
    expect(after).toEqual(before)
    expect(litellmIds).toEqual([made.deployments[0].litellmId])
    const drift = await auditor.get(`${BASE}/drift`)
    expect(drift.body.data.isInAgreement).toBe(true)
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where resource_id = $1 and actor_kind = 'person' order by sequence`,
      [made.id],
    )
    expect(audit.map((one) => one.action)).toEqual(['model.created'])
  })

  test('exists once, however often and at once it is asked for, and whatever breaks in between', async () => {
    const body = draft({ name: 'once' })
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/model/new' },
      resetAfterEffect: true,
      times: 1,
    })
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin.post(BASE, body)))
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
    expect(answers.find((answer) => answer.status === 409)?.body.code).toBe('MODEL_EXISTS')
    await eventually(async () => {
      const { body: list } = await admin.get(`${BASE}?search=once`)
      expect(list.data[0].deployments[0].syncState).toBe('synced')
    }, 20_000)
    expect(await atLiteLLM('once')).toHaveLength(1)
    const again = { 'idempotency-key': 'make-it' }
    const twice = draft({ name: 'twice' })
    const [first, second] = [await admin.post(BASE, twice, again), await admin.post(BASE, twice, again)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.body.data.id).toBe(first.body.data.id)
  })

  test('waits while LiteLLM is away, is not withdrawn meanwhile, and says what LiteLLM objects', async () => {
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/model/new' },
      failBefore: 500,
      times: 1000,
    })
    const waiting = await create({ name: 'waiting' })
    expect(waiting).toMatchObject({ availability: 'unavailable', deployments: [{ syncState: 'pending' }] })
    await eventually(async () => {
      const { body } = await admin.get(`${BASE}/${waiting.id}`)
      expect(body.data.deployments[0].syncMessage).toEqual(expect.any(String))
      expect(JSON.stringify(body)).not.toContain(KEY)
    })
    expect((await auditor.get(`${BASE}/drift`)).body.data.waiting).toContain('waiting')
    expect((await alice.post('/api/v1/subscriptions', { modelId: waiting.id })).status).toBe(422)
    await world.simulator('DELETE', '/simulator/faults')
    await eventually(async () => {
      const { body } = await alice.get(`/api/v1/models/${waiting.id}`)
      expect(body.data.availability).toBe('available')
    }, 30_000)
    await synchronize()
    expect((await alice.get(`/api/v1/models/${waiting.id}`)).body.data.availability).toBe('available')
  }, 60_000)

  test('that LiteLLM has lost is given to it again', async () => {
    const made = await create({ name: 'lost' })
    await world.simulator('POST', '/model/delete', { id: made.deployments[0].litellmId })
    await synchronize()
    await eventually(async () => {
      await synchronize()
      expect(await atLiteLLM('lost')).toHaveLength(1)
      expect((await alice.get(`/api/v1/models/${made.id}`)).body.data.availability).toBe('available')
    })
  })
})

describe('the provider’s key', () => {
  test('is nowhere to be read: no answer, no row, no audit, no intent', async () => {
    const made = await create()
    await admin.patch(`${BASE}/${made.id}`, { apiKey: `${KEY}-second`, reason: 'rotated' })
    for (const path of [BASE, `${BASE}/${made.id}`])
      expect(JSON.stringify((await admin.get(path)).body)).not.toContain(KEY)
    const everything = await world.query<{ row: string }>(
      `select to_jsonb(t)::text as row from model_deployments t union all select to_jsonb(t)::text from audit_logs t
       union all select to_jsonb(t)::text from litellm_intents t union all select to_jsonb(t)::text from idempotency_keys t
       union all select to_jsonb(t)::text from events t`,
    )
    expect(everything.length).toBeGreaterThan(3)
    const hex = Buffer.from(KEY).toString('hex')
    for (const { row } of everything) {
      expect(row).not.toContain(KEY)
      expect(row).not.toContain(hex)
    }
    await eventually(async () => {
      const stored = (await world.simulator('GET', '/simulator/calls')) as { calls?: unknown }
      expect(JSON.stringify(stored)).toContain('/model/')
    })
  })

  test('goes nowhere but where it was meant for', async () => {
    const made = await create()
    const path = `${BASE}/${made.id}`
    for (const elsewhere of [
      { apiBase: 'https://us.models.example.com/v1' },
      { apiBase: 'https://eu.models.example.com/v2' },
    ]) {
      const refused = await admin.patch(path, elsewhere)
      expect([refused.status, refused.body.code, refused.body.details.field]).toEqual([
        422,
        'PROVIDER_KEY_REQUIRED',
        'apiKey',
      ])
    }
    const open = await create({ apiBase: undefined })
    const other = await admin.patch(`${BASE}/${open.id}`, { providerModel: 'anthropic/claude' })
    expect(other.body.code).toBe('PROVIDER_KEY_REQUIRED')
    expect((await admin.patch(`${BASE}/${open.id}`, { providerModel: 'openai/gpt-other' })).status).toBe(200)
    const moved = await admin.patch(path, {
      apiBase: 'https://us.models.example.com/v1',
      apiKey: `${KEY}-us`,
    })
    expect(moved.body.data.deployments[0]).toMatchObject({
      apiBase: 'https://us.models.example.com/v1',
      providerKeyHint: '...t-us',
    })
  })

  test('a host that is not listed is refused before anything is sent', async () => {
    let hits = 0
    const listener = createServer((_request, response) => {
      hits += 1
      response.end()
    })
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
    const { port } = listener.address() as AddressInfo
    const made = await create()
    for (const host of [
      `http://127.0.0.1:${port}`,
      `http://localhost:${port}`,
      `http://2130706433:${port}`,
      `http://0x7f.1:${port}`,
      `http://[::1]:${port}`,
      `http://[::ffff:127.0.0.1]:${port}`,
      'http://169.254.169.254/latest/meta-data',
      'https://models.example.com.evil.example/v1',
      'http://vllm:8001/v1',
    ]) {
      for (const answer of [
        await admin.post(BASE, draft({ apiBase: host })),
        await admin.patch(`${BASE}/${made.id}`, { apiBase: host, apiKey: KEY }),
        await admin.post(`${BASE}/test-connection`, {
          providerModel: 'openai/x',
          apiBase: host,
          apiKey: KEY,
        }),
      ])
        expect([host, answer.status, answer.body.code, answer.body.details.field]).toEqual([
          host,
          422,
          'EGRESS_REFUSED',
          'apiBase',
        ])
    }
    expect(hits).toBe(0)
    listener.close()
    expect((await admin.post(BASE, draft({ apiBase: 'http://vllm:8000/v1' }))).status).toBe(201)
    for (const malformed of ['ftp://eu.models.example.com', 'javascript:alert(1)', 'x'])
      expect((await admin.post(BASE, draft({ apiBase: malformed }))).status).toBe(400)
    const withPassword = await admin.post(BASE, draft({ apiBase: 'https://a:b@eu.models.example.com' }))
    expect(withPassword.body.details.reason).toBe('malformed')
  })
})

describe('editing', () => {
  test('a price is new for the next call, is in the history, and is told to LiteLLM', async () => {
    const made = await create()
    const answer = await admin.patch(
      `${BASE}/${made.id}`,
      { inputPricePerMillion: 0.2, pricePerRequest: 0.01, reason: 'new contract' },
      { 'if-match': `"${made.version}"` },
    )
    expect(answer.body.data).toMatchObject({ inputPricePerMillion: 0.2, pricePerRequest: 0.01 })
    const { body } = await alice.get(`/api/v1/models/${made.id}/prices`)
    expect(body.data).toMatchObject([
      { inputPricePerMillion: 0.2, outputPricePerMillion: 2.5, pricePerRequest: 0.01, validUntil: null },
      { inputPricePerMillion: 0.123456789, pricePerRequest: null },
    ])
    await eventually(async () =>
      expect((await atLiteLLM(made.name))[0]?.model_info['input_cost_per_token']).toBe(2e-7),
    )
    const [audit] = await world.query<{ reason: string; before: object; after: object }>(
      `select reason, before, after from audit_logs where resource_id = $1 and action = 'model.edited'`,
      [made.id],
    )
    expect(audit).toMatchObject({
      reason: 'new contract',
      before: { inputPriceNano: '123456789' },
      after: { inputPriceNano: '200000000' },
    })
    const stale = await admin.patch(`${BASE}/${made.id}`, { displayOrder: 1, version: made.version })
    expect([stale.status, stale.body.code]).toEqual([409, 'VERSION_CONFLICT'])
  })

  test('what is ours needs no LiteLLM, and survives the synchronisation', async () => {
    const { body } = await admin.get(`${BASE}?search=granite`)
    const { id } = body.data[0]
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/model/info' },
      failBefore: 503,
      times: 100,
    })
    const edited = await admin.patch(`${BASE}/${id}`, {
      description: 'Our own words.',
      displayOrder: 0,
      isDisabled: true,
    })
    expect(edited.status).toBe(200)
    await world.simulator('DELETE', '/simulator/faults')
    await synchronize()
    expect((await alice.get('/api/v1/models?limit=1')).body.data[0]).toMatchObject({
      id,
      description: 'Our own words.',
      availability: 'disabled',
    })
    const opened = await admin.patch(`${BASE}/${id}`, {
      description: null,
      displayOrder: null,
      isDisabled: false,
    })
    expect(opened.body.data).toMatchObject({
      availability: 'available',
      description: expect.stringContaining('small general model'),
    })
  })

  test('a model that somebody made at LiteLLM is edited there; several deployments are not', async () => {
    const { body } = await admin.get(`${BASE}?search=storyteller`)
    const [story] = body.data
    expect(story.deployments).toEqual([])
    const answer = await admin.patch(`${BASE}/${story.id}`, { outputPricePerMillion: 1.5 })
    expect(answer.body.data).toMatchObject({
      outputPricePerMillion: 1.5,
      deployments: [{ isAdopted: true, providerModel: 'openai/storyteller-long' }],
    })
    await eventually(async () =>
      expect((await atLiteLLM('storyteller-long'))[0]?.model_info['output_cost_per_token']).toBe(1.5e-6),
    )
    const moved = await admin.patch(`${BASE}/${story.id}`, { apiBase: 'https://eu.models.example.com' })
    expect(moved.body.code).toBe('PROVIDER_KEY_REQUIRED')
    for (const id of ['twin-1', 'twin-2'])
      await world.simulator('POST', '/model/new', {
        model_name: 'twins',
        litellm_params: { model: 'openai/twins' },
        model_info: { id, mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 },
      })
    await synchronize()
    const twins = (await admin.get(`${BASE}?search=twins`)).body.data[0]
    const refused = await admin.patch(`${BASE}/${twins.id}`, { inputPricePerMillion: 1 })
    expect([refused.status, refused.body.code]).toEqual([422, 'MODEL_NOT_EDITABLE'])
    expect((await admin.patch(`${BASE}/${twins.id}`, { isRestricted: true })).status).toBe(200)
  })

  test.each([
    { name: 'x' },
    { status: 'available' },
    { inputPricePerMillion: -1 },
    { inputPricePerMillion: 1e6 },
    { inputPricePerMillion: 1e-10 },
    { inputPricePerMillion: null },
    { inputPricePerMillion: '1' },
    { contextLength: 0 },
    { abilities: ['A'] },
    { mode: 'magic' },
    { apiKey: 'short' },
    { apiKey: 'with blanks in it' },
  ])('refuses %j', async (body) => {
    const { id } = (await admin.get(`${BASE}?search=storyteller`)).body.data[0]
    const answer = await admin.patch(`${BASE}/${id}`, body)
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_ERROR'])
    expect(answer.body.details.field).toContain(Object.keys(body)[0])
  })
})

describe('restricting', () => {
  test('moves active subscriptions to pending, takes the model off keys at once, and back', async () => {
    const made = await create({ name: 'to-restrict' })
    const modelId = made.id
    await alice.post('/api/v1/subscriptions', { modelId })
    const bob = await world.as('bob')
    await bob.post('/api/v1/subscriptions', { modelId })
    const { body } = await alice.post('/api/v1/api-keys', { name: 'reader', modelIds: [modelId] })
    const script = world.withKey(body.data.key)
    const call = () =>
      script.post('/v1/chat/completions', {
        model: 'to-restrict',
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: 5,
      })
    expect((await call()).status).toBe(200)

    const restricted = await admin.patch(`${BASE}/${modelId}`, { isRestricted: true })
    const job = await runOf(restricted.body.data.restrictionJobId)
    expect(job).toMatchObject({ result: { modelId, moved: 2 }, progress: { done: 2, total: 2 } })
    await eventually(async () => expect((await call()).status).toBe(401), 2000)
    const [key] = (await alice.get('/api/v1/api-keys')).body.data
    expect(key).toMatchObject({ models: [], status: 'disabled' })
    for (const who of [alice, bob]) {
      const { data } = (await who.get(`/api/v1/subscriptions?modelId=${modelId}`)).body
      expect(data).toMatchObject([{ status: 'pending' }])
      const history = await who.get(`/api/v1/subscriptions/${data[0].id}/history`)
      expect(history.body.data.at(-1)).toMatchObject({ from: 'active', to: 'pending', actorId: null })
    }
    const audit = await world.query(
      `select from audit_logs where action = 'subscription.restricted' and before->>'modelId' = $1`,
      [modelId],
    )
    expect(audit).toHaveLength(2)
    await eventually(async () => {
      const { keys } = (await world.simulator('GET', '/key/list?return_full_object=true&size=100')) as {
        keys: { blocked: boolean; models: string[] }[]
      }
      expect(keys.filter((row) => row.models.includes('to-restrict'))).toEqual([])
    })

    const open = await admin.patch(`${BASE}/${modelId}`, { isRestricted: false })
    expect(open.body.data.restrictionJobId).not.toBe(restricted.body.data.restrictionJobId)
    await runOf(open.body.data.restrictionJobId)
    expect((await alice.get(`/api/v1/subscriptions?modelId=${modelId}`)).body.data[0].status).toBe('active')
    expect((await admin.get(`${BASE}/${modelId}`)).body.data).toMatchObject({
      activeSubscriptions: 2,
      pendingSubscriptions: 0,
    })
  })

  test('no subscription that is made meanwhile slips through', async () => {
    const made = await create({ name: 'raced' })
    const people = await Promise.all(['alice', 'bob', 'admin'].map((name) => world.as(name)))
    const [restricted] = await Promise.all([
      admin.patch(`${BASE}/${made.id}`, { isRestricted: true }),
      ...people.map((who) => who.post('/api/v1/subscriptions', { modelId: made.id })),
    ])
    await runOf(restricted.body.data.restrictionJobId)
    const rows = await world.query<{ status: string }>(
      'select status from subscriptions where model_id = $1',
      [made.id],
    )
    expect(rows.map((row) => row.status)).toEqual(['pending', 'pending', 'pending'])
  })
})

describe('removing', () => {
  test('is refused while keys have it; by force the row stays, LiteLLM’s is gone and does not come back', async () => {
    const made = await create({ name: 'to-remove' })
    const path = `${BASE}/${made.id}`
    await alice.post('/api/v1/subscriptions', { modelId: made.id })
    await alice.post('/api/v1/api-keys', { name: 'user', modelIds: [made.id] })
    const used = await admin.delete(path)
    expect([used.status, used.body.code, used.body.details]).toEqual([409, 'MODEL_IN_USE', { keys: 1 }])
    expect((await admin.delete(`${path}?force=true`)).body.details.field).toBe('reason')
    expect((await admin.delete(`${path}?force=true&reason=end%20of%20life`)).status).toBe(204)
    expect((await admin.delete(`${path}?force=true&reason=again`)).status).toBe(422)
    await eventually(async () => expect(await atLiteLLM('to-remove')).toEqual([]))
    await synchronize()
    expect((await alice.get('/api/v1/models?search=to-remove')).body.data).toEqual([])
    expect((await alice.get(`/api/v1/models/${made.id}`)).body.data.availability).toBe('unavailable')
    expect((await admin.get(`${BASE}?isRemoved=true`)).body.data).toMatchObject([
      { name: 'to-remove', removedAt: expect.any(String), keys: 1, activeSubscriptions: 1 },
    ])
    const told = await world.query(
      `select from events e join users u on u.id = e.user_id
       where e.name = 'model.unavailable' and e.data->>'modelId' = $1 and username = 'alice'`,
      [made.id],
    )
    expect(told).toHaveLength(1)
    const again = await create({ name: 'to-remove' })
    expect(again).toMatchObject({ id: made.id, availability: 'available', removedAt: null })
    expect(await atLiteLLM('to-remove')).toHaveLength(1)
  })

  test('LiteLLM is told until it agrees', async () => {
    const made = await create({ name: 'stubborn' })
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/model/delete' },
      failBefore: 503,
      times: 2,
    })
    expect((await admin.delete(`${BASE}/${made.id}`)).status).toBe(204)
    await eventually(async () => expect(await atLiteLLM('stubborn')).toEqual([]), 20_000)
    expect((await alice.get('/api/v1/models?search=stubborn')).body.data).toEqual([])
  })
})

describe('trying', () => {
  const tried = async (more: object) => {
    const answer = await admin.post(`${BASE}/test-connection`, {
      providerModel: 'openai/gpt',
      apiKey: KEY,
      ...more,
    })
    expect(answer.status).toBe(200)
    return answer.body.data
  }

  test.each([
    [{}, 'found'],
    [{ apiKey: 'wrong-provider-key' }, 'auth-error'],
    [{ providerModel: 'openai/missing' }, 'not-found'],
    [{ apiBase: 'https://unreachable.models.example.com' }, 'connection-error'],
  ])('%j: %s', async (more, result) => expect((await tried(more)).result).toBe(result))

  test('a provider that says nothing is a time-out; LiteLLM that is away is 503', async () => {
    const fault = (more: object) =>
      world.simulator('POST', '/simulator/faults', {
        match: { path: '/health/test_connection' },
        times: 1,
        ...more,
      })
    // LiteLLM waits for the provider, and we for LiteLLM, at most fifteen seconds.
    await fault({ delayMs: 16_000 })
    expect(await tried({})).toMatchObject({ result: 'timeout', durationMs: expect.any(Number) })
    await fault({ resetBeforeHeaders: true })
    const away = await admin.post(`${BASE}/test-connection`, { providerModel: 'openai/gpt' })
    expect([away.status, away.body.code]).toEqual([503, 'LITELLM_UNAVAILABLE'])
  }, 40_000)

  test('repeats no secret, and keeps nothing but the record', async () => {
    const before = await world.query('select count(*) from model_deployments')
    const answer = await tried({ apiKey: 'wrong-secret-key-42' })
    expect(answer.message).toContain('Incorrect API key')
    expect(answer.message).not.toContain('wrong-secret-key-42')
    expect(await world.query('select count(*) from model_deployments')).toEqual(before)
    const rows = await world.query<{ after: object }>(
      `select after from audit_logs where action = 'model.connection_tested' order by sequence desc limit 1`,
    )
    expect(rows[0]?.after).toEqual({ providerModel: 'openai/gpt', mode: 'chat', result: 'auth-error' })
  })

  test('a model of the catalogue answers a call of one token', async () => {
    const idOf = async (name: string) => (await admin.get(`${BASE}?search=${name}`)).body.data[0].id as string
    for (const name of ['granite', 'text-embedding']) {
      const answer = await admin.post(`${BASE}/${await idOf(name)}/test-connection`)
      expect(answer.body.data).toEqual({ result: 'found', message: null, durationMs: expect.any(Number) })
    }
    const gone = await create({ name: 'gone-behind-our-back' })
    await world.simulator('POST', '/model/delete', { id: gone.deployments[0].litellmId })
    const lost = await admin.post(`${BASE}/${gone.id}/test-connection`)
    expect(lost.body.data.result).not.toBe('found')
    const image = await create({ name: 'painter', mode: 'image_generation' })
    expect((await admin.post(`${BASE}/${image.id}/test-connection`)).body.code).toBe('MODEL_NOT_TESTABLE')
  })
})

describe('who may', () => {
  test('administrators write, auditors read, others do neither', async () => {
    const { id } = (await admin.get(`${BASE}?search=granite`)).body.data[0]
    for (const who of [alice, auditor]) {
      expect((await who.post(BASE, draft())).status).toBe(403)
      expect((await who.patch(`${BASE}/${id}`, { displayOrder: 1 })).status).toBe(403)
      expect((await who.delete(`${BASE}/${id}`)).status).toBe(403)
      expect((await who.post(`${BASE}/test-connection`, { providerModel: 'openai/x' })).status).toBe(403)
      expect((await who.post(`${BASE}/${id}/test-connection`)).status).toBe(403)
    }
    expect((await auditor.get(BASE)).status).toBe(200)
    expect((await alice.get(BASE)).status).toBe(403)
    const nowhere = `${BASE}/00000000-0000-4000-8000-00000000dead`
    for (const answer of [
      await admin.get(nowhere),
      await admin.patch(nowhere, { displayOrder: 1 }),
      await admin.patch(nowhere, { inputPricePerMillion: 1 }),
      await admin.delete(nowhere),
      await admin.post(`${nowhere}/test-connection`),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'MODEL_NOT_FOUND'])
  })

  test('the list counts over all organizations, in the asked-for order', async () => {
    const { id } = (await admin.get(`${BASE}?search=granite`)).body.data[0]
    await alice.post('/api/v1/subscriptions', { modelId: id })
    const { body } = await alice.post('/api/v1/api-keys', { name: 'caller', modelIds: [id] })
    const call = await world.withKey(body.data.key).post('/v1/chat/completions', {
      model: 'granite-4-small',
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 5,
    })
    expect(call.status).toBe(200)
    await eventually(async () => {
      const { data } = (await admin.get(`${BASE}?sort=-requestsLast30Days`)).body
      expect(data[0]).toMatchObject({ id, requestsLast30Days: 1, activeSubscriptions: 1, keys: 1 })
    })
    for (const sort of ['keys', '-activeSubscriptions', 'pendingSubscriptions', '-updatedAt', 'availability'])
      expect((await admin.get(`${BASE}?sort=${sort}`)).status).toBe(200)
    expect((await admin.get(`${BASE}?sort=secret`)).status).toBe(400)
    expect((await admin.get(`${BASE}?syncState=failed`)).body.data).toEqual([])
  })
})
