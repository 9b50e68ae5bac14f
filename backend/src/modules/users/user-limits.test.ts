import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  type Member,
} from '../../../test/support/people.ts'

const USERS = '/api/v1/admin/users'
const BULK = `${USERS}/bulk-limits`
const none = {
  rpmLimit: null,
  tpmLimit: null,
  maxParallelRequests: null,
  maxBudget: null,
  budgetDuration: null,
}

let world: World
let governor: Member
let governs: Client
beforeAll(async () => {
  world = await startWorld({
    people: [{ username: 'newcomer', name: 'New Comer', email: 'new@example.com', groups: [], role: 'New' }],
  })
  governor = await addMember(world, { username: 'governor', role: 'admin' })
  governs = await clientOf(world, governor)
})
afterAll(() => world.close())

const set = (client: Client, userId: string, limits: object) =>
  client.put(`${USERS}/${userId}/limits`, { ...none, ...limits })
const bulk = (client: Client, body: object, key: string = randomUUID()) =>
  client.post(BULK, body, { 'idempotency-key': key })
const stored = async (userId: string) => {
  const [row] = await world.query(
    `select m.rpm_limit, m.tpm_limit, m.max_parallel_requests, b.limit_nano, b.duration from memberships m
     left join budgets b on b.organization_id = m.organization_id and b.level = 'user' and b.subject_id = m.user_id
     where m.user_id = $1`,
    [userId],
  )
  return row
}
const auditRows = (userId: string) =>
  world.query(
    `select before, after, actor_id, reason from audit_logs where action = 'user.limits_changed' and resource_id = $1`,
    [userId],
  )
const finished = (client: Client, id: string) =>
  eventually(async () => {
    const { body } = await client.get(`/api/v1/jobs/${id}`)
    expect(body.data.status).toBe('succeeded')
    return body.data
  })

describe('limits of a person', () => {
  it('are set whole, guarded by the version, and recorded', async () => {
    const member = await addMember(world)
    const answer = await set(governs, member.userId, {
      rpmLimit: 60,
      maxBudget: 12.5,
      budgetDuration: '30d',
      reason: 'trial',
    })
    expect(answer.body.data).toEqual({
      userId: member.userId,
      ...none,
      rpmLimit: 60,
      maxBudget: 12.5,
      budgetDuration: '1mo',
      version: 2,
    })
    expect(await stored(member.userId)).toMatchObject({
      rpm_limit: 60,
      limit_nano: '12500000000',
      duration: '1mo',
    })
    expect(await auditRows(member.userId)).toEqual([
      {
        before: none,
        after: { ...none, rpmLimit: 60, maxBudget: 12.5, budgetDuration: '1mo' },
        actor_id: governor.userId,
        reason: 'trial',
      },
    ])
    expect((await set(governs, member.userId, { version: 1 })).body.code).toBe('VERSION_CONFLICT')
    expect((await set(governs, member.userId, { version: 2 })).body.data).toMatchObject({
      ...none,
      version: 3,
    })
    expect((await set(governs, member.userId, {})).body.data.version).toBe(3)
    expect(await auditRows(member.userId)).toHaveLength(2)
  })

  it('are nobody’s own to change, nor another organization’s, nor a member’s', async () => {
    const own = await set(governs, governor.userId, { rpmLimit: 1 })
    expect([own.status, own.body.code]).toEqual([403, 'SELF_LIMIT'])
    const admin = await world.as('admin')
    const self = (await admin.get('/api/v1/me')).body.data.id as string
    expect((await set(admin, self, { rpmLimit: 1 })).body.code).toBe('SELF_LIMIT')
    const stranger = await addMember(world, { organizationId: await addOrganization(world, 'Elsewhere') })
    expect((await set(governs, stranger.userId, {})).body.code).toBe('USER_NOT_FOUND')
    const member = await addMember(world)
    for (const client of [await clientOf(world, member), await world.as('auditor')])
      expect((await set(client, member.userId, { rpmLimit: 9 })).status).toBe(403)
    expect(await stored(governor.userId)).toMatchObject({ rpm_limit: null })
  })

  it.each([
    { rpmLimit: -1 },
    { rpmLimit: 1.5 },
    { rpmLimit: 2_147_483_648 },
    { rpmLimit: '5' },
    { rpmLimit: 1e308 },
    { tpmLimit: undefined },
    { maxBudget: -1 },
    { maxBudget: 1e308 },
    { maxBudget: 0.000_000_000_1 },
    { budgetDuration: '1y2' },
    { spend: 0 },
  ])('refuse %j', async (limits) => {
    const member = await addMember(world)
    expect((await set(governs, member.userId, limits)).status).toBe(400)
    expect(await auditRows(member.userId)).toEqual([])
  })
})

describe('limits of many people', () => {
  it('change exactly as the dry run says, one row in the trail for each', async () => {
    const members = [await addMember(world), await addMember(world), await addMember(world)]
    const [first, second, third] = members
    await set(governs, second?.userId ?? '', { rpmLimit: 30 })
    await set(governs, third?.userId ?? '', { tpmLimit: 5000 })
    const body = {
      userIds: [...members.map((one) => one.userId), governor.userId],
      limits: { rpmLimit: 30 },
      reason: 'quarter',
    }
    const dry = await bulk(governs, { ...body, dryRun: true })
    expect(dry.status).toBe(200)
    expect(dry.body.data).toMatchObject({ changed: 2, unchanged: 1, refused: 1 })
    expect(await stored(first?.userId ?? '')).toMatchObject({ rpm_limit: null })
    const run = await bulk(governs, body)
    expect([run.status, run.headers.get('location')]).toEqual([202, `/api/v1/jobs/${run.body.data.id}`])
    const { result, progress } = await finished(governs, run.body.data.id as string)
    expect(progress).toMatchObject({ done: 4, total: 4 })
    type Row = { userId: string; outcome: string; code: string | null; after: Record<string, unknown> }
    const planned = dry.body.data.results as Row[]
    expect(result).toEqual({
      changed: 2,
      unchanged: 1,
      refused: 1,
      results: planned.map(({ userId, outcome, code }) => ({ userId, outcome, code })),
    })
    expect(planned.find((one) => one.userId === governor.userId)).toMatchObject({
      outcome: 'refused',
      code: 'SELF_LIMIT',
    })
    for (const { userId, after } of planned)
      expect(await stored(userId)).toMatchObject({
        rpm_limit: after['rpmLimit'],
        tpm_limit: after['tpmLimit'],
      })
    expect(await stored(third?.userId ?? '')).toMatchObject({ rpm_limit: 30, tpm_limit: 5000 })
    expect(await auditRows(first?.userId ?? '')).toEqual([
      { before: none, after: { ...none, rpmLimit: 30 }, actor_id: governor.userId, reason: 'quarter' },
    ])
    expect(await auditRows(second?.userId ?? '')).toHaveLength(1)
  })

  it('happen once per key', async () => {
    const member = await addMember(world)
    const body = { userIds: [member.userId], limits: { maxParallelRequests: 3 } }
    const key = randomUUID()
    const [one, two] = [await bulk(governs, body, key), await bulk(governs, body, key)]
    expect([two.status, two.body.data.id, two.headers.get('idempotent-replayed')]).toEqual([
      202,
      one.body.data.id,
      'true',
    ])
    await finished(governs, one.body.data.id as string)
    expect(await auditRows(member.userId)).toHaveLength(1)
    expect((await governs.post(BULK, body)).body.details.field).toBe('idempotency-key')
  })

  it('reach whom the filter names, in one organization', async () => {
    const elsewhere = await addOrganization(world, 'Other place')
    const theirs = await addMember(world, { organizationId: elsewhere, role: 'viewer' })
    const ours = await addMember(world, { role: 'viewer' })
    const [team] = await world.query<{ id: string }>(`select id from teams where organization_id = $1`, [
      elsewhere,
    ])
    const dry = await bulk(governs, { filter: { role: 'viewer' }, limits: { rpmLimit: 7 }, dryRun: true })
    expect(dry.body.data.results.map((one: { userId: string }) => one.userId)).toEqual([ours.userId])
    const refused = async (body: object) => {
      const { status, body: answer } = await bulk(governs, { limits: { rpmLimit: 7 }, ...body })
      return [status, answer.code, answer.details?.field]
    }
    expect(await refused({ userIds: [theirs.userId] })).toEqual([404, 'USER_NOT_FOUND', 'userIds'])
    expect(await refused({ filter: { teamId: team?.id } })).toEqual([404, 'TEAM_NOT_FOUND', 'filter.teamId'])
    expect(await refused({})).toEqual([400, 'VALIDATION_ERROR', 'userIds'])
    expect(await refused({ filter: {}, userIds: [ours.userId] })).toEqual([
      400,
      'VALIDATION_ERROR',
      'userIds',
    ])
    expect((await refused({ userIds: [ours.userId], limits: {} }))[0]).toBe(400)
    expect((await bulk(await world.as('alice'), { filter: {}, limits: { rpmLimit: 1 } })).status).toBe(403)
    const admin = await world.as('admin')
    const across = `${BULK}?organizationId=${elsewhere}`
    const body = { userIds: [theirs.userId], limits: { rpmLimit: 8 } }
    expect((await admin.post(across, body, { 'idempotency-key': randomUUID() })).body.details.field).toBe(
      'reason',
    )
    const run = await admin.post(`${across}&reason=support`, body, { 'idempotency-key': randomUUID() })
    expect(run.status).toBe(202)
    await eventually(async () => expect(await stored(theirs.userId)).toMatchObject({ rpm_limit: 8 }))
    expect(
      await world.query(
        `select organization_id from audit_logs where action = 'user.limits_changed' and resource_id = $1`,
        [theirs.userId],
      ),
    ).toEqual([{ organization_id: elsewhere }])
  })
})

describe('what new people get', () => {
  it('is what the settings say, however they join', async () => {
    const admin = await world.as('admin')
    const answer = await admin.patch('/api/v1/admin/settings/users', {
      rpmLimit: 20,
      tpmLimit: 1000,
      maxBudget: 2.5,
      budgetDuration: '7d',
      organizationRole: 'viewer',
    })
    expect([answer.status, answer.body]).toMatchObject([200, {}])
    const me = (await (await world.as('newcomer')).get('/api/v1/me')).body.data
    expect(me).toMatchObject({
      memberships: [{ organizationId: DEFAULT_ORGANIZATION, role: 'viewer' }],
      limits: { rpmLimit: 20, tpmLimit: 1000, maxParallelRequests: null },
    })
    const { budgets } = (await governs.get(`${USERS}/${me.id}`)).body.data
    expect(budgets).toMatchObject([{ limit: 2.5, spend: 0, duration: '7d' }])
    expect(Date.parse(budgets[0].resetAt)).toBeGreaterThan(Date.now())
    const invited = await addMember(world, { role: 'manager' })
    expect(await stored(invited.userId)).toMatchObject({ rpm_limit: 20, limit_nano: '2500000000' })
    expect((await admin.patch('/api/v1/admin/settings/users', { organizationRole: 'admin' })).status).toBe(
      400,
    )
    expect((await governs.patch('/api/v1/admin/settings/users', { rpmLimit: 1 })).status).toBe(403)
  })
})
