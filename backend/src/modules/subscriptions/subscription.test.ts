import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '../../../test/support/index.ts'

const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let alice: Client
let bob: Client
let carol: Client
let admin: Client
let auditor: Client
let open: string
let restricted: string

beforeAll(async () => {
  const manager = {
    username: 'carol',
    name: 'Carol',
    email: 'carol@example.com',
    groups: ['litemaas-users'],
    role: 'Manager',
  }
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' }, people: [manager] })
  ;[alice, bob, carol, admin, auditor] = await Promise.all([
    world.as('alice'),
    world.as('bob'),
    world.as('carol'),
    world.as('admin'),
    world.as('auditor'),
  ])
  await world.query(
    `update memberships set role = 'manager' from users where users.id = user_id and username = 'carol'`,
  )
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[open, restricted] = [idOf('granite-4-small'), idOf('acme/confidential-70b')]
})
afterAll(() => world.close())
beforeEach(() => world.query('truncate subscription_history, subscriptions, idempotency_keys cascade'))

const subscribe = async (who: Client, modelId: string, body: object = {}) =>
  (await who.post('/api/v1/subscriptions', { modelId, ...body })).body.data as { id: string; version: number }
const statusOf = async (who: Client, id: string) =>
  (await who.get(`/api/v1/subscriptions/${id}`)).body.data.status as string
const decide = (
  who: Client,
  id: string,
  act: 'approve' | 'deny',
  body: unknown = { reason: 'because' },
  headers = {},
) => who.post(`/api/v1/admin/subscriptions/${id}/${act}`, body, headers)

describe('asking for a model', () => {
  test('an unrestricted one is active at once', async () => {
    const answer = await alice.post('/api/v1/subscriptions', { modelId: open, reason: 'summaries' })
    expect(answer.status).toBe(201)
    expect(answer.body.data).toEqual({
      id: expect.any(String),
      modelId: open,
      modelName: 'granite-4-small',
      status: 'active',
      reason: 'summaries',
      requestedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      decidedAt: null,
      decisionReason: null,
      expiresAt: null,
      version: 1,
    })
    const { body } = await alice.get(`/api/v1/subscriptions/${answer.body.data.id}/history`)
    expect(body.data).toEqual([expect.objectContaining({ from: null, to: 'active', reason: 'summaries' })])
  })

  test('a restricted one waits', async () => {
    const { id } = await subscribe(alice, restricted)
    expect(await statusOf(alice, id)).toBe('pending')
  })

  test('one live subscription per model, however many are asked for at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => alice.post('/api/v1/subscriptions', { modelId: open })),
    )
    const statuses = answers.map((answer) => answer.status).sort((a, b) => a - b)
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)])
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: 'SUBSCRIPTION_EXISTS',
      details: { field: 'modelId' },
    })
    expect((await bob.post('/api/v1/subscriptions', { modelId: open })).status).toBe(201)
  })

  test('bad input is refused with its field, and changes nothing', async () => {
    const refused = async (body: unknown) => {
      const answer = await alice.post('/api/v1/subscriptions', body)
      return [answer.status, answer.body.code, answer.body.details?.field]
    }
    expect(await refused({ modelId: NOWHERE })).toEqual([404, 'MODEL_NOT_FOUND', 'modelId'])
    expect(await refused({ modelId: 'x' })).toEqual([400, 'VALIDATION_ERROR', 'modelId'])
    expect(await refused({})).toEqual([400, 'VALIDATION_ERROR', 'modelId'])
    expect(await refused({ modelId: open, status: 'active' })).toEqual([400, 'VALIDATION_ERROR', 'status'])
    expect(await refused({ modelId: open, userId: NOWHERE })).toEqual([400, 'VALIDATION_ERROR', 'userId'])
    expect(await refused({ modelId: open, reason: 5 })).toEqual([400, 'VALIDATION_ERROR', 'reason'])
    expect(await refused({ modelId: open, reason: 'x'.repeat(1001) })).toEqual([
      400,
      'VALIDATION_ERROR',
      'reason',
    ])
    expect((await refused('{"modelId":'))[0]).toBe(400)
    await world.query(`update models set availability = 'unavailable' where id = $1`, [open])
    expect(await refused({ modelId: open })).toEqual([422, 'MODEL_NOT_AVAILABLE', 'modelId'])
    await world.query(`update models set availability = 'available' where id = $1`, [open])
    expect((await alice.get('/api/v1/subscriptions')).body.pagination.total).toBe(0)
  })

  test('is not for auditors, keys and strangers', async () => {
    expect((await auditor.post('/api/v1/subscriptions', { modelId: open })).status).toBe(403)
    expect((await world.anonymous.post('/api/v1/subscriptions', { modelId: open })).status).toBe(401)
    await subscribe(alice, open)
    const key = (await alice.post('/api/v1/api-keys', { name: 'k', modelIds: [open] })).body.data
      .key as string
    expect((await world.withKey(key).post('/api/v1/subscriptions', { modelId: restricted })).status).toBe(403)
    expect((await world.withKey(key).get('/api/v1/subscriptions')).status).toBe(403)
  })

  test('with an Idempotency-Key it happens once', async () => {
    const ask = (body: object) => alice.post('/api/v1/subscriptions', body, { 'idempotency-key': 'sub-1' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask({ modelId: open })))
    expect(
      answers.every((answer) => answer.status === 201 || answer.body.code === 'IDEMPOTENCY_IN_PROGRESS'),
    ).toBe(true)
    const replay = await ask({ modelId: open })
    expect([replay.status, replay.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    const ids = new Set(
      answers.filter((answer) => answer.status === 201).map((answer) => answer.body.data.id),
    )
    expect(ids).toEqual(new Set([replay.body.data.id]))
    const other = await ask({ modelId: restricted })
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH'])
    expect((await alice.get('/api/v1/subscriptions')).body.pagination.total).toBe(1)
  })
})

describe('one’s own subscriptions', () => {
  test('are listed newest first, by state and model, and are nobody else’s', async () => {
    const first = await subscribe(alice, open)
    const second = await subscribe(alice, restricted)
    await subscribe(bob, open)
    const ids = async (query: string) =>
      (await alice.get(`/api/v1/subscriptions${query}`)).body.data.map((row: { id: string }) => row.id)
    expect(await ids('')).toEqual([second.id, first.id])
    expect(await ids('?status=pending')).toEqual([second.id])
    expect(await ids(`?modelId=${open}`)).toEqual([first.id])
    expect(await ids('?limit=1&offset=1')).toEqual([first.id])
    expect((await alice.get('/api/v1/subscriptions?userId=' + NOWHERE)).status).toBe(400)
  })

  test('those of others are 404, word for word as those that do not exist', async () => {
    const { id } = await subscribe(bob, restricted)
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { reason: 'mine now' }],
      ['DELETE', '', undefined],
      ['POST', '/request-again', {}],
      ['GET', '/history', undefined],
    ] as const) {
      const answers = await Promise.all(
        [id, NOWHERE].map((one) => alice.request(method, `/api/v1/subscriptions/${one}${path}`, body)),
      )
      expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([
        [404, 'SUBSCRIPTION_NOT_FOUND'],
        [404, 'SUBSCRIPTION_NOT_FOUND'],
      ])
      const [others, none] = answers.map(({ body: { traceId: _trace, details: _details, ...rest } }) => rest)
      expect(others).toEqual(none)
    }
    expect(await statusOf(bob, id)).toBe('pending')
  })

  test('the reason may be rewritten while nobody has decided, and nothing else ever', async () => {
    const { id } = await subscribe(alice, restricted, { reason: 'first' })
    const path = `/api/v1/subscriptions/${id}`
    const rewritten = await alice.patch(path, { reason: 'second', version: 1 })
    expect(rewritten.body.data).toMatchObject({ reason: 'second', version: 2, status: 'pending' })
    expect((await alice.patch(path, { reason: 'stale', version: 1 })).body.code).toBe('VERSION_CONFLICT')
    expect((await alice.patch(path, { reason: 'stale' }, { 'if-match': '"1"' })).status).toBe(409)
    expect((await alice.patch(path, { reason: 'x', version: 2 }, { 'if-match': '"1"' })).status).toBe(400)
    for (const field of ['status', 'decidedAt', 'modelId', 'userId', 'id', 'modelName'])
      expect((await alice.patch(path, { reason: 'x', [field]: 'active' })).body.details.field).toBe(field)
    expect((await alice.patch(path, { reason: null }, { 'if-match': '2' })).body.data.reason).toBeNull()
    await decide(admin, id, 'approve')
    expect((await alice.patch(path, { reason: 'too late' })).body).toMatchObject({
      statusCode: 409,
      code: 'SUBSCRIPTION_STATE',
      details: { status: 'active' },
    })
  })

  test('cancelled is cancelled; the model can be asked for anew', async () => {
    const { id } = await subscribe(alice, open)
    expect((await alice.delete(`/api/v1/subscriptions/${id}`, { 'if-match': '"7"' })).status).toBe(409)
    expect((await alice.delete(`/api/v1/subscriptions/${id}`)).status).toBe(204)
    const again = await alice.delete(`/api/v1/subscriptions/${id}`)
    expect([again.status, again.body.code]).toEqual([409, 'SUBSCRIPTION_STATE'])
    expect(await statusOf(alice, id)).toBe('cancelled')
    expect((await alice.post('/api/v1/subscriptions', { modelId: open })).status).toBe(201)
  })
})

describe('deciding', () => {
  test('the queue shows who asks, oldest first, to reviewers only', async () => {
    await subscribe(alice, open)
    await subscribe(bob, restricted)
    await subscribe(alice, restricted, { reason: 'needed' })
    const queue = await carol.get('/api/v1/admin/subscriptions?status=pending')
    expect(queue.body.data.map((row: { username: string }) => row.username)).toEqual(['bob', 'alice'])
    expect(queue.body.data[1]).toMatchObject({
      reason: 'needed',
      displayName: expect.any(String),
      userId: expect.any(String),
    })
    const ofAlice = await carol.get(
      `/api/v1/admin/subscriptions?userId=${queue.body.data[1].userId}&modelId=${open}`,
    )
    expect(ofAlice.body.pagination.total).toBe(1)
    expect((await auditor.get('/api/v1/admin/subscriptions')).body.pagination.total).toBe(3)
    expect((await alice.get('/api/v1/admin/subscriptions')).status).toBe(403)
  })

  test('an approval opens the model, and says who and why', async () => {
    const { id } = await subscribe(alice, restricted)
    const answer = await decide(admin, id, 'approve', { reason: 'welcome', version: 1 })
    expect([answer.status, answer.body.data.status]).toEqual([200, 'active'])
    const { body } = await alice.get(`/api/v1/subscriptions/${id}`)
    expect(body.data).toMatchObject({
      status: 'active',
      decisionReason: 'welcome',
      decidedAt: expect.any(String),
      version: 2,
    })
    const history = await alice.get(`/api/v1/subscriptions/${id}/history`)
    expect(history.body.data.map((event: { from: string; to: string }) => [event.from, event.to])).toEqual([
      [null, 'pending'],
      ['pending', 'active'],
    ])
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where resource_id = $1 order by sequence`,
      [id],
    )
    expect(audit.map((row) => row.action)).toEqual(['subscription.requested', 'subscription.approved'])
  })

  test('an approval needs no body, a denial needs a reason', async () => {
    const { id } = await subscribe(alice, restricted)
    expect((await decide(admin, id, 'deny', {})).body.details.field).toBe('reason')
    expect((await decide(admin, id, 'deny', { reason: '  ' })).status).toBe(400)
    expect((await decide(admin, id, 'approve', undefined)).status).toBe(200)
  })

  test('after a denial one may ask again, and only then', async () => {
    const { id } = await subscribe(alice, restricted)
    const again = (body?: unknown) => alice.post(`/api/v1/subscriptions/${id}/request-again`, body)
    expect((await again({})).body.code).toBe('SUBSCRIPTION_STATE')
    await decide(carol, id, 'deny', { reason: 'budget' })
    expect((await alice.get(`/api/v1/subscriptions/${id}`)).body.data).toMatchObject({
      status: 'denied',
      decisionReason: 'budget',
    })
    expect((await again({ reason: 'we have budget now' })).body.data).toMatchObject({
      status: 'pending',
      reason: 'we have budget now',
      decidedAt: null,
      decisionReason: null,
      version: 3,
    })
    await decide(carol, id, 'deny', { reason: 'no' })
    const second = await subscribe(alice, restricted)
    const blocked = await again()
    expect([blocked.status, blocked.body.code]).toEqual([409, 'SUBSCRIPTION_EXISTS'])
    await alice.delete(`/api/v1/subscriptions/${second.id}`)
    await world.query('update models set is_restricted = false where id = $1', [restricted])
    expect((await again()).body.data.status).toBe('active')
    await world.query('update models set is_restricted = true where id = $1', [restricted])
  })

  test('nobody decides on their own request', async () => {
    const { id } = await subscribe(carol, restricted)
    for (const act of ['approve', 'deny'] as const) {
      const answer = await decide(carol, id, act)
      expect([answer.status, answer.body.code]).toEqual([403, 'SELF_APPROVAL'])
    }
    expect(await statusOf(carol, id)).toBe('pending')
  })

  test('members and auditors do not decide', async () => {
    const { id } = await subscribe(alice, restricted)
    expect((await decide(bob, id, 'approve')).status).toBe(403)
    expect((await decide(alice, id, 'approve')).status).toBe(403)
    expect((await decide(auditor, id, 'approve')).status).toBe(403)
    expect((await decide(admin, NOWHERE, 'approve')).body.code).toBe('SUBSCRIPTION_NOT_FOUND')
    expect(await statusOf(alice, id)).toBe('pending')
  })

  test('of twenty decisions at once exactly one is made', async () => {
    const { id } = await subscribe(alice, restricted)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        decide(index % 2 ? admin : carol, id, index % 3 ? 'approve' : 'deny', { reason: `number ${index}` }),
      ),
    )
    const winners = answers.filter((answer) => answer.status === 200)
    expect(winners).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(19)
    expect(await statusOf(alice, id)).toBe(winners[0]?.body.data.status)
    const { body } = await alice.get(`/api/v1/subscriptions/${id}/history`)
    expect(body.pagination.total).toBe(2)
  })

  test('another organization’s subscription does not exist here', async () => {
    const id = '00000000-0000-4000-8000-0000000000aa'
    await world.query(
      `insert into organizations (id, name) values ('00000000-0000-4000-8000-000000000002', 'Other')`,
    )
    await world.query(`insert into memberships (organization_id, user_id)
      select '00000000-0000-4000-8000-000000000002', id from users where username = 'alice'`)
    await world.query(
      `insert into subscriptions (organization_id, id, user_id, model_id, status)
       select '00000000-0000-4000-8000-000000000002', $1, id, $2, 'pending' from users where username = 'alice'`,
      [id, restricted],
    )
    expect((await alice.get(`/api/v1/subscriptions/${id}`)).status).toBe(404)
    expect((await decide(admin, id, 'approve')).status).toBe(404)
    expect((await carol.get('/api/v1/admin/subscriptions')).body.pagination.total).toBe(0)
    expect(
      await world.query('select 1 from subscriptions where id = $1 and status = $2', [id, 'pending']),
    ).toHaveLength(1)
  })
})
