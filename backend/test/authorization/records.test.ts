import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '#test'
import { ApiDocument, callsModel, fillPath, type Operation } from '../support/openapi.ts'
import { openSession } from '../support/people.ts'
import { Belongings, catalogueOf, newMember, type Prepared } from '../support/requests.ts'
import { callerKinds, type CallerKind } from './callers.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** From the least to the most that anybody may: the first who succeeds is looked at. */
const CLIMB = ['user', 'orgAdmin', 'admin']
/** What its job does is recorded when the job gets to it. */
const BY_JOB = new Set(['setLimitsOfUsers'])
/** What changes several things, or nothing before its job. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  acceptInvitation: ['invitation.accepted', 'member.joined'],
  createOrganization: ['invitation.created', 'organization.created'],
  setLimitsOfUsers: [],
}

let world: World
let document: ApiDocument
let belongings: Belongings
let kinds: CallerKind[]
let declared: Map<string, string>

beforeAll(async () => {
  world = await startWorld()
  document = new ApiDocument(world.app)
  const catalogue = await catalogueOf(world)
  belongings = new Belongings(world, catalogue)
  kinds = (await callerKinds(world, catalogue)).filter(({ name }) => CLIMB.includes(name))
  const { paths } = world.app.swagger() as unknown as {
    paths: Record<string, Record<string, { operationId: string; 'x-audit': string }>>
  }
  declared = new Map(
    Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((one) => [one.operationId, one['x-audit']] as const),
    ),
  )
}, 120_000)
afterAll(() => world.close())

interface Row {
  action: string
  actor_kind: string
  door: string
  address: string | null
  request_id: string
  result: string
}

/** What this person left in the trail since then; the trail's own order. */
const rowsSince = (sequence: string, userId: string) =>
  world.query<Row>(
    `select action, actor_kind, door, address, request_id, result from audit_logs
     where sequence > $1 and actor_id = $2 order by sequence`,
    [sequence, userId],
  )

async function act(operation: Operation): Promise<{ answer: Answer; rows: Row[]; who: string } | undefined> {
  for (const kind of kinds) {
    let prepared: Prepared = { params: {} }
    const { client, member } = await kind.arrive(async (one) => {
      prepared = await belongings.prepare(operation, one, () => newMember(world))
    })
    // Another one, to be ended.
    await openSession(world, member)
    const [last] = await world.query<{ sequence: string }>(
      'select coalesce(max(sequence), 0)::text as sequence from audit_logs',
    )
    const { params, query = '', body, headers, contentType } = prepared
    const answer = await client.request(operation.method, fillPath(operation.path, params) + query, body, {
      ...headers,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    })
    if (answer.status < 300)
      return { answer, rows: await rowsSince(last?.sequence ?? '0', member.userId), who: kind.name }
  }
  return undefined
}

it('every change leaves one row: what was declared, by whom, through which door, from where', async () => {
  const changes = document.operations.filter(
    (one) => !SAFE.has(one.method) && one.auth === 'session' && !callsModel(one),
  )
  expect(changes.length).toBeGreaterThan(60)
  const found: unknown[] = []
  const wanted: unknown[] = []
  for (const operation of changes) {
    const { operationId } = operation
    const done = await act(operation)
    const action = declared.get(operationId) ?? 'none'
    const actions = SEVERAL[operationId] ?? (action === 'none' ? [] : [action])
    const requestId = done?.answer.headers.get('x-request-id')
    const rows = done?.rows.filter((row) => !BY_JOB.has(operationId) || row.request_id === requestId)
    found.push([operationId, rows ?? 'nobody may'])
    wanted.push([
      operationId,
      actions.map((one) => ({
        action: one,
        actor_kind: 'person',
        door: 'token',
        address: '127.0.0.1',
        request_id: requestId,
        result: 'success',
      })),
    ])
  }
  expect(found).toEqual(wanted)
}, 240_000)
