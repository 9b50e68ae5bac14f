import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '#test'
import { expectGolden } from '../support/golden.ts'
import { ApiDocument, fillPath, type Operation } from '../support/openapi.ts'
import { Belongings, catalogueOf, newMember, type Catalogue, type Prepared } from '../support/requests.ts'
import { callerKinds, type CallerKind } from './callers.ts'
import { tableDigests } from './table-digests.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Their own session, language and notifications: the only places where a read-only administrator writes. */
const OWN_AFFAIRS = ['/api/auth/', '/api/v1/me/']

let world: World
let document: ApiDocument
let catalogue: Catalogue
let belongings: Belongings
let kinds: CallerKind[]
/** Every answer of this suite, for its shape to be judged at the end. */
const answers: Array<readonly [Operation, string, Answer]> = []

beforeAll(async () => {
  world = await startWorld()
  document = new ApiDocument(world.app)
  catalogue = await catalogueOf(world)
  belongings = new Belongings(world, catalogue)
  kinds = await callerKinds(world, catalogue)
}, 120_000)
afterAll(() => world.close())

async function attempt(
  operation: Operation,
  kind: CallerKind,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<Answer> {
  let prepared: Prepared = { params: {} }
  const { client } = await kind.arrive(async (member) => {
    prepared = await belongings.prepare(operation, member, () => newMember(world))
  })
  await before()
  const { params, query = '', body, headers, contentType } = prepared
  const answer = await client.request(operation.method, fillPath(operation.path, params) + query, body, {
    ...headers,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  })
  answers.push([operation, kind.name, answer])
  return answer
}

describe('who may do what', () => {
  it('is, for every route and caller, what the golden file says', { timeout: 300_000 }, async () => {
    const width = Math.max(...document.operations.map((one) => `${one.method} ${one.path}`.length)) + 2
    const lines = [''.padEnd(width) + kinds.map((kind) => kind.name).join(' ')]
    for (const operation of [...document.operations].sort((a, b) =>
      a.path + a.method < b.path + b.method ? -1 : 1,
    )) {
      const statuses: string[] = []
      for (const kind of kinds)
        statuses.push(String((await attempt(operation, kind)).status).padEnd(kind.name.length))
      lines.push(`${`${operation.method} ${operation.path}`.padEnd(width)}${statuses.join(' ').trimEnd()}`)
    }
    await expectGolden(new URL('./matrix.golden.txt', import.meta.url), lines)
  })

  it('never is 500, and always is a documented answer of the documented shape', () => {
    expect(answers.length).toBeGreaterThan(300)
    expect(
      answers.flatMap(([operation, who, answer]) =>
        document.violations(operation, answer).map((one) => `${who}: ${one}`),
      ),
    ).toEqual([])
  })

  it('lets a read-only administrator change nothing, on no route', { timeout: 60_000 }, async () => {
    const auditor = kinds.filter((kind) => kind.name === 'adminReadonly')
    const unsafe = document.operations.filter(
      (one) =>
        !SAFE.has(one.method) &&
        one.auth !== 'key' &&
        one.auth !== 'public' &&
        !OWN_AFFAIRS.some((prefix) => `${one.path}/`.startsWith(prefix)),
    )
    expect(unsafe.length).toBeGreaterThan(8)
    for (const operation of unsafe)
      for (const kind of auditor) {
        let digests: Record<string, string> = {}
        const answer = await attempt(operation, kind, async () => {
          digests = await tableDigests(world)
        })
        expect([operation.operationId, answer.status]).toEqual([operation.operationId, 403])
        expect(await tableDigests(world), operation.operationId).toEqual(digests)
      }
  })

  it('lets nobody without a valid credential in, in any guise', { timeout: 60_000 }, async () => {
    const guises: ReadonlyArray<Readonly<Record<string, string>>> = [
      {},
      { authorization: 'Bearer' },
      { authorization: 'Basic YWRtaW46YWRtaW4=' },
      { authorization: 'Bearer null' },
      { authorization: 'Bearer sk-litellm-' },
      { authorization: `Bearer sk-litellm-${'a'.repeat(49)}` },
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.' },
      { cookie: 'litemaas=admin; __Host-litemaas=admin' },
      { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
      {
        'x-user': 'admin',
        'x-forwarded-user': 'admin',
        'x-remote-user': 'admin',
        'x-auth-request-user': 'admin',
      },
      { 'x-http-method-override': 'GET', 'x-original-url': '/health/live', 'x-rewrite-url': '/health/live' },
      { origin: world.url, referer: `${world.url}/`, 'sec-fetch-site': 'same-origin' },
      { 'user-agent': 'kube-probe/1.30' },
      { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' },
      { 'x-api-key': 'sk-litellm-anything' },
      { 'x-organization-id': '00000000-0000-4000-8000-000000000001' },
    ]
    const guarded = document.operations.filter((one) => one.auth !== 'public')
    for (const operation of guarded) {
      const member = await newMember(world)
      const { params, query = '', body } = await belongings.prepare(operation, member, () => newMember(world))
      for (const guise of guises) {
        const answer = await world.anonymous.request(
          operation.method,
          fillPath(operation.path, params) + query,
          body,
          guise,
        )
        expect([operation.operationId, guise, answer.status]).toEqual([operation.operationId, guise, 401])
      }
    }
  })
})
