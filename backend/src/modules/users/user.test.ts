import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Answer, type Client, type World } from '#test'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  type Member,
} from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT } from '../../../test/support/requests.ts'

const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const USERS = '/api/v1/admin/users'

let world: World
let belongings: Belongings
let admin: Client
let auditor: Client
let governor: Member
let governs: Client

beforeAll(async () => {
  world = await startWorld()
  belongings = new Belongings(world, await catalogueOf(world))
  admin = await world.as('admin')
  auditor = await world.as('auditor')
  governor = await addMember(world, { username: 'governor', role: 'admin' })
  governs = await clientOf(world, governor)
})
afterAll(() => world.close())

const namesOf = (answer: Answer): string[] =>
  (answer.body.data as Array<{ username: string }>).map((row) => row.username)
const call = (key: string) =>
  world.withKey(key).post('/v1/chat/completions', {
    model: CHAT,
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
  })
const blockedAtProxy = async (keyId: string): Promise<unknown> => {
  const [secret] = await world.query<{ hash: string }>(
    'select litellm_token_hash as hash from api_key_secrets where api_key_id = $1',
    [keyId],
  )
  const found = (await world.simulator('GET', `/key/info?key=${secret?.hash}`)) as {
    info: { blocked: boolean | null }
  }
  return found.info.blocked ?? false
}
/** Milliseconds until the answer is `status`. */
const msUntil = async (status: number, ask: () => Promise<Answer>): Promise<number> => {
  const start = performance.now()
  await eventually(async () => expect((await ask()).status).toBe(status), 5000)
  return performance.now() - start
}

describe('the list of people', () => {
  it('is the organization’s, with keys, subscriptions and measured spend', async () => {
    const member = await addMember(world, { username: 'list-lena' })
    const { key = '' } = await belongings.apiKey(member)
    expect((await call(key)).status).toBe(200)
    const row = await eventually(async () => {
      const answer = await governs.get(`${USERS}?search=list-lena`)
      expect(answer.body.data[0].spendThisMonth).toBeGreaterThan(0)
      return answer.body.data[0]
    })
    expect(row).toMatchObject({
      id: member.userId,
      platformRole: 'user',
      status: 'active',
      keyCount: 1,
      subscriptionCount: 1,
      memberships: [
        { organizationId: DEFAULT_ORGANIZATION, role: 'member', status: 'active', rpmLimit: null },
      ],
    })
    const [spent] = await world.query<{ usd: number }>(
      'select (sum(cost_nano) / 1e9)::float as usd from usage_logs where user_id = $1',
      [member.userId],
    )
    expect(row.spendThisMonth).toBe(spent?.usd)
    await governs.put(`${USERS}/${member.userId}/limits`, {
      rpmLimit: 100,
      tpmLimit: 2000,
      maxParallelRequests: 3,
      maxBudget: 7,
      budgetDuration: '1mo',
    })
    expect((await governs.get(`${USERS}/${member.userId}`)).body.data).toMatchObject({
      spendInAll: spent?.usd,
      memberships: [{ rpmLimit: 100, tpmLimit: 2000, maxParallelRequests: 3 }],
      budgets: [{ limit: 7, duration: '1mo' }],
    })
  })

  it('shows another organization’s people only to platform administrators who say so, and records it', async () => {
    const elsewhere = await addOrganization(world, 'Elsewhere')
    const stranger = await addMember(world, { username: 'stranger-sam', organizationId: elsewhere })
    const nomad = await addMember(world, { username: 'nomad-nora', organizationId: null })
    expect(namesOf(await governs.get(`${USERS}?search=stranger`))).toEqual([])
    expect(namesOf(await admin.get(`${USERS}?search=stranger`))).toEqual([])
    expect((await governs.get(`${USERS}/${stranger.userId}`)).body.code).toBe('USER_NOT_FOUND')
    expect((await governs.get(`${USERS}/${stranger.userId}/activity`)).status).toBe(404)
    expect((await governs.get(`${USERS}?scope=platform`)).status).toBe(403)
    expect(namesOf(await auditor.get(`${USERS}?scope=platform&search=stranger`))).toEqual(['stranger-sam'])
    expect(namesOf(await admin.get(`${USERS}?scope=platform&search=NOMAD`))).toEqual(['nomad-nora'])
    expect(namesOf(await admin.get(`${USERS}?organizationId=${elsewhere}`))).toEqual(['stranger-sam'])
    const seen = await admin.get(`${USERS}/${nomad.userId}?scope=platform`)
    expect(seen.body.data).toMatchObject({ memberships: [], identities: [], budgets: [] })
    const entered = await world.query(
      `select from audit_logs where action = 'platform.entered' and resource_id = 'listUsers'`,
    )
    expect(entered).toHaveLength(2)
  })

  it('is searched by a piece of any name, word for word', async () => {
    await addMember(world, { username: 'o_brien%' })
    await addMember(world, { username: 'oxbrien' })
    await world.query(
      `update users set display_name = 'Zoë Müller', email = 'zm@search.example' where username = 'oxbrien'`,
    )
    const search = async (text: string) =>
      namesOf(await governs.get(`${USERS}?search=${encodeURIComponent(text)}`))
    expect(await search('o_b')).toEqual(['o_brien%'])
    expect(await search('%')).toEqual(['o_brien%'])
    expect(await search('BRIEN')).toEqual(['o_brien%', 'oxbrien'])
    expect(await search('zoë mü')).toEqual(['oxbrien'])
    expect(await search('@search.ex')).toEqual(['oxbrien'])
    expect(await search(`'; drop table users; --`)).toEqual([])
    expect((await governs.get(`${USERS}?search=${encodeURIComponent('\\')}`)).status).toBe(200)
    expect((await governs.get(`${USERS}?search=%20`)).status).toBe(400)
  })

  it('is filtered and sorted by an allow-list', async () => {
    const [team] = await world.query<{ id: string }>(
      `insert into teams (organization_id, name) values ($1, 'Filterers') returning id`,
      [DEFAULT_ORGANIZATION],
    )
    const [one, two] = [
      await addMember(world, { username: 'filter-1', role: 'viewer' }),
      await addMember(world, { username: 'filter-2', role: 'manager' }),
    ]
    for (const { userId } of [one, two])
      await world.query('insert into team_members (organization_id, team_id, user_id) values ($1, $2, $3)', [
        DEFAULT_ORGANIZATION,
        team?.id,
        userId,
      ])
    await world.query(`update users set last_sign_in_at = '2026-01-10T00:00:00Z' where id = $1`, [one.userId])
    const list = async (query: string) => namesOf(await governs.get(`${USERS}?teamId=${team?.id}&${query}`))
    expect(await list('')).toEqual(['filter-1', 'filter-2'])
    expect(await list('sort=-username')).toEqual(['filter-2', 'filter-1'])
    expect(await list('sort=-spendThisMonth')).toHaveLength(2)
    expect(await list('role=manager')).toEqual(['filter-2'])
    expect(await list('status=disabled')).toEqual([])
    expect(await list('platformRole=user&limit=1&offset=1')).toEqual(['filter-2'])
    expect(await list('lastSignInAfter=2026-01-01T00:00:00Z')).toEqual(['filter-1'])
    expect(await list('lastSignInBefore=2026-01-01T00:00:00Z')).toEqual(['filter-2'])
    for (const query of ['sort=version', 'role=owner', 'status=gone', 'foo=1'])
      expect((await governs.get(`${USERS}?${query}`)).status, query).toBe(400)
    expect((await (await world.as('alice')).get(USERS)).status).toBe(403)
  })
})

describe('one person', () => {
  it('is shown with roles, their sources, teams and budgets; contradicting groups are a warning', async () => {
    const member = await addMember(world, { username: 'both-groups', platformRole: 'adminReadonly' })
    await world.query(
      `update users set role_sources = '{readonlyGroup,userGroup}', role_checked_at = now() where id = $1`,
      [member.userId],
    )
    await world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano, spent_nano, duration, reset_at)
       values ($1, 'user', $2, 5000000000, 1500000000, '1mo', now() + interval '1 day')`,
      [DEFAULT_ORGANIZATION, member.userId],
    )
    const { body } = await governs.get(`${USERS}/${member.userId}`)
    expect(body.data).toMatchObject({
      username: 'both-groups',
      roleSources: ['readonlyGroup', 'userGroup'],
      roleWarnings: [{ code: 'READONLY_AND_USER' }],
      identities: null,
      teams: [{ name: 'Default team', role: 'member' }],
      budgets: [{ limit: 5, spend: 1.5, duration: '1mo' }],
      spendInAll: 0,
    })
    await world.query(`update users set platform_role = 'user' where id = $1`, [member.userId])
    const differs = (await governs.get(`${USERS}/${member.userId}`)).body.data.roleWarnings
    expect(differs.map((one: { code: string }) => one.code)).toEqual(['READONLY_AND_USER', 'ROLE_DIFFERS'])
    expect((await admin.get(`${USERS}/${NOWHERE}`)).body.code).toBe('USER_NOT_FOUND')
  })

  it('shows how real people sign in, across organizations only', async () => {
    await world.as('bob')
    const [bob] = await world.query<{ id: string }>(`select id from users where username = 'bob'`)
    expect((await admin.get(`${USERS}/${bob?.id}`)).body.data.identities).toBeNull()
    const { body } = await admin.get(`${USERS}/${bob?.id}?scope=platform`)
    expect(body.data.identities).toEqual([
      {
        issuer: world.identityProvider.issuer,
        subject: expect.any(String),
        lastSeenAt: expect.stringMatching(/Z$/),
      },
    ])
    expect(body.data).toMatchObject({ roleSources: ['userGroup'], roleWarnings: [] })
  })

  it('has an activity: acts, changes and calls, newest first, page by page', async () => {
    const member = await addMember(world, { username: 'active-ada' })
    const { key = '', id: keyId = '' } = await belongings.apiKey(member)
    expect((await call(key)).status).toBe(200)
    await governs.put(`${USERS}/${member.userId}/limits`, {
      rpmLimit: 100,
      tpmLimit: null,
      maxParallelRequests: null,
      maxBudget: null,
      budgetDuration: null,
    })
    const path = `${USERS}/${member.userId}/activity`
    const whole = await eventually(async () => {
      const { body } = await governs.get(path)
      expect(body.data.map((one: { kind: string }) => one.kind)).toEqual(
        expect.arrayContaining(['act', 'change', 'call']),
      )
      return body.data as Array<{ id: string; at: string; kind: string; action: string; cost: number | null }>
    })
    expect(whole.map((one) => one.at)).toEqual(
      whole
        .map((one) => one.at)
        .sort()
        .reverse(),
    )
    expect(whole.find((one) => one.kind === 'change')?.action).toBe('user.limits_changed')
    expect(whole.find((one) => one.kind === 'call')?.cost).toBeGreaterThan(0)
    expect(JSON.stringify(whole)).toContain(keyId)
    const paged: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await governs.get(`${path}?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
      paged.push(...body.data.map((one: { id: string }) => one.id))
      cursor = body.pagination.nextCursor as string | null
    }
    expect(paged).toEqual(whole.map((one) => one.id))
    expect((await governs.get(`${path}?cursor=forged`)).status).toBe(400)
  })
})

describe('disabling', () => {
  it('ends key, token and session within a second, tells the proxy, and enabling brings only the keys back', async () => {
    const member = await addMember(world, { username: 'leaving-lou' })
    const { key = '', id: keyId = '' } = await belongings.apiKey(member)
    const token = await clientOf(world, member)
    expect((await call(key)).status).toBe(200)
    expect((await token.get('/api/v1/me')).status).toBe(200)
    const path = `${USERS}/${member.userId}`
    const answer = await admin.patch(path, { status: 'disabled', reason: 'left the company', version: 1 })
    expect([answer.status, answer.body.data?.status]).toEqual([200, 'disabled'])
    expect(await msUntil(401, () => call(key))).toBeLessThan(1000)
    expect(await msUntil(401, () => token.get('/api/v1/me'))).toBeLessThan(1000)
    expect(await world.query('select from sessions where user_id = $1', [member.userId])).toEqual([])
    const [told] = await world.query('select desired_version from api_keys where id = $1', [keyId])
    expect(told).toEqual({ desired_version: 2 })
    await eventually(async () => expect(await blockedAtProxy(keyId)).toBe(true))
    const [audit] = await world.query(
      `select action, reason, before, after from audit_logs where resource_id = $1 and category = 'user'`,
      [member.userId],
    )
    expect(audit).toMatchObject({
      action: 'user.disabled',
      reason: 'left the company',
      before: { status: 'active' },
      after: { status: 'disabled' },
    })
    expect((await admin.patch(path, { status: 'active', version: 1 })).body.code).toBe('VERSION_CONFLICT')
    expect((await admin.patch(path, { status: 'active' })).body.data.status).toBe('active')
    expect(await msUntil(200, () => call(key))).toBeLessThan(2000)
    expect((await token.get('/api/v1/me')).status).toBe(401)
    await eventually(async () => expect(await blockedAtProxy(keyId)).toBe(false))
  })

  it('is for platform administrators, over others, and changes nothing else', async () => {
    const member = await addMember(world, { username: 'victim' })
    const path = `${USERS}/${member.userId}`
    for (const client of [governs, auditor, await world.as('alice')])
      expect((await client.patch(path, { status: 'disabled' })).status).toBe(403)
    for (const body of [
      {},
      { status: 'departed' },
      { platformRole: 'admin' },
      { displayName: ' x' },
      { displayName: 'a\u0000b' },
      { displayName: '' },
    ])
      expect((await admin.patch(path, body)).status, JSON.stringify(body)).toBe(400)
    expect((await admin.patch(path, { displayName: 'Vic Tim' })).body.data).toMatchObject({
      displayName: 'Vic Tim',
      status: 'active',
    })
    const self = (await admin.get('/api/v1/me')).body.data.id as string
    await addMember(world, { username: 'second-admin', platformRole: 'admin' })
    expect((await admin.patch(`${USERS}/${self}`, { status: 'disabled' })).body.code).toBe('SELF_STATUS')
    expect((await admin.patch(`${USERS}/${NOWHERE}`, { status: 'disabled' })).body.code).toBe(
      'USER_NOT_FOUND',
    )
  })

  it('leaves an administrator, however often they disable each other at once', async () => {
    const pair = [
      await addMember(world, { username: 'rival-1', platformRole: 'admin' }),
      await addMember(world, { username: 'rival-2', platformRole: 'admin' }),
    ]
    const ids = pair.map((one) => one.userId)
    const others = await world.query<{ id: string }>(
      `update users set status = 'disabled' where platform_role = 'admin' and status = 'active' and id <> all ($1) returning id`,
      [ids],
    )
    for (let round = 0; round < 20; round += 1) {
      await world.query(`update users set status = 'active' where id = any ($1)`, [ids])
      const clients = await Promise.all(pair.map((one) => clientOf(world, one)))
      await Promise.all(
        ids.map((id) => world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [id])),
      )
      await Promise.all(clients.map((client) => client.get('/api/v1/me')))
      const answers = await Promise.all(
        clients.map((client, index) =>
          client.patch(`${USERS}/${ids[1 - index] ?? ''}`, { status: 'disabled' }),
        ),
      )
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
      const left = await world.query(`select from users where platform_role = 'admin' and status = 'active'`)
      expect(left).toHaveLength(1)
    }
    const [last] = await world.query<{ id: string }>(
      `select id from users where platform_role = 'admin' and status = 'active'`,
    )
    const survivor = pair.find((one) => one.userId === last?.id) ?? pair[0]
    if (survivor === undefined) throw new Error('nobody is left')
    const client = await clientOf(world, survivor)
    const refusals = await Promise.all(
      Array.from({ length: 20 }, () => client.patch(`${USERS}/${survivor.userId}`, { status: 'disabled' })),
    )
    expect(new Set(refusals.map((answer) => `${answer.status} ${answer.body.code}`))).toEqual(
      new Set(['409 LAST_ADMIN']),
    )
    await world.query(`update users set status = 'active' where id = any ($1)`, [others.map((row) => row.id)])
  })
})
