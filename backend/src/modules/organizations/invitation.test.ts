import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, openSession } from '../../../test/support/people.ts'

const ADMIN = '/api/v1/admin/invitations'
const ACCEPT = '/api/v1/invitations/accept'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let organizationId: string
let bossId: string
let boss: Client
let teamId: string

beforeAll(async () => {
  world = await startWorld()
  organizationId = await addOrganization(world, 'Hosts')
  const member = await addMember(world, { organizationId, role: 'admin' })
  bossId = member.userId
  boss = await clientOf(world, member)
  teamId = (await boss.post('/api/v1/admin/teams', { name: 'Guests' })).body.data.id
})
afterAll(() => world.close())

const tokenOf = (url: string) => url.slice(-43)
async function invite(body: object = {}, by = boss): Promise<{ id: string; token: string }> {
  const { status, body: answer } = await by.post(ADMIN, body)
  expect(status, JSON.stringify(answer)).toBe(201)
  return { id: answer.data.id, token: tokenOf(answer.data.url) }
}
const stranger = async () => {
  const member = await addMember(world, { organizationId: null })
  return { ...member, client: await clientOf(world, member) }
}
const codeOf = (answer: { status: number; body: { code?: string } }) => [answer.status, answer.body?.code]
const NOT_GOOD = [404, 'INVITATION_NOT_FOUND']

describe('an invitation', () => {
  test('lets one person in, with its role and teams, once', async () => {
    const made = await boss.post(
      ADMIN,
      { role: 'manager', teamIds: [teamId], validForHours: 2 },
      { 'idempotency-key': 'one' },
    )
    expect(made.body.data).toMatchObject({
      email: null,
      role: 'manager',
      teamIds: [teamId],
      status: 'open',
      createdBy: { userId: bossId },
      acceptedBy: null,
    })
    const token = tokenOf(made.body.data.url)
    expect(made.body.data.url).toBe(`${world.url}/invitations/${token}`)
    const hours = (Date.parse(made.body.data.expiresAt) - Date.parse(made.body.data.createdAt)) / 3_600_000
    expect(hours).toBeCloseTo(2, 1)
    const replay = await boss.post(
      ADMIN,
      { role: 'manager', teamIds: [teamId], validForHours: 2 },
      { 'idempotency-key': 'one' },
    )
    expect(replay.body.data).toMatchObject({ id: made.body.data.id, url: null })

    const { client, userId } = await stranger()
    expect((await client.get(`/api/v1/invitations/${token}`)).body.data).toEqual({
      organizationId,
      organizationName: 'Hosts',
      role: 'manager',
      expiresAt: expect.any(String),
      isForYou: true,
      isMember: false,
    })
    const joined = await client.post(ACCEPT, { token })
    expect(joined.body.data).toMatchObject({ organizationId, organizationName: 'Hosts', role: 'manager' })
    expect(joined.body.data.teamIds).toHaveLength(2)
    expect(codeOf(await client.post(ACCEPT, { token }))).toEqual(NOT_GOOD)
    expect(codeOf(await (await stranger()).client.post(ACCEPT, { token }))).toEqual(NOT_GOOD)
    expect(codeOf(await client.get(`/api/v1/invitations/${token}`))).toEqual(NOT_GOOD)

    const switched = await client.put('/api/auth/organization', { organizationId })
    expect(switched.body.data).toMatchObject({ organizationRole: 'manager', organization: { name: 'Hosts' } })
    expect((await boss.get(`${ADMIN}?status=accepted`)).body.data).toMatchObject([
      { id: made.body.data.id, acceptedBy: { userId } },
    ])
    const told = await world.query<{ name: string; user_id: string | null }>(
      `select name, user_id from events where organization_id = $1 and data ->> 'userId' = $2 order by sequence`,
      [organizationId, userId],
    )
    expect(told).toEqual([
      { name: 'invitation.accepted', user_id: bossId },
      { name: 'member.joined', user_id: null },
    ])
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where organization_id = $1 and actor_id = $2 order by sequence`,
      [organizationId, userId],
    )
    expect(audit.map((row) => row.action)).toEqual(['invitation.accepted', 'member.joined'])
  })

  test('is stored as a digest only', async () => {
    const { token } = await invite()
    const tables = await world.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    )
    for (const { name } of tables)
      expect(
        await world.query(`select from ${name} t where t::text like '%' || $1 || '%'`, [token]),
      ).toHaveLength(0)
  })

  test('is good for one of twenty who come at once', async () => {
    const { token } = await invite()
    const people = await Promise.all(Array.from({ length: 20 }, stranger))
    const answers = await Promise.all(people.map(({ client }) => client.post(ACCEPT, { token })))
    const statuses = answers.map((answer) => answer.status).sort((a, b) => a - b)
    expect(statuses).toEqual([200, ...Array<number>(19).fill(404)])
  })

  test('that is unknown, over, revoked or of a suspended organization answers alike', async () => {
    const { client } = await stranger()
    const expired = await invite()
    await world.query(`update invitations set expires_at = now() - interval '1 second' where id = $1`, [
      expired.id,
    ])
    const revoked = await invite()
    expect((await boss.delete(`${ADMIN}/${revoked.id}`)).status).toBe(204)
    expect((await boss.delete(`${ADMIN}/${revoked.id}`)).status).toBe(204)
    expect(codeOf(await boss.delete(`${ADMIN}/${expired.id}`))).toEqual([409, 'INVITATION_STATE'])
    const asleep = await addOrganization(world, 'Asleep')
    const sleeper = await clientOf(world, await addMember(world, { organizationId: asleep, role: 'admin' }))
    const { token: ofAsleep } = await invite({}, sleeper)
    await world.query(`update organizations set status = 'suspended' where id = $1`, [asleep])
    const seen: unknown[] = []
    for (const token of [expired.token, revoked.token, ofAsleep, 'A'.repeat(43)])
      for (const answer of [
        await client.get(`/api/v1/invitations/${token}`),
        await client.post(ACCEPT, { token }),
      ]) {
        const { traceId: _trace, ...body } = answer.body
        seen.push([answer.status, body])
      }
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(seen[0]).toMatchObject([404, { code: 'INVITATION_NOT_FOUND' }])
    expect((await client.get('/api/v1/invitations/short')).status).toBe(400)
    expect((await boss.get(`${ADMIN}?status=expired`)).body.data).toMatchObject([{ id: expired.id }])
  })

  test('that names an address is for who has verified it', async () => {
    const { token } = await invite({ email: 'Named@Example.com' })
    const { client: other } = await stranger()
    expect((await other.get(`/api/v1/invitations/${token}`)).body.data.isForYou).toBe(false)
    expect(codeOf(await other.post(ACCEPT, { token }))).toEqual([403, 'INVITATION_EMAIL'])
    const named = await stranger()
    await world.query(`update users set email = 'named@example.com' where id = $1`, [named.userId])
    expect(codeOf(await named.client.post(ACCEPT, { token }))).toEqual([403, 'INVITATION_EMAIL'])
    await world.query('update users set is_email_verified = true where id = $1', [named.userId])
    expect((await named.client.post(ACCEPT, { token })).status).toBe(200)
  })

  test('changes nothing for who is a member, and is not used up by them', async () => {
    const { token } = await invite({ role: 'admin' })
    const member = await addMember(world, { organizationId, role: 'viewer' })
    const client = await clientOf(world, member)
    expect((await client.get(`/api/v1/invitations/${token}`)).body.data.isMember).toBe(true)
    expect(codeOf(await client.post(ACCEPT, { token }))).toEqual([409, 'ALREADY_MEMBER'])
    await world.query(`update memberships set status = 'disabled' where user_id = $1`, [member.userId])
    const { token: own } = await openSession(world, { ...member, organizationId: null })
    const kept = await world.anonymous.post(ACCEPT, { token }, { authorization: `Bearer ${own}` })
    expect(codeOf(kept)).toEqual([409, 'ALREADY_MEMBER'])
    expect((await (await stranger()).client.post(ACCEPT, { token })).status).toBe(200)
  })

  test('from before brings nobody back who was removed; a later one does', async () => {
    const { token: old } = await invite()
    const person = await stranger()
    await person.client.post(ACCEPT, { token: (await invite({ role: 'manager' })).token })
    expect((await boss.delete(`/api/v1/admin/members/${person.userId}`)).status).toBe(204)
    expect(codeOf(await person.client.post(ACCEPT, { token: old }))).toEqual(NOT_GOOD)
    const back = await person.client.post(ACCEPT, { token: (await invite({ role: 'viewer' })).token })
    expect([back.status, back.body.data.role]).toEqual([200, 'viewer'])
  })

  test('ends with the rights of who gave it', async () => {
    const second = await addMember(world, { organizationId, role: 'admin' })
    const client = await clientOf(world, second)
    const high = await invite({ role: 'admin' }, client)
    const low = await invite({ role: 'viewer' }, client)
    await boss.patch(`/api/v1/admin/members/${second.userId}`, { role: 'member' })
    const { client: guest } = await stranger()
    expect(codeOf(await guest.post(ACCEPT, { token: high.token }))).toEqual(NOT_GOOD)
    expect((await guest.get(`/api/v1/invitations/${low.token}`)).status).toBe(200)
    await boss.delete(`/api/v1/admin/members/${second.userId}`)
    expect(codeOf(await guest.post(ACCEPT, { token: low.token }))).toEqual(NOT_GOOD)
  })
})

describe('inviting', () => {
  test('is for administrators of the organization; managers see the list', async () => {
    const manager = await clientOf(world, await addMember(world, { organizationId, role: 'manager' }))
    expect((await manager.post(ADMIN, {})).status).toBe(403)
    expect((await manager.get(ADMIN)).status).toBe(200)
    const foreign = await clientOf(
      world,
      await addMember(world, { organizationId: await addOrganization(world, 'Elsewhere'), role: 'admin' }),
    )
    const { id } = await invite()
    expect((await foreign.get(ADMIN)).body.data).toEqual([])
    expect(codeOf(await foreign.delete(`${ADMIN}/${id}`))).toEqual(NOT_GOOD)
    expect((await foreign.post(ADMIN, { teamIds: [teamId] })).body).toMatchObject({
      code: 'TEAM_NOT_FOUND',
      details: { field: 'teamIds' },
    })
  })

  test('bad input is refused with its field', async () => {
    const refused = async (body: unknown) => {
      const answer = await boss.post(ADMIN, body)
      return [answer.status, answer.body.details?.field]
    }
    expect(await refused({ email: 'nobody' })).toEqual([400, 'email'])
    expect(await refused({ role: 'owner' })).toEqual([400, 'role'])
    expect(await refused({ validForHours: 0 })).toEqual([400, 'validForHours'])
    expect(await refused({ validForHours: 721 })).toEqual([400, 'validForHours'])
    expect(await refused({ teamIds: [NOWHERE] })).toEqual([404, 'teamIds'])
    expect(await refused({ organizationId: NOWHERE })).toEqual([400, 'organizationId'])
    expect((await world.anonymous.post(ACCEPT, { token: 'A'.repeat(43) })).status).toBe(401)
    await eventually(async () => expect((await boss.get(ADMIN)).status).toBe(200))
  })
})
