import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { ApiDocument, fillPath, type Operation } from '../support/openapi.ts'
import { addMember, clientOf } from '../support/people.ts'
import { Belongings, catalogueOf, CHAT, newMember } from '../support/requests.ts'

/** For the page, for the total, for whether its parent may be seen, and two for the record of who crossed organizations. */
const MOST = 5
const REPEATS = 4

let world: World
let document: ApiDocument
let belongings: Belongings
let root: Client
let statements = 0

/** Statements of the product on their way to PostgreSQL; what frames a transaction does not count. */
const query = pg.Client.prototype.query as (...parts: unknown[]) => unknown
const isFrame = (text: string) => /^\s*(begin|commit|rollback|listen|set )|set_config/i.test(text)

beforeAll(async () => {
  pg.Client.prototype.query = function counted(this: pg.Client, ...parts: unknown[]) {
    const [first] = parts as [string | { text?: string }]
    const text = typeof first === 'string' ? first : (first?.text ?? '')
    if (!isFrame(text)) statements += 1
    return query.apply(this, parts)
  } as typeof pg.Client.prototype.query
  world = await startWorld({
    config: { RECONCILE_INTERVAL_SECONDS: '3600', USAGE_PULL_INTERVAL_SECONDS: '3600' },
  })
  document = new ApiDocument(world.app)
  const catalogue = await catalogueOf(world)
  belongings = new Belongings(world, catalogue)
  const person = await addMember(world)
  for (const modelId of [catalogue.open, (await embedding()) ?? '']) {
    const { key = '' } = await belongings.apiKey(person, [modelId])
    const call = { model: CHAT, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 }
    await world.withKey(key).post('/v1/chat/completions', call)
    await world.withKey(key).post('/v1/chat/completions', call)
  }
  await eventually(async () =>
    expect(await world.query('select from usage_logs where user_id = $1', [person.userId])).toHaveLength(2),
  )
  await world.query(`update memberships set role = 'admin' where user_id = $1`, [person.userId])
  await world.query(`update users set platform_role = 'admin' where id = $1`, [person.userId])
  await world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [person.userId])
  root = await clientOf(world, { ...person, platformRole: 'admin' })
  // Rows of every kind, of others.
  for (const operation of document.operations)
    for (let times = 0; times < 2; times += 1)
      await belongings.prepare(operation, await newMember(world), () => newMember(world))
}, 120_000)
afterAll(async () => {
  pg.Client.prototype.query = query as typeof pg.Client.prototype.query
  await world.close()
})

const embedding = async () =>
  (await world.query<{ id: string }>(`select id from models where name = 'text-embedding-small'`))[0]?.id

const lists = () =>
  document.operations.filter((operation) => {
    if (operation.method !== 'GET' || !operation.auth.includes('session')) return false
    const schema = operation.responses['200']?.content?.['application/json']?.schema
    return schema !== undefined && document.resolve(schema).properties?.['pagination'] !== undefined
  })

/** Rows of the answer, and the fewest statements of several tries: jobs of the process ask now and then, too. */
async function ask(operation: Operation, path: string, limit: number) {
  const scope = operation.parameters.some(({ name }) => name === 'scope') ? '&scope=platform' : ''
  const asked: number[] = []
  let rows = 0
  for (let times = 0; times < REPEATS; times += 1) {
    const before = statements
    const { status, body } = await root.get(`${path}?limit=${limit}${scope}`)
    asked.push(statements - before)
    // What only its owner has is not there for others.
    expect([operation.operationId, status === 404 ? 200 : status]).toEqual([operation.operationId, 200])
    rows = status === 200 ? (body.data as unknown[]).length : 0
  }
  return { rows, asked: Math.min(...asked) }
}

it('a list asks PostgreSQL as often for one row as for a hundred, and LiteLLM never', async () => {
  expect(lists().length).toBeGreaterThan(40)
  const withSeveral: string[] = []
  const tooOften: unknown[] = []
  const paths = new Map<Operation, string>()
  for (const operation of lists()) {
    const { params } = await belongings.prepare(operation, await newMember(world), () => newMember(world))
    paths.set(operation, fillPath(operation.path, params))
  }
  await eventually(async () =>
    expect(await world.query(`select from litellm_intents where state <> 'done'`)).toEqual([]),
  )
  await world.simulator('DELETE', '/simulator/calls')
  for (const [operation, path] of paths) {
    const one = await ask(operation, path, 1)
    const many = await ask(operation, path, 100)
    if (many.rows > 1) withSeveral.push(operation.operationId)
    if (many.asked > one.asked || one.asked > MOST)
      tooOften.push([operation.operationId, one.asked, many.asked])
  }
  expect(tooOften).toEqual([])
  expect(withSeveral.length, withSeveral.join(' ')).toBeGreaterThan(20)
  const { calls } = (await world.simulator('GET', '/simulator/calls')) as { calls: Array<{ path: string }> }
  expect(calls.map(({ path }) => path).filter((path) => !path.startsWith('/health/'))).toEqual([])
}, 120_000)
