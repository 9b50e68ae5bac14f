import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Client, type World } from '#test'
import { addMember, clientOf, DEFAULT_ORGANIZATION } from '../../../test/support/people.ts'
import { Belongings, catalogueOf } from '../../../test/support/requests.ts'

let world: World
let alice: Client
beforeAll(async () => {
  world = await startWorld()
  alice = await world.as('alice')
})
afterAll(() => world.close())

describe('one’s profile', () => {
  it('says who one is, and changes in name, language and theme only', async () => {
    const before = (await alice.get('/api/v1/me')).body.data
    expect(before).toMatchObject({
      username: 'alice',
      displayName: 'Alice Archer',
      language: null,
      theme: null,
      platformRole: 'user',
      organizationId: DEFAULT_ORGANIZATION,
      memberships: [{ organizationId: DEFAULT_ORGANIZATION, role: 'member' }],
      limits: { rpmLimit: null, tpmLimit: null, maxParallelRequests: null },
    })
    const changed = await alice.patch('/api/v1/me', {
      displayName: 'Alice A.',
      language: 'fr',
      theme: 'dark',
      version: before.version,
    })
    expect(changed.body.data).toEqual({
      ...before,
      displayName: 'Alice A.',
      language: 'fr',
      theme: 'dark',
      version: before.version + 1,
    })
    expect((await alice.patch('/api/v1/me', { theme: null, version: before.version })).body.code).toBe(
      'VERSION_CONFLICT',
    )
    expect(
      (await alice.patch('/api/v1/me', { theme: null }, { 'if-match': `"${before.version}"` })).status,
    ).toBe(409)
    const audit = await world.query(
      `select before, after from audit_logs where action = 'user.updated' and resource_id = $1`,
      [before.id],
    )
    expect(audit).toEqual([
      {
        before: { displayName: 'Alice Archer', language: null, theme: null },
        after: { displayName: 'Alice A.', language: 'fr', theme: 'dark' },
      },
    ])
  })

  it.each([
    [{}, 'body'],
    [{ platformRole: 'admin' }, 'platformRole'],
    [{ email: 'x@example.com' }, 'email'],
    [{ status: 'active' }, 'status'],
    [{ language: 'xx' }, 'language'],
    [{ theme: 'pink' }, 'theme'],
    [{ displayName: '' }, 'displayName'],
    [{ displayName: ' ' }, 'displayName'],
    [{ displayName: 'x'.repeat(201) }, 'displayName'],
    [{ displayName: 'two\nlines' }, 'displayName'],
  ])('refuses %j', async (body, field) => {
    const answer = await alice.patch('/api/v1/me', body)
    expect([answer.status, answer.body.details?.field]).toEqual([400, field])
  })

  it('is a read-only administrator’s own, too; and no key’s', async () => {
    const auditor = await world.as('auditor')
    expect((await auditor.patch('/api/v1/me', { theme: 'light' })).body.data.theme).toBe('light')
    const member = await addMember(world)
    const { key = '' } = await new Belongings(world, await catalogueOf(world)).apiKey(member)
    expect((await world.withKey(key).get('/api/v1/me')).status).toBe(403)
    const nomad = await clientOf(world, await addMember(world, { organizationId: null }))
    expect((await nomad.patch('/api/v1/me', { language: 'ja' })).body.data).toMatchObject({
      language: 'ja',
      organizationId: null,
      memberships: [],
      limits: null,
    })
  })
})

describe('what one may do', () => {
  it('is told as the doors decide it', async () => {
    const { body } = await alice.get('/api/v1/me/permissions')
    expect(body.data).toMatchObject({ platformRole: 'user', organizationRole: 'member' })
    expect(body.data.permissions).toEqual((await alice.get('/api/auth/me')).body.data.permissions)
    const check = await alice.get('/api/v1/access/check?permission=keys:create&permission=users:read')
    expect(check.body.data).toEqual({
      isAllowed: false,
      results: [
        { permission: 'keys:create', isAllowed: true },
        { permission: 'users:read', isAllowed: false },
      ],
    })
    expect((await alice.get('/api/v1/access/check?permission=keys:create')).body.data.isAllowed).toBe(true)
    expect((await alice.get('/api/v1/access/check?permission=keys:everything')).status).toBe(400)
    const auditor = await (await world.as('auditor')).get('/api/v1/access/check')
    const written = auditor.body.data.results.filter((one: { isAllowed: boolean }) => one.isAllowed)
    expect(written.map((one: { permission: string }) => one.permission).join()).not.toMatch(
      /write|create|update|decide/,
    )
  })

  it('is listed by role and by permission, and both lists agree', async () => {
    const roles = (await alice.get('/api/v1/access/roles')).body.data as Array<{
      name: string
      scope: string
      permissions: string[]
    }>
    const known = (await alice.get('/api/v1/access/permissions')).body.data as Array<{
      name: string
      platformRoles: string[]
      organizationRoles: string[]
    }>
    expect(roles.map((role) => `${role.scope} ${role.name}`)).toEqual([
      'platform admin',
      'platform adminReadonly',
      'platform user',
      'organization viewer',
      'organization member',
      'organization manager',
      'organization admin',
    ])
    for (const role of roles)
      expect(role.permissions).toEqual(
        known
          .filter((one) =>
            (role.scope === 'platform' ? one.platformRoles : one.organizationRoles).includes(role.name),
          )
          .map((one) => one.name),
      )
    expect(roles[0]?.permissions).toEqual(known.map((one) => one.name))
  })
})
