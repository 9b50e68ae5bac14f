import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addMember, addOrganization, clientOf, type Member } from '../../../test/support/people.ts'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'

import { remindOfExpiry } from './expiry-reminder.ts'

const DEFAULT_TEAM = 'a0000000-0000-4000-8000-000000000001'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const path = '/api/v1/api-keys'
const admin = '/api/v1/admin/api-keys'

let world: World
let alice: Client
let aliceId: string
let boss: Client
let bossMember: Member
let granite: string
let story: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  alice = await world.as('alice')
  bossMember = await addMember(world, { role: 'admin' })
  boss = await clientOf(world, bossMember)
  const [row] = await world.query<{ id: string }>(`select id from users where username = 'alice'`)
  aliceId = row?.id ?? ''
  const { body } = await alice.get('/api/v1/models?limit=100')
  const idOf = (name: string) => body.data.find((model: { name: string }) => model.name === name).id as string
  ;[granite, story] = [idOf('granite-4-small'), idOf('storyteller-long')]
  for (const modelId of [granite, story]) await alice.post('/api/v1/subscriptions', { modelId })
})
afterAll(() => world.close())
beforeEach(() => world.query('truncate api_keys, budgets, idempotency_keys cascade'))

const create = async (body: object = {}, who = alice) => {
  const answer = await who.post(path, { name: 'k', modelIds: [granite], ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body.code] // oxlint-disable-line typescript/no-explicit-any
const once = () => ({ 'idempotency-key': randomUUID() })
const actionsOn = async (id: string) =>
  (await world.query(`select action from audit_logs where resource_id = $1 order by sequence`, [id])).map(
    (one) => one['action'],
  )
const chat = { model: 'granite-4-small', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 }

describe('lists of keys', () => {
  test('are searched, filtered and sorted, one’s own and everybody’s', async () => {
    const a = await create({ name: 'Alpha 100%', tags: ['red', 'cost'], maxBudget: 1 })
    const b = await create({ name: 'beta', modelIds: [story], expiresAt: '2099-01-01T00:00:00Z' })
    const c = await create({ name: 'Gamma_x' })
    await alice.delete(`${path}/${c.id}`)
    await world.query('update budgets set spent_nano = 7000000000 where subject_id = $1', [b.id])
    await world.query(`update api_keys set last_used_at = now(), sync_state = 'failed' where id = $1`, [a.id])
    const other = await addMember(world)
    const theirs = await clientOf(world, other)
    await theirs.post('/api/v1/subscriptions', { modelId: granite })
    const d = await create({ name: 'delta' }, theirs)
    const list = async (query: string, base = path, who = alice): Promise<string> => {
      const { status, body } = await who.get(`${base}?${query}`)
      expect(status, JSON.stringify(body)).toBe(200)
      return body.data.map((one: { name: string }) => one.name[0]).join('')
    }
    expect(await list('sort=name')).toBe('AbG')
    expect(await list('sort=-name')).toBe('GbA')
    expect(await list('')).toBe('GbA')
    expect(await list('sort=-spend&limit=1')).toBe('b')
    expect(await list('sort=expiresAt&limit=1')).toBe('b')
    expect(await list('sort=-lastUsedAt&limit=1')).toBe('A')
    expect(await list('search=ALPHA')).toBe('A')
    expect(await list('search=0%25')).toBe('A')
    expect(await list('search=%25a')).toBe('')
    expect(await list('search=a_x')).toBe('G')
    expect(await list('search=l_h')).toBe('')
    expect(await list(`search=${a.keyHint.slice(-4)}`)).toBe('A')
    expect(await list('tag=cost')).toBe('A')
    expect(await list('tag=cos')).toBe('')
    expect(await list(`modelId=${story}`)).toBe('b')
    expect(await list(`teamId=${DEFAULT_TEAM}&sort=name`)).toBe('AbG')
    expect(await list('status=revoked')).toBe('G')
    expect(await list('sort=name', admin, boss)).toBe('AbdG')
    expect(await list(`userId=${other.userId}`, admin, boss)).toBe('d')
    expect(await list('syncState=failed', admin, boss)).toBe('A')
    expect(await list(`teamId=${NOWHERE}`, admin, boss)).toBe('')
    for (const query of ['sort=user_id', 'sort=', 'status=x', 'search=', 'syncState=failed'])
      expect((await alice.get(`${path}?${query}`)).status, query).toBe(400)
    const shown = (await boss.get(`${admin}/${d.id}`)).body.data
    expect(shown).toMatchObject({ userId: other.userId, username: other.username, name: 'delta' })
    expect(shown.key).toBeUndefined()
    expect((await alice.get(admin)).status).toBe(403)
    expect((await alice.get(`${path}/statistics`)).body.data).toEqual({
      total: 3,
      active: 2,
      disabled: 0,
      expired: 0,
      revoked: 1,
      expiringSoon: 0,
      unsynced: 1,
      spend: 7,
      maximumActiveKeys: 100,
    })
  })
})

describe('an administrator', () => {
  test('makes a key for a person, who alone then owns it', async () => {
    const ask = (body: object) =>
      boss.post(admin, { userId: aliceId, name: 'given', modelIds: [granite], ...body })
    const { body } = await ask({ userId: aliceId.toUpperCase() })
    const { id, key } = body.data
    expect((await world.withKey(key).get(`${path}/current`)).body.data).toMatchObject({ id, name: 'given' })
    expect((await alice.get(`${path}/${id}`)).status).toBe(200)
    expect((await boss.get(`${path}/${id}`)).status).toBe(404)
    expect(await actionsOn(id)).toEqual(['api_key.created'])
    const [event] = await world.query(
      `select user_id, data from events where name = 'api-key.created' and data ->> 'apiKeyId' = $1`,
      [id],
    )
    expect(event).toMatchObject({ user_id: aliceId, data: { actorId: bossMember.userId } })
    const elsewhere = await addMember(world, { organizationId: await addOrganization(world, 'Elsewhere') })
    for (const userId of [NOWHERE, elsewhere.userId])
      expect(refusal(await ask({ userId }))).toEqual([404, 'USER_NOT_FOUND'])
    const idle = await addMember(world)
    expect(refusal(await ask({ userId: idle.userId }))).toEqual([422, 'MODEL_NOT_SUBSCRIBED'])
    expect(refusal(await ask({ teamId: NOWHERE }))).toEqual([404, 'TEAM_NOT_FOUND'])
  })

  test('revokes many at once, each with its result and its record', async () => {
    const [a, b] = [await create(), await create()]
    await alice.delete(`${path}/${b.id}`)
    const ids = [a.id, b.id, NOWHERE, a.id.toUpperCase()]
    const ask = (headers: Record<string, string>) =>
      boss.post(`${admin}/bulk-revoke`, { ids, reason: 'Found in a repository.' }, headers)
    expect(refusal(await ask({}))).toEqual([400, 'VALIDATION_ERROR'])
    const headers = once()
    const first = await ask(headers)
    expect(first.body.data.results).toEqual([
      { id: a.id, outcome: 'revoked' },
      { id: b.id, outcome: 'already_revoked' },
      { id: NOWHERE, outcome: 'not_found' },
    ])
    const again = await ask(headers)
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true'])
    expect(await actionsOn(a.id)).toEqual(['api_key.created', 'api_key.revoked'])
    expect((await world.withKey(a.key).get(`${path}/current`)).status).toBe(401)
  })

  test('deletes a revoked key for good, and what was used with it stays attributed', async () => {
    const { id, key } = await create({ name: 'short-lived' })
    expect((await world.withKey(key).post('/v1/chat/completions', chat)).status).toBe(200)
    await eventually(async () =>
      expect(await world.query('select id from usage_logs where api_key_id = $1', [id])).toHaveLength(1),
    )
    const remove = () => boss.post(`${admin}/${id}/delete`, { reason: 'Not needed any more.' })
    expect(refusal(await remove())).toEqual([409, 'KEY_NOT_REVOKED'])
    expect((await boss.delete(`${admin}/${id}`)).status).toBe(204)
    await world.query(`update budgets set reserved_nano = 1 where level = 'key' and subject_id = $1`, [id])
    expect(refusal(await remove())).toEqual([409, 'KEY_IN_USE'])
    await world.query(`update budgets set reserved_nano = 0 where level = 'key' and subject_id = $1`, [id])
    expect((await alice.post(`${admin}/${id}/delete`, { reason: 'Mine.' })).status).toBe(403)
    expect((await remove()).status).toBe(204)
    expect((await boss.get(`${admin}/${id}`)).status).toBe(404)
    expect((await remove()).status).toBe(404)
    const { body } = await alice.get('/api/v1/usage/logs')
    expect(body.data).toMatchObject([{ apiKeyId: id, apiKeyName: 'short-lived' }])
    const [kept] = await world.query('select name, user_id, deleted_by from deleted_api_keys where id = $1', [
      id,
    ])
    expect(kept).toEqual({ name: 'short-lived', user_id: aliceId, deleted_by: bossMember.userId })
    expect(await world.query('select id from api_key_secrets where api_key_id = $1', [id])).toEqual([])
    expect(await actionsOn(id)).toEqual(['api_key.created', 'api_key.revoked', 'api_key.deleted'])
    const budget = (
      await boss.post('/api/v1/admin/budgets', {
        level: 'user',
        subjectId: aliceId,
        limit: 5,
        duration: '1mo',
      })
    ).body.data
    expect((await boss.get(`/api/v1/admin/budgets/${budget.id}`)).body.data.topKeys).toMatchObject([
      { id, name: 'short-lived' },
    ])
  })

  test('of another organization sees and changes nothing', async () => {
    const { id } = await create()
    const elsewhere = await addOrganization(world, 'Elsewhere too')
    const stranger = await clientOf(
      world,
      await addMember(world, { organizationId: elsewhere, role: 'admin' }),
    )
    for (const [method, url, body] of [
      ['GET', `${admin}/${id}`, undefined],
      ['PATCH', `${admin}/${id}`, { name: 'mine' }],
      ['DELETE', `${admin}/${id}`, undefined],
      ['POST', `${admin}/${id}/delete`, { reason: 'Because.' }],
    ] as const)
      expect((await stranger.request(method, url, body)).status).toBe(404)
    const bulk = await stranger.post(`${admin}/bulk-revoke`, { ids: [id], reason: 'Because.' }, once())
    expect(bulk.body.data.results).toEqual([{ id, outcome: 'not_found' }])
    // A platform administrator gets there by the explicit act only.
    const platform = await clientOf(
      world,
      await addMember(world, { organizationId: elsewhere, platformRole: 'admin' }),
    )
    expect((await platform.get(`${admin}/${id}`)).status).toBe(404)
    const crossing = `?organizationId=${bossMember.organizationId}&reason=A+ticket`
    expect((await platform.patch(`${admin}/${id}${crossing}`, { rpmLimit: 5 })).body.data).toMatchObject({
      rpmLimit: 5,
      adminLimits: { rpmLimit: 5 },
    })
    expect(
      (await platform.get(`${admin}?scope=platform`)).body.data.map((one: { id: string }) => one.id),
    ).toEqual([id])
  })
})

describe('a key', () => {
  test('of a team needs its owner in it, and only has the team’s models', async () => {
    const team = async (models: string[]) => {
      const [row] = await world.query<{ id: string }>(
        'insert into teams (organization_id, name, allowed_model_ids) values ($1, $2, $3) returning id',
        [bossMember.organizationId, randomUUID(), models],
      )
      return row?.id ?? ''
    }
    const id = await team([granite])
    expect(refusal(await alice.post(path, { name: 'k', modelIds: [granite], teamId: id }))).toEqual([
      403,
      'NOT_TEAM_MEMBER',
    ])
    const key = await create()
    expect(refusal(await alice.patch(`${path}/${key.id}`, { teamId: id }))).toEqual([403, 'NOT_TEAM_MEMBER'])
    await world.query('insert into team_members (organization_id, team_id, user_id) values ($1, $2, $3)', [
      bossMember.organizationId,
      id,
      aliceId,
    ])
    expect((await create({ teamId: id })).team).toMatchObject({ id })
    const mixed = { name: 'k', modelIds: [granite, story], teamId: id }
    expect(refusal(await alice.post(path, mixed))).toEqual([422, 'MODEL_NOT_IN_TEAM'])
    expect((await alice.patch(`${path}/${key.id}`, { teamId: id })).body.data.team.id).toBe(id)
    expect(refusal(await alice.patch(`${path}/${key.id}`, { modelIds: [story] }))).toEqual([
      422,
      'MODEL_NOT_IN_TEAM',
    ])
  })

  test('works from the addresses that its owner allows', async () => {
    const { key, id } = await create({ allowedIps: ['203.0.113.0/24', '2001:db8::/32'] })
    const from = (address: string) =>
      world.withKey(key).post('/v1/chat/completions', chat, { 'x-forwarded-for': address })
    const refused = await from('198.51.100.7')
    expect([refused.status, refused.body.error.code]).toEqual([403, 'address_not_allowed'])
    expect((await from('203.0.113.9')).status).toBe(200)
    expect((await from('2001:db8::7')).status).toBe(200)
    await alice.patch(`${path}/${id}`, { allowedIps: [] })
    await eventually(async () => expect((await from('198.51.100.7')).status).toBe(200))
  })

  test('keeps its tokens per minute, and those of a single model', async () => {
    const call = async (key: string, model: string) => {
      const { status, body } = await world.withKey(key).post('/v1/chat/completions', { ...chat, model })
      return [status, body.error?.level]
    }
    const models = { modelIds: [granite, story] }
    const whole = await create({ ...models, tpmLimit: 30 })
    expect(await call(whole.key, 'granite-4-small')).toEqual([200, undefined])
    expect(await call(whole.key, 'storyteller-long')).toEqual([429, 'key'])
    const single = await create({ ...models, modelLimits: [{ modelId: granite, tpmLimit: 30 }] })
    expect(await call(single.key, 'granite-4-small')).toEqual([200, undefined])
    expect(await call(single.key, 'granite-4-small')).toEqual([429, 'key_model'])
    expect(await call(single.key, 'storyteller-long')).toEqual([200, undefined])
  })

  test('remembers at most four kilobytes beside it', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(470)]),
    )
    expect(refusal(await alice.post(path, { name: 'k', modelIds: [granite], metadata }))).toEqual([
      422,
      'METADATA_TOO_LARGE',
    ])
  })

  test('that ends within a week is announced to its owner, once for each end', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    const soon = await create({ name: 'soon', expiresAt: inDays(6) })
    await create({ name: 'later', expiresAt: inDays(8) })
    const off = await create({ name: 'off', expiresAt: inDays(6) })
    await alice.patch(`${path}/${off.id}`, { isDisabled: true })
    const announced = async () =>
      (
        await world.query(
          `select data ->> 'apiKeyName' as name, user_id from events where name = 'api-key.expiring' order by sequence`,
        )
      ).map((one) => [one['name'], one['user_id']])
    const { platformDatabase, clock } = world.app.serviceContext
    const pass = () => remindOfExpiry(platformDatabase, clock)
    await pass()
    expect(await announced()).toEqual([['soon', aliceId]])
    await Promise.all([pass(), pass()])
    await alice.patch(`${path}/${soon.id}`, { expiresAt: inDays(5) })
    await pass()
    expect(await announced()).toEqual([
      ['soon', aliceId],
      ['soon', aliceId],
    ])
  })
})
