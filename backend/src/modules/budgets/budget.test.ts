import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addMember, addOrganization, clientOf, type Member } from '../../../test/support/people.ts'
import { startWorld, type Client, type World } from '../../../test/support/index.ts'

// Who may limit whom, and what is on record of it. How exactly budgets are kept by calls stands in chain.test.ts.

const DEFAULT_TEAM = 'a0000000-0000-4000-8000-000000000001'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const path = '/api/v1/admin/budgets'

let world: World
let platform: Client
let auditor: Client
let alice: Client
let aliceId: string
let aliceName: string
let boss: Member
let asBoss: Client
let granite: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  ;[platform, auditor, alice] = await Promise.all([world.as('admin'), world.as('auditor'), world.as('alice')])
  const [row] = await world.query<{ id: string; name: string }>(
    `select id, display_name as name from users where username = 'alice'`,
  )
  aliceId = row?.id ?? ''
  aliceName = row?.name ?? ''
  boss = await addMember(world, { role: 'admin' })
  asBoss = await clientOf(world, boss)
  const { body } = await alice.get('/api/v1/models?limit=100')
  granite = body.data.find((one: { name: string }) => one.name === 'granite-4-small').id
  await alice.post('/api/v1/subscriptions', { modelId: granite })
})
afterAll(() => world.close())
beforeEach(() => world.query('truncate budgets, api_keys, usage_daily, idempotency_keys cascade'))

const once = () => ({ 'idempotency-key': randomUUID() })
const create = async (body: object = {}, who = asBoss) =>
  (await who.post(path, { level: 'user', subjectId: aliceId, limit: 10, ...body })).body.data
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body.code] // oxlint-disable-line typescript/no-explicit-any
const audited = (id: string) =>
  world.query('select action, reason, actor_id from audit_logs where resource_id = $1 order by sequence', [
    id,
  ])
const spend = (id: string, nano: number) =>
  world.query('update budgets set spent_nano = $2 where id = $1', [id, nano])
const newKey = async (body: object = {}) =>
  (await alice.post('/api/v1/api-keys', { name: 'k', modelIds: [granite], ...body })).body.data

describe('a budget', () => {
  test('is made, read, changed and removed, each on record and guarded by its version', async () => {
    const made = await asBoss.post(path, {
      level: 'user',
      subjectId: aliceId.toUpperCase(),
      limit: 10,
      duration: 'yearly',
      softLimit: 8,
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const year = new Date().getUTCFullYear() + 1
    const { id } = made.body.data
    expect(made.body.data).toMatchObject({
      level: 'user',
      subjectId: aliceId,
      subjectName: aliceName,
      userId: aliceId,
      limit: 10,
      softLimit: 8,
      spent: 0,
      usedPercent: 0,
      duration: '1y',
      resetAt: `${year}-01-01T00:00:00.000Z`,
      version: 1,
    })
    await spend(id, 4_000_000_000)
    const changed = await asBoss.patch(`${path}/${id}`, { limit: 5, duration: 'weekly', version: 1 })
    expect(changed.body.data).toMatchObject({
      limit: 5,
      duration: '7d',
      spent: 4,
      usedPercent: 80,
      softLimit: 8,
    })
    expect(refusal(await asBoss.patch(`${path}/${id}`, { limit: 6, version: 1 }))).toEqual([
      409,
      'VERSION_CONFLICT',
    ])
    expect((await asBoss.get(`${path}/${id}`)).body.data).toEqual({
      ...changed.body.data,
      topUsers: [],
      topKeys: [],
      topModels: [],
    })
    expect((await asBoss.delete(`${path}/${id}`, { 'if-match': '2' })).status).toBe(204)
    expect(refusal(await asBoss.get(`${path}/${id}`))).toEqual([404, 'BUDGET_NOT_FOUND'])
    expect((await audited(id)).map((one) => one['action'])).toEqual([
      'budget.created',
      'budget.updated',
      'budget.deleted',
    ])
    const events = await world.query(`select name, user_id from events where data ->> 'budgetId' = $1`, [id])
    expect(events.map((one) => [one['name'], one['user_id']])).toContainEqual(['budget.updated', aliceId])
  })

  test('is one per subject, of one who exists, in a well-formed request', async () => {
    await create()
    const ask = (body: object) => asBoss.post(path, { level: 'user', subjectId: aliceId, limit: 1, ...body })
    const elsewhere = await addMember(world, { organizationId: await addOrganization(world, 'Elsewhere') })
    expect(refusal(await ask({}))).toEqual([409, 'BUDGET_EXISTS'])
    for (const id of [NOWHERE, elsewhere.userId])
      expect(refusal(await ask({ subjectId: id }))).toEqual([404, 'USER_NOT_FOUND'])
    expect(refusal(await ask({ level: 'team', subjectId: NOWHERE }))).toEqual([404, 'TEAM_NOT_FOUND'])
    for (const body of [
      { level: 'key' },
      { limit: -1 },
      { limit: 9_000_001 },
      { limit: '5' },
      { limit: 0.0000000001 },
      { duration: '2d' },
      { softLimit: -1 },
      { subjectId: undefined },
      { level: 'team', subjectId: undefined },
      { spent: 0 },
    ])
      expect(refusal(await ask(body)), JSON.stringify(body)).toEqual([400, 'VALIDATION_ERROR'])
  })

  test('with a window counts what was used in it before', async () => {
    const key = await newKey()
    const [today] = await world.query<{ day: string }>(`select (now() at time zone 'UTC')::date::text as day`)
    for (const [day, cost] of [
      [today?.day, 3_000_000_000],
      ['2020-01-01', 5_000_000_000],
    ])
      await world.query(
        `insert into usage_daily (organization_id, day, user_id, api_key_id, model_id, model_name, outcome, requests, cost_nano)
         values ($1, $2, $3, $4, $5, 'granite', 'success', 2, $6)`,
        [boss.organizationId, day, aliceId, key.id, granite, cost],
      )
    const { id, spent, usedPercent } = await create({ duration: '1d' })
    expect([spent, usedPercent]).toEqual([3, 30])
    const { body } = await asBoss.get(`${path}/${id}`)
    expect(body.data.topUsers).toEqual([{ id: aliceId, name: aliceName, requests: 2, cost: 3 }])
    expect(body.data.topKeys).toEqual([{ id: key.id, name: 'k', requests: 2, cost: 3 }])
    expect(body.data.topModels).toMatchObject([{ id: granite, cost: 3 }])
    expect(await world.query('select adjusted_nano from budgets where id = $1', [id])).toEqual([
      { adjusted_nano: '3000000000' },
    ])
  })

  test('is listed by level, person, name and share, in one order or another', async () => {
    await newKey({ maxBudget: 1 })
    await newKey()
    const user = await create()
    const team = await create({ level: 'team', subjectId: DEFAULT_TEAM, limit: 100 })
    await spend(user.id, 9_500_000_000)
    await spend(team.id, 20_000_000_000)
    const list = async (query: string) =>
      (await asBoss.get(`${path}?${query}`)).body.data.map((one: { level: string }) => one.level)
    expect(await list('')).toEqual(['user', 'team', 'key'])
    expect(await list('sort=limit')).toEqual(['key', 'user', 'team'])
    expect(await list('sort=-spent')).toEqual(['team', 'user', 'key'])
    expect(await list('level=team')).toEqual(['team'])
    expect(await list(`userId=${aliceId}`)).toEqual(['user', 'key'])
    expect(await list(`search=${aliceName.slice(0, 4).toUpperCase()}`)).toEqual(['user'])
    expect(await list('search=%25')).toEqual([])
    expect(await list('minUsedPercent=20')).toEqual(['user', 'team'])
    expect(await list('minUsedPercent=20.1')).toEqual(['user'])
    expect((await asBoss.get(`${path}?sort=constructor`)).status).toBe(400)
    expect((await asBoss.get(`${path}?limit=1`)).body.pagination).toMatchObject({ total: 3, hasMore: true })
  })
})

describe('the rights', () => {
  test('nobody limits, frees, increases or resets themselves', async () => {
    const own = (await create({ subjectId: boss.userId }, platform)).id
    expect(own).toBeDefined()
    const attempts = [
      [await asBoss.post(path, { level: 'user', subjectId: boss.userId, limit: null }), 'SELF_LIMIT'],
      [await asBoss.patch(`${path}/${own}`, { limit: 100 }), 'SELF_LIMIT'],
      [await asBoss.delete(`${path}/${own}`), 'SELF_LIMIT'],
      [
        await asBoss.post(
          `${path}/${own}/increases`,
          { amount: 1, expiresAt: inMs(60_000), reason: 'Because.' },
          once(),
        ),
        'SELF_LIMIT',
      ],
      [await asBoss.post(`${path}/${own}/reset-spend`, { reason: 'Because.' }, once()), 'SELF_RESET'],
    ] as const
    for (const [answer, code] of attempts) expect(refusal(answer)).toEqual([403, code])
    expect((await asBoss.get(`${path}/${own}`)).body.data).toMatchObject({ limit: 10, version: 1 })
  })

  test('not even the budget of a key of one’s own', async () => {
    await asBoss.post('/api/v1/subscriptions', { modelId: granite })
    await asBoss.post('/api/v1/api-keys', { name: 'mine', modelIds: [granite], maxBudget: 1 })
    const [{ id }] = (await asBoss.get(`${path}?level=key`)).body.data
    expect(refusal(await asBoss.post(`${path}/${id}/reset-spend`, { reason: 'Because.' }, once()))).toEqual([
      403,
      'SELF_RESET',
    ])
  })

  test('an organization cannot widen itself, and sees nothing of the platform’s budget but its share', async () => {
    expect(refusal(await asBoss.post(path, { level: 'organization', limit: 5 }))).toEqual([403, 'FORBIDDEN'])
    expect(refusal(await asBoss.post(path, { level: 'platform', limit: 5 }))).toEqual([403, 'FORBIDDEN'])
    const organization = await create({ level: 'organization', subjectId: undefined, limit: 50 }, platform)
    const above = await create({ level: 'platform', subjectId: undefined, limit: 200 }, platform)
    await spend(above.id, 50_000_000_000)
    for (const [method, url, body] of [
      ['PATCH', `${path}/${organization.id}`, { limit: 500 }],
      ['DELETE', `${path}/${organization.id}`, undefined],
      ['POST', `${path}/${organization.id}/reset-spend`, { reason: 'Because.' }],
    ] as const)
      expect(refusal(await asBoss.request(method, url, body, once()))).toEqual([403, 'FORBIDDEN'])
    expect(refusal(await asBoss.get(`${path}/${above.id}`))).toEqual([404, 'BUDGET_NOT_FOUND'])
    expect(refusal(await asBoss.patch(`${path}/${above.id}`, { limit: 1 }))).toEqual([
      404,
      'BUDGET_NOT_FOUND',
    ])
    expect((await asBoss.get(`${path}?level=platform`)).body.data).toEqual([])
    for (const who of [platform, auditor]) {
      expect((await who.get(`${path}?level=platform`)).body.data).toMatchObject([{ limit: 200, spent: 50 }])
      expect((await who.get(`${path}/${above.id}`)).body.data).toMatchObject({ level: 'platform', spent: 50 })
    }
    expect((await platform.patch(`${path}/${above.id}`, { limit: 100 })).body.data).toMatchObject({
      limit: 100,
    })
    const { data } = (await alice.get('/api/v1/budgets')).body
    expect(data).toMatchObject([
      { level: 'organization', limit: null, spent: null, reserved: null, usedPercent: 0 },
      { level: 'platform', limit: null, spent: null, reserved: null, usedPercent: 50 },
    ])
    expect(JSON.stringify(data)).not.toContain('200')
  })

  test('members see what binds them; amounts only of what is theirs', async () => {
    const key = await newKey({ maxBudget: 2, modelLimits: [{ modelId: granite, maxBudget: 1 }] })
    await create({ softLimit: 5 })
    await create({ level: 'team', subjectId: DEFAULT_TEAM, limit: 77 })
    const { body } = await alice.get('/api/v1/budgets')
    expect(body.data.map((one: { level: string; limit: number }) => [one.level, one.limit])).toEqual([
      ['user', 10],
      ['team', null],
      ['key', 2],
      ['key_model', 1],
    ])
    expect(body.data[2]).toMatchObject({ subjectId: key.id, subjectName: 'k', spent: 0 })
    const other = await clientOf(world, await addMember(world))
    expect((await other.get('/api/v1/budgets')).body.data.map((one: { level: string }) => one.level)).toEqual(
      ['team'],
    )
    for (const answer of [await other.get(path), await other.post(path, { level: 'user' })])
      expect(answer.status).toBe(403)
    expect((await auditor.get(path)).status).toBe(200)
    expect((await auditor.patch(`${path}/${NOWHERE}`, { limit: 1 })).status).toBe(403)
  })

  test('the budget of a key is changed with the key', async () => {
    await newKey({ maxBudget: 2 })
    const [{ id }] = (await asBoss.get(`${path}?level=key`)).body.data
    expect(refusal(await asBoss.patch(`${path}/${id}`, { limit: 9 }))).toEqual([422, 'BUDGET_OF_KEY'])
    expect(refusal(await asBoss.delete(`${path}/${id}`))).toEqual([422, 'BUDGET_OF_KEY'])
  })
})

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

describe('a temporary increase', () => {
  const increase = (id: string, body: object = {}, headers: Record<string, string> = once()) =>
    asBoss.post(
      `${path}/${id}/increases`,
      { amount: 5, expiresAt: inMs(3_600_000), reason: 'A deadline.', ...body },
      headers,
    )

  test('counts at once, one at a time, once per Idempotency-Key, and is on record', async () => {
    const { id } = await create()
    expect(refusal(await increase(id, {}, {}))).toEqual([400, 'VALIDATION_ERROR'])
    const headers = once()
    const made = await increase(id, {}, headers)
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ amount: 5, isActive: true, reason: 'A deadline.', createdBy: boss.userId }),
    ])
    const again = await increase(id, { expiresAt: made.body.data.expiresAt }, headers)
    expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([
      201,
      made.body,
      'true',
    ])
    expect(refusal(await increase(id, { amount: 6 }, headers))).toEqual([422, 'IDEMPOTENCY_MISMATCH'])
    expect(refusal(await increase(id))).toEqual([409, 'INCREASE_ACTIVE'])
    await spend(id, 12_000_000_000)
    expect((await asBoss.get(`${path}/${id}`)).body.data).toMatchObject({
      limit: 10,
      increase: 5,
      usedPercent: 80,
    })
    expect((await asBoss.delete(`${path}/${id}/increases`)).status).toBe(204)
    expect(refusal(await asBoss.delete(`${path}/${id}/increases`))).toEqual([404, 'INCREASE_NOT_FOUND'])
    expect((await asBoss.get(`${path}/${id}`)).body.data).toMatchObject({ increase: 0, usedPercent: 120 })
    expect((await increase(id)).status).toBe(201)
    const { body } = await asBoss.get(`${path}/${id}/increases`)
    expect(body.data.map((one: { isActive: boolean }) => one.isActive)).toEqual([true, false])
    expect((await audited(id)).map((one) => [one['action'], one['reason']])).toEqual([
      ['budget.created', null],
      ['budget.increased', 'A deadline.'],
      ['budget.increase_ended', null],
      ['budget.increased', 'A deadline.'],
    ])
  })

  test('of a key is told to LiteLLM as a new state of the key', async () => {
    const key = await newKey({ maxBudget: 1 })
    const [{ id }] = (await asBoss.get(`${path}?level=key`)).body.data
    expect((await increase(id)).status).toBe(201)
    const [row] = await world.query('select desired_version, version from api_keys where id = $1', [key.id])
    expect(row).toEqual({ desired_version: 2, version: 1 })
  })

  test('needs a limit, a future end and a sum that can be counted', async () => {
    const { id } = await create()
    const unlimited = await create({ level: 'team', subjectId: DEFAULT_TEAM, limit: null })
    expect(refusal(await increase(unlimited.id))).toEqual([422, 'BUDGET_UNLIMITED'])
    for (const body of [
      { expiresAt: inMs(-1000) },
      { expiresAt: '2200-01-01T00:00:00Z' },
      { amount: 9_000_000 },
    ])
      expect(refusal(await increase(id, body))).toEqual([422, 'INCREASE_OUT_OF_RANGE'])
    for (const body of [
      { amount: 0 },
      { amount: -1 },
      { amount: null },
      { amount: '5' },
      { amount: 1e308 },
      { amount: 1e-10 },
      { reason: '' },
      { reason: '    ' },
      { reason: undefined },
      { expiresAt: null },
      { expiresAt: 'soon' },
    ])
      expect(refusal(await increase(id, body)), JSON.stringify(body)).toEqual([400, 'VALIDATION_ERROR'])
    expect((await asBoss.get(`${path}/${id}/increases`)).body.data).toEqual([])
  })
})

describe('forgiving what was spent', () => {
  test('needs a reason, leaves what is set aside, and is a correction on record', async () => {
    const { id } = await create({ duration: '1mo' })
    await world.query(
      'update budgets set spent_nano = 9000000000, reserved_nano = 7, warned_percent = 90 where id = $1',
      [id],
    )
    const reset = (body: object, headers: Record<string, string> = once()) =>
      asBoss.post(`${path}/${id}/reset-spend`, body, headers)
    expect(refusal(await reset({ reason: 'A mistake.' }, {}))).toEqual([400, 'VALIDATION_ERROR'])
    expect(refusal(await reset({}))).toEqual([400, 'VALIDATION_ERROR'])
    const headers = once()
    const [first, second] = [
      await reset({ reason: 'A mistake.' }, headers),
      await reset({ reason: 'A mistake.' }, headers),
    ]
    expect(first.body.data).toMatchObject({ spent: 0, reserved: 7e-9, usedPercent: 0 })
    expect([second.body, second.headers.get('idempotent-replayed')]).toEqual([first.body, 'true'])
    const corrections = await world.query(
      'select kind, amount_nano, reason, actor_id from budget_adjustments where budget_id = $1',
      [id],
    )
    expect(corrections).toEqual([
      { kind: 'reset', amount_nano: '-9000000000', reason: 'A mistake.', actor_id: boss.userId },
    ])
    expect(
      await world.query('select adjusted_nano, warned_percent from budgets where id = $1', [id]),
    ).toEqual([{ adjusted_nano: '-9000000000', warned_percent: 0 }])
    expect((await audited(id)).map((one) => one['action'])).toEqual(['budget.created', 'budget.spend_reset'])
  })
})

describe('a window', () => {
  test('that is over is history, whether or not anybody has spent since', async () => {
    const { id } = await create({ duration: '1d' })
    const end = '2026-01-02T00:00:00Z'
    await world.query(
      `update budgets set created_at = '2025-12-01', spent_nano = 6000000000, adjusted_nano = -1000000000 where id = $1`,
      [id],
    )
    await world.query('alter table budgets disable trigger close_budget_window')
    await world.query('update budgets set reset_at = $2 where id = $1', [id, end])
    await world.query('alter table budgets enable trigger close_budget_window')
    const over = {
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: end,
      limit: 10,
      spent: 6,
      adjusted: -1,
    }
    const history = async () => (await asBoss.get(`${path}/${id}/history`)).body.data
    expect(await history()).toEqual([over])
    expect((await asBoss.get(`${path}/${id}`)).body.data).toMatchObject({ spent: 0, usedPercent: 0 })
    await asBoss.patch(`${path}/${id}`, { limit: 20 })
    expect(await history()).toEqual([over])
    expect(await world.query('select spent_nano, adjusted_nano from budgets where id = $1', [id])).toEqual([
      { spent_nano: '0', adjusted_nano: '0' },
    ])
  })
})
