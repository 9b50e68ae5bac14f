import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, type Member } from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT } from '../../../test/support/requests.ts'

const PATH = '/api/v1/admin/members'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let belongings: Belongings

beforeAll(async () => {
  world = await startWorld()
  belongings = new Belongings(world, await catalogueOf(world))
})
afterAll(() => world.close())

type Role = 'admin' | 'manager' | 'member' | 'viewer'

async function organization(name: string) {
  const id = await addOrganization(world, name)
  const join = async (role: Role, username?: string): Promise<Member & { client: Client }> => {
    const member = await addMember(world, {
      organizationId: id,
      role,
      ...(username === undefined ? {} : { username }),
    })
    return { ...member, client: await clientOf(world, member) }
  }
  return { id, join, boss: await join('admin') }
}

const codeOf = (answer: { status: number; body: { code?: string } }) => [answer.status, answer.body?.code]
const adminsOf = (id: string) =>
  world.query(
    `select user_id from memberships where organization_id = $1 and role = 'admin' and status = 'active'`,
    [id],
  )

describe('the members of an organization', () => {
  test('are listed with role, teams and keys, and by every filter', async () => {
    const { boss, join } = await organization('Listed')
    const member = await join('member', 'zoe-of-listed')
    await belongings.apiKey(member)
    const manager = await join('manager', 'abe-of-listed')
    const list = async (query: string) =>
      (await boss.client.get(`${PATH}?${query}`)).body.data.map((row: { username: string }) => row.username)
    const all = await manager.client.get(`${PATH}?sort=-username`)
    expect(all.body.pagination.total).toBe(3)
    expect(all.body.data[0]).toMatchObject({
      userId: member.userId,
      role: 'member',
      status: 'active',
      keys: 1,
      teams: [{ name: 'Default team', role: 'member' }],
    })
    expect(await list('role=manager')).toEqual(['abe-of-listed'])
    expect(await list('search=OE-OF')).toEqual(['zoe-of-listed'])
    expect(await list('search=%25')).toEqual([])
    expect(await list('status=removed')).toEqual([])
    expect(await list('sort=-role&limit=1')).toEqual(['zoe-of-listed'])
    expect((await member.client.get(PATH)).status).toBe(403)
    expect((await boss.client.get(`${PATH}?sort=email`)).status).toBe(400)
  })

  test('of another organization do not exist', async () => {
    const ours = await organization('Ours')
    const theirs = await organization('Theirs')
    const victim = await theirs.join('member')
    for (const id of [victim.userId, NOWHERE]) {
      expect(codeOf(await ours.boss.client.patch(`${PATH}/${id}`, { role: 'admin' }))).toEqual([
        404,
        'MEMBER_NOT_FOUND',
      ])
      expect(codeOf(await ours.boss.client.delete(`${PATH}/${id}`))).toEqual([404, 'MEMBER_NOT_FOUND'])
    }
    expect(JSON.stringify((await ours.boss.client.get(PATH)).body)).not.toContain(victim.userId)
    expect((await ours.boss.client.get(`${PATH}?organizationId=${theirs.id}`)).status).toBe(403)
    const admin = await world.as('admin')
    const there = await admin.get(`${PATH}?organizationId=${theirs.id}`)
    expect(there.body.pagination.total).toBe(2)
    const everywhere = await admin.get(`${PATH}?scope=platform&search=${victim.username}`)
    expect(everywhere.body.data).toMatchObject([{ userId: victim.userId, organizationId: theirs.id }])
    const across = `${PATH}/${victim.userId}?organizationId=${theirs.id}`
    expect((await admin.patch(across, { role: 'viewer' })).body.details.field).toBe('reason')
    expect((await admin.patch(`${across}&reason=asked`, { role: 'viewer' })).body.data.role).toBe('viewer')
  })
})

describe('a role', () => {
  test('acts within a second, is changed by version, and is recorded', async () => {
    const { boss, join } = await organization('Roles')
    const { userId, client } = await join('member')
    expect((await client.get(PATH)).status).toBe(403)
    const raised = await boss.client.patch(`${PATH}/${userId}`, { role: 'manager', version: 1 })
    expect(raised.body.data).toMatchObject({ role: 'manager', version: 2 })
    await eventually(async () => expect((await client.get(PATH)).status).toBe(200), 1000)
    expect(codeOf(await boss.client.patch(`${PATH}/${userId}`, { role: 'viewer', version: 1 }))).toEqual([
      409,
      'VERSION_CONFLICT',
    ])
    await boss.client.patch(`${PATH}/${userId}`, { role: 'viewer', reason: 'for now' })
    await eventually(async () => expect((await client.get(PATH)).status).toBe(403), 1000)
    const rows = await world.query<{ before: object; after: object; reason: string | null }>(
      `select before, after, reason from audit_logs where resource_id = $1 and action = 'member.updated' order by sequence`,
      [userId],
    )
    expect(rows).toMatchObject([
      { before: { role: 'member' }, after: { role: 'manager' } },
      { before: { role: 'manager' }, after: { role: 'viewer' }, reason: 'for now' },
    ])
  })

  test('is never raised by oneself, nor by who may not govern', async () => {
    const { boss, join, id } = await organization('Climbers')
    const manager = await join('manager')
    for (const target of [manager.userId, boss.userId])
      expect((await manager.client.patch(`${PATH}/${target}`, { role: 'admin' })).status).toBe(403)
    const platform = await addMember(world, { organizationId: id, role: 'viewer', platformRole: 'admin' })
    const client = await clientOf(world, platform)
    for (const ownId of [platform.userId, platform.userId.toUpperCase()])
      expect(codeOf(await client.patch(`${PATH}/${ownId}`, { role: 'member' }))).toEqual([403, 'SELF_ROLE'])
    expect(codeOf(await client.patch(`${PATH}/${platform.userId}`, { status: 'disabled' }))).toEqual([
      403,
      'SELF_STATUS',
    ])
    expect((await client.patch(`${PATH}/${manager.userId}`, { role: 'member' })).status).toBe(200)
  })

  test('of the last administrator stays, whoever asks and in whichever way', async () => {
    const { boss, join, id } = await organization('Last')
    await join('member')
    const admin = await world.as('admin')
    const path = `${PATH}/${boss.userId}`
    const across = `${path}?organizationId=${id}&reason=because`
    for (const attempt of [
      () => boss.client.patch(path, { role: 'member' }),
      () => boss.client.delete(path),
      () => boss.client.post('/api/v1/organization/leave'),
      () => admin.patch(across, { role: 'viewer' }),
      () => admin.patch(across, { status: 'disabled' }),
      () => admin.delete(across),
    ])
      expect(codeOf(await attempt())).toEqual([409, 'LAST_ADMIN'])
    expect(await adminsOf(id)).toHaveLength(1)
    // Somebody who cannot sign in governs nothing.
    const disabled = await join('admin')
    await world.query(`update users set status = 'disabled' where id = $1`, [disabled.userId])
    expect(codeOf(await boss.client.delete(path))).toEqual([409, 'LAST_ADMIN'])
  })

  test('of one administrator is left by twenty demotions at once', async () => {
    const { boss, join, id } = await organization('Twenty')
    const bosses = [boss, ...(await Promise.all(Array.from({ length: 19 }, () => join('admin'))))]
    const answers = await Promise.all(
      bosses.map(({ client, userId }, index) =>
        index % 3 === 0
          ? client.post('/api/v1/organization/leave')
          : index % 3 === 1
            ? client.patch(`${PATH}/${userId}`, { role: 'member' })
            : client.delete(`${PATH}/${userId}`),
      ),
    )
    expect(await adminsOf(id)).toHaveLength(1)
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 409)).toHaveLength(1)
    expect(statuses.filter((status) => status < 300)).toHaveLength(19)
  })
})

describe('who is kept out or removed', () => {
  const call = (key: string) =>
    world.withKey(key).post('/v1/chat/completions', {
      model: CHAT,
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 5,
    })

  test('disabled: nothing works, and everything again once enabled', async () => {
    const { boss, join } = await organization('Paused')
    const person = await join('member')
    const { key = '' } = await belongings.apiKey(person)
    await boss.client.patch(`${PATH}/${person.userId}`, { status: 'disabled' })
    await eventually(async () => {
      expect((await call(key)).status).toBe(401)
      expect(codeOf(await person.client.get('/api/v1/api-keys'))).toEqual([403, 'NO_ORGANIZATION'])
    }, 1000)
    const enabled = await boss.client.patch(`${PATH}/${person.userId}`, { status: 'active' })
    expect(enabled.body.data.status).toBe('active')
    await eventually(async () => expect((await call(key)).status).toBe(200))
    expect((await person.client.get('/api/v1/api-keys')).status).toBe(200)
  })

  test('removed: keys revoked here and at LiteLLM, teams left, history kept', async () => {
    const { boss, join } = await organization('Removed')
    const person = await join('member')
    const { key = '', id: keyId = '' } = await belongings.apiKey(person)
    expect((await boss.client.delete(`${PATH}/${person.userId.toUpperCase()}`)).status).toBe(204)
    await eventually(async () => {
      expect((await call(key)).status).toBe(401)
      expect(codeOf(await person.client.get('/api/v1/api-keys'))).toEqual([403, 'NO_ORGANIZATION'])
    }, 1000)
    expect((await boss.client.get(`${PATH}?status=removed`)).body.data).toMatchObject([
      { userId: person.userId, status: 'removed', teams: [], keys: 0 },
    ])
    expect(codeOf(await boss.client.patch(`${PATH}/${person.userId}`, { status: 'active' }))).toEqual([
      404,
      'MEMBER_NOT_FOUND',
    ])
    expect(
      await world.query(`select action from audit_logs where resource_id = $1 order by sequence`, [keyId]),
    ).toEqual([{ action: 'api_key.created' }, { action: 'api_key.revoked' }])
    expect(await world.query(`select status from subscriptions where user_id = $1`, [person.userId])).toEqual(
      [{ status: 'cancelled' }],
    )
    await eventually(async () => {
      const rows = await world.query(`select sync_state from api_keys where id = $1`, [keyId])
      expect(rows).toEqual([{ sync_state: 'synced' }])
    })
  })

  test('whoever leaves is gone as well', async () => {
    const { join } = await organization('Left')
    const person = await join('viewer')
    expect((await person.client.post('/api/v1/organization/leave')).status).toBe(204)
    await eventually(
      async () =>
        expect(codeOf(await person.client.get('/api/v1/organization'))).toEqual([403, 'NO_ORGANIZATION']),
      1000,
    )
    expect(codeOf(await person.client.post('/api/v1/organization/leave'))).toEqual([403, 'NO_ORGANIZATION'])
  })
})
