import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Answer, type Client, type World } from '#test'
import { ApiDocument, fillPath, type Operation } from '../support/openapi.ts'
import {
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  openSession,
  type Member,
} from '../support/people.ts'
import {
  becomes,
  Belongings,
  catalogueOf,
  CHAT,
  newMember,
  someInvitation,
  someNotification,
  someWebhook,
  someServiceClient,
  type Catalogue,
} from '../support/requests.ts'

/** Two people alike in everything, each in their own organization, with every kind of row. */
interface Side {
  readonly organizationId: string
  readonly member: Member
  readonly subscription: string
  readonly pending: string
  readonly key: string
  readonly keyId: string
  readonly sessionId: string
  readonly jobId: string
  readonly teamId: string
  readonly invitationId: string
  readonly budgetId: string
  readonly webhookId: string
  readonly notificationId: string
  readonly serviceClientId: string
  readonly auditLogId: string
}

let world: World
let document: ApiDocument
let catalogue: Catalogue
let ours: Side
let theirs: Side

async function sideOf(organizationId: string, belongings: Belongings): Promise<Side> {
  const member = await newMember(world, organizationId)
  const { id: keyId = '', key = '' } = await belongings.apiKey(member)
  const [subscription] = await world.query<{ id: string }>(
    `select id from subscriptions where user_id = $1 and status = 'active'`,
    [member.userId],
  )
  const pending = await belongings.pending(member)
  const { sessionId } = await openSession(world, member)
  const [job] = await world.query<{ id: string }>(
    `insert into jobs (organization_id, kind, created_by, next_at) values ($1, 'test.waits', $2, now() + interval '1 day') returning id`,
    [organizationId, member.userId],
  )
  const [team] = await world.query<{ id: string }>(
    'select id from teams where organization_id = $1 and is_default',
    [organizationId],
  )
  const teamId = team?.id ?? ''
  const invitationId = await someInvitation(world, member, organizationId)
  const [budget] = await world.query<{ id: string }>(
    `insert into budgets (organization_id, level, subject_id, limit_nano) values ($1, 'user', $2, 9000000000) returning id`,
    [organizationId, member.userId],
  )
  const [act] = await world.query<{ id: string }>(
    `select id from audit_logs where organization_id = $1 and resource_id = $2 limit 1`,
    [organizationId, keyId],
  )
  const webhookId = await someWebhook(world, organizationId)
  const notificationId = await someNotification(world, member)
  const call = await world.withKey(key).post('/v1/chat/completions', {
    model: CHAT,
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
  })
  expect(call.status, JSON.stringify(call.body)).toBe(200)
  await eventually(async () => {
    const rows = await world.query('select from usage_logs where api_key_id = $1', [keyId])
    expect(rows.length).toBe(1)
  })
  return {
    organizationId,
    member,
    subscription: subscription?.id ?? '',
    pending,
    key,
    keyId,
    sessionId,
    jobId: job?.id ?? '',
    teamId,
    invitationId,
    budgetId: budget?.id ?? '',
    webhookId,
    notificationId,
    serviceClientId: (await someServiceClient(world, organizationId)).id,
    auditLogId: act?.id ?? '',
  }
}

beforeAll(async () => {
  world = await startWorld()
  document = new ApiDocument(world.app)
  catalogue = await catalogueOf(world)
  const belongings = new Belongings(world, catalogue)
  ours = await sideOf(DEFAULT_ORGANIZATION, belongings)
  theirs = await sideOf(await addOrganization(world, 'Default organization'), belongings)
})
afterAll(() => world.close())

/** Whatever would tell one side about the other. */
const tracesOf = (side: Side) => [
  side.member.userId,
  side.member.username,
  side.subscription,
  side.pending,
  side.keyId,
  side.sessionId,
  side.jobId,
  side.teamId,
  side.invitationId,
  side.organizationId,
  side.budgetId,
  side.webhookId,
  side.notificationId,
  side.serviceClientId,
  side.auditLogId,
]

const found = (answer: Answer, side: Side) => {
  const text = JSON.stringify(answer.body) ?? ''
  return tracesOf(side).filter((trace) => text.includes(trace))
}

/** Everybody of our organization, up to who may see all of it. */
async function everybodyOfOurs(): Promise<Array<readonly [string, Client]>> {
  const make = async (options: Parameters<typeof becomes>[2]) =>
    clientOf(world, await becomes(world, await newMember(world), options))
  return [
    ['the look-alike', await clientOf(world, ours.member)],
    ['a key', world.withKey(ours.key)],
    ['a viewer', await make({ role: 'viewer' })],
    ['a manager', await make({ role: 'manager' })],
    ['the organization’s admin', await make({ role: 'admin' })],
    ['the platform’s auditor', await make({ platformRole: 'adminReadonly' })],
    ['the platform’s admin', await make({ platformRole: 'admin' })],
  ]
}

/** Reads that take no id and answer rows. */
const lists = () =>
  document.operations.filter(
    (one) => one.method === 'GET' && !one.path.includes('{') && one.auth !== 'public',
  )

/** Whose ids a route takes; the catalogue's are the platform's. */
function theirIdFor({ method, path }: Operation): string | undefined {
  // A person's standing is the platform's own; everything else about them is the organization's.
  if (path.includes('/admin/users/')) return method === 'PATCH' ? undefined : theirs.member.userId
  if (path.includes('/models')) return undefined
  // Backups are the platform's.
  if (path.includes('/admin/backups/')) return undefined
  // Comparisons with LiteLLM's logs and checks of the whole ledger are the platform's.
  if (path.includes('/admin/usage/')) return undefined
  // Organizations as such are the platform's; a link is found by its token, not by an id.
  if (path.includes('/admin/organizations/') || path.includes('/invitations/{token}')) return undefined
  // What the installation shows to everybody is the platform's.
  if (path.includes('/banners/') || path.includes('/branding/')) return undefined
  if (path.includes('/audit-logs/')) return theirs.auditLogId
  if (path.includes('/admin/invitations/')) return theirs.invitationId
  if (path.includes('/admin/members/')) return theirs.member.userId
  if (path.includes('/teams/')) return theirs.teamId
  if (path.includes('/api-keys/')) return theirs.keyId
  if (path.includes('/budgets/')) return theirs.budgetId
  if (path.includes('/service-clients/')) return theirs.serviceClientId
  if (path.includes('/sessions/')) return theirs.sessionId
  if (path.includes('/jobs/')) return theirs.jobId
  if (path.includes('/webhooks/')) return theirs.webhookId
  if (path.includes('/me/notifications/')) return theirs.notificationId
  if (path.includes('/admin/subscriptions/')) return theirs.pending
  if (path.includes('/subscriptions/')) return theirs.subscription
  throw new Error(`say here which id ${path} takes`)
}

const BODIES: Readonly<Record<string, unknown>> = {
  updateMember: { role: 'viewer' },
  updateTeam: { description: 'Mine' },
  addTeamMember: { userId: '00000000-0000-4000-8000-00000000dead' },
  updateTeamMember: { role: 'admin' },
  updateSubscription: { reason: 'Because.' },
  setUserLimits: {
    rpmLimit: 1,
    tpmLimit: null,
    maxParallelRequests: null,
    maxBudget: null,
    budgetDuration: null,
  },
  requestSubscriptionAgain: {},
  approveSubscription: {},
  denySubscription: { reason: 'No.' },
  revertSubscription: { reason: 'Anew.' },
  suspendSubscription: { reason: 'Wait.' },
  resumeSubscription: {},
  updateApiKey: { name: 'Mine' },
  rotateApiKey: {},
  updateAnyApiKey: { name: 'Mine' },
  deleteApiKey: { reason: 'Because.' },
  updateBudget: { limit: 1 },
  updateWebhook: { name: 'Mine' },
  updateServiceClient: { name: 'Mine' },
  createBudgetIncrease: { amount: 1, expiresAt: '2030-01-01T00:00:00Z', reason: 'Because.' },
  resetBudgetSpend: { reason: 'Because.' },
}

const QUERIES: Readonly<Record<string, string>> = { removeSubscription: '?reason=because' }

describe('the routes, with two organizations of look-alikes', () => {
  it('show in no list anything of the other organization', async () => {
    expect(lists().length).toBeGreaterThan(8)
    for (const [who, client] of await everybodyOfOurs())
      for (const { path, operationId } of lists()) {
        // Which organizations there are is what the platform's administrators look after.
        if (operationId === 'listOrganizations' && who.startsWith('the platform’s')) continue
        const answer = await client.get(path)
        expect([200, 401, 403], `${operationId} by ${who}`).toContain(answer.status)
        expect(found(answer, theirs), `${operationId} by ${who}`).toEqual([])
      }
  })

  it('show each side its own, or the test above would prove nothing', async () => {
    for (const [side, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const client = await clientOf(world, side.member)
      for (const path of [
        '/api/v1/subscriptions',
        '/api/v1/api-keys',
        '/api/v1/jobs',
        '/api/auth/me',
        '/api/auth/sessions',
        '/api/v1/usage/summary',
        '/api/v1/usage/budget',
      ]) {
        const answer = await client.get(path)
        expect(found(answer, side).length, path).toBeGreaterThan(0)
        expect(found(answer, other), path).toEqual([])
      }
    }
  })

  it('do not filter their way to the other organization', async () => {
    const admin = await clientOf(
      world,
      await becomes(world, await newMember(world), { role: 'admin', platformRole: 'admin' }),
    )
    const member = await clientOf(world, ours.member)
    for (const [client, path] of [
      [admin, `/api/v1/admin/subscriptions?userId=${theirs.member.userId}`],
      [member, `/api/v1/usage/logs?apiKeyId=${theirs.keyId}`],
      [member, `/api/v1/usage/daily?apiKeyId=${theirs.keyId}`],
      [member, `/api/v1/usage/summary?apiKeyId=${theirs.keyId}`],
      [world.withKey(ours.key), `/api/v1/usage/summary?apiKeyId=${theirs.keyId}`],
    ] as const) {
      const ask = async (id: string) => {
        const { status, body } = await client.get(path.replace(/=.*$/, `=${id}`))
        const text = JSON.stringify(body).replaceAll(id, 'the id')
        return { status, body: text.replaceAll(/"(asOf|traceId)":"[^"]*"/g, '') }
      }
      const foreign = await ask(path.replace(/^.*=/, ''))
      expect(foreign, path).toEqual(await ask(randomUUID()))
    }
  })

  it('answer the other organization’s id as one that does not exist', async () => {
    const withIds = document.operations.filter(
      (one) => one.path.includes('{') && theirIdFor(one) !== undefined,
    )
    expect(withIds.length).toBeGreaterThan(8)
    const before = await rowsOfTheirs()
    for (const [who, client] of await everybodyOfOurs()) {
      for (const operation of withIds) {
        const ask = async (id: string) => {
          const answer = await client.request(
            operation.method,
            fillPath(operation.path, { id }) + (QUERIES[operation.operationId] ?? ''),
            BODIES[operation.operationId],
            // Bulk acts, resets and increases demand one; elsewhere it does no harm.
            { 'idempotency-key': randomUUID() },
          )
          const { traceId, ...body } = answer.body as { traceId: string }
          expect(traceId).toBeTypeOf('string')
          const headers = [...answer.headers].filter(
            ([name]) => !['date', 'x-request-id', 'ratelimit', 'connection', 'keep-alive'].includes(name),
          )
          return {
            status: answer.status,
            body: JSON.parse(JSON.stringify(body).replaceAll(id, 'the id')) as unknown,
            headers,
          }
        }
        const foreign = await ask(theirIdFor(operation) ?? '')
        expect(foreign, `${operation.operationId} by ${who}`).toEqual(await ask(randomUUID()))
        expect([403, 404], `${operation.operationId} by ${who}`).toContain(foreign.status)
        if (who === 'the look-alike' && !operation.path.includes('/admin/'))
          expect(foreign.status, operation.operationId).toBe(404)
        if (who === 'the organization’s admin' && operation.path.includes('/admin/'))
          expect(foreign.status, operation.operationId).toBe(404)
      }
    }
    expect(await rowsOfTheirs()).toEqual(before)
  })

  it('take no id of the other organization in a body', async () => {
    const client = await clientOf(world, ours.member)
    const ask = async (method: string, path: string, body: object, id: string) => {
      const answer = await client.request(method, path, JSON.parse(JSON.stringify(body).replaceAll('ID', id)))
      const { traceId, ...rest } = answer.body as { traceId: string }
      expect(traceId).toBeTypeOf('string')
      return {
        status: answer.status,
        body: JSON.parse(JSON.stringify(rest).replaceAll(id, 'the id')) as unknown,
      }
    }
    for (const [method, path, body, id] of [
      ['PUT', '/api/auth/organization', { organizationId: 'ID' }, theirs.organizationId],
      ['POST', '/api/v1/api-keys', { name: 'x', subscriptionId: 'ID' }, theirs.subscription],
    ] as const) {
      const foreign = await ask(method, path, body, id)
      expect(foreign.status, path).toBe(404)
      expect(foreign).toEqual(await ask(method, path, body, randomUUID()))
    }
  })

  it('let a key of one organization call nothing of the other', async () => {
    const usage = await world.query<{ organization_id: string }>(
      'select organization_id from usage_logs where api_key_id = $1',
      [ours.keyId],
    )
    expect(usage).toEqual([{ organization_id: ours.organizationId }])
    const answer = await world.withKey(ours.key).get('/api/v1/api-keys/current')
    expect(answer.body.data.id).toBe(ours.keyId)
  })
})

/** Everything of theirs, past row security. */
async function rowsOfTheirs(): Promise<unknown[]> {
  const tables = [
    'subscriptions',
    'subscription_history',
    'api_keys',
    'api_key_secrets',
    'api_key_models',
    'budgets',
    'audit_logs',
    'memberships',
    'teams',
    'team_members',
    'invitations',
    'jobs',
    'service_clients',
    'service_client_secrets',
    'webhooks',
    'webhook_deliveries',
  ]
  const rows: unknown[] = []
  for (const table of tables)
    rows.push(
      ...(await world.query(
        `select '${table}' as table, to_jsonb(t) - 'last_used_at' - 'reserved_nano' - 'hash' - 'chain_position' as row from ${table} t where organization_id = $1 order by 2`,
        [theirs.organizationId],
      )),
    )
  return rows
}
