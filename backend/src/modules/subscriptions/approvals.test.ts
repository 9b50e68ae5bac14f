import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Answer, type Client, type World } from '../../../test/support/index.ts'
import { acts } from './subscription.states.ts'

const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const BASE = '/api/v1/admin/subscriptions'

let world: World
let alice: Client
let bob: Client
let carol: Client
let admin: Client
let auditor: Client
let open: string
let restricted: string
let userIds: Record<string, string>

beforeAll(async () => {
  const manager = {
    username: 'carol',
    name: 'Carol',
    email: 'carol@example.com',
    groups: ['litemaas-users'],
    role: 'Manager',
  }
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' }, people: [manager] })
  ;[alice, bob, carol, admin, auditor] = (await Promise.all(
    (['alice', 'bob', 'carol', 'admin', 'auditor'] as const).map((name) => world.as(name)),
  )) as [Client, Client, Client, Client, Client]
  await world.query(
    `update memberships set role = 'manager' from users where users.id = user_id and username = 'carol'`,
  )
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[open, restricted] = [idOf('granite-4-small'), idOf('acme/confidential-70b')]
  const people = await world.query<{ id: string; username: string }>('select id, username from users')
  userIds = Object.fromEntries(people.map((one) => [one.username, one.id]))
})
afterAll(() => world.close())
beforeEach(() =>
  world.query(
    'truncate subscription_history, subscriptions, api_key_models, idempotency_keys, events cascade',
  ),
)

const subscribe = async (who: Client, modelId: string): Promise<string> => {
  const { body } = await who.post('/api/v1/subscriptions', { modelId })
  return body.data.id
}
const act = (who: Client, id: string, name: string, body: unknown = { reason: 'because' }) =>
  who.post(`${BASE}/${id}/${name}`, body)
const statusOf = async (id: string) => (await admin.get(`${BASE}/${id}`)).body.data.status as string
const remove = (who: Client, id: string, reason = 'because') =>
  who.delete(`${BASE}/${id}?reason=${encodeURIComponent(reason)}`)
const decideAll = (who: Client, decisions: object[], key: string = randomUUID()) =>
  who.post(`${BASE}/decide`, { decisions }, { 'idempotency-key': key })

describe('the states', () => {
  /** Every act that somebody can ask for, and where it leads. The rest is the work of jobs. */
  const asked: Record<string, (id: string) => Promise<Answer>> = {
    approve: (id) => act(admin, id, 'approve'),
    deny: (id) => act(admin, id, 'deny'),
    revert: (id) => act(admin, id, 'revert'),
    suspend: (id) => act(admin, id, 'suspend'),
    resume: (id) => act(admin, id, 'resume'),
    remove: (id) => remove(admin, id),
    cancel: (id) => alice.delete(`/api/v1/subscriptions/${id}`),
    requestAgain: (id) => alice.post(`/api/v1/subscriptions/${id}/request-again`, {}),
  }
  const states = ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'] as const
  const table: Record<(typeof states)[number], Record<string, string>> = {
    pending: { approve: 'active', deny: 'denied', cancel: 'cancelled', remove: 'cancelled' },
    active: { revert: 'pending', suspend: 'suspended', cancel: 'cancelled', remove: 'cancelled' },
    suspended: { resume: 'active', cancel: 'cancelled', remove: 'cancelled' },
    denied: { revert: 'pending', requestAgain: 'pending' },
    cancelled: {},
    expired: {},
  }

  test.each(states)('%s goes only where the table says, by every act there is', async (from) => {
    for (const [name, ask] of Object.entries(asked)) {
      const id = await subscribe(alice, restricted)
      await world.query('update subscriptions set status = $2 where id = $1', [id, from])
      const answer = await ask(id)
      const to = table[from][name]
      expect([from, name, answer.status < 300]).toEqual([from, name, to !== undefined])
      expect([from, name, await statusOf(id)]).toEqual([from, name, to ?? from])
      if (to === undefined)
        expect([answer.status, answer.body.code, answer.body.details.status]).toEqual([
          409,
          'SUBSCRIPTION_STATE',
          from,
        ])
      const audit = await world.query<{ action: string }>(
        `select action from audit_logs where resource_id = $1 and action <> 'subscription.requested'`,
        [id],
      )
      expect(audit).toHaveLength(to === undefined ? 0 : 1)
      const history = await admin.get(`${BASE}/${id}/history`)
      expect(history.body.pagination.total).toBe(to === undefined ? 1 : 2)
      await world.query('truncate subscription_history, subscriptions cascade')
    }
  })

  test('the table has no act that is not tried here, but those of jobs', () => {
    expect(Object.keys(acts).sort()).toEqual([...Object.keys(asked), 'expire', 'open', 'restrict'].sort())
  })
})

describe('governing what was decided', () => {
  test('a denial, a suspension, a reversal and a removal need a reason', async () => {
    const id = await subscribe(alice, restricted)
    for (const name of ['deny', 'suspend', 'revert'])
      expect((await act(admin, id, name, {})).body.details.field).toBe('reason')
    expect((await admin.delete(`${BASE}/${id}`)).body.details.field).toBe('reason')
    expect(await statusOf(id)).toBe('pending')
  })

  test('nobody governs their own', async () => {
    const id = await subscribe(carol, open)
    for (const answer of [
      await act(carol, id, 'suspend'),
      await act(carol, id, 'revert'),
      await remove(carol, id),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'SELF_APPROVAL'])
    await act(admin, id, 'suspend')
    expect((await act(carol, id, 'resume')).body.code).toBe('SELF_APPROVAL')
    expect(await statusOf(id)).toBe('suspended')
  })

  test('suspended keys keep the model and cannot call it; resumed ones can', async () => {
    const id = await subscribe(alice, open)
    const { body } = await alice.post('/api/v1/api-keys', { name: 'caller', modelIds: [open] })
    const call = async () =>
      (
        await world.withKey(body.data.key).post('/v1/chat/completions', {
          model: 'granite-4-small',
          messages: [{ role: 'user', content: 'Hello' }],
          max_tokens: 5,
        })
      ).status
    expect(await call()).toBe(200)
    await act(admin, id, 'suspend')
    await eventually(async () => expect(await call()).toBe(403), 2000)
    await act(admin, id, 'resume', undefined)
    await eventually(async () => expect(await call()).toBe(200), 2000)
    await act(admin, id, 'revert')
    await eventually(async () => expect(await call()).toBe(401), 2000)
    await act(admin, id, 'approve')
    expect((await alice.get(`/api/v1/api-keys/${body.data.id}`)).body.data).toMatchObject({ models: [] })
  })

  test('a reversed denial is 409 when the person has asked anew', async () => {
    const id = await subscribe(alice, restricted)
    await act(admin, id, 'deny')
    await subscribe(alice, restricted)
    const answer = await act(admin, id, 'revert')
    expect([answer.status, answer.body.code]).toEqual([409, 'SUBSCRIPTION_EXISTS'])
  })

  test('who comes second is told who was faster', async () => {
    const id = await subscribe(alice, restricted)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        act(index % 2 ? admin : carol, id, index % 3 ? 'approve' : 'deny', { reason: 'r', version: 1 }),
      ),
    )
    const winners = answers.filter((answer) => answer.status === 200)
    expect(winners).toHaveLength(1)
    const winner = winners[0]?.body.data
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body.code, body.details]).toEqual([
        409,
        'SUBSCRIPTION_STATE',
        {
          status: winner.status,
          decidedBy: { id: winner.decidedBy, displayName: winner.decidedByName },
          decidedAt: winner.decidedAt,
        },
      ])
    const refused = await alice.delete(`/api/v1/subscriptions/${id}`, { 'if-match': '1' })
    expect(JSON.stringify(refused.body)).not.toContain(winner.decidedBy)
  })
})

describe('several decisions at once', () => {
  test('each is told separately; what one is refused for does not hinder the others', async () => {
    const [ofAlice, ofBob, own, decided] = [
      await subscribe(alice, restricted),
      await subscribe(bob, restricted),
      await subscribe(carol, restricted),
      await subscribe(alice, open),
    ]
    const decisions = [
      { id: own, action: 'approve' },
      { id: ofBob, action: 'deny', reason: 'no budget' },
      { id: NOWHERE, action: 'approve' },
      { id: ofAlice, action: 'approve', version: 1 },
      { id: decided, action: 'approve' },
    ]
    const answer = await decideAll(carol, decisions, 'one')
    expect(answer.status).toBe(200)
    expect(
      answer.body.data.map((one: { id: string; status: number; error: { code: string } | null }) => [
        one.id,
        one.status,
        one.error?.code,
      ]),
    ).toEqual([
      [own, 403, 'SELF_APPROVAL'],
      [ofBob, 200, undefined],
      [NOWHERE, 404, 'SUBSCRIPTION_NOT_FOUND'],
      [ofAlice, 200, undefined],
      [decided, 409, 'SUBSCRIPTION_STATE'],
    ])
    expect(answer.body.data[1].subscription).toMatchObject({ status: 'denied', decisionReason: 'no budget' })
    expect(await Promise.all([ofAlice, ofBob, own].map(statusOf))).toEqual(['active', 'denied', 'pending'])
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where resource_id = any ($1::text[]) and action <> 'subscription.requested'`,
      [[ofAlice, ofBob, own, decided]],
    )
    expect(audit.map((row) => row.action).sort()).toEqual(['subscription.approved', 'subscription.denied'])

    const replay = await decideAll(carol, decisions, 'one')
    expect([replay.status, replay.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
    expect(replay.body).toEqual(answer.body)
  })

  test('two reviewers with the same pile: each is decided once', async () => {
    const people = [alice, bob]
    const ids = await Promise.all(people.map((who) => subscribe(who, restricted)))
    const pile = ids.map((id) => ({ id, action: 'approve' }))
    const answers = await Promise.all([
      decideAll(admin, pile),
      decideAll(carol, [...pile].reverse()),
      decideAll(admin, [...pile].reverse()),
    ])
    const results = answers.flatMap((answer) => answer.body.data as { id: string; status: number }[])
    for (const id of ids)
      expect(
        results
          .filter((one) => one.id === id)
          .map((one) => one.status)
          .sort((a, b) => a - b),
      ).toEqual([200, 409, 409])
  })

  test('bad input is refused as a whole', async () => {
    const id = await subscribe(alice, restricted)
    const refused = async (decisions: unknown, headers = { 'idempotency-key': randomUUID() }) => {
      const answer = await admin.post(`${BASE}/decide`, { decisions }, headers)
      return [answer.status, answer.body.details?.field]
    }
    expect(await refused([])).toEqual([400, 'decisions'])
    expect((await refused([{ id, action: 'deny' }]))[0]).toBe(400)
    expect((await refused([{ id, action: 'suspend', reason: 'x' }]))[0]).toBe(400)
    expect(
      await refused([
        { id, action: 'approve' },
        { id: id.toUpperCase(), action: 'approve' },
      ]),
    ).toEqual([400, 'decisions.1.id'])
    expect(
      (await refused(Array.from({ length: 101 }, () => ({ id: randomUUID(), action: 'approve' }))))[0],
    ).toBe(400)
    const withoutKey = await admin.post(`${BASE}/decide`, { decisions: [{ id, action: 'approve' }] })
    expect([withoutKey.status, withoutKey.body.details.field]).toEqual([400, 'idempotency-key'])
    expect((await decideAll(alice, [{ id, action: 'approve' }])).status).toBe(403)
    expect((await decideAll(auditor, [{ id, action: 'approve' }])).status).toBe(403)
    expect(await statusOf(id)).toBe('pending')
  })
})

describe('giving and taking', () => {
  const grant = (who: Client, body: object) =>
    who.post(BASE, { userId: userIds['alice'], modelId: restricted, reason: 'onboarding', ...body })

  test('somebody is given a restricted model, and it is taken away again, each with its reason', async () => {
    const answer = await grant(carol, {})
    expect(answer.status).toBe(201)
    expect(answer.body.data).toMatchObject({
      status: 'active',
      username: 'alice',
      decisionReason: 'onboarding',
      decidedBy: userIds['carol'],
    })
    expect((await grant(carol, {})).body.code).toBe('SUBSCRIPTION_EXISTS')
    const { id } = answer.body.data
    expect((await remove(carol, id, 'left the project')).status).toBe(204)
    const mine = await alice.get(`/api/v1/subscriptions/${id}/history`)
    expect(mine.body.data).toMatchObject([
      { from: null, to: 'active', reason: 'onboarding' },
      { from: 'active', to: 'cancelled', reason: 'left the project' },
    ])
    const reviewed = await carol.get(`${BASE}/${id}/history`)
    const namesOf = (body: { data: { actorName: string | null }[] }) => body.data.map((one) => one.actorName)
    expect([namesOf(reviewed.body), namesOf(mine.body)]).toEqual([
      [expect.stringMatching(/\S/), expect.stringMatching(/\S/)],
      [null, null],
    ])
    const audit = await world.query<{ action: string; reason: string }>(
      'select action, reason from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
    expect(audit).toEqual([
      { action: 'subscription.granted', reason: 'onboarding' },
      { action: 'subscription.removed', reason: 'left the project' },
    ])
  })

  test('never to oneself, to strangers, to auditors, or without a reason', async () => {
    expect((await grant(carol, { userId: userIds['carol'] })).body.code).toBe('SELF_APPROVAL')
    expect((await grant(carol, { userId: userIds['carol']?.toUpperCase() })).body.code).toBe('SELF_APPROVAL')
    for (const userId of [NOWHERE, userIds['auditor']]) {
      const answer = await grant(carol, { userId })
      expect([answer.status, answer.body.code, answer.body.details.field]).toEqual([
        404,
        'USER_NOT_FOUND',
        'userId',
      ])
    }
    expect((await grant(carol, { modelId: NOWHERE })).body.code).toBe('MODEL_NOT_FOUND')
    expect((await grant(carol, { reason: ' ' })).status).toBe(400)
    expect((await grant(alice, { userId: userIds['bob'] })).status).toBe(403)
    expect((await admin.get(BASE)).body.pagination.total).toBe(0)
  })

  test('another organization is reached by an explicit, recorded act only', async () => {
    const other = '00000000-0000-4000-8000-000000000007'
    await world.query(
      `insert into organizations (id, name) values ($1, 'Elsewhere') on conflict do nothing`,
      [other],
    )
    await world.query(
      `insert into memberships (organization_id, user_id) values ($1, $2) on conflict do nothing`,
      [other, userIds['bob']],
    )
    const body = { userId: userIds['bob'], modelId: restricted, reason: 'migration' }
    expect((await admin.post(`${BASE}?organizationId=${other}`, body)).body.details.field).toBe('reason')
    const given = await admin.post(`${BASE}?organizationId=${other}&reason=ticket+7`, body)
    expect(given.body.data).toMatchObject({ organizationId: other, organizationName: 'Elsewhere' })
    const { id } = given.body.data
    expect((await remove(admin, id)).status).toBe(404)
    expect((await admin.get(`${BASE}?scope=platform`)).body.data).toMatchObject([{ id }])
    expect((await admin.get(`${BASE}/statistics?scope=platform`)).body.data).toMatchObject({ active: 1 })
    const taken = await admin.delete(`${BASE}/${id}?organizationId=${other}&reason=ticket+8`)
    expect(taken.status).toBe(204)
    const [row] = await world.query<{ reason: string }>(
      `select reason from audit_logs where resource_id = $1 and action = 'subscription.removed'`,
      [id],
    )
    expect(row?.reason).toBe('ticket 8')
    expect((await carol.get(`${BASE}?organizationId=${other}`)).status).toBe(403)
  })
})

describe('an end', () => {
  test('comes by itself, takes the model off keys, and lets its person ask anew', async () => {
    const id = await subscribe(alice, restricted)
    const expiresAt = new Date(Date.now() + 1500).toISOString()
    const approved = await act(admin, id, 'approve', { expiresAt })
    expect(approved.body.data).toMatchObject({ status: 'active', expiresAt })
    const { body } = await alice.post('/api/v1/api-keys', { name: 'short', modelIds: [restricted] })
    await eventually(async () => expect(await statusOf(id)).toBe('expired'), 15_000)
    expect((await alice.get(`/api/v1/api-keys/${body.data.id}`)).body.data).toMatchObject({
      models: [],
      status: 'disabled',
    })
    const [audit] = await world.query<{ actor_kind: string }>(
      `select actor_kind from audit_logs where resource_id = $1 and action = 'subscription.expired'`,
      [id],
    )
    expect(audit?.actor_kind).toBe('system')
    expect((await alice.post('/api/v1/subscriptions', { modelId: restricted })).status).toBe(201)
  }, 30_000)

  test.each([
    ['2020-01-01T00:00:00Z', 422],
    ['2099-01-01T00:00:00Z', 422],
    ['soon', 400],
  ])('%s is refused', async (expiresAt, status) => {
    const id = await subscribe(alice, restricted)
    expect((await act(admin, id, 'approve', { expiresAt })).status).toBe(status)
    expect(await statusOf(id)).toBe('pending')
  })

  test('is forgotten when the decision is taken back', async () => {
    const id = await subscribe(alice, restricted)
    await act(admin, id, 'approve', { expiresAt: new Date(Date.now() + 86_400_000).toISOString() })
    expect((await act(admin, id, 'revert')).body.data).toMatchObject({ expiresAt: null, decidedBy: null })
  })
})

describe('lists and numbers', () => {
  test('the queue is narrowed and sorted by everything that it says', async () => {
    const ofAlice = await subscribe(alice, restricted)
    const ofBob = await subscribe(bob, open)
    const ids = async (query: string) =>
      (await carol.get(`${BASE}?${query}`)).body.data.map((row: { id: string }) => row.id) as string[]
    expect(await ids('search=CONFIDENTIAL')).toEqual([ofAlice])
    expect(await ids('search=bob')).toEqual([ofBob])
    expect(await ids('search=%25')).toEqual([])
    expect(await ids('isRestricted=true')).toEqual([ofAlice])
    expect(await ids('status=active')).toEqual([ofBob])
    expect(await ids('sort=-requestedAt')).toEqual([ofBob, ofAlice])
    expect(await ids('sort=username')).toEqual([ofAlice, ofBob])
    expect(await ids('sort=-modelName')).toEqual([ofBob, ofAlice])
    expect(await ids(`requestedFrom=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([])
    expect(await ids(`requestedUntil=${new Date(Date.now() + 60_000).toISOString()}`)).toHaveLength(2)
    expect((await carol.get(`${BASE}?sort=reason`)).status).toBe(400)
    const mine = async (query: string) =>
      (await alice.get(`/api/v1/subscriptions?${query}`)).body.pagination.total as number
    expect(await mine('search=confidential')).toBe(1)
    expect(await mine('search=granite')).toBe(0)
    expect((await alice.get('/api/v1/subscriptions?sort=-modelName')).status).toBe(200)
    expect((await alice.get('/api/v1/subscriptions?sort=username')).status).toBe(400)
  })

  test('numbers are those of the rows', async () => {
    const [a, b] = [await subscribe(alice, restricted), await subscribe(bob, restricted)]
    await subscribe(alice, open)
    await act(admin, a, 'approve')
    await act(admin, b, 'deny')
    await world.query(`update subscriptions set requested_at = decided_at - interval '100 s' where id = $1`, [
      a,
    ])
    await world.query(`update subscriptions set requested_at = decided_at - interval '200 s' where id = $1`, [
      b,
    ])
    const waiting = await subscribe(carol, restricted)
    const { data } = (await carol.get(`${BASE}/statistics`)).body
    expect(data).toEqual({
      total: 4,
      pending: 1,
      active: 2,
      denied: 1,
      suspended: 0,
      cancelled: 0,
      expired: 0,
      oldestPendingAt: (await carol.get(`/api/v1/subscriptions/${waiting}`)).body.data.requestedAt,
      medianWaitingSeconds: 150,
    })
    expect((await carol.get(`${BASE}/statistics?isRestricted=false`)).body.data).toMatchObject({
      total: 1,
      medianWaitingSeconds: null,
    })
    expect((await alice.get('/api/v1/subscriptions/statistics')).body.data).toMatchObject({
      total: 2,
      active: 2,
      pending: 0,
    })
    expect((await alice.get(`${BASE}/statistics`)).status).toBe(403)
  })

  test('several models are asked for at once: all of them or none', async () => {
    const answer = await alice.post('/api/v1/subscriptions', { modelIds: [restricted, open], reason: 'both' })
    expect(answer.status).toBe(201)
    expect(answer.body.data).toMatchObject([
      { modelId: restricted, status: 'pending', reason: 'both' },
      { modelId: open, status: 'active' },
    ])
    const missing = await bob.post('/api/v1/subscriptions', { modelIds: [open, NOWHERE] })
    expect([missing.status, missing.body.code, missing.body.details.field]).toEqual([
      404,
      'MODEL_NOT_FOUND',
      'modelIds.1',
    ])
    await subscribe(bob, open)
    expect((await bob.post('/api/v1/subscriptions', { modelIds: [restricted, open] })).status).toBe(409)
    expect((await bob.get('/api/v1/subscriptions')).body.pagination.total).toBe(1)
    for (const body of [
      { modelIds: [] },
      { modelIds: [open, open] },
      { modelId: open, modelIds: [open] },
      { modelIds: Array.from({ length: 51 }, () => randomUUID()) },
    ])
      expect((await carol.post('/api/v1/subscriptions', body)).status).toBe(400)
    expect((await carol.get('/api/v1/subscriptions')).body.pagination.total).toBe(0)
  })
})
