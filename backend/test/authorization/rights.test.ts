import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, eventually, startWorld, type Answer, type World } from '#test'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  openSession,
  type Member,
} from '../support/people.ts'
import { catalogueOf, CHAT, serviceTokenOf, type Catalogue } from '../support/requests.ts'

/** What somebody with a valid credential and few rights tries, to have more of them. */
let world: World
let catalogue: Catalogue
let other: string
let people: Record<'olaf' | 'olga' | 'mara' | 'alice' | 'bert', Member>
let olaf: Client
let olga: Client
let mara: Client
let alice: Client
let bert: Client
let root: Client
let auditor: Client

const ADMIN = '/api/v1/admin'
const once = () => ({ 'idempotency-key': randomUUID() })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const seen = ({ status, body }: Answer) => [status, body?.code]
const bearer = (token: string) => new Client(world.url, { authorization: `Bearer ${token}` })

beforeAll(async () => {
  world = await startWorld()
  catalogue = await catalogueOf(world)
  other = await addOrganization(world, 'The other one')
  const [one, two, three, four, five] = await Promise.all([
    addMember(world, { username: 'olaf-g', role: 'admin' }),
    addMember(world, { username: 'olga-g', role: 'admin' }),
    addMember(world, { username: 'mara-g', role: 'manager' }),
    addMember(world, { username: 'alice-g' }),
    addMember(world, { username: 'bert-g', role: 'admin', organizationId: other }),
  ])
  people = { olaf: one, olga: two, mara: three, alice: four, bert: five }
  ;[olaf, olga, mara, alice, bert, root, auditor] = await Promise.all([
    clientOf(world, one),
    clientOf(world, two),
    clientOf(world, three),
    clientOf(world, four),
    clientOf(world, five),
    world.as('admin'),
    world.as('auditor'),
  ])
})
afterAll(() => world.close())

const subscribed = async (who: Client, modelId: string): Promise<{ id: string; status: string }> =>
  (await who.post('/api/v1/subscriptions', { modelId })).body.data
const keyOf = async (who: Client, body: object = {}) =>
  (await who.post('/api/v1/api-keys', { name: 'a key', modelIds: [catalogue.open], ...body })).body.data
const call = async (key: string) =>
  (
    await world.withKey(key).post('/v1/chat/completions', {
      model: CHAT,
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 5,
    })
  ).status

describe('nobody approves themselves', () => {
  test('in any of the ways there are', async () => {
    const { id, status } = await subscribed(mara, catalogue.restricted)
    expect(status).toBe('pending')
    const queue = `${ADMIN}/subscriptions`
    for (const act of ['approve', 'deny', 'revert', 'suspend', 'resume'])
      for (const name of [id, id.toUpperCase()])
        expect(seen(await mara.post(`${queue}/${name}/${act}`, { reason: 'mine' })), act).toEqual([
          403,
          'SELF_APPROVAL',
        ])
    const many = await mara.post(
      `${queue}/decide`,
      { decisions: [{ id: id.toUpperCase(), action: 'approve' }] },
      once(),
    )
    expect(many.body.data).toMatchObject([{ status: 403, error: { code: 'SELF_APPROVAL' } }])
    const { userId } = people.mara
    for (const name of [userId, userId.toUpperCase()])
      expect(
        seen(await mara.post(queue, { userId: name, modelId: catalogue.restricted, reason: 'mine' })),
      ).toEqual([403, 'SELF_APPROVAL'])
    expect((await olaf.post(`${queue}/${id}/deny`, { reason: 'no' })).status).toBe(200)
    const again = await mara.post(`/api/v1/subscriptions/${id}/request-again`, {})
    expect(again.body.data.status).toBe('pending')
  })

  test('nor by giving back what was suspended or taken back, and asking for it anew', async () => {
    for (const act of ['suspend', 'revert']) {
      const who = await clientOf(world, await addMember(world))
      const first = await subscribed(who, catalogue.open)
      expect(first.status).toBe('active')
      await olaf.post(`${ADMIN}/subscriptions/${first.id}/${act}`, { reason: 'abuse' })
      let present = first.id
      for (let time = 0; time < 2; time += 1) {
        expect((await who.delete(`/api/v1/subscriptions/${present}`)).status).toBe(204)
        const next = await subscribed(who, catalogue.open)
        expect([act, time, next.status]).toEqual([act, time, 'pending'])
        present = next.id
      }
      await olaf.post(`${ADMIN}/subscriptions/${present}/approve`, {})
      await who.delete(`/api/v1/subscriptions/${present}`)
      expect((await subscribed(who, catalogue.open)).status).toBe('active')
    }
  })
})

describe('nobody widens their own limits', () => {
  test('as an administrator of an organization, by any route that writes one', async () => {
    const { userId } = people.olaf
    await subscribed(olaf, catalogue.open)
    const key = await keyOf(olaf, { maxBudget: 1 })
    const budget = await olga.post(`${ADMIN}/budgets`, { level: 'user', subjectId: userId, limit: 1 })
    const ofKey = await olga.get(`${ADMIN}/budgets?level=key&userId=${userId}`)
    const limits = { rpmLimit: 9, tpmLimit: 9, maxParallelRequests: 9, maxBudget: 9, budgetDuration: null }
    const more = { amount: 1, expiresAt: inAnHour(), reason: 'more' }
    for (const self of [userId, userId.toUpperCase()]) {
      const attempts = [
        await olaf.put(`${ADMIN}/users/${self}/limits`, limits),
        await olaf.post(`${ADMIN}/budgets`, { level: 'user', subjectId: self, limit: 9 }),
        await olaf.post(`${ADMIN}/api-keys`, { userId: self, name: 'x', modelIds: [catalogue.open] }),
      ]
      expect(attempts.map(seen)).toEqual(attempts.map(() => [403, 'SELF_LIMIT']))
    }
    for (const id of [budget.body.data.id, ofKey.body.data[0].id]) {
      expect(seen(await olaf.post(`${ADMIN}/budgets/${id}/increases`, more, once()))[0], id).toBe(403)
      expect(seen(await olaf.post(`${ADMIN}/budgets/${id}/reset-spend`, { reason: 'mine' }, once()))[0]).toBe(
        403,
      )
      expect((await olaf.patch(`${ADMIN}/budgets/${id}`, { limit: 9 })).status).toBeGreaterThanOrEqual(403)
      expect((await olaf.delete(`${ADMIN}/budgets/${id}`)).status).toBeGreaterThanOrEqual(403)
    }
    expect(seen(await olaf.patch(`${ADMIN}/api-keys/${key.id}`, { maxBudget: null }))).toEqual([
      403,
      'SELF_LIMIT',
    ])
    const plan = { userIds: [userId.toUpperCase(), people.alice.userId], limits: { rpmLimit: 7 } }
    const dry = await olaf.post(`${ADMIN}/users/bulk-limits`, { ...plan, dryRun: true }, once())
    const outcomes = (dry.body.data.results as Array<{ userId: string; outcome: string }>).map(
      (one) => [one.userId, one.outcome] as const,
    )
    expect(new Map(outcomes)).toEqual(
      new Map([
        [userId, 'refused'],
        [people.alice.userId, 'changed'],
      ]),
    )
    await olaf.post(`${ADMIN}/users/bulk-limits`, plan, once())
    const rpmOf = async (member: Member) =>
      (await world.query(`select rpm_limit from memberships where user_id = $1`, [member.userId]))[0]
    await eventually(async () => expect(await rpmOf(people.alice)).toEqual({ rpm_limit: 7 }))
    expect(await rpmOf(people.olaf)).toEqual({ rpm_limit: null })
  })

  test('nor what their organization or the platform may spend', async () => {
    const budget = await root.post(`${ADMIN}/budgets`, { level: 'organization', limit: 1000 })
    const { id } = budget.body.data
    const more = { amount: 1, expiresAt: inAnHour(), reason: 'more' }
    const attempts = [
      await olaf.patch(`${ADMIN}/budgets/${id}`, { limit: null }),
      await olaf.delete(`${ADMIN}/budgets/${id}`),
      await olaf.post(`${ADMIN}/budgets/${id}/reset-spend`, { reason: 'mine' }, once()),
      await olaf.post(`${ADMIN}/budgets/${id}/increases`, more, once()),
      await olaf.post(`${ADMIN}/budgets`, { level: 'platform', limit: 9 }),
      await olaf.patch(`${ADMIN}/organizations/${DEFAULT_ORGANIZATION}`, { rpmLimit: null }),
      await olaf.patch(`${ADMIN}/settings/api-keys`, { maximumActiveKeys: 100_000 }),
    ]
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 403))
    expect((await olaf.patch(`${ADMIN}/organization`, { name: 'x', rpmLimit: 9 })).status).toBe(400)
    expect((await root.delete(`${ADMIN}/budgets/${id}`)).status).toBe(204)
  })

  test('nor through a machine that they look after', async () => {
    const owner = await addMember(world, { role: 'admin' })
    const client = await clientOf(world, owner)
    await subscribed(client, catalogue.open)
    const key = await keyOf(client, { maxBudget: 1 })
    await olga.post(`${ADMIN}/budgets`, { level: 'user', subjectId: owner.userId, limit: 1 })
    const plain = await addMember(world)
    const made = await client.post(`${ADMIN}/service-clients`, {
      name: 'Mine',
      scopes: ['users:write', 'budgets:write', 'budgets:read-all', 'keys:write-all', 'members:write'],
    })
    const machine = bearer(await serviceTokenOf(world, made.body.data))
    const budgets = await machine.get(`${ADMIN}/budgets?userId=${owner.userId}`)
    const limits = { rpmLimit: 9, tpmLimit: 9, maxParallelRequests: 9, maxBudget: 9, budgetDuration: null }
    const attempts = [
      await machine.put(`${ADMIN}/users/${owner.userId}/limits`, limits),
      await machine.patch(`${ADMIN}/api-keys/${key.id}`, { maxBudget: null }),
      await machine.post(`${ADMIN}/api-keys`, {
        userId: owner.userId,
        name: 'x',
        modelIds: [catalogue.open],
      }),
      await machine.post(`${ADMIN}/budgets`, { level: 'user', subjectId: people.olga.userId, limit: 9 }),
    ]
    expect(budgets.body.data).toHaveLength(2)
    for (const { id } of budgets.body.data as Array<{ id: string }>)
      attempts.push(
        await machine.post(
          `${ADMIN}/budgets/${id}/increases`,
          { amount: 1, expiresAt: inAnHour(), reason: 'x y z' },
          once(),
        ),
        await machine.post(`${ADMIN}/budgets/${id}/reset-spend`, { reason: 'mine' }, once()),
      )
    const [ofUser] = (budgets.body.data as Array<{ id: string; level: string }>).filter(
      (one) => one.level === 'user',
    )
    attempts.push(
      await machine.patch(`${ADMIN}/budgets/${ofUser?.id ?? ''}`, { limit: 9 }),
      await machine.delete(`${ADMIN}/budgets/${ofUser?.id ?? ''}`),
    )
    expect(attempts.map(seen)).toEqual(attempts.map(() => [403, expect.stringMatching(/^SELF_/)]))
    expect((await machine.put(`${ADMIN}/users/${plain.userId}/limits`, limits)).status).toBe(200)
    // The rights that its owner may lose tomorrow are not the machine's to give back.
    expect(seen(await machine.patch(`${ADMIN}/members/${plain.userId}`, { role: 'admin' }))).toEqual([
      403,
      'ROLE_ABOVE_OWN',
    ])
    expect((await machine.patch(`${ADMIN}/members/${plain.userId}`, { role: 'viewer' })).status).toBe(200)
    // Who made it and is an administrator no longer does not use it to come back.
    await olga.patch(`${ADMIN}/members/${owner.userId}`, { role: 'member' })
    expect(seen(await machine.patch(`${ADMIN}/members/${owner.userId}`, { role: 'manager' }))).toEqual([
      403,
      'SELF_ROLE',
    ])
    expect(seen(await machine.put(`${ADMIN}/users/${owner.userId}/limits`, limits))).toEqual([
      403,
      'SELF_LIMIT',
    ])
  })
})

describe('nobody uses a team that they are not in', () => {
  test('neither for a new key nor for an old one, nor as its administrator beyond who is in it', async () => {
    const foreign = (await olaf.post(`${ADMIN}/teams`, { name: 'foreign' })).body.data.id
    const elsewhere = (await bert.post(`${ADMIN}/teams`, { name: 'elsewhere' })).body.data.id
    const mine = await olaf.post(`${ADMIN}/teams`, {
      name: 'mine',
      administratorIds: [people.alice.userId],
      allowedModelIds: [catalogue.open],
    })
    const { id } = mine.body.data
    await subscribed(alice, catalogue.open)
    const key = await keyOf(alice, { teamId: id })
    const attach = (teamId: string) => [
      alice.post('/api/v1/api-keys', { name: 'x', modelIds: [catalogue.open], teamId }),
      alice.patch(`/api/v1/api-keys/${key.id}`, { teamId }),
      olaf.patch(`${ADMIN}/api-keys/${key.id}`, { teamId }),
    ]
    for (const answer of await Promise.all(attach(foreign)))
      expect(seen(answer)).toEqual([403, 'NOT_TEAM_MEMBER'])
    for (const answer of await Promise.all([...attach(elsewhere), ...attach(randomUUID())]))
      expect(seen(answer)).toEqual([404, 'TEAM_NOT_FOUND'])

    const budget = await olaf.post(`${ADMIN}/budgets`, { level: 'team', subjectId: id, limit: 1 })
    const attempts = [
      await alice.patch(`${ADMIN}/teams/${id}`, { rpmLimit: null }),
      await alice.delete(`${ADMIN}/teams/${id}`),
      await alice.patch(`${ADMIN}/budgets/${budget.body.data.id}`, { limit: null }),
      await alice.post(`${ADMIN}/budgets/${budget.body.data.id}/reset-spend`, { reason: 'mine' }, once()),
      await alice.get(`${ADMIN}/usage/summary?teamIds=${id}`),
      await alice.get(`${ADMIN}/members`),
    ]
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 403))
    for (const teamId of [foreign, elsewhere]) {
      const body = { userId: people.alice.userId, role: 'admin' }
      expect((await alice.post(`/api/v1/teams/${teamId}/members`, body)).status).toBe(404)
      expect((await alice.get(`/api/v1/teams/${teamId}/keys`)).status).toBe(404)
    }
    const stranger = await alice.post(`/api/v1/teams/${id}/members`, { userId: people.bert.userId })
    const nobody = await alice.post(`/api/v1/teams/${id}/members`, { userId: randomUUID() })
    expect(seen(stranger)).toEqual(seen(nobody))
    expect(stranger.status).toBe(404)

    expect(await call(key.key)).toBe(200)
    expect((await alice.delete(`/api/v1/teams/${id}/members/${people.alice.userId}`)).status).toBe(204)
    await eventually(async () => expect(await call(key.key)).toBe(401), 2000)
  })
})

describe('nobody rises', () => {
  test('by an invitation or a change that was asked for in the second of their own demotion', async () => {
    const fallen = await addMember(world, { role: 'admin' })
    const [friend, victim] = [await addMember(world), await addMember(world)]
    const client = await clientOf(world, fallen)
    expect((await client.get('/api/auth/me')).body.data.organizationRole).toBe('admin')
    // As in the moment between the demotion and its notification.
    await world.query(`update memberships set role = 'member' where user_id = $1`, [fallen.userId])
    const answers = await Promise.all([
      client.post(`${ADMIN}/invitations`, { role: 'admin' }),
      client.patch(`${ADMIN}/members/${friend.userId}`, { role: 'admin' }),
      client.delete(`${ADMIN}/members/${victim.userId}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  test('of two administrators who remove each other one is left, whatever else there is', async () => {
    const organizationId = await addOrganization(world, 'Duel')
    for (let round = 0; round < 3; round += 1) {
      const members = [
        await addMember(world, { organizationId, role: 'admin' }),
        await addMember(world, { organizationId, role: 'admin' }),
        await addMember(world, { organizationId, role: 'admin' }),
      ] as const
      const [first, second] = [await clientOf(world, members[0]), await clientOf(world, members[1])]
      await Promise.all([first.get('/api/auth/me'), second.get('/api/auth/me')])
      const answers = await Promise.all([
        first.delete(`${ADMIN}/members/${members[1].userId}`),
        second.delete(`${ADMIN}/members/${members[0].userId}`),
      ])
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 403])
    }
  })

  test('of two platform administrators who disable each other one is left', async () => {
    const [one, two] = [
      await addMember(world, { platformRole: 'admin' }),
      await addMember(world, { platformRole: 'admin' }),
    ]
    const [first, second] = [await clientOf(world, one), await clientOf(world, two)]
    await Promise.all([first.get('/api/auth/me'), second.get('/api/auth/me')])
    const answers = await Promise.all([
      first.patch(`${ADMIN}/users/${two.userId}`, { status: 'disabled', reason: 'a duel' }),
      second.patch(`${ADMIN}/users/${one.userId}`, { status: 'disabled', reason: 'a duel' }),
    ])
    const left = await world.query(`select from users where id in ($1, $2) and status = 'active'`, [
      one.userId,
      two.userId,
    ])
    expect(left).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('a token lives no longer than what it stands for', async () => {
    const both = await addMember(world, { role: 'admin' })
    await world.query(`insert into memberships (organization_id, user_id, role) values ($1, $2, 'viewer')`, [
      other,
      both.userId,
    ])
    const here = await clientOf(world, both)
    const there = bearer((await openSession(world, { ...both, organizationId: other })).token)
    expect((await here.get(`${ADMIN}/members`)).status).toBe(200)
    expect((await there.get(`${ADMIN}/members`)).status).toBe(403)
    expect((await there.get(`/api/v1/organization`)).body.data.id).toBe(other)
    // The list of one organization says nothing of the other to who is in both.
    const listed = await here.get(`${ADMIN}/users/${both.userId}`)
    expect(JSON.stringify(listed.body)).not.toContain(other)
    expect((await here.get(`${ADMIN}/users/${people.bert.userId}`)).status).toBe(404)
    await olaf.delete(`${ADMIN}/members/${both.userId}`)
    await eventually(async () =>
      expect(seen(await here.get(`${ADMIN}/members`))).toEqual([403, 'NO_ORGANIZATION']),
    )
    expect((await there.get('/api/v1/models')).status).toBe(200)
  })
})

describe('a key', () => {
  test('calls no longer when its owner may only look, neither here nor at LiteLLM', async () => {
    const member = await addMember(world)
    const client = await clientOf(world, member)
    await subscribed(client, catalogue.open)
    const { key, id } = await keyOf(client)
    expect(await call(key)).toBe(200)
    const blocked = async () => {
      const answer = await fetch(`${world.simulatorUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: CHAT, messages: [{ role: 'user', content: 'x' }], max_tokens: 5 }),
      })
      return !answer.ok
    }
    expect(await blocked()).toBe(false)
    await olaf.patch(`${ADMIN}/members/${member.userId}`, { role: 'viewer' })
    await eventually(async () => expect(await call(key)).toBe(403), 2000)
    await eventually(async () => expect(await blocked()).toBe(true), 5000)
    await olaf.patch(`${ADMIN}/members/${member.userId}`, { role: 'member' })
    await eventually(async () => expect(await call(key)).toBe(200), 5000)
    expect((await client.get(`/api/v1/api-keys/${id}`)).body.data.status).toBe('active')
  })
})

describe('nobody sees what is not theirs', () => {
  test('the platform’s work is not the business of the organization that its administrator happens to be in', async () => {
    await world.query(
      `insert into webhooks (organization_id, name, url, event_names, secret)
       values ($1, 'Ears', 'https://127.0.0.1:1/', '{job.finished}', 'x')`,
      [DEFAULT_ORGANIZATION],
    )
    const started = await root.post(`${ADMIN}/audit-logs/verify`)
    const { id } = started.body.data
    await eventually(async () =>
      expect((await root.get(`/api/v1/jobs/${id}`)).body.data.status).toBe('succeeded'),
    )
    for (const path of [`/api/v1/jobs/${id}`, `${ADMIN}/jobs/${id}`])
      expect(seen(await olaf.get(path))).toEqual([404, 'JOB_NOT_FOUND'])
    expect((await olaf.post(`/api/v1/jobs/${id}/cancel`)).status).toBe(404)
    const list = await olaf.get(`${ADMIN}/jobs?kind=audit.verify`)
    expect(list.body.pagination.total).toBe(0)
    expect((await auditor.get(`${ADMIN}/jobs?kind=audit.verify`)).body.pagination.total).toBe(1)
    expect((await auditor.post(`/api/v1/jobs/${id}/cancel`)).status).toBe(403)
    const deliveries = () =>
      world.query<{ body: string }>(
        `select body::text as body from webhook_deliveries where event_name = 'job.finished'`,
      )
    // The bulk change ends after the verification: when it was told, the other would have been.
    await olaf.post(
      `${ADMIN}/users/bulk-limits`,
      { userIds: [people.alice.userId], limits: { tpmLimit: 7 } },
      once(),
    )
    await eventually(async () => expect(await deliveries()).not.toHaveLength(0))
    expect(JSON.stringify(await deliveries())).not.toContain('audit.verify')
  })

  test('a manager, who is in the default team like everybody, does not see everybody’s calls', async () => {
    const caller = await addMember(world)
    const client = await clientOf(world, caller)
    await subscribed(client, catalogue.open)
    const { key } = await keyOf(client)
    expect(await call(key)).toBe(200)
    await eventually(async () =>
      expect((await client.get('/api/v1/usage/summary')).body.data.requests).toBe(1),
    )
    for (const query of ['', `?userIds=${caller.userId}`]) {
      expect((await mara.get(`${ADMIN}/usage/summary${query}`)).body.data.requests).toBe(0)
      expect((await mara.get(`${ADMIN}/usage/logs${query}`)).body.data).toEqual([])
      expect((await mara.get(`${ADMIN}/usage/filters${query}`)).body.data.users).toEqual([])
    }
    expect((await olaf.get(`${ADMIN}/usage/summary?userIds=${caller.userId}`)).body.data.requests).toBe(1)
  })

  test('by another’s cursor, key, or Idempotency-Key', async () => {
    const logs = await olaf.get(`${ADMIN}/usage/logs?limit=1`)
    const cursor = String(logs.body.pagination.nextCursor)
    expect(cursor).not.toBe('null')
    const mine = await alice.get(`/api/v1/usage/logs?cursor=${encodeURIComponent(cursor)}`)
    const own = await world.query<{ id: string }>('select id from api_keys where user_id = $1', [
      people.alice.userId,
    ])
    expect(mine.status).toBe(200)
    for (const { apiKeyId } of mine.body.data as Array<{ apiKeyId: string }>)
      expect(own.map(({ id }) => id)).toContain(apiKeyId)
    const forged = Buffer.from(JSON.stringify(['2026-01-01', "' or true --"])).toString('base64url')
    for (const bad of [forged, 'e30', '%00', 'x'.repeat(300)])
      expect((await alice.get(`/api/v1/usage/logs?cursor=${bad}`)).status, bad).toBe(400)

    const header = once()
    const created = [
      await olaf.post(`${ADMIN}/teams`, { name: 'idem' }, header),
      await olga.post(`${ADMIN}/teams`, { name: 'idem two' }, header),
      await bert.post(`${ADMIN}/teams`, { name: 'idem' }, header),
      await olaf.post(`${ADMIN}/invitations`, {}, header),
    ]
    expect(created.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(created.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, null, null, null])
    const ids = created.map(({ body }) => body.data.id)
    expect(new Set(ids).size).toBe(4)
    // Who has lost the right is not answered from memory.
    const fallen = await addMember(world, { role: 'admin' })
    const client = await clientOf(world, fallen)
    expect((await client.post(`${ADMIN}/teams`, { name: 'falls' }, header)).status).toBe(201)
    await olaf.patch(`${ADMIN}/members/${fallen.userId}`, { role: 'member' })
    await eventually(async () =>
      expect((await client.post(`${ADMIN}/teams`, { name: 'falls' }, header)).status).toBe(403),
    )
  })

  test('by naming the other organization’s people and things in a filter or a list', async () => {
    await subscribed(bert, catalogue.open)
    const foreign = await keyOf(bert)
    expect(await call(foreign.key)).toBe(200)
    const team = (await bert.post(`${ADMIN}/teams`, { name: 'theirs' })).body.data.id
    const { userId } = people.bert
    const pairs: Array<readonly [string, string]> = [
      ['usage/summary?userIds=', userId],
      ['usage/logs?apiKeyIds=', foreign.id],
      ['usage/summary?teamIds=', team],
      ['usage/by-user?organizationIds=', other],
      ['usage/filters?userIds=', userId],
      ['api-keys?userId=', userId],
      ['api-keys?teamId=', team],
      ['budgets?userId=', userId],
      ['budgets?subjectId=', foreign.id],
      ['subscriptions?userId=', userId],
      ['members?teamId=', team],
      ['users?teamId=', team],
      ['users?search=', 'bert-g'],
      ['members?search=', 'bert-g'],
      ['teams?userId=', userId],
      ['audit-logs?actorId=', userId],
      ['audit-logs?resourceId=', foreign.id],
      ['audit-logs/filters?actorId=', userId],
      ['jobs?createdBy=', userId],
    ]
    for (const [path, id] of pairs) {
      const [theirs, none] = await Promise.all([
        olaf.get(`${ADMIN}/${path}${id}`),
        olaf.get(`${ADMIN}/${path}${path.includes('search') ? 'nobody-of-this-name' : randomUUID()}`),
      ])
      const still = ({ status, body }: Answer) =>
        JSON.stringify([status, body]).replaceAll(/"(asOf|from|to)":"[^"]*"/g, '')
      expect(still(theirs), path).toBe(still(none))
      expect(theirs.status, path).toBe(200)
    }
    const bulk = await olaf.post(
      `${ADMIN}/api-keys/bulk-revoke`,
      { ids: [foreign.id], reason: 'not mine' },
      once(),
    )
    expect([bulk.status, JSON.stringify(bulk.body)]).toEqual([200, expect.stringContaining('not_found')])
    const refused = [
      await olaf.post(`${ADMIN}/teams`, { name: 'x', administratorIds: [userId] }),
      await olaf.post(`${ADMIN}/invitations`, { teamIds: [team] }),
      await olaf.post(`${ADMIN}/subscriptions`, { userId, modelId: catalogue.open, reason: 'why' }),
      await olaf.post(`${ADMIN}/users/bulk-limits`, { userIds: [userId], limits: { rpmLimit: 1 } }, once()),
      await olaf.post(
        `${ADMIN}/users/bulk-limits`,
        { filter: { teamId: team }, limits: { rpmLimit: 1 } },
        once(),
      ),
      await olaf.post(`${ADMIN}/budgets`, { level: 'user', subjectId: userId, limit: 1 }),
      await olaf.post(`${ADMIN}/api-keys`, { userId, name: 'x', modelIds: [catalogue.open] }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404))
    expect(await call(foreign.key)).toBe(200)
  })

  test('by parameters that are there twice, or where they do not belong', async () => {
    const path = `${ADMIN}/api-keys`
    const here = DEFAULT_ORGANIZATION
    for (const query of [
      `organizationId=${here}&organizationId=${other}`,
      `organizationId[]=${other}`,
      'scope=platform&scope=platform',
      'scope=all',
      `organizationId=${other}&scope=platform`,
    ]) {
      expect((await olaf.get(`${path}?${query}`)).status, query).toBeGreaterThanOrEqual(400)
      expect((await root.get(`${path}?${query}`)).status, query).toBe(400)
    }
    for (const name of ['api-keys', 'subscriptions', 'usage/summary', 'jobs', 'budgets', 'teams'])
      for (const query of [`organizationId=${other}`, 'scope=platform', 'reason=because'])
        expect((await root.get(`/api/v1/${name}?${query}`)).status, name).toBe(400)
    for (const sort of ['id', '-password', 'name;drop table users', "name' desc", '__proto__', 'constructor'])
      for (const name of ['api-keys', 'teams', 'members', 'users', 'budgets', 'jobs', 'webhooks'])
        expect(
          (await olaf.get(`${ADMIN}/${name}?sort=${encodeURIComponent(sort)}`)).status,
          `${name} ${sort}`,
        ).toBe(400)
    const write = `${ADMIN}/teams?organizationId=${other}`
    expect((await auditor.post(`${write}&reason=because`, { name: 'x' })).status).toBe(403)
    expect((await olaf.post(`${write}&reason=because`, { name: 'x' })).status).toBe(403)
    expect((await root.post(write, { name: 'x' })).status).toBe(400)
    expect((await root.post(`${write}&reason=because&scope=platform`, { name: 'x' })).status).toBe(400)
  })
})

test('numbers at the edge are refused wherever a limit is written', async () => {
  const { userId } = people.alice
  const key = await keyOf(alice)
  const count = [-1, 1.5, 2 ** 31, 2 ** 53 + 1, 1e308, '1', true, [1]]
  const money = [-1, -0.000000001, 1e-10, 9_000_000.1, 2 ** 53 + 1, 1e308, '1', true, [1]]
  const base = { rpmLimit: 1, tpmLimit: 1, maxParallelRequests: 1, maxBudget: 1, budgetDuration: null }
  const limits = (name: string, value: unknown) => ({ [name]: value })
  const counts = ['rpmLimit', 'tpmLimit', 'maxParallelRequests']
  const tries: Array<[string, Promise<Answer>]> = []
  const attempt = (what: string, value: unknown, answer: Promise<Answer>) =>
    tries.push([`${what} ${JSON.stringify(value)}`, answer])
  for (const value of count)
    for (const name of counts) {
      const body = limits(name, value)
      attempt(`user ${name}`, value, olaf.put(`${ADMIN}/users/${userId}/limits`, { ...base, ...body }))
      attempt(`key ${name}`, value, alice.patch(`/api/v1/api-keys/${key.id}`, body))
      attempt(`admin key ${name}`, value, olaf.patch(`${ADMIN}/api-keys/${key.id}`, body))
      attempt(`team ${name}`, value, olaf.post(`${ADMIN}/teams`, { name: 'edge', ...body }))
      attempt(
        `bulk ${name}`,
        value,
        olaf.post(`${ADMIN}/users/bulk-limits`, { userIds: [userId], limits: body }, once()),
      )
    }
  for (const value of money) {
    attempt('key', value, alice.patch(`/api/v1/api-keys/${key.id}`, { maxBudget: value }))
    attempt('key soft', value, alice.patch(`/api/v1/api-keys/${key.id}`, { softBudget: value }))
    attempt(
      'key model',
      value,
      alice.patch(`/api/v1/api-keys/${key.id}`, {
        modelLimits: [{ modelId: catalogue.open, maxBudget: value }],
      }),
    )
    attempt('user', value, olaf.put(`${ADMIN}/users/${userId}/limits`, { ...base, maxBudget: value }))
    attempt(
      'budget',
      value,
      olaf.post(`${ADMIN}/budgets`, { level: 'user', subjectId: userId, limit: value }),
    )
    attempt('settings', value, root.patch(`${ADMIN}/settings/api-keys`, { maximumBudget: value }))
    attempt(
      'bulk',
      value,
      olaf.post(`${ADMIN}/users/bulk-limits`, { userIds: [userId], limits: { maxBudget: value } }, once()),
    )
  }
  const accepted: string[] = []
  for (const [what, answer] of tries) {
    const { status } = await answer
    if (status !== 400) accepted.push(`${what}: ${status}`)
  }
  expect(accepted).toEqual([])
})

test('secrets stand in one answer and nowhere else', async () => {
  const answers = [
    await olaf.post(`${ADMIN}/service-clients`, { name: 'S', scopes: ['audit:read'] }, once()),
    await olaf.post(`${ADMIN}/invitations`, { role: 'viewer' }, once()),
    await olaf.post(
      `${ADMIN}/api-keys`,
      { userId: people.alice.userId, name: 'given', modelIds: [catalogue.open] },
      once(),
    ),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  const [machine, invitation, key] = answers.map(({ body }) => body.data)
  const secrets = [machine.secret, String(invitation.url).split('/').at(-1), key.key] as string[]
  expect(secrets.every((secret) => secret.length > 30)).toBe(true)
  for (const table of [
    'audit_logs',
    'events',
    'jobs',
    'idempotency_keys',
    'litellm_intents',
    'notifications',
  ])
    for (const secret of secrets) {
      const found = await world.query(`select from ${table} t where strpos(t::text, $1) > 0`, [secret])
      expect(found, table).toHaveLength(0)
    }
})
