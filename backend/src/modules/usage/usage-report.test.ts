import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '#test'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  type Member,
} from '../../../test/support/people.ts'
import type { FinishedCall } from './usage-record.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS

/** A call as it stands in the table. */
interface Call {
  readonly organizationId: string
  readonly at: Date
  readonly requestId: string
  readonly userId: string
  readonly teamId: string | null
  readonly apiKeyId: string
  readonly modelId: string
  readonly provider: string
  readonly outcome: FinishedCall['outcome']
  readonly statusCode: number
  readonly errorCode: string | null
  readonly isStream: boolean
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
  readonly cost: number
  readonly durationMs: number | null
  readonly timeToFirstTokenMs: number | null
}

interface Key {
  readonly id: string
  readonly name: string
  readonly owner: Member
  readonly teamId: string | null
}

let world: World
let calls: Call[]
let models: { id: string; name: string; provider: string }[]
let keys: Key[]
let other: string
let teams: { red: string; blue: string }
let [alice, bob, mara, olaf, root, stranger]: Member[] = []
let aliceClient: Client
let adminClient: Client
let managerClient: Client
let rootClient: Client

/** A generator with a seed: every run sees the same calls. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function addTeam(name: string, members: readonly Member[]): Promise<string> {
  const [team] = await world.query<{ id: string }>(
    'insert into teams (organization_id, name) values ($1, $2) returning id',
    [DEFAULT_ORGANIZATION, name],
  )
  const id = team?.id ?? ''
  for (const { userId } of members)
    await world.query('insert into team_members (organization_id, team_id, user_id) values ($1, $2, $3)', [
      DEFAULT_ORGANIZATION,
      id,
      userId,
    ])
  return id
}

async function addKey(name: string, owner: Member, teamId: string | null): Promise<Key> {
  const [row] = await world.query<{ id: string }>(
    'insert into api_keys (organization_id, user_id, team_id, name) values ($1, $2, $3, $4) returning id',
    [owner.organizationId, owner.userId, teamId, name],
  )
  return { id: row?.id ?? '', name, owner, teamId }
}

const failures = [
  [503, 'upstream_unavailable'],
  [504, 'timeout'],
  [400, null],
] as const

async function seedCalls(): Promise<void> {
  const pick = random(31_415_926)
  for (let index = 0; index < 2500; index += 1) {
    const key = keys[pick(keys.length)]
    const model = models[pick(models.length)]
    if (!key || !model) throw new Error('nothing to pick from')
    const outcome =
      (['success', 'success', 'success', 'success', 'error', 'cancelled'] as const)[pick(6)] ?? 'error'
    const [statusCode, errorCode] = failures[pick(failures.length)] ?? failures[0]
    const isStream = pick(2) === 0
    const durationMs = pick(20) === 0 ? null : Math.round(Math.exp(pick(1100) / 100))
    await world.app.usageWriter.settle({
      organizationId: key.owner.organizationId ?? '',
      requestId: randomUUID(),
      source: 'gateway',
      // Many at the edges of days and hours.
      startedAt: TODAY - pick(70) * DAY_MS + pick(4) * 6 * HOUR_MS - (pick(3) === 0 ? 1 : 0),
      userId: key.owner.userId,
      teamId: key.teamId,
      apiKeyId: key.id,
      modelId: model.id,
      modelName: model.name,
      operation: 'chat',
      isStream,
      outcome,
      statusCode: outcome === 'success' ? 200 : outcome === 'error' ? statusCode : 499,
      errorCode: outcome === 'error' ? errorCode : null,
      promptTokens: pick(5000),
      cachedPromptTokens: pick(10),
      completionTokens: pick(2000),
      costNano: BigInt(pick(9_000_000)) * 7n,
      isEstimated: false,
      durationMs,
      timeToFirstTokenMs: durationMs === null ? null : Math.round(durationMs / 3),
      endUser: null,
      metadata: { keyName: key.name },
      budgetIds: [],
      holds: [],
    })
  }
  await world.app.usageWriter.flush()
}

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  other = await addOrganization(world, 'The other one')
  const member = (username: string, options: object = {}) => addMember(world, { username, ...options })
  ;[alice, bob, mara, olaf, root, stranger] = await Promise.all([
    member('alice-r'),
    member('bob-r'),
    member('mara-r', { role: 'manager' }),
    member('olaf-r', { role: 'admin' }),
    member('root-r', { platformRole: 'admin', organizationId: null }),
    member('stranger-r', { organizationId: other }),
  ])
  teams = { red: await addTeam('red', [alice, mara]), blue: await addTeam('blue', [alice, bob]) }
  keys = await Promise.all([
    addKey('alice red', alice, teams.red),
    addKey('alice blue', alice, teams.blue),
    addKey('alice alone', alice, null),
    addKey('bob blue', bob, teams.blue),
    addKey('stranger’s', stranger, null),
  ])
  models = await world.query('select id, name, provider from models order by provider, name limit 4')
  await seedCalls()
  calls = await world.query<Call>(`
    select l.organization_id as "organizationId", l.at, l.request_id as "requestId", l.user_id as "userId", l.team_id as "teamId",
      l.api_key_id as "apiKeyId", l.model_id as "modelId", m.provider, l.outcome, l.status_code as "statusCode",
      l.error_code as "errorCode", l.is_stream as "isStream", l.prompt_tokens as "promptTokens",
      l.cached_prompt_tokens as "cachedPromptTokens", l.completion_tokens as "completionTokens",
      l.cost_nano::float8 / 1e9 as cost, l.duration_ms as "durationMs", l.time_to_first_token_ms as "timeToFirstTokenMs"
    from usage_logs l join models m on m.id = l.model_id`)
  expect(calls).toHaveLength(2500)
  ;[aliceClient, adminClient, managerClient, rootClient] = await Promise.all([
    clientOf(world, alice),
    clientOf(world, olaf),
    clientOf(world, mara),
    clientOf(world, root),
  ])
})
afterAll(() => world.close())

const iso = (daysFromToday: number, ms = 0) => new Date(TODAY + daysFromToday * DAY_MS + ms).toISOString()

interface When {
  readonly from: string
  readonly to: string
}
const LAST_30: When = { from: iso(-29), to: iso(1) }
/** Whole days with a piece of a day at each end. */
const RAGGED: When = { from: iso(-25, 6 * HOUR_MS), to: iso(-2, 18 * HOUR_MS) }

type Which = (call: Call) => boolean
const ours: Which = (call) => call.organizationId === DEFAULT_ORGANIZATION
const own: Which = (call) => call.userId === alice?.userId
const within =
  ({ from, to }: When): Which =>
  (call) =>
    call.at >= new Date(from) && call.at < new Date(to)
const before = ({ from, to }: When): When => ({
  from: new Date(2 * Date.parse(from) - Date.parse(to)).toISOString(),
  to: from,
})

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const measured = (numbers: ReadonlyArray<number | null>) => numbers.filter((one) => one !== null)
/** Averages are told to a tenth. */
const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? null : expect.closeTo(sum(numbers) / numbers.length, 0.9)

/** What the calls themselves say. */
function totalsOf(some: readonly Call[], timedOutcome: unknown = 'success') {
  const of = (outcome: unknown) => some.filter((call) => call.outcome === outcome)
  const timed = of(timedOutcome)
  return {
    requests: some.length,
    errors: of('error').length,
    cancelled: of('cancelled').length,
    successRate: some.length === 0 ? null : of('success').length / some.length,
    promptTokens: sum(some.map((call) => call.promptTokens)),
    cachedPromptTokens: sum(some.map((call) => call.cachedPromptTokens)),
    completionTokens: sum(some.map((call) => call.completionTokens)),
    cost: expect.closeTo(sum(some.map((call) => call.cost)), 8),
    averageDurationMs: mean(measured(timed.map((call) => call.durationMs))),
    averageTimeToFirstTokenMs: mean(
      measured(timed.filter((call) => call.isStream).map((call) => call.timeToFirstTokenMs)),
    ),
  }
}

const parameters = (query: Readonly<Record<string, string | readonly string[]>>) =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  ).toString()

async function ask(
  who: Client,
  path: string,
  query: Readonly<Record<string, string | readonly string[]>> = {},
) {
  const { status, body } = await who.get(`/api/v1/${path}?${parameters(query)}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** Every page of a list. */
async function walk(who: Client, path: string, query: Readonly<Record<string, string | readonly string[]>>) {
  const found: any[] = [] // oxlint-disable-line typescript/no-explicit-any
  for (;;) {
    const { data, pagination } = await ask(who, path, { limit: '2', ...query, offset: String(found.length) })
    found.push(...data)
    expect(pagination.total).toBeGreaterThanOrEqual(found.length)
    if (!pagination.hasMore) return found
  }
}

/** Nearest rank. */
function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}

const groupIds = {
  organization: (call: Call) => call.organizationId,
  // Calls of no team are told apart by their organization.
  team: (call: Call) => `${call.teamId} ${call.organizationId}`,
  user: (call: Call) => call.userId,
  model: (call: Call) => call.modelId,
  provider: (call: Call) => call.provider,
  key: (call: Call) => call.apiKeyId,
}

async function expectGroups(
  who: Client,
  path: string,
  query: Readonly<Record<string, string | readonly string[]>>,
  some: readonly Call[],
  when: When,
): Promise<void> {
  const idOf = groupIds[path.split('by-')[1] as keyof typeof groupIds]
  const found = await walk(who, path, { ...query, ...when })
  const now = some.filter(within(when))
  const previous = some.filter(within(before(when)))
  const ids = [...new Set(now.map(idOf))]
  const rowIdOf = (row: { id: string; organizationId: string }) =>
    path.endsWith('by-team') ? `${row.id} ${row.organizationId}` : row.id
  expect(new Set(found.map(rowIdOf))).toEqual(new Set(ids))
  expect(found).toHaveLength(ids.length)
  expect(found.map((row) => row.cost)).toEqual(
    found.map((row) => row.cost as number).toSorted((a, b) => b - a),
  )
  for (const row of found) {
    expect(row).toMatchObject(totalsOf(now.filter((call) => idOf(call) === rowIdOf(row))))
    expect(row.previous).toMatchObject(totalsOf(previous.filter((call) => idOf(call) === rowIdOf(row))))
  }
}

async function expectLatency(who: Client, path: string, query: object, some: readonly Call[]): Promise<void> {
  const { data } = await ask(who, path, { ...RAGGED, ...query })
  for (const [answer, when] of [
    [data, RAGGED],
    [data.previous, before(RAGGED)],
  ] as const) {
    const timed = some.filter(within(when)).filter((call) => call.outcome === 'success')
    const durations = measured(timed.map((call) => call.durationMs))
    const firstTokens = measured(timed.filter((call) => call.isStream).map((call) => call.timeToFirstTokenMs))
    for (const [times, values] of [
      [answer.duration, durations],
      [answer.timeToFirstToken, firstTokens],
    ] as const) {
      expect(values.length).toBeGreaterThan(30)
      expect(times.calls).toBe(values.length)
      expect(times.mean).toEqual(mean(values))
      for (const [name, share] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const exact = percentile(values, share)
        expect(Math.abs(times[name] - exact), `${name} of ${exact}`).toBeLessThanOrEqual(exact * 0.05)
      }
    }
  }
}

async function expectFailures(
  who: Client,
  path: string,
  query: object,
  some: readonly Call[],
): Promise<void> {
  const { data } = await ask(who, path, { ...RAGGED, ...query })
  const failed = some.filter((call) => call.outcome !== 'success')
  const now = failed.filter(within(RAGGED))
  const kindOf = ({ outcome, statusCode, errorCode }: Omit<Call, 'at'>) =>
    `${outcome} ${statusCode} ${errorCode}`
  expect(new Set(data.map(kindOf))).toEqual(new Set(now.map(kindOf)))
  expect(data.length).toBeGreaterThan(2)
  for (const row of data) {
    const alike = now.filter((call) => kindOf(call) === kindOf(row))
    expect(row.requests).toBe(alike.length)
    expect(row.previous).toBe(
      failed.filter(within(before(RAGGED))).filter((call) => kindOf(call) === kindOf(row)).length,
    )
    expect(Date.parse(row.lastAt)).toBe(Math.max(...alike.map((call) => call.at.getTime())))
  }
}

async function expectHours(
  who: Client,
  path: string,
  query: { outcome?: string; modelId?: string; scope?: string },
  some: readonly Call[],
): Promise<void> {
  const { data } = await ask(who, path, { ...RAGGED, ...query })
  expect(data).toHaveLength((Date.parse(RAGGED.to) - Date.parse(RAGGED.from)) / HOUR_MS)
  expect(data[0].hour).toBe(RAGGED.from.replace('.000Z', 'Z'))
  const now = some.filter(within(RAGGED))
  for (const row of data) {
    const from = Date.parse(row.hour)
    const inHour = now.filter((call) => Math.floor(call.at.getTime() / HOUR_MS) * HOUR_MS === from)
    expect(row).toMatchObject(totalsOf(inHour, query.outcome))
  }
}

async function expectDays(who: Client, path: string, query: object, some: readonly Call[]): Promise<void> {
  const { data } = await ask(who, path, { ...RAGGED, ...query })
  expect(data).toHaveLength(24)
  const now = some.filter(within(RAGGED))
  for (const row of data)
    expect(row).toMatchObject(totalsOf(now.filter((call) => call.at.toISOString().startsWith(row.day))))
}

describe('my usage is what the calls say', () => {
  test('in sum, with every outcome', async () => {
    for (const when of [LAST_30, RAGGED]) {
      const { data } = await ask(aliceClient, 'usage/summary', { ...when })
      expect(data).toMatchObject(totalsOf(calls.filter(own).filter(within(when))))
      expect(data.previous).toMatchObject(totalsOf(calls.filter(own).filter(within(before(when)))))
    }
    for (const outcome of ['success', 'error', 'cancelled']) {
      const { data } = await ask(aliceClient, 'usage/summary', { ...RAGGED, outcome })
      const some = calls.filter(own).filter((call) => call.outcome === outcome)
      expect(data).toMatchObject(totalsOf(some.filter(within(RAGGED)), outcome))
    }
  })
  test('by day', () => expectDays(aliceClient, 'usage/daily', {}, calls.filter(own)))
  test('by hour', () => expectHours(aliceClient, 'usage/hourly', {}, calls.filter(own)))
  test('by hour, of one model and one outcome', async () => {
    const modelId = models[0]?.id ?? ''
    const some = calls.filter(own).filter((call) => call.modelId === modelId && call.outcome === 'error')
    await expectHours(aliceClient, 'usage/hourly', { modelId, outcome: 'error' }, some)
  })
  test('by model', () => expectGroups(aliceClient, 'usage/by-model', {}, calls.filter(own), RAGGED))
  test('by key', () => expectGroups(aliceClient, 'usage/by-key', {}, calls.filter(own), LAST_30))
  test('by kind of failure', () => expectFailures(aliceClient, 'usage/errors', {}, calls.filter(own)))
  test('in time', () => expectLatency(aliceClient, 'usage/latency', {}, calls.filter(own)))

  test('and nothing where there is nothing', async () => {
    const when = { from: '2001-01-01', to: '2001-01-20' }
    const { data } = await ask(aliceClient, 'usage/latency', when)
    const nothing = { calls: 0, mean: null, p50: null, p95: null, p99: null }
    expect(data).toMatchObject({ duration: nothing, timeToFirstToken: nothing })
    expect((await ask(aliceClient, 'usage/errors', when)).data).toEqual([])
    expect((await ask(aliceClient, 'usage/errors', { outcome: 'success' })).data).toEqual([])
    for (const path of ['usage/by-model', 'usage/by-key'])
      expect(await ask(aliceClient, path, when)).toMatchObject({ data: [], pagination: { total: 0 } })
    expect((await ask(aliceClient, 'usage/summary', when)).data.successRate).toBeNull()
  })

  test('hours of at most 31 days', async () => {
    expect((await ask(aliceClient, 'usage/hourly', { from: iso(-30), to: iso(1) })).data).toHaveLength(
      31 * 24,
    )
    const refused = await aliceClient.get(
      `/api/v1/usage/hourly?${parameters({ from: iso(-30), to: iso(1, 1) })}`,
    )
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR'])
  })

  test('a page beyond the end still knows the total', async () => {
    const { data, pagination } = await ask(aliceClient, 'usage/by-key', { offset: '50' })
    expect([data, pagination.total]).toEqual([[], 3])
  })

  test('sorted as asked', async () => {
    for (const key of ['cost', 'requests', 'errors', 'promptTokens', 'completionTokens', 'name']) {
      const up = await walk(aliceClient, 'usage/by-model', { sort: key })
      const values = up.map((row) => row[key] as number | string)
      expect(values).toEqual(values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
      const down = await walk(aliceClient, 'usage/by-model', { sort: `-${key}` })
      expect(down.map((row) => row[key])).toEqual(values.toReversed())
    }
    expect((await aliceClient.get('/api/v1/usage/by-model?sort=id')).status).toBe(400)
  })

  test('a day says whether it is complete', async () => {
    await world.query(
      `insert into usage_days_checked (day, source, state) values ($1, 'litellm', 'complete'), ($2, 'litellm', 'partial')
       on conflict on constraint usage_days_checked_pkey do update set state = excluded.state`,
      [iso(-9).slice(0, 10), iso(-8).slice(0, 10)],
    )
    for (const [who, path] of [
      [aliceClient, 'usage/daily'],
      [rootClient, 'admin/usage/daily'],
    ] as const) {
      const scope = who === rootClient ? { scope: 'platform' } : {}
      const { data } = await ask(who, path, { from: iso(-9), to: iso(-7), ...scope })
      expect(data.map((day: { completeness: string }) => day.completeness)).toEqual(['complete', 'partial'])
    }
    const { data } = await ask(aliceClient, 'usage/daily', { from: '2001-01-01', to: '2001-01-02' })
    expect(data[0].completeness).toBe('unknown')
  })

  test('a deleted key keeps its calls and its name', async () => {
    if (!alice) throw new Error('no alice')
    const gone = await addKey('short-lived', alice, null)
    const [example] = calls
    if (!example) throw new Error('no calls')
    await world.app.usageWriter.settle({
      ...example,
      organizationId: DEFAULT_ORGANIZATION,
      requestId: randomUUID(),
      source: 'gateway',
      startedAt: Date.UTC(2011, 4, 5),
      userId: alice.userId,
      teamId: null,
      apiKeyId: gone.id,
      modelName: 'm',
      operation: 'chat',
      costNano: 1n,
      isEstimated: false,
      endUser: null,
      metadata: { keyName: 'short-lived' },
      budgetIds: [],
      holds: [],
    })
    await world.app.usageWriter.flush()
    await world.query('delete from api_keys where id = $1', [gone.id])
    const when = { from: '2011-05-01', to: '2011-06-01' }
    const row = { id: gone.id, name: 'short-lived', requests: 1 }
    expect((await ask(aliceClient, 'usage/by-key', when)).data).toMatchObject([row])
    const summary = await ask(aliceClient, 'usage/summary', when)
    expect(summary.data.byKey).toMatchObject([{ apiKeyId: gone.id, apiKeyName: 'short-lived' }])
    const options = await ask(adminClient, 'admin/usage/filters', when)
    expect(options.data.apiKeys).toEqual([{ id: gone.id, name: 'short-lived', requests: 1 }])
    await world.query('delete from usage_logs where api_key_id = $1', [gone.id])
    await world.query('delete from usage_daily where api_key_id = $1', [gone.id])
  })

  test('calls narrowed by what they cost, took and answered, in either order', async () => {
    const some = calls
      .filter(own)
      .filter((call) => call.errorCode === 'timeout' && call.cost >= 0.02 && (call.durationMs ?? 0) >= 100)
    expect(some.length).toBeGreaterThan(5)
    const query = { errorCode: 'timeout', minCost: '0.02', minDurationMs: '100', limit: '100' }
    for (const sort of ['-at', 'at']) {
      const { data } = await ask(aliceClient, 'usage/logs', { ...query, sort })
      const times = data.map((log: { at: string }) => Date.parse(log.at)) as number[]
      expect(times).toEqual(times.toSorted((a, b) => (sort === 'at' ? a - b : b - a)))
      expect(new Set(data.map((log: Call) => log.requestId))).toEqual(
        new Set(some.map((call) => call.requestId)),
      )
    }
    const { data } = await ask(aliceClient, 'usage/logs', { requestId: some[0]?.requestId ?? '' })
    expect(data).toHaveLength(1)
    expect(data[0]).not.toHaveProperty('username')
    expect((await aliceClient.get('/api/v1/usage/logs?minCost=0.00000000001')).status).toBe(400)
  })

  test('walked from the oldest to the newest, each call once', async () => {
    const found: Call[] = []
    for (let cursor: string | undefined; ;) {
      const body = await ask(aliceClient, 'usage/logs', {
        sort: 'at',
        limit: '100',
        ...(cursor === undefined ? {} : { cursor }),
      })
      found.push(...body.data)
      if (!body.pagination.hasMore) break
      cursor = body.pagination.nextCursor as string
    }
    expect(found).toHaveLength(calls.filter(own).length)
    expect(new Set(found.map((call) => call.requestId)).size).toBe(found.length)
  })
})

describe('everybody’s usage is what the calls say', () => {
  test('in sum, and who was active', async () => {
    const { data } = await ask(adminClient, 'admin/usage/summary', { ...RAGGED })
    const some = calls.filter(ours).filter(within(RAGGED))
    expect(data).toMatchObject({ ...totalsOf(some), activeUsers: 2, activeApiKeys: 4, activeModels: 4 })
    expect(data.previous).toMatchObject(totalsOf(calls.filter(ours).filter(within(before(RAGGED)))))
    expect(Math.abs(Date.parse(data.asOf) - Date.now())).toBeLessThan(5000)
  })
  test('by day', () => expectDays(adminClient, 'admin/usage/daily', {}, calls.filter(ours)))
  test('by hour', () => expectHours(adminClient, 'admin/usage/hourly', {}, calls.filter(ours)))
  test('by kind of failure', () => expectFailures(adminClient, 'admin/usage/errors', {}, calls.filter(ours)))
  test('in time', () => expectLatency(adminClient, 'admin/usage/latency', {}, calls.filter(ours)))
  test.each(['by-user', 'by-team', 'by-model', 'by-provider', 'by-key', 'by-organization'])('%s', (path) =>
    expectGroups(adminClient, `admin/usage/${path}`, {}, calls.filter(ours), RAGGED),
  )

  test('by name, and whose', async () => {
    const rows = await walk(adminClient, 'admin/usage/by-key', { ...LAST_30 })
    for (const row of rows) {
      const key = keys.find((one) => one.id === row.id)
      expect(row).toMatchObject({
        name: key?.name,
        userId: key?.owner.userId,
        username: key?.owner.username,
        organizationId: DEFAULT_ORGANIZATION,
      })
    }
    const ofTeams = await walk(adminClient, 'admin/usage/by-team', { ...LAST_30 })
    expect(new Set(ofTeams.map((row) => row.name))).toEqual(new Set(['red', 'blue', null]))
  })

  test('under every filter, alone and together', async () => {
    const one = models[0]
    const two = models[1]
    const aliceId = alice?.userId ?? ''
    const filters: Array<readonly [query: Record<string, string | string[]>, which: Which]> = [
      [{ teamIds: teams.blue }, (call) => call.teamId === teams.blue],
      [{ teamIds: [teams.blue, teams.red] }, (call) => call.teamId !== null],
      [{ userIds: aliceId }, (call) => call.userId === aliceId],
      [
        { modelIds: [one?.id ?? '', two?.id ?? ''] },
        (call) => call.modelId === one?.id || call.modelId === two?.id,
      ],
      [{ providers: one?.provider ?? '' }, (call) => call.provider === one?.provider],
      [{ apiKeyIds: keys[0]?.id ?? '' }, (call) => call.apiKeyId === keys[0]?.id],
      [
        { teamIds: teams.blue, userIds: aliceId, outcome: 'success', modelIds: one?.id ?? '' },
        (call) =>
          call.teamId === teams.blue &&
          call.userId === aliceId &&
          call.outcome === 'success' &&
          call.modelId === one?.id,
      ],
    ]
    for (const [query, which] of filters) {
      const some = calls.filter(ours).filter(which)
      expect(some.length).toBeGreaterThan(20)
      const { data } = await ask(adminClient, 'admin/usage/summary', { ...RAGGED, ...query })
      expect(data).toMatchObject(totalsOf(some.filter(within(RAGGED))))
      await expectDays(adminClient, 'admin/usage/daily', query, some)
      await expectGroups(adminClient, 'admin/usage/by-model', query, some, RAGGED)
      const logs = await ask(adminClient, 'admin/usage/logs', { ...RAGGED, ...query, limit: '1' })
      expect(logs.pagination.hasMore).toBe(some.filter(within(RAGGED)).length > 1)
    }
    await expectLatency(
      adminClient,
      'admin/usage/latency',
      { teamIds: teams.blue },
      calls.filter((call) => call.teamId === teams.blue),
    )
    await expectFailures(adminClient, 'admin/usage/errors', { userIds: aliceId }, calls.filter(own))
  })

  test('a filter offers what still occurs under the others', async () => {
    const { data } = await ask(adminClient, 'admin/usage/filters', { ...LAST_30, userIds: bob?.userId ?? '' })
    const now = calls.filter(ours).filter(within(LAST_30))
    const bobs = now.filter((call) => call.userId === bob?.userId)
    expect(data.teams).toEqual([{ id: teams.blue, name: 'blue', requests: bobs.length }])
    expect(data.apiKeys).toEqual([{ id: keys[3]?.id, name: 'bob blue', requests: bobs.length }])
    // Its own choice does not narrow a filter, or nothing else could be chosen.
    expect(new Set(data.users.map((one: { id: string }) => one.id))).toEqual(
      new Set([alice?.userId, bob?.userId]),
    )
    expect(data.organizations).toMatchObject([{ id: DEFAULT_ORGANIZATION, requests: bobs.length }])
    const both = await ask(adminClient, 'admin/usage/filters', {
      ...LAST_30,
      userIds: bob?.userId ?? '',
      teamIds: teams.red,
    })
    expect(both.data.models).toEqual([])
    expect(both.data.users).toMatchObject([{ id: alice?.userId }])
    expect(both.data.teams).toMatchObject([{ id: teams.blue }])
  })

  test('an item tells whose call it was', async () => {
    const call = calls.find((one) => one.userId === bob?.userId)
    const { data } = await ask(adminClient, 'admin/usage/logs', { requestId: call?.requestId ?? '' })
    expect(data).toMatchObject([
      {
        userId: bob?.userId,
        username: 'bob-r',
        teamId: teams.blue,
        teamName: 'blue',
        organizationId: DEFAULT_ORGANIZATION,
        provider: call?.provider,
        source: 'gateway',
      },
    ])
  })

  test('the rows, the days and the histograms agree', async () => {
    const differences = await world.query(`
      select * from (
        select organization_id, (at at time zone 'UTC')::date as day, user_id, api_key_id, model_id, team_id, outcome, count(*) as n,
          sum(cost_nano) as cost, coalesce(sum(duration_ms), 0) as ms, count(duration_ms) as timed,
          latency_histogram(array_agg(duration_ms)) as histogram
        from usage_logs group by 1, 2, 3, 4, 5, 6, 7) l
      full join usage_daily d on (l.organization_id, l.day, l.user_id, l.api_key_id, l.model_id, l.outcome)
          = (d.organization_id, d.day, d.user_id, d.api_key_id, d.model_id, d.outcome)
        and coalesce(l.team_id, l.user_id) = coalesce(d.team_id, d.user_id)
      where (l.n, l.cost, l.ms, l.timed, l.histogram)
        is distinct from (d.requests, d.cost_nano, d.duration_ms, d.duration_calls, d.duration_histogram)`)
    expect(differences).toEqual([])
  })

  test('a bucket’s middle is within 5 % of whatever it holds', async () => {
    const [worst] = await world.query<{ worst: string }>(`
      select max(abs(latency_of_bucket(latency_bucket(ms)) - ms) / greatest(ms, 1)) as worst
      from (select generate_series(0, 20000) as ms union all select generate_series(20001, 3600000, 37)) t`)
    expect(Number(worst?.worst)).toBeLessThan(0.05)
  })
})

describe('who sees whose', () => {
  const admin = ['summary', 'daily', 'hourly', 'logs', 'errors', 'latency', 'export', 'filters']
  const by = ['by-user', 'by-team', 'by-model', 'by-provider', 'by-key', 'by-organization']

  test('members and keys see nobody else', async () => {
    for (const path of [...admin, ...by]) {
      const refused = await aliceClient.get(`/api/v1/admin/usage/${path}`)
      expect([refused.status, refused.body.code], path).toEqual([403, 'FORBIDDEN'])
    }
    for (const path of ['hourly', 'by-model', 'by-key', 'errors', 'latency', 'export'])
      expect((await world.anonymous.get(`/api/v1/usage/${path}`)).status).toBe(401)
    const theirs = await ask(aliceClient, 'usage/by-key', { apiKeyId: keys[3]?.id ?? '' })
    expect(theirs.data).toEqual([])
  })

  test('a manager sees the teams that they are in', async () => {
    const red = calls.filter((call) => call.teamId === teams.red)
    await expectDays(managerClient, 'admin/usage/daily', {}, red)
    for (const path of by) await expectGroups(managerClient, `admin/usage/${path}`, {}, red, RAGGED)
    await expectLatency(managerClient, 'admin/usage/latency', {}, red)
    const { data } = await ask(managerClient, 'admin/usage/filters', { ...LAST_30 })
    expect(data.teams).toMatchObject([{ id: teams.red }])
    expect(data.users).toMatchObject([{ id: alice?.userId }])
    for (const query of [
      { teamIds: teams.blue },
      { userIds: bob?.userId ?? '' },
      { apiKeyIds: keys[3]?.id ?? '' },
    ]) {
      expect((await ask(managerClient, 'admin/usage/summary', query)).data.requests).toBe(0)
      expect((await ask(managerClient, 'admin/usage/logs', query)).data).toEqual([])
      expect(await ask(managerClient, 'admin/usage/export', { ...query, format: 'json' })).toEqual([])
    }
  })

  test('an organization’s administrator sees no other organization', async () => {
    const logs = await ask(adminClient, 'admin/usage/logs', { limit: '100' })
    expect(logs.data.every((log: Call) => log.organizationId === DEFAULT_ORGANIZATION)).toBe(true)
    for (const query of [{ organizationIds: other }, { userIds: stranger?.userId ?? '' }])
      expect((await ask(adminClient, 'admin/usage/summary', query)).data.requests).toBe(0)
    for (const query of [`organizationId=${other}`, 'scope=platform'])
      for (const path of [...admin, ...by])
        expect((await adminClient.get(`/api/v1/admin/usage/${path}?${query}`)).status, path).toBe(403)
  })

  test('the platform’s administrator sees all of them, on the record', async () => {
    const scope = 'platform'
    await expectDays(rootClient, 'admin/usage/daily', { scope }, calls)
    await expectHours(rootClient, 'admin/usage/hourly', { scope }, calls)
    await expectLatency(rootClient, 'admin/usage/latency', { scope }, calls)
    await expectFailures(rootClient, 'admin/usage/errors', { scope }, calls)
    for (const path of by) await expectGroups(rootClient, `admin/usage/${path}`, { scope }, calls, RAGGED)
    const some = calls.filter((call) => call.organizationId === other)
    await expectDays(rootClient, 'admin/usage/daily', { scope, organizationIds: other }, some)
    await expectDays(rootClient, 'admin/usage/daily', { organizationId: other }, some)
    const { data } = await ask(rootClient, 'admin/usage/filters', { ...LAST_30, scope })
    expect(new Set(data.organizations.map((one: { name: string }) => one.name))).toEqual(
      new Set(['Default organization', 'The other one']),
    )
    const logs = await ask(rootClient, 'admin/usage/logs', { scope, userIds: stranger?.userId ?? '' })
    expect(logs.data[0]).toMatchObject({ username: 'stranger-r', apiKeyName: 'stranger’s' })
    const rows = await world.query(
      `select from audit_logs where category = 'access' and resource_id = 'listAdminUsageDays'`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(3)
  })

  test('nobody asks with more than a hundred values', async () => {
    const ids = Array.from({ length: 101 }, () => randomUUID())
    const refused = await adminClient.get(`/api/v1/admin/usage/summary?${parameters({ userIds: ids })}`)
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR'])
    for (const query of ['teamIds=x', 'providers=', 'providers=%00', 'userId=x', 'sort=user_id', 'limit=101'])
      expect((await adminClient.get(`/api/v1/admin/usage/by-user?${query}`)).status, query).toBe(400)
  })
})
