import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '#test'
import { sql } from '#platform/database'
import type { FinishedCall } from './usage-record.ts'

const DAY_MS = 86_400_000
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS
const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const OTHER_ORGANIZATION = '00000000-0000-4000-8000-0000000000b2'

interface Key {
  readonly id: string
  readonly secret: string
}

let world: World
let alice: Client
let aliceId: string
let bobId: string
let models: { id: string; name: string }[]
let first: Key
let second: Key
let bobs: Key

/** A generator with a seed: every run sees the same calls. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const call = (facts: Partial<FinishedCall>): FinishedCall => ({
  organizationId: ORGANIZATION,
  requestId: randomUUID(),
  source: 'gateway',
  startedAt: Date.now(),
  userId: aliceId,
  teamId: null,
  apiKeyId: first.id,
  modelId: models[0]?.id ?? '',
  modelName: models[0]?.name ?? '',
  operation: 'chat',
  isStream: false,
  outcome: 'success',
  statusCode: 200,
  errorCode: null,
  promptTokens: 10,
  cachedPromptTokens: 0,
  completionTokens: 5,
  costNano: 1_500n,
  isEstimated: false,
  durationMs: 120,
  timeToFirstTokenMs: 40,
  endUser: null,
  metadata: { keyName: 'as it was' },
  budgetIds: [],
  holds: [],
  ...facts,
})

async function createKey(who: Client, name: string, body: object = {}): Promise<Key> {
  const answer = await who.post('/api/v1/api-keys', {
    name,
    modelIds: models.map((model) => model.id),
    ...body,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return { id: answer.body.data.id, secret: answer.body.data.key }
}

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  alice = await world.as('alice')
  const bob = await world.as('bob')
  const idOf = async (who: Client) => (await who.get('/api/auth/me')).body.data.user.id as string
  ;[aliceId, bobId] = await Promise.all([idOf(alice), idOf(bob)])
  const catalogue = await alice.get('/api/v1/models?isRestricted=false&limit=100')
  models = catalogue.body.data.slice(0, 3).map(({ id, name }: { id: string; name: string }) => ({ id, name }))
  for (const who of [alice, bob])
    for (const { id } of models)
      expect((await who.post('/api/v1/subscriptions', { modelId: id })).status).toBe(201)
  first = await createKey(alice, 'first', {
    maxBudget: 2,
    budgetDuration: '1d',
    modelLimits: [{ modelId: models[0]?.id, maxBudget: 0.5 }],
  })
  second = await createKey(alice, 'second')
  bobs = await createKey(bob, 'bobs')
  await seedCalls()
})
afterAll(() => world.close())

/** Forty-five days of calls of two people, many at the same moment; and one of alice's in another organization. */
async function seedCalls(): Promise<void> {
  const pick = random(20_260_314)
  const outcomes = ['success', 'success', 'success', 'error', 'cancelled'] as const
  for (let index = 0; index < 1200; index += 1) {
    const model = models[pick(models.length)]
    const isBobs = pick(4) === 0
    const outcome = outcomes[pick(outcomes.length)] ?? 'success'
    await world.app.usageWriter.settle(
      call({
        userId: isBobs ? bobId : aliceId,
        apiKeyId: isBobs ? bobs.id : pick(2) === 0 ? first.id : second.id,
        modelId: model?.id ?? '',
        modelName: model?.name ?? '',
        // Every third hour only, so that many share their moment; some in the last moment of a day.
        startedAt: TODAY - (1 + pick(45)) * DAY_MS + pick(8) * 3 * 3_600_000 - (pick(2) === 0 ? 0 : 1),
        outcome,
        statusCode: outcome === 'error' ? 503 : 200,
        errorCode: outcome === 'error' ? 'upstream_unavailable' : null,
        promptTokens: pick(5000),
        cachedPromptTokens: pick(10),
        completionTokens: pick(2000),
        costNano: BigInt(pick(9_000_000)) * 7n,
      }),
    )
  }
  for (const apiKeyId of [first.id, second.id]) await world.app.usageWriter.settle(call({ apiKeyId }))
  await world.app.usageWriter.flush()
  await world.query(`insert into organizations (id, name) values ($1, 'Other')`, [OTHER_ORGANIZATION])
  await world.query(`insert into memberships (organization_id, user_id) values ($1, $2)`, [
    OTHER_ORGANIZATION,
    aliceId,
  ])
  await world.app.usageWriter.settle(
    call({ organizationId: OTHER_ORGANIZATION, requestId: 'in-the-other-organization' }),
  )
  await world.app.usageWriter.flush()
}

interface Sums {
  requests: number
  errors: number
  promptTokens: number
  cachedPromptTokens: number
  completionTokens: number
  cost: number
}

const SUMS = `count(*)::int as requests, count(*) filter (where outcome = 'error')::int as errors,
  coalesce(sum(prompt_tokens), 0)::int as "promptTokens", coalesce(sum(cached_prompt_tokens), 0)::int as "cachedPromptTokens",
  coalesce(sum(completion_tokens), 0)::int as "completionTokens", coalesce(sum(cost_nano), 0)::float8 / 1e9 as cost`

interface Wanted {
  userId?: string
  keyId?: string
  modelId?: string
  from: string
  to: string
}

/** What plain SQL over the single calls says. */
async function oracle<Row extends object = Sums>(
  { userId = aliceId, keyId, modelId, from, to }: Wanted,
  group = '',
): Promise<Row[]> {
  return world.query<Row>(
    `select ${group === '' ? '' : `${group} as "group",`} ${SUMS} from usage_logs
     where organization_id = $1 and user_id = $2 and ($3::uuid is null or api_key_id = $3) and ($4::uuid is null or model_id = $4)
       and at >= $5 and at < $6 ${group === '' ? '' : `group by 1 order by sum(cost_nano) desc`}`,
    [ORGANIZATION, userId, keyId ?? null, modelId ?? null, from, to],
  )
}

const iso = (daysFromToday: number, ms = 0) => new Date(TODAY + daysFromToday * DAY_MS + ms).toISOString()
const parameters = (query: Record<string, string>) => new URLSearchParams(query).toString()

const sumsOf = (body: Sums): Sums => {
  const { requests, errors, promptTokens, cachedPromptTokens, completionTokens, cost } = body
  return {
    requests,
    errors,
    promptTokens,
    cachedPromptTokens,
    completionTokens,
    cost: expect.closeTo(cost, 9),
  }
}

describe('the summary', () => {
  test('without a period: 30 days, today included', async () => {
    const { status, body } = await alice.get('/api/v1/usage/summary')
    expect(status, JSON.stringify(body)).toBe(200)
    expect([body.data.from, body.data.to]).toEqual([iso(-29), iso(1)])
    const [sums] = await oracle({ from: iso(-29), to: iso(1) })
    expect(sums?.requests).toBeGreaterThan(100)
    expect(sums).toEqual(sumsOf(body.data))
    const [previous] = await oracle({ from: iso(-59), to: iso(-29) })
    expect(previous?.requests).toBeGreaterThan(20)
    expect(previous).toEqual(sumsOf(body.data.previous))
    expect(Math.abs(Date.parse(body.data.asOf) - Date.now())).toBeLessThan(5000)
  })

  test.each([
    ['whole days', -20, 0, 0, 0],
    ['days with ends', -20, 5 * 3_600_000, -1, 7 * 3_600_000],
    ['less than a day', -3, 1, -3, 20 * 3_600_000],
    ['a midnight between', -4, 23 * 3_600_000, -3, 3_600_000],
  ])('%s: as plain SQL says, by model and by key too', async (_name, fromDay, fromMs, toDay, toMs) => {
    const [from, to] = [iso(fromDay, fromMs), iso(toDay, toMs)]
    const { body } = await alice.get(`/api/v1/usage/summary?${parameters({ from, to })}`)
    const [sums] = await oracle({ from, to })
    expect(sums?.requests).toBeGreaterThan(0)
    expect(sums).toEqual(sumsOf(body.data))
    for (const [list, id, column] of [
      ['byModel', 'modelId', 'model_id'],
      ['byKey', 'apiKeyId', 'api_key_id'],
    ] as const) {
      const expected = await oracle<Sums & { group: string }>({ from, to }, column)
      expect(expected.map(({ group, ...rest }) => ({ [id]: group, ...rest }))).toEqual(
        body.data[list].map((item: Sums & Record<string, string>) => ({ [id]: item[id], ...sumsOf(item) })),
      )
    }
    expect(
      body.data.byKey.every((item: { apiKeyName: string }) => ['first', 'second'].includes(item.apiKeyName)),
    ).toBe(true)
  })

  test('filtered by key and by model', async () => {
    const [from, to] = [iso(-29), iso(1)]
    const modelId = models[1]?.id ?? ''
    const { body } = await alice.get(`/api/v1/usage/summary?${parameters({ apiKeyId: second.id, modelId })}`)
    const [sums] = await oracle({ from, to, keyId: second.id, modelId })
    expect(sums?.requests).toBeGreaterThan(0)
    expect(sums).toEqual(sumsOf(body.data))
    expect(body.data.byModel).toHaveLength(1)
  })

  test('of nothing is zero', async () => {
    const { body } = await alice.get('/api/v1/usage/summary?from=2001-01-01&to=2001-02-01')
    expect(body.data).toMatchObject({
      requests: 0,
      cost: 0,
      byModel: [],
      byKey: [],
      previous: { requests: 0, cost: 0 },
    })
  })

  test.each([
    'from=2026-02-31',
    'from=soon',
    'from=2026-01-02&to=2026-01-01',
    'from=0000-01-01',
    'to=275760-09-13',
    'modelId=1',
    'userId=x',
    'from=2026-01-01&from=2026-01-02',
  ])('refuses ?%s', async (query) => {
    for (const path of ['summary', 'daily', 'logs']) {
      const { status, body } = await alice.get(`/api/v1/usage/${path}?${query}`)
      expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR'])
      expect(body.details.field).toEqual(expect.any(String))
    }
  })
})

describe('day by day', () => {
  test('every day is there, and adds up', async () => {
    const [from, to] = [iso(-50), iso(1)]
    const { body } = await alice.get(`/api/v1/usage/daily?${parameters({ from, to })}`)
    expect(body.data).toHaveLength(51)
    expect(body.data[0].day).toBe(from.slice(0, 10))
    expect(body.data.at(-1).day).toBe(iso(0).slice(0, 10))
    const expected = await oracle<Sums & { group: string }>(
      { from, to },
      `(at at time zone 'UTC')::date::text`,
    )
    expect(expected.length).toBeLessThan(51)
    for (const { day, ...item } of body.data as (Sums & { day: string })[]) {
      const { group, ...sums } = expected.find((row) => row.group === day) ?? {
        group: day,
        requests: 0,
        errors: 0,
        promptTokens: 0,
        cachedPromptTokens: 0,
        completionTokens: 0,
        cost: 0,
      }
      expect(group).toBe(day)
      expect(sums).toEqual(sumsOf(item))
    }
    expect(body.asOf).toEqual(expect.any(String))
  })

  test('a period with ends counts only what is in it', async () => {
    const [from, to] = [iso(-2, 3 * 3_600_000), iso(0, 3_600_000)]
    const { body } = await alice.get(`/api/v1/usage/daily?${parameters({ from, to })}`)
    const requests = body.data.map((item: Sums) => item.requests) as number[]
    expect(requests).toHaveLength(3)
    const [sums] = await oracle({ from, to })
    expect(requests.reduce((sum, count) => sum + count)).toBe(sums?.requests)
  })

  test('at most 400 days', async () => {
    expect((await alice.get('/api/v1/usage/daily?from=2025-01-01&to=2026-02-05')).status).toBe(200)
    const refused = await alice.get('/api/v1/usage/daily?from=2025-01-01&to=2026-02-06')
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR'])
  })
})

interface Log {
  id: string
  at: string
  apiKeyId: string
  modelId: string
  outcome: string
}

async function walk(who: Client, query: Record<string, string>): Promise<Log[]> {
  const found: Log[] = []
  for (let cursor: string | null = null; ;) {
    const { status, body } = await who.get(
      `/api/v1/usage/logs?${parameters({ ...query, ...(cursor === null ? {} : { cursor }) })}`,
    )
    expect(status).toBe(200)
    found.push(...body.data)
    expect(body.pagination.hasMore).toBe(body.pagination.nextCursor !== null)
    if (!body.pagination.hasMore) return found
    cursor = body.pagination.nextCursor as string
  }
}

describe('the calls', () => {
  test('a walk sees each of one’s own once, newest first, though many share their moment', async () => {
    const expected = await world.query<{ id: string; at: Date }>(
      `select id, at from usage_logs where organization_id = $1 and user_id = $2 order by at desc, id desc`,
      [ORGANIZATION, aliceId],
    )
    expect(new Set(expected.map((row) => row.at.getTime())).size).toBeLessThan(expected.length)
    const found = await walk(alice, { limit: '7' })
    expect(found.map((log) => log.id)).toEqual(expected.map((row) => row.id))
  })

  test('an item tells all about a call', async () => {
    const bob = await world.as('bob')
    await world.app.usageWriter.settle(
      call({ requestId: 'one-of-a-kind', userId: bobId, apiKeyId: bobs.id, isStream: true }),
    )
    await world.app.usageWriter.flush()
    const { body } = await bob.get('/api/v1/usage/logs?limit=1')
    expect(body.data).toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: 'one-of-a-kind',
        modelId: models[0]?.id,
        modelName: models[0]?.name,
        apiKeyId: bobs.id,
        apiKeyName: 'bobs',
        operation: 'chat',
        isStream: true,
        outcome: 'success',
        statusCode: 200,
        errorCode: null,
        promptTokens: 10,
        cachedPromptTokens: 0,
        completionTokens: 5,
        cost: 0.0000015,
        isEstimated: false,
        durationMs: 120,
        timeToFirstTokenMs: 40,
      },
    ])
  })

  test('filters narrow the walk', async () => {
    const query = {
      from: iso(-20),
      to: iso(-5),
      modelId: models[2]?.id ?? '',
      apiKeyId: first.id,
      outcome: 'error',
    }
    const found = await walk(alice, { ...query, limit: '3' })
    const expected = await world.query<{ id: string }>(
      `select id from usage_logs where user_id = $1 and at >= $2 and at < $3 and model_id = $4 and api_key_id = $5 and outcome = 'error'
       order by at desc, id desc`,
      [aliceId, query.from, query.to, query.modelId, first.id],
    )
    expect(expected.length).toBeGreaterThan(0)
    expect(found.map((log) => log.id)).toEqual(expected.map((row) => row.id))
  })

  const forged = (text: string) => Buffer.from(text).toString('base64url')
  test.each([
    'x',
    '%00',
    forged('2026-03-14T15:09:26Z'),
    forged('2026-03-14T15:09:26Z not-a-uuid'),
    forged(`2026-02-31T00:00:00Z ${ORGANIZATION}`),
    forged(`0000-01-01T00:00:00Z ${ORGANIZATION}`),
    forged(`2026-03-14T25:00:00Z ${ORGANIZATION}`),
    forged(`2026-03-14T15:09:26Z ${ORGANIZATION} or 1=1`),
    forged(`2026-03-14T15:09:26Z' ${ORGANIZATION}`),
  ])('a cursor that we did not make is refused: %s', async (cursor) => {
    const { status, body } = await alice.get(`/api/v1/usage/logs?cursor=${cursor}`)
    expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR'])
  })

  test('a page is bounded', async () => {
    for (const limit of ['0', '101', '1e9', '-1', 'all'])
      expect((await alice.get(`/api/v1/usage/logs?limit=${limit}`)).status, limit).toBe(400)
  })
})

describe('who sees what', () => {
  test('somebody else’s key or model filter shows nothing of theirs', async () => {
    const { body } = await alice.get(`/api/v1/usage/summary?apiKeyId=${bobs.id}`)
    expect(body.data).toMatchObject({ requests: 0, byKey: [], byModel: [] })
    expect((await alice.get(`/api/v1/usage/logs?apiKeyId=${bobs.id}`)).body.data).toEqual([])
    const admin = await world.as('admin')
    expect((await admin.get('/api/v1/usage/summary')).body.data.requests).toBe(0)
    expect((await admin.get('/api/v1/usage/logs')).body.data).toEqual([])
  })

  test('one’s own calls of another organization are not among these', async () => {
    const found = await walk(alice, { limit: '100' })
    expect(found.every((log) => 'requestId' in log && log.requestId !== 'in-the-other-organization')).toBe(
      true,
    )
  })

  test('a key sees what was called with it, whatever it filters by', async () => {
    const key = world.withKey(first.secret)
    const [sums] = await oracle({ keyId: first.id, from: iso(-29), to: iso(1) })
    const { body } = await key.get('/api/v1/usage/summary')
    expect(sums).toEqual(sumsOf(body.data))
    expect(body.data.byKey.map((item: { apiKeyId: string }) => item.apiKeyId)).toEqual([first.id])
    expect((await key.get(`/api/v1/usage/summary?apiKeyId=${second.id}`)).body.data.requests).toBe(0)
    const found = await walk(key, { limit: '100' })
    expect(new Set(found.map((log) => log.apiKeyId))).toEqual(new Set([first.id]))
    const { body: days } = await key.get('/api/v1/usage/daily')
    expect(days.data.reduce((sum: number, day: Sums) => sum + day.requests, 0)).toBe(sums?.requests)
  })

  test('nobody without a credential', async () => {
    for (const path of ['summary', 'daily', 'logs', 'budget'])
      expect((await world.anonymous.get(`/api/v1/usage/${path}`)).status).toBe(401)
  })

  test('nobody without an organization', async () => {
    await world.query(
      `update memberships set status = 'disabled' where user_id = $1 and organization_id = $2`,
      [bobId, ORGANIZATION],
    )
    await world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [bobId])
    const bob = await world.as('bob')
    await expect.poll(async () => (await bob.get('/api/v1/usage/summary')).body.code).toBe('NO_ORGANIZATION')
    expect((await bob.get('/api/v1/usage/budget')).status).toBe(403)
  })
})

describe('the budget', () => {
  const setBudget = (
    level: string,
    subjectId: string,
    limit: string,
    spent: string,
    resetAt: string | null = null,
  ) =>
    world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano, spent_nano, reserved_nano, duration, reset_at)
       values ($1, $2, $3, $4, $5, 250000000, case when $6::timestamptz is null then null else '7d' end, $6)
       on conflict on constraint budgets_subject_key do update set limit_nano = excluded.limit_nano, spent_nano = excluded.spent_nano,
         reserved_nano = excluded.reserved_nano, duration = excluded.duration, reset_at = excluded.reset_at`,
      [ORGANIZATION, level, subjectId, limit, spent, resetAt],
    )

  test('of every key as it is in effect now, and of the levels above it', async () => {
    await world.query(
      `update budgets set spent_nano = 1250000000, reserved_nano = 100000000 where level = 'key' and subject_id = $1`,
      [first.id],
    )
    const team = 'a0000000-0000-4000-8000-000000000001'
    await setBudget('user', aliceId, '10000000000', '2500000000')
    await setBudget('team', team, '1000000000', '1000000000', iso(-1))
    await setBudget('organization', ORGANIZATION, '3000000000', '1000000000')
    await setBudget('user', bobId, '7000000000', '0')
    const { status, body } = await alice.get('/api/v1/usage/budget')
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.data.keys).toEqual([
      {
        apiKeyId: first.id,
        apiKeyName: 'first',
        limit: 2,
        spent: 1.25,
        reserved: 0.1,
        duration: '1d',
        resetAt: iso(1),
        models: [
          {
            modelId: models[0]?.id,
            modelName: models[0]?.name,
            limit: 0.5,
            spent: 0,
            reserved: 0,
            duration: '1d',
            resetAt: iso(1),
          },
        ],
      },
      {
        apiKeyId: second.id,
        apiKeyName: 'second',
        limit: null,
        spent: 0,
        reserved: 0,
        duration: null,
        resetAt: null,
        models: [],
      },
    ])
    const unlimited = { duration: null, resetAt: null }
    const hidden = { limit: null, spent: null, reserved: null }
    expect(body.data.levels).toEqual([
      {
        level: 'user',
        teamId: null,
        teamName: null,
        usedPercent: 25,
        limit: 10,
        spent: 2.5,
        reserved: 0.25,
        ...unlimited,
      },
      // The week is over, so nothing is spent, though nobody has written that down.
      {
        level: 'team',
        teamId: team,
        teamName: 'Default team',
        usedPercent: 0,
        ...hidden,
        duration: '7d',
        resetAt: expect.any(String),
      },
      { level: 'organization', teamId: null, teamName: null, usedPercent: 33.3, ...hidden, ...unlimited },
    ])
    expect(Date.parse(body.data.levels[1].resetAt)).toBeGreaterThan(Date.now())
  })

  test('a window that is over has spent nothing', async () => {
    await world.query(
      `update budgets set reset_at = now() - interval '1 second' where level = 'key' and subject_id = $1`,
      [first.id],
    )
    const { body } = await alice.get('/api/v1/usage/budget')
    expect(body.data.keys[0]).toMatchObject({ spent: 0, reserved: 0.1, resetAt: iso(1) })
  })

  test('with a key: that key, and only shares above it', async () => {
    const { body } = await world.withKey(second.secret).get('/api/v1/usage/budget')
    expect(body.data.keys.map((key: { apiKeyId: string }) => key.apiKeyId)).toEqual([second.id])
    expect(body.data.levels.map((level: object) => Object.values(level).slice(0, 7))).toEqual([
      ['user', null, null, 25, null, null, null],
      ['team', expect.any(String), 'Default team', 0, null, null, null],
      ['organization', null, null, 33.3, null, null, null],
    ])
  })

  test('a revoked key is gone from it', async () => {
    const gone = await createKey(alice, 'gone')
    expect((await alice.delete(`/api/v1/api-keys/${gone.id}`)).status).toBe(204)
    const { body } = await alice.get('/api/v1/usage/budget')
    expect(body.data.keys.map((key: { apiKeyName: string }) => key.apiKeyName)).toEqual(['first', 'second'])
  })
})

test('in another organization’s scope, a query without any condition sees that organization’s rows only', async () => {
  const scope = { organizationId: OTHER_ORGANIZATION, userId: aliceId, requestId: 'test' }
  const rows = await world.app.database.transaction(
    scope,
    (tx) =>
      Promise.all([
        tx.many(sql`select request_id from usage_logs`),
        tx.many(sql`select requests from usage_daily`),
      ]),
    { readOnly: true },
  )
  expect(rows).toEqual([[{ request_id: 'in-the-other-organization' }], [{ requests: 1n }]])
})
