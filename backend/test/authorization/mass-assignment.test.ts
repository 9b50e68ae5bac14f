import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { ApiDocument, callsModel, fillPath, type Operation, type Schema } from '../support/openapi.ts'
import { clientOf, type Member } from '../support/people.ts'
import { becomes, Belongings, catalogueOf, newMember } from '../support/requests.ts'
import { tableDigests } from './table-digests.ts'

let world: World
let document: ApiDocument
let belongings: Belongings

/** What an attacker adds in the hope that somebody spreads the body into a row. */
const HOPES: Readonly<Record<string, unknown>> = {
  role: 'admin',
  platformRole: 'admin',
  isAdmin: true,
  permissions: ['audit:read'],
  organizationId: '00000000-0000-4000-8000-000000000000',
  organization_id: '00000000-0000-4000-8000-000000000000',
  org_id: '00000000-0000-4000-8000-000000000000',
  userId: '00000000-0000-4000-8000-000000000000',
  user_id: '00000000-0000-4000-8000-000000000000',
  teamId: 'a0000000-0000-4000-8000-000000000001',
  id: '00000000-0000-4000-8000-000000000000',
  status: 'active',
  spend: 0,
  spent: 0,
  createdAt: '2020-01-01T00:00:00Z',
  created_at: '2020-01-01T00:00:00Z',
  decidedBy: '00000000-0000-4000-8000-000000000000',
  revokedAt: null,
  key: 'sk-litellm-chosen-by-me',
  digest: 'AAAA',
  syncState: 'synced',
  unknownField: 1,
}

beforeAll(async () => {
  world = await startWorld()
  document = new ApiDocument(world.app)
  belongings = new Belongings(world, await catalogueOf(world))
})
afterAll(() => world.close())

/** The object that a body may be, whatever else it may be besides. */
function objectOf(schema: Schema | undefined): Schema | undefined {
  if (!schema) return undefined
  const resolved = document.resolve(schema)
  if (resolved.anyOf) return resolved.anyOf.map(objectOf).find((one) => one !== undefined)
  return resolved.type === 'object' ? resolved : undefined
}

/** What the answer shows of the thing: those fields that the body does not take are read-only. */
function shownFields(operation: Operation): string[] {
  const success = operation.responses['201'] ?? operation.responses['200']
  const answer = objectOf(success?.content?.['application/json']?.schema)
  const data = objectOf(answer?.properties?.['data'])
  return Object.keys(data?.properties ?? {})
}

async function callerFor(operation: Operation): Promise<{ member: Member; client: Client }> {
  const member = await newMember(world)
  const isPlatforms = operation.roles.split(' ').includes('admin')
  if (operation.path.includes('/admin/'))
    await becomes(world, member, { role: 'admin', platformRole: isPlatforms ? 'admin' : 'user' })
  return { member, client: await clientOf(world, member) }
}

describe('a body with more than it may hold', () => {
  it('is refused by every operation, and changes nothing', { timeout: 120_000 }, async () => {
    // What LiteLLM pushes is LiteLLM's to shape.
    const isForeign = (one: Operation) => callsModel(one) || one.operationId === 'receiveLiteLLMUsage'
    const writes = document.operations.filter((one) => one.body && !isForeign(one))
    expect(writes.length).toBeGreaterThan(6)
    for (const operation of writes) {
      const shape = objectOf(operation.body)
      expect(shape?.additionalProperties, `${operation.operationId} takes unknown fields`).toBe(false)
      const taken = Object.keys(shape?.properties ?? {})
      const { member, client } = await callerFor(operation)
      const { params, body, headers } = await belongings.prepare(operation, member, () => newMember(world))
      const url = fillPath(operation.path, params)
      const extra = { ...Object.fromEntries(shownFields(operation).map((field) => [field, null])), ...HOPES }
      // What an operation before has started writes rows until it is done.
      await eventually(
        async () => expect(await world.query(`select from jobs where finished_at is null`)).toHaveLength(0),
        20_000,
      )
      const digests = await tableDigests(world)
      for (const [field, value] of Object.entries(extra)) {
        if (taken.includes(field)) continue
        const answer = await client.request(
          operation.method,
          url,
          { ...(body as object), [field]: value },
          headers,
        )
        expect([operation.operationId, field, answer.status, answer.body.code]).toEqual([
          operation.operationId,
          field,
          400,
          'VALIDATION_ERROR',
        ])
        expect(answer.body.details.field, operation.operationId).toBe(field)
      }
      expect(await tableDigests(world), operation.operationId).toEqual(digests)
      const answer = await client.request(operation.method, url, body, headers)
      expect(
        answer.status,
        `${operation.operationId} without the extra: ${JSON.stringify(answer.body)}`,
      ).toBeLessThan(300)
    }
  })

  it('is refused in a query too', async () => {
    const { client } = await callerFor(document.operation('listApiKeys'))
    for (const operation of document.operations.filter(
      (one) => one.method === 'GET' && one.auth.includes('session') && !one.path.includes('{'),
    )) {
      const takes = operation.parameters.some((one) => one.in === 'query')
      for (const field of ['userId', 'organizationId', 'scope', 'role']) {
        if (operation.parameters.some((one) => one.name === field)) continue
        const answer = await client.get(`${operation.path}?${field}=00000000-0000-4000-8000-000000000000`)
        // An operation that takes no query at all ignores what stands there; whoever takes one refuses what is unknown.
        if (takes)
          expect([operation.operationId, field, [400, 403].includes(answer.status)]).toEqual([
            operation.operationId,
            field,
            true,
          ])
        else expect(answer.status, operation.operationId).toBeLessThan(500)
      }
    }
  })
})
