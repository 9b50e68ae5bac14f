import { randomUUID } from 'node:crypto'
import { ledgerFaults } from '@litemaas/scripts/ledger'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addMember, clientOf, DEFAULT_ORGANIZATION, type Member } from '../../../test/support/people.ts'
import {
  Client,
  eventually,
  startWorld,
  type Answer,
  type Server,
  type World,
} from '../../../test/support/index.ts'

// Every level of the chain is kept exactly, by two servers that know of each other only through PostgreSQL.

const MODEL = 'granite-4-small'
const DEFAULT_TEAM = 'a0000000-0000-4000-8000-000000000001'
const PLATFORM = '00000000-0000-4000-8000-000000000000'
/** Bytes of the text and 16 per message in, `max_tokens` out: what is set aside is what is used. */
const INPUT = 100
const OUTPUT = 50
const body = {
  model: MODEL,
  messages: [{ role: 'user', content: 'x'.repeat(INPUT - 16) }],
  max_tokens: OUTPUT,
}

let world: World
let second: Server
let asBoss: Client
let granite: string
let cost: number

interface Person extends Member {
  readonly key: string
  readonly keyId: string
}

async function personWithKey(limits: object = {}): Promise<Person> {
  const member = await addMember(world)
  const client = await clientOf(world, member)
  await client.post('/api/v1/subscriptions', { modelId: granite })
  const { body: made } = await client.post('/api/v1/api-keys', { name: 'k', modelIds: [granite], ...limits })
  return { ...member, key: made.data.key, keyId: made.data.id }
}

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service', LEASE_SECONDS: '5' } })
  second = await world.startServer()
  asBoss = await clientOf(world, await addMember(world, { role: 'admin', platformRole: 'admin' }))
  const { body: list } = await asBoss.get('/api/v1/models?limit=100')
  const model = list.data.find((one: { name: string }) => one.name === MODEL)
  granite = model.id
  const nano = (usd: number) => Math.round(usd * 1e9)
  cost = Math.ceil(
    (INPUT * nano(model.inputPricePerMillion) + OUTPUT * nano(model.outputPricePerMillion)) / 1_000_000,
  )
  await world.simulator('POST', '/simulator/faults', {
    match: { model: MODEL },
    usage: { prompt_tokens: INPUT, completion_tokens: OUTPUT },
  })
})
afterAll(() => world.close())

const settled = () =>
  eventually(async () => {
    expect(await world.query(`select id from reservations where kind = 'call'`)).toEqual([])
  })
afterEach(async () => {
  await settled()
  expect(await ledgerFaults((text) => world.query(text))).toEqual([])
  // Limits of other tests; what was spent stays, so that the books can be held against the calls.
  await world.query(`update budgets set limit_nano = null where level not in ('key', 'key_model')`)
})

const call = (key: string, url = world.url): Promise<Answer> =>
  new Client(url, { authorization: `Bearer ${key}` }).post('/v1/chat/completions', body)

/** Whether a call was made; a refusal must be one for want of money, or the shedding of a load that is too much for this machine. */
function isMade(answer: Answer): boolean {
  if (answer.status === 200) return true
  if (answer.status === 503) return false
  expect(answer.body.error, JSON.stringify(answer.body)).toMatchObject({ code: 'insufficient_quota' })
  return false
}

const spentOf = async (id: string) =>
  Number((await world.query<{ n: string }>('select spent_nano as n from budgets where id = $1', [id]))[0]?.n)

/** `calls` more than what has been spent from it; exactly, and half a call's price for the rounding. */
async function limit(level: string, subjectId: string | undefined, calls: number): Promise<string> {
  const usd = (nano: number) => nano / 1e9
  const query = subjectId === undefined ? `level=${level}` : `level=${level}&subjectId=${subjectId}`
  const [known] = (await asBoss.get(`/api/v1/admin/budgets?${query}`)).body.data
  if (known) {
    const most = Math.round((known.spent + known.reserved) * 1e9) + calls * cost
    const answer = await asBoss.patch(`/api/v1/admin/budgets/${known.id}`, { limit: usd(most) })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return known.id
  }
  const answer = await asBoss.post('/api/v1/admin/budgets', {
    level,
    ...(subjectId === undefined ? {} : { subjectId }),
    limit: usd(calls * cost),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data.id
}

/** Keys learn of a new level within a second. */
const noticed = () => new Promise((resolve) => setTimeout(resolve, 1100))
const usd = (calls: number) => (calls * cost) / 1e9

describe('a chain of budgets', () => {
  test.each(['key', 'key_model', 'user', 'team', 'organization', 'platform'])(
    'that ends at level %s is kept exactly by two servers, and says so',
    async (level) => {
      const calls = 12
      const ofKey: Record<string, object> = {
        key: { maxBudget: usd(calls) },
        key_model: { modelLimits: [{ modelId: granite, maxBudget: usd(calls) }] },
      }
      const people = await Promise.all([
        personWithKey(ofKey[level]),
        ...(level === 'team' || level === 'organization' || level === 'platform' ? [personWithKey()] : []),
      ])
      const [first] = people
      const subjects: Record<string, string | undefined> = { user: first?.userId, team: DEFAULT_TEAM }
      if (ofKey[level] === undefined) await limit(level, subjects[level], calls)
      await noticed()
      const burst = people.flatMap(({ key }) =>
        [world.url, second.url].flatMap((url) => Array.from({ length: 16 }, () => call(key, url))),
      )
      const answers = await Promise.all(burst)
      let made = answers.filter(isMade).length
      for (const { status, body: refused } of answers)
        if (status === 429) expect(refused.error.level).toBe(level)
      // What the other server had leased is free again when it lies idle.
      await eventually(async () => {
        for (const { key } of people)
          for (const url of [world.url, second.url]) while (isMade(await call(key, url))) made += 1
        expect(made).toBe(calls)
      }, 20_000)
    },
    60_000,
  )

  test(
    'with random limits at every level never passes any of them, and leaves no room unused',
    { timeout: 90_000 },
    async () => {
      const random = (low: number, high: number) => low + Math.floor(Math.random() * (high - low + 1))
      const people = await Promise.all([
        personWithKey({ maxBudget: usd(random(3, 15)) }),
        personWithKey({
          maxBudget: usd(random(3, 15)),
          modelLimits: [{ modelId: granite, maxBudget: usd(random(3, 15)) }],
        }),
        personWithKey(),
      ])
      for (const person of people) await limit('user', person.userId, random(4, 14))
      for (const [level, subject] of [
        ['team', DEFAULT_TEAM],
        ['organization', undefined],
        ['platform', undefined],
      ] as const)
        await limit(level, subject, random(15, 30))
      await noticed()
      const urls = [world.url, second.url]
      await Promise.all(
        people.flatMap(({ key }) =>
          urls.flatMap((url) => Array.from({ length: 12 }, async () => isMade(await call(key, url)))),
        ),
      )
      await eventually(async () => {
        for (const { key } of people) for (const url of urls) while (isMade(await call(key, url)));
        await settled()
        const rooms = await world.query<{ left: string }>(
          `select min(b.limit_nano - b.spent_nano) as left from api_keys k join budgets b on
             (b.organization_id = k.organization_id and b.subject_id in (k.id, k.user_id, k.team_id, k.organization_id))
             or (b.level = 'platform' and b.organization_id = $2)
           where k.id = any ($1) and b.limit_nano is not null group by k.id`,
          [people.map((one) => one.keyId), PLATFORM],
        )
        for (const { left } of rooms) {
          expect(Number(left)).toBeGreaterThanOrEqual(0)
          expect(Number(left)).toBeLessThan(cost)
        }
      }, 40_000)
    },
  )
})

const once = () => ({ 'idempotency-key': randomUUID() })
const warningsOf = async (budgetId: string) =>
  (
    await world.query<{ threshold: unknown; who: string }>(
      `select data -> 'threshold' as threshold, coalesce(user_id::text, permission, 'platform') as who from events
       where name = 'budget.warning' and data ->> 'budgetId' = $1 order by sequence`,
      [budgetId],
    )
  ).map((row) => [row.threshold, row.who])

describe('what happens to a budget', () => {
  test('an increase lets more through until its end, and nothing after it', async () => {
    const person = await personWithKey()
    const id = await limit('user', person.userId, 3)
    await noticed()
    const made = async () => {
      let count = 0
      while (isMade(await call(person.key, [world.url, second.url][count % 2]))) count += 1
      return count
    }
    expect(await made()).toBe(3)
    const expiresAt = new Date(Date.now() + 2500)
    const increase = await asBoss.post(
      `/api/v1/admin/budgets/${id}/increases`,
      { amount: usd(50), expiresAt: expiresAt.toISOString(), reason: 'A deadline.' },
      once(),
    )
    expect(increase.status, JSON.stringify(increase.body)).toBe(201)
    // Under load over the end: what is made begins before it.
    const begun: number[] = []
    const spender = async (url: string) => {
      for (;;) {
        const at = Date.now()
        if (at > expiresAt.getTime() + 700) return
        if ((await call(person.key, url)).status === 200) begun.push(at)
      }
    }
    await Promise.all([spender(world.url), spender(second.url)])
    expect(begun.length).toBeGreaterThan(0)
    expect(begun.length).toBeLessThanOrEqual(50)
    expect(Math.max(...begun)).toBeLessThanOrEqual(expiresAt.getTime())
    await settled()
    await eventually(async () => expect(await spentOf(id)).toBe((3 + begun.length) * cost))
    expect(isMade(await call(person.key))).toBe(false)
    // Forgiven, it begins anew; and what was forgiven stays on record beside the usage.
    await asBoss.post(`/api/v1/admin/budgets/${id}/reset-spend`, { reason: 'A new start.' }, once())
    expect(await made()).toBe(3)
  })

  test('warnings come once per threshold, to the person and to those who govern', async () => {
    const person = await personWithKey({ maxBudget: usd(10), softBudget: usd(2) })
    const id = await limit('user', person.userId, 20)
    const [key] = (await asBoss.get(`/api/v1/admin/budgets?subjectId=${person.keyId}`)).body.data
    await noticed()
    // One after the other: what is booked at once is warned of at once, with the highest threshold.
    for (let made = 0; isMade(await call(person.key, [world.url, second.url][made % 2])); made += 1)
      await eventually(async () => expect(await spentOf(key.id)).toBe((made + 1) * cost))
    await eventually(async () => {
      expect(await warningsOf(key.id)).toEqual([
        ['soft', person.userId],
        [70, person.userId],
        [90, person.userId],
        [100, person.userId],
      ])
    })
    expect(await warningsOf(id)).toEqual([])
    await asBoss.patch(`/api/v1/admin/budgets/${id}`, { softLimit: usd(5) })
    await asBoss.post(`/api/v1/admin/budgets/${key.id}/reset-spend`, { reason: 'More tests.' }, once())
    expect(isMade(await call(person.key))).toBe(true)
    await eventually(async () => {
      expect(await warningsOf(id)).toEqual([
        ['soft', person.userId],
        ['soft', 'budgets:write'],
      ])
    })
  })

  test('a budget whose last rest is too small for a call is announced as ended', async () => {
    const person = await personWithKey({ maxBudget: usd(10) + (cost * 0.4) / 1e9 })
    const [key] = (await asBoss.get(`/api/v1/admin/budgets?subjectId=${person.keyId}`)).body.data
    while (isMade(await call(person.key)));
    await eventually(async () => expect(await spentOf(key.id)).toBe(10 * cost))
    await eventually(async () => expect((await warningsOf(key.id)).at(-1)).toEqual([100, person.userId]))
    const thresholds = (await warningsOf(key.id)).map(([threshold]) => threshold)
    expect(new Set(thresholds).size).toBe(thresholds.length)
  })

  test('a window that ends under load begins anew once, and keeps what is set aside', async () => {
    const person = await personWithKey({ maxBudget: usd(4), budgetDuration: '1d' })
    const [key] = (await asBoss.get(`/api/v1/admin/budgets?subjectId=${person.keyId}`)).body.data
    while (isMade(await call(person.key)));
    await settled()
    await world.query('alter table budgets disable trigger close_budget_window')
    await world.query(
      `update budgets set created_at = now() - interval '3 days', reset_at = date_trunc('day', now()) where id = $1`,
      [key.id],
    )
    await world.query('alter table budgets enable trigger close_budget_window')
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => call(person.key, index % 2 ? world.url : second.url)),
    )
    let made = answers.filter(isMade).length
    await eventually(async () => {
      for (const url of [world.url, second.url]) while (isMade(await call(person.key, url))) made += 1
      expect(made).toBe(4)
    }, 20_000)
    const history = (await asBoss.get(`/api/v1/admin/budgets/${key.id}/history`)).body.data
    expect(history).toMatchObject([{ spent: usd(4), limit: usd(4) }])
  })

  test('one that is removed binds nobody from then on', async () => {
    const person = await personWithKey()
    const id = await limit('user', person.userId, 1)
    await noticed()
    expect([isMade(await call(person.key)), isMade(await call(person.key))]).toEqual([true, false])
    expect((await asBoss.delete(`/api/v1/admin/budgets/${id}`)).status).toBe(204)
    expect(isMade(await call(person.key))).toBe(true)
    expect(isMade(await call(person.key, second.url))).toBe(true)
  })
})

describe('a limit per minute or in parallel', () => {
  test.each([
    ['user', 'memberships', 'rpm_limit'],
    ['team', 'teams', 'rpm_limit'],
    ['organization', 'organizations', 'rpm_limit'],
    ['user', 'memberships', 'tpm_limit'],
    ['organization', 'organizations', 'max_parallel_requests'],
  ])(
    'of a %s (%s.%s) holds for all of its keys, and the refusal names the level',
    async (level, table, column) => {
      const people = await Promise.all([personWithKey(), personWithKey()])
      // Two servers have half of a large limit each.
      const most = column === 'tpm_limit' ? 2 * 3 * (INPUT + OUTPUT) : column === 'rpm_limit' ? 3 : 0
      const where: Record<string, [string, string | undefined]> = {
        memberships: ['user_id = $2', people[0]?.userId],
        teams: ['id = $2', DEFAULT_TEAM],
        organizations: ['id = $2', DEFAULT_ORGANIZATION],
      }
      const [condition, id] = where[table] ?? ['', undefined]
      const set = (value: number | null) =>
        world.query(`update ${table} set ${column} = $1 where ${condition}`, [value, id])
      await set(most)
      try {
        await noticed()
        const keys = level === 'user' ? [people[0]?.key, people[0]?.key] : people.map((one) => one.key)
        const answers: Answer[] = []
        for (let index = 0; index < 6; index += 1)
          answers.push(
            await call(keys[index % 2] ?? '', index % 3 || column === 'tpm_limit' ? world.url : second.url),
          )
        const refused = answers.filter((one) => one.status === 429)
        expect(answers.length - refused.length).toBe(column === 'max_parallel_requests' ? 0 : 3)
        for (const { body: answer, headers } of refused) {
          expect(answer.error).toMatchObject({ code: 'rate_limit_exceeded', level })
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
        }
        if (level === 'user') expect((await call(people[1]?.key ?? '')).status).toBe(200)
      } finally {
        await set(null)
        await world.query('truncate rate_counters')
        await noticed()
      }
    },
  )
})
