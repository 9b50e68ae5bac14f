import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  openSession,
  type Member,
} from '../../../test/support/people.ts'

const MANY = 50_000
const NAMES = [
  `=cmd|' /C calc'!A0`,
  '+1',
  '-2+3',
  '@SUM(A1:A2)',
  '\tindented',
  `'quoted`,
  'two\nlines',
  'say "hello", twice',
  '👩‍👩‍👧‍👦 ünïcödé',
  '',
  'plain',
]

let world: World
let alice: Member
let busy: Member
let aliceClient: Client
let token: string

/** Calls as the writer would have written them, one per name and error code. */
async function addCalls(member: Member, count: number, text: string): Promise<void> {
  await world.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation, is_stream,
       outcome, status_code, error_code, prompt_tokens, completion_tokens, cost_nano, duration_ms, end_user, metadata)
     select $1, now() - n * interval '1 millisecond', 'r' || n, 'gateway', $2, $3, m.id, m.name, 'chat', n % 2 = 0, 'success', 200,
       $4 || repeat('x', 60), n, 5, n * 1234567890::bigint, n, $4, jsonb_build_object('keyName', $4::text)
     from generate_series(1, $5::int) n, (select id, name from models order by name limit 1) m`,
    [DEFAULT_ORGANIZATION, member.userId, member.userId, text, count],
  )
}

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  ;[alice, busy] = await Promise.all([
    addMember(world, { username: 'alice-x' }),
    addMember(world, { username: 'busy-x' }),
  ])
  for (const name of NAMES) await addCalls(alice, 1, name)
  await addCalls(busy, MANY, 'wide'.repeat(10))
  aliceClient = await clientOf(world, alice)
  ;({ token } = await openSession(world, busy))
})
afterAll(() => world.close())

const fetchExport = (query: string, signal?: AbortSignal) =>
  fetch(`${world.url}/api/v1/usage/export?${query}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  })

/** Exports that run, by the metric. */
const running = async () => {
  const { body } = await world.anonymous.get('/metrics')
  return Number(/^litemaas_usage_exports (\d+)$/m.exec(String(body))?.[1])
}

test('both forms say the same as the list, with whatever names', async () => {
  const json = await aliceClient.get('/api/v1/usage/export?format=json')
  expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
  const { body: list } = await aliceClient.get('/api/v1/usage/logs?limit=100')
  expect(json.body).toEqual(list.data)
  expect(new Set(json.body.map((call: { apiKeyName: string }) => call.apiKeyName))).toEqual(new Set(NAMES))

  const csv = await aliceClient.get('/api/v1/usage/export')
  expect(csv.status).toBe(200)
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="usage-[\d-]+\.csv"$/)
  const rows = parse(String(csv.body), { columns: true, record_delimiter: '\r\n' }) as Record<
    string,
    string
  >[]
  expect(rows.map((row) => Object.keys(row))).toEqual(NAMES.map(() => Object.keys(list.data[0])))
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(list.data[index] as object)) {
      const cell = row[name] ?? 'missing'
      if (typeof value === 'string') {
        expect(cell.replace(/^'/, ''), name).toBe(value)
        expect(cell, name).not.toMatch(/^[=+\-@\t\r\n]/)
      } else if (name === 'cost') expect(cell).toBe('1.234567890')
      else expect(cell, name).toBe(value === null ? '' : String(value))
    }
  }
})

test('nobody else’s, and filtered as the list is', async () => {
  const { body } = await aliceClient.get('/api/v1/usage/export?format=json&requestId=r2')
  expect(body).toEqual([])
  const empty = await aliceClient.get('/api/v1/usage/export?from=2001-01-01&to=2001-01-02')
  expect(String(empty.body).trim().split('\r\n')).toHaveLength(1)
  for (const query of ['format=xlsx', 'from=soon', 'apiKeyId=1', 'limit=5'])
    expect((await aliceClient.get(`/api/v1/usage/export?${query}`)).status, query).toBe(400)
})

test('everybody’s, for administrators: as their list says it, whose each call is, and no other organization’s', async () => {
  const elsewhere = await addOrganization(world, 'Elsewhere')
  const stranger = await addMember(world, { username: 'stranger-x', organizationId: elsewhere })
  await world.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation, outcome,
       status_code, cost_nano) select $1, now(), 'theirs', 'gateway', $2, $2, m.id, m.name, 'chat', 'success', 200, 1
     from models m order by name limit 1`,
    [elsewhere, stranger.userId],
  )
  const administrator = await clientOf(world, await addMember(world, { role: 'admin' }))
  const query = `userIds=${alice.userId}&userIds=${stranger.userId}`
  const { body: list } = await administrator.get(`/api/v1/admin/usage/logs?limit=100&${query}`)
  expect(list.data).toHaveLength(NAMES.length)
  const json = await administrator.get(`/api/v1/admin/usage/export?format=json&${query}`)
  expect(json.body).toEqual(list.data)
  const csv = await administrator.get(`/api/v1/admin/usage/export?${query}`)
  const rows = parse(String(csv.body), { columns: true, record_delimiter: '\r\n' }) as Record<
    string,
    string
  >[]
  expect(rows.map((row) => [row['requestId'], row['username']])).toEqual(
    list.data.map((call: { requestId: string; username: string }) => [call.requestId, call.username]),
  )
  const root = await clientOf(world, await addMember(world, { platformRole: 'admin' }))
  const both = await root.get(`/api/v1/admin/usage/export?format=json&scope=platform&${query}`)
  expect(both.body).toHaveLength(NAMES.length + 1)
})

test(`${MANY} calls begin at once and never lie in memory together`, async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const occupied = () => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 2 ** 20
  }
  const before = occupied()
  const response = await fetchExport('minDurationMs=1')
  expect(response.status).toBe(200)
  // The first bytes are here while the export is still running.
  const reader = response.body?.getReader()
  if (!reader) throw new Error('no body')
  await reader.read()
  expect(await running()).toBe(1)
  let lines = 0
  let bytes = 0
  let most = 0
  for (let chunks = 1; ; chunks += 1) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    lines += (value as Uint8Array).filter((byte) => byte === 10).length
    if (chunks % 100 === 0) most = Math.max(most, occupied() - before)
  }
  expect(lines).toBeGreaterThan(MANY - 600)
  expect(lines).toBeLessThanOrEqual(MANY + 1)
  expect(bytes / 2 ** 20).toBeGreaterThan(12)
  expect(most).toBeLessThan(10)
  await eventually(async () => expect(await running()).toBe(0))
})

test('whoever leaves is not written to any more', async () => {
  const controller = new AbortController()
  const response = await fetchExport('format=json', controller.signal)
  await response.body?.getReader().read()
  expect(await running()).toBe(1)
  controller.abort()
  await eventually(async () => expect(await running()).toBe(0))
})

test('at most two at once for one caller', async () => {
  const controller = new AbortController()
  const open = async () => {
    const response = await fetchExport('format=csv', controller.signal)
    await response.body?.getReader().read()
  }
  await Promise.all([open(), open()])
  const third = await fetchExport('format=csv')
  expect(third.status).toBe(429)
  expect(third.headers.get('retry-after')).toBe('5')
  controller.abort()
  await eventually(async () => expect(await running()).toBe(0))
})
