import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemCaller, type Caller } from '#platform/caller'
import { startWorld, type Client, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, DEFAULT_ORGANIZATION } from '../../../test/support/people.ts'
import { ServiceClientService } from './service-client.service.ts'

const PATH = '/api/v1/admin/service-clients'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let admin: Client
let adminId: string

beforeAll(async () => {
  world = await startWorld()
  const member = await addMember(world, { role: 'admin' })
  admin = await clientOf(world, member)
  adminId = member.userId
})
afterAll(() => world.close())

const create = async (body: object = {}, by = admin) =>
  (await by.post(PATH, { name: 'Machine', scopes: ['audit:read'], ...body })).body.data
const audited = async (id: string) =>
  (
    await world.query<{ action: string }>(
      'select action from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
  ).map((row) => row.action)

describe('a service client', () => {
  test('is made with a secret that is shown once and stored nowhere', async () => {
    const answer = await admin.post(PATH, {
      name: 'Nightly report',
      description: 'For the controllers.',
      scopes: ['usage:read-all', 'audit:read'],
      allowedIps: ['127.0.0.0/8', '::1', '127.0.0.0/8'],
      tokenTtlSeconds: 300,
    })
    expect(answer.status).toBe(201)
    const { id, clientId, secret, secrets, ...rest } = answer.body.data
    expect(clientId).toMatch(/^lmc_[0-9A-Za-z]{22}$/)
    expect(secret).toMatch(/^lms_[0-9A-Za-z]{49}$/)
    expect(secrets).toMatchObject([
      { hint: `lms_...${secret.slice(-4)}`, useCount: 0, expiresAt: null, isExpired: false },
    ])
    expect(rest).toMatchObject({
      name: 'Nightly report',
      scopes: ['usage:read-all', 'audit:read'],
      allowedIps: ['127.0.0.0/8', '::1/128'],
      tokenTtlSeconds: 300,
      status: 'active',
      createdBy: adminId,
      lastUsedAt: null,
      version: 1,
    })
    const read = await admin.get(`${PATH}/${id}`)
    expect(read.body.data).toEqual({ id, clientId, secrets, ...rest })
    expect(JSON.stringify((await admin.get(PATH)).body)).not.toContain(secret)
    const traces = await world.query<{ row: string }>(
      `select to_jsonb(t)::text as row from service_client_secrets t
       union all select to_jsonb(t)::text from service_clients t union all select to_jsonb(t)::text from audit_logs t
       union all select to_jsonb(t)::text from idempotency_keys t`,
    )
    expect(traces.filter(({ row }) => row.includes(secret))).toEqual([])
    expect(await audited(id)).toEqual(['service_client.created'])
  })

  test.each([
    ['no scope', { scopes: [] }, 'scopes'],
    ['a scope twice', { scopes: ['audit:read', 'audit:read'] }, 'scopes'],
    ['a scope for people', { scopes: ['approvals:decide'] }, 'scopes.0'],
    ['a scope that makes machines', { scopes: ['service-clients:write'] }, 'scopes.0'],
    ['a scope of the platform', { scopes: ['models:write'] }, 'scopes.0'],
    ['a token for longer than 15 minutes', { tokenTtlSeconds: 901 }, 'tokenTtlSeconds'],
    ['a token for seconds', { tokenTtlSeconds: 59 }, 'tokenTtlSeconds'],
    ['no address', { allowedIps: ['localhost'] }, 'allowedIps.0'],
    ['a block too narrow', { allowedIps: ['10.0.0.1', '10.0.0.0/33'] }, 'allowedIps.1'],
    ['a name of blanks', { name: '   ' }, 'name'],
  ])('is refused with %s', async (_what, body, field) => {
    const answer = await admin.post(PATH, { name: 'x', scopes: ['audit:read'], ...body })
    expect([answer.status, answer.body.code, String(answer.body.details.field).replaceAll('/', '.')]).toEqual(
      [400, 'VALIDATION_ERROR', field],
    )
  })

  test('has no secret that ends in the past or in a lifetime', async () => {
    for (const secretExpiresAt of ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z']) {
      const answer = await admin.post(PATH, { name: 'x', scopes: ['audit:read'], secretExpiresAt })
      expect([answer.status, answer.body.code]).toEqual([422, 'EXPIRY_OUT_OF_RANGE'])
    }
  })

  test('is not repeated with its secret', async () => {
    const headers = { 'idempotency-key': 'once' }
    const body = { name: 'Once', scopes: ['audit:read'] }
    const first = await admin.post(PATH, body, headers)
    const second = await admin.post(PATH, body, headers)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.body.data).toEqual({ ...first.body.data, secret: null })
  })

  test('is changed by who has seen its last version', async () => {
    const { id } = await create()
    const changed = await admin.patch(`${PATH}/${id}`, { name: 'Renamed', allowedIps: [], version: 1 })
    expect(changed.body.data).toMatchObject({
      name: 'Renamed',
      allowedIps: [],
      version: 2,
      scopes: ['audit:read'],
    })
    expect((await admin.patch(`${PATH}/${id}`, { name: 'Late', version: 1 })).body.code).toBe(
      'VERSION_CONFLICT',
    )
    expect((await admin.delete(`${PATH}/${id}`, { 'if-match': '1' })).status).toBe(409)
    expect(
      (await admin.patch(`${PATH}/${id}`, { allowedIps: null, status: 'disabled' })).body.data,
    ).toMatchObject({ allowedIps: null, status: 'disabled' })
    expect((await admin.delete(`${PATH}/${id}`, { 'if-match': '3' })).status).toBe(204)
    expect((await admin.get(`${PATH}/${id}`)).body.code).toBe('SERVICE_CLIENT_NOT_FOUND')
    expect(await audited(id)).toEqual([
      'service_client.created',
      'service_client.updated',
      'service_client.updated',
      'service_client.deleted',
    ])
    expect(
      await world.query('select from service_client_secrets where service_client_id = $1', [id]),
    ).toEqual([])
  })

  test('has at most two valid secrets, also when many ask at once; an expired one makes room', async () => {
    const { id, secrets } = await create()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin.post(`${PATH}/${id}/secrets`, {})),
    )
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array<number>(7).fill(409),
    ])
    expect(answers.find((answer) => answer.status === 409)?.body.code).toBe('SECRET_LIMIT')
    await world.query(
      `update service_client_secrets set valid_until = now() - interval '1 minute' where id = $1`,
      [secrets[0].id],
    )
    expect((await admin.get(`${PATH}/${id}`)).body.data.secrets[0].isExpired).toBe(true)
    const ends = new Date(Date.now() + 86_400_000).toISOString()
    const added = await admin.post(`${PATH}/${id}/secrets`, { expiresAt: ends })
    expect(added).toMatchObject({ status: 201, body: { data: { expiresAt: ends } } })
    const left = (await admin.get(`${PATH}/${id}`)).body.data.secrets
    expect(left.map((one: { id: string }) => one.id)).not.toContain(secrets[0].id)
    expect(left).toHaveLength(2)
    for (const wrong of ['2020-01-01T00:00:00Z'])
      expect((await admin.post(`${PATH}/${id}/secrets`, { expiresAt: wrong })).status).toBe(409)
    expect((await admin.delete(`${PATH}/${id}/secrets/${left[0].id}`)).status).toBe(204)
    expect((await admin.delete(`${PATH}/${id}/secrets/${left[0].id}`)).body.code).toBe('SECRET_NOT_FOUND')
    expect((await admin.post(`${PATH}/${id}/secrets`, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(
      422,
    )
    expect(await audited(id)).toEqual([
      'service_client.created',
      'service_client_secret.created',
      'service_client_secret.created',
      'service_client_secret.removed',
    ])
  })

  test('gets no more than its maker has: not made, not widened, not enabled, not by another secret', async () => {
    const { id } = await create({ scopes: ['audit:read', 'keys:write-all'] })
    const service = new ServiceClientService(world.app.serviceContext, {
      digester: world.app.identity.digester,
    })
    // No role has the one right without the others today; the rule must hold for the role that comes.
    const narrow: Caller = {
      ...systemCaller('test', DEFAULT_ORGANIZATION),
      kind: 'person',
      userId: adminId,
      permissions: new Set(['service-clients:write', 'audit:read']),
    }
    const refused = {
      code: 'SCOPE_ABOVE_OWN',
      statusCode: 403,
      details: { requiredPermission: 'keys:write-all' },
    }
    const body = { name: 'x', scopes: ['audit:read' as const, 'keys:write-all' as const] }
    await expect(service.create(narrow, body)).rejects.toMatchObject(refused)
    await expect(service.addSecret(narrow, id, null)).rejects.toMatchObject(refused)
    const own = await service.create(narrow, { name: 'own', scopes: ['audit:read'] })
    await expect(service.update(narrow, own.id, { scopes: body.scopes })).rejects.toMatchObject(refused)
    // Narrowing and disabling are open to who may write; enabling gives back what they do not have.
    await service.update(narrow, id, { scopes: ['keys:write-all'], status: 'disabled' })
    await expect(service.update(narrow, id, { status: 'active' })).rejects.toMatchObject(refused)
    expect((await service.update(narrow, id, { name: 'renamed' })).name).toBe('renamed')
  })
})

describe('the list', () => {
  test('is filtered, searched literally, sorted and paged', async () => {
    const organizationId = await addOrganization(world, 'Lists')
    const theirs = await clientOf(world, await addMember(world, { organizationId, role: 'admin' }))
    const made = []
    for (const [name, scopes] of [
      ['b_100%', ['audit:read']],
      ['a', ['teams:read-all']],
      ['C', ['audit:read', 'teams:read-all']],
    ])
      made.push(await create({ name, scopes }, theirs))
    await theirs.patch(`${PATH}/${made[1].id}`, { status: 'disabled' })
    await world.query('update service_clients set last_used_at = now() where id = $1', [made[2].id])
    const names = async (query: string) =>
      (await theirs.get(`${PATH}?${query}`)).body.data.map((one: { name: string }) => one.name).join(' ')
    expect(await names('')).toBe('C a b_100%')
    expect(await names('sort=name')).toBe('a b_100% C')
    expect(await names('sort=-name')).toBe('C b_100% a')
    expect(await names('sort=-lastUsedAt&limit=1')).toBe('C')
    expect(await names('withScope=audit%3Aread&sort=createdAt')).toBe('b_100% C')
    expect(await names('status=disabled')).toBe('a')
    expect(await names(`search=${encodeURIComponent('_100%')}`)).toBe('b_100%')
    expect(await names(`search=${encodeURIComponent('%')}`)).toBe('b_100%')
    expect((await theirs.get(`${PATH}?limit=2&offset=1`)).body.pagination).toEqual({
      total: 3,
      limit: 2,
      offset: 1,
      hasMore: false,
    })
    for (const query of ['sort=digest', 'withScope=everything', 'status=gone', 'x=1'])
      expect((await theirs.get(`${PATH}?${query}`)).status).toBe(400)
  })

  test('is the organization’s own; the platform crosses by an act that is recorded', async () => {
    const organizationId = await addOrganization(world, 'Theirs')
    const theirs = await clientOf(world, await addMember(world, { organizationId, role: 'admin' }))
    const { id, secrets } = await create({ name: 'Of theirs' }, theirs)
    expect(JSON.stringify((await admin.get(`${PATH}?limit=100`)).body)).not.toContain(id)
    for (const answer of [
      await admin.get(`${PATH}/${id}`),
      await admin.patch(`${PATH}/${id}`, { name: 'Mine' }),
      await admin.delete(`${PATH}/${id}`),
      await admin.post(`${PATH}/${id}/secrets`, {}),
      await admin.delete(`${PATH}/${id}/secrets/${secrets[0].id}`),
      await admin.get(`${PATH}/${NOWHERE}`),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'SERVICE_CLIENT_NOT_FOUND'])
    const platform = await world.as('admin')
    const all = await platform.get(`${PATH}?scope=platform&limit=100`)
    expect(all.body.data.map((one: { id: string }) => one.id)).toContain(id)
    expect(
      (await platform.patch(`${PATH}/${id}?organizationId=${organizationId}`, { name: 'x' })).status,
    ).toBe(400)
    const there = await platform.patch(`${PATH}/${id}?organizationId=${organizationId}&reason=asked`, {
      name: 'By the platform',
    })
    expect(there.body.data).toMatchObject({ name: 'By the platform', organizationId })
    const auditor = await world.as('auditor')
    expect((await auditor.get(PATH)).status).toBe(200)
    expect((await auditor.post(PATH, { name: 'x', scopes: ['audit:read'] })).status).toBe(403)
  })
})
