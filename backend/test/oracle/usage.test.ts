import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBusyStage, withQuery, type Stage, type View } from './stage.ts'
import {
  activeIn,
  callsOf,
  failuresOf,
  percentilesOf,
  scopeOf,
  sumsBy,
  type Question,
  type Row,
} from './usage-sums.ts'

// Every figure about usage, on the data of a busy installation, against sums of the single calls.

let stage: Stage
let facts: Record<'model' | 'otherModel' | 'key' | 'team' | 'user' | 'provider' | 'organization', string>

const DAY_MS = 86_400_000
const ago = (days: number, hours = 0): Date =>
  new Date(stage.until.getTime() - days * DAY_MS + hours * 3_600_000)

beforeAll(async () => {
  stage = await openBusyStage()
  const { member } = stage.views
  const own = scopeOf(member)
  const busiest = async (column: string, offset = 0): Promise<string> => {
    const [row] = await stage.select(
      `select ${column} as id from usage_logs l join models m on m.id = l.model_id where ${own} and ${column} is not null
       group by 1 order by count(*) desc, 1 offset ${String(offset)} limit 1`,
    )
    return String(row?.['id'])
  }
  facts = {
    model: await busiest('l.model_id::text'),
    otherModel: await busiest('l.model_id::text', 1),
    key: await busiest('l.api_key_id::text'),
    team: await busiest('l.team_id::text'),
    provider: await busiest('m.provider'),
    user: member.userId,
    organization: member.organizationId ?? '',
  }
}, 120_000)
afterAll(() => stage.close())

type Ask = Omit<Question, 'name' | 'from' | 'to' | 'query'> & {
  readonly query: Question['query']
  readonly days?: readonly [from: Date, to: Date]
}

/** Filters that everybody has. */
const ownAsks: Readonly<Record<string, () => Ask>> = {
  'the last thirty days': () => ({ query: {}, where: 'true', days: [ago(29), ago(-1)] }),
  'a period of odd hours': () => ({ query: {}, where: 'true', days: [ago(20, 5.5), ago(3, 13.25)] }),
  'within one day': () => ({ query: {}, where: 'true', days: [ago(4, 9), ago(4, 17)] }),
  'answered calls': () => ({
    query: { outcome: 'success' },
    where: `l.outcome = 'success'`,
    outcome: 'success',
  }),
  'failed calls': () => ({ query: { outcome: 'error' }, where: `l.outcome = 'error'`, outcome: 'error' }),
  'cancelled calls': () => ({
    query: { outcome: 'cancelled' },
    where: `l.outcome = 'cancelled'`,
    outcome: 'cancelled',
  }),
}
const narrowAsks: Readonly<Record<string, () => Ask>> = {
  'one model': () => ({ query: { modelId: facts.model }, where: `l.model_id = '${facts.model}'` }),
  'one key': () => ({ query: { apiKeyId: facts.key }, where: `l.api_key_id = '${facts.key}'` }),
}
const adminAsks: Readonly<Record<string, () => Ask>> = {
  'two models': () => ({
    query: { modelIds: [facts.model, facts.otherModel] },
    where: `l.model_id in ('${facts.model}', '${facts.otherModel}')`,
  }),
  'one key of one person': () => ({
    query: { apiKeyIds: [facts.key], userIds: [facts.user] },
    where: `l.api_key_id = '${facts.key}' and l.user_id = '${facts.user}'`,
  }),
  'a team and a provider': () => ({
    query: { teamIds: [facts.team], providers: [facts.provider], outcome: 'success' },
    where: `l.team_id = '${facts.team}' and m.provider = '${facts.provider}' and l.outcome = 'success'`,
    outcome: 'success',
  }),
  'one organization': () => ({
    query: { organizationIds: [facts.organization] },
    where: `l.organization_id = '${facts.organization}'`,
  }),
}

const asked = (name: string, ask: Ask): Question => {
  const [from, to] = ask.days ?? [ago(25), ago(0)]
  return { ...ask, name, from, to, query: { ...ask.query, from: from.toISOString(), to: to.toISOString() } }
}

async function get(view: View, path: string, ...query: Question['query'][]): Promise<Row & { data: Row[] }> {
  const address = withQuery(path, ...query, view.query)
  const { status, body } = await view.client.get(address)
  expect(status, `${address}: ${JSON.stringify(body).slice(0, 300)}`).toBe(200)
  return body as Row & { data: Row[] }
}

const fields = [
  'requests', 'errors', 'cancelled', 'successRate', 'promptTokens', 'cachedPromptTokens', 'completionTokens', 'cost',
  'averageDurationMs', 'averageTimeToFirstTokenMs',
] as const // prettier-ignore
const NOTHING: Row = Object.fromEntries(
  fields.map((field) => [field, field === 'successRate' || field.startsWith('average') ? null : 0]),
)

/** Amounts exactly to the nano, averages to the tenth of a millisecond that is told. */
function expectFigures(actual: unknown, expected: Row, prefix: string, what: string): void {
  for (const field of fields) {
    const [found, wanted] = [(actual as Row)[field], expected[`${prefix}${field}`]]
    if (typeof found !== 'number' || typeof wanted !== 'number')
      expect(found, `${what}: ${field}`).toEqual(wanted)
    else if (Math.abs(found - wanted) > (field.startsWith('average') ? 0.11 : 5e-10 * Math.max(1, found)))
      expect(found, `${what}: ${field}`).toBe(wanted)
  }
}

const paths = (view: View): string => (view.name === 'member' ? '/api/v1/usage' : '/api/v1/admin/usage')
const some = {
  'a period of odd hours': ownAsks['a period of odd hours'],
  'two models': adminAsks['two models'],
}
const asks = {
  member: { ...ownAsks, ...narrowAsks },
  manager: some,
  administrator: { ...ownAsks, ...adminAsks },
  platform: {
    ...some,
    'the last thirty days': ownAsks['the last thirty days'],
    'one organization': adminAsks['one organization'],
  },
}
const asksOf = (view: View['name']): [string, () => Ask][] =>
  Object.entries(asks[view]).flatMap(([what, ask]) => (ask ? [[what, ask]] : []))

const groups = {
  member: { 'by-model': 'l.model_id::text', 'by-key': 'l.api_key_id::text' },
  others: {
    'by-model': 'l.model_id::text',
    'by-key': 'l.api_key_id::text',
    'by-user': 'l.user_id::text',
    'by-team': 'l.team_id::text',
    'by-provider': 'm.provider',
    'by-organization': 'l.organization_id::text',
  },
} as const

describe.each(['member', 'manager', 'administrator', 'platform'] as const)('as %s', (name) => {
  describe.each(asksOf(name))('%s', (what, ask) => {
    const here = (): { view: View; question: Question } => ({
      view: stage.views[name],
      question: asked(what, ask()),
    })

    test('the sum, and the period before', async () => {
      const { view, question } = here()
      const { data } = await get(view, `${paths(view)}/summary`, question.query)
      const [row = {}] = await sumsBy(stage, view, question, `'all'`)
      const summary = data as unknown as Row
      expectFigures(summary, { ...NOTHING, ...row }, '', what)
      expectFigures(
        summary['previous'],
        row['id'] === undefined ? NOTHING : row,
        row['id'] === undefined ? '' : 'previous.',
        what,
      )
      if (name !== 'member') expect(summary).toMatchObject(await activeIn(stage, view, question))
      if (question.outcome !== 'cancelled' && name !== 'manager')
        expect(summary['requests'], 'the data says something').toBeGreaterThan(0)
    })

    test('day by day, hour by hour', async () => {
      const { view, question } = here()
      for (const [path, by, field, from] of [
        ['daily', `to_char(l.at at time zone 'UTC', 'YYYY-MM-DD')`, 'day', question.from],
        ['hourly', `to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"')`, 'hour', question.from],
      ] as const) {
        const { data } = await get(view, `${paths(view)}/${path}`, question.query)
        const rows = await sumsBy(stage, view, { ...question, from }, by)
        const expected = new Map(
          rows.filter((row) => row['requests'] !== 0).map((row) => [String(row['id']), row]),
        )
        for (const item of data)
          expectFigures(
            item,
            expected.get(String(item[field])) ?? NOTHING,
            '',
            `${path} ${String(item[field])}`,
          )
        const names = data.map((item) => String(item[field]))
        expect(names.toSorted()).toEqual(names)
        expect([...expected.keys()].filter((one) => !names.includes(one))).toEqual([])
      }
    })

    test.each(Object.entries(name === 'member' ? groups.member : groups.others))('%s', async (path, by) => {
      const { view, question } = here()
      const rows = await sumsBy(stage, view, question, by)
      const expected = rows.filter((row) => row['requests'] !== 0)
      const found: Row[] = []
      for (let hasMore = true; hasMore;) {
        const page = await get(view, `${paths(view)}/${path}`, question.query, {
          limit: '100',
          offset: String(found.length),
        })
        found.push(...page.data)
        const pagination = page['pagination'] as { total: number; hasMore: boolean }
        expect(pagination.total).toBe(expected.length)
        hasMore = pagination.hasMore
      }
      expect(found.map((item) => String(item['id'])).toSorted()).toEqual(
        expected.map((row) => String(row['id'])).toSorted(),
      )
      const byId = new Map(expected.map((row) => [row['id'], row]))
      for (const item of found) {
        const row = byId.get(item['id']) ?? {}
        expectFigures(item, row, '', `${path} ${String(item['id'])}`)
        expectFigures(item['previous'], row, 'previous.', `${path} ${String(item['id'])}, before`)
      }
      const costs = found.map((item) => Number(item['cost']))
      expect(costs).toEqual(costs.toSorted((a, b) => b - a))
    })

    test('failures by kind', async () => {
      const { view, question } = here()
      const { data } = await get(view, `${paths(view)}/errors`, question.query)
      const kind = (row: Row): string =>
        [row['outcome'], row['statusCode'], row['errorCode'], row['requests'], row['previous']].join(' ')
      expect(data.map(kind).toSorted()).toEqual(
        (await failuresOf(stage, view, question)).map(kind).toSorted(),
      )
    })

    test('percentiles within their buckets', async () => {
      const { view, question } = here()
      const { data } = await get(view, `${paths(view)}/latency`, question.query)
      const latency = data as unknown as Row
      for (const [field, measure] of [
        ['duration', 'duration_ms'],
        ['timeToFirstToken', 'time_to_first_token_ms'],
      ] as const) {
        const [found, exact] = [latency[field] as Row, await percentilesOf(stage, view, question, measure)]
        expect(found['calls']).toBe(exact['calls'])
        for (const percentile of ['p50', 'p95', 'p99']) {
          const [told, measured] = [found[percentile], exact[percentile]]
          if (typeof told !== 'number' || typeof measured !== 'number') expect(told).toEqual(measured)
          else
            expect(
              Math.abs(told - measured),
              `${field} ${percentile}: ${String(told)}, measured ${String(measured)}`,
            ).toBeLessThanOrEqual(Math.max(0.5, 0.051 * measured))
        }
      }
    })
  })

  test('both ways of exporting have every call once', async () => {
    const view = stage.views[name]
    const question = asked('export', { query: {}, where: 'true', days: [ago(6, 3), ago(2)] })
    const expected = await callsOf(stage, view, question)
    const sum = expected.reduce((total, row) => total + Number(row['cost']), 0)
    const address = withQuery(`${paths(view)}/export`, question.query, view.query)
    const csv = await view.client.get(`${address}&sort=at`)
    const json = await view.client.get(`${address}&sort=at&format=json`)
    expect(expected.length).toBeGreaterThan(5)
    for (const rows of [parse(String(csv.body), { columns: true, bom: true }) as Row[], json.body as Row[]]) {
      expect(rows.map((row) => row['id'])).toEqual(expected.map((row) => row['id']))
      expect(rows.reduce((total, row) => total + Number(row['cost']), 0)).toBeCloseTo(sum, 6)
    }
  })

  test.runIf(name !== 'member')(
    'what can be filtered by is what occurs under the other filters',
    async () => {
      const view = stage.views[name]
      const columns = {
        organizations: ['organizationIds', 'l.organization_id::text'],
        teams: ['teamIds', 'l.team_id::text'],
        users: ['userIds', 'l.user_id::text'],
        models: ['modelIds', 'l.model_id::text'],
        providers: ['providers', 'm.provider'],
        apiKeys: ['apiKeyIds', 'l.api_key_id::text'],
      } as const
      const filters = { modelIds: [facts.model, facts.otherModel], providers: [facts.provider] }
      const conditions: Record<string, string> = {
        modelIds: `l.model_id in ('${facts.model}', '${facts.otherModel}')`,
        providers: `m.provider = '${facts.provider}'`,
      }
      const question = asked('filters', { query: filters, where: 'true' })
      const { data } = await get(view, '/api/v1/admin/usage/filters', question.query)
      for (const [field, [own, column]] of Object.entries(columns)) {
        const others = Object.entries(conditions).filter(([filter]) => filter !== own)
        const where = others.map(([, text]) => text).join(' and ')
        const rows = (await sumsBy(stage, view, { ...question, where }, column)).filter(
          (row) => row['id'] !== null && row['requests'] !== 0,
        )
        const options = (data as unknown as Record<string, Row[]>)[field] ?? []
        const pairs = (all: readonly Row[]): string[] =>
          all.map((row) => `${String(row['id'])} ${String(row['requests'])}`).toSorted()
        expect(pairs(options), field).toEqual(pairs(rows))
      }
    },
  )
})

test('a member’s budgets in use are those of their keys', async () => {
  const { member } = stage.views
  const { data } = await get(member, '/api/v1/usage/budget')
  const rows = await stage.select(
    `select b.subject_id as id, (case when b.reset_at <= now() then 0 else b.spent_nano end / 1e9)::float8 as spent
     from budgets b join api_keys k on k.id = b.subject_id where b.level = 'key' and k.user_id = :user and k.organization_id = :org and k.revoked_at is null`,
    { user: member.userId, org: member.organizationId },
  )
  const keys = (data as unknown as { keys: Row[] }).keys
  expect(keys.length).toBeGreaterThan(0)
  const known = new Map(rows.map((row) => [row['id'], row['spent']]))
  for (const key of keys)
    expect(key['spent'] ?? key['spend'], JSON.stringify(key)).toBe(known.get(key['apiKeyId'] ?? key['id']))
})
