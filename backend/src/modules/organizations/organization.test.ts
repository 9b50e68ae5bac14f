import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, DEFAULT_ORGANIZATION } from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT, EMBEDDING } from '../../../test/support/requests.ts'

const PLATFORM = '00000000-0000-4000-8000-000000000000'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'
const PATH = '/api/v1/admin/organizations'

let world: World
let admin: Client
let auditor: Client
let open: string
let embedding: string
let belongings: Belongings

beforeAll(async () => {
  world = await startWorld()
  ;[admin, auditor] = await Promise.all([world.as('admin'), world.as('auditor')])
  const catalogue = await catalogueOf(world)
  open = catalogue.open
  const [row] = await world.query<{ id: string }>('select id from models where name = $1', [EMBEDDING])
  embedding = row?.id ?? ''
  belongings = new Belongings(world, catalogue)
})
afterAll(() => world.close())

const call = (key: string) =>
  world.withKey(key).post('/v1/chat/completions', {
    model: CHAT,
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
  })
const within = async (what: () => Promise<void>, milliseconds = 1000) => {
  const from = performance.now()
  await eventually(what, milliseconds)
  expect(performance.now() - from).toBeLessThan(milliseconds + 500)
}
const auditOf = async (organizationId: string) =>
  (
    await world.query<{ action: string }>(
      `select action from audit_logs where organization_id = $1 order by sequence`,
      [organizationId],
    )
  ).map((row) => row.action)

/** A person with a working key in a new organization. */
async function company(name: string, modelIds = [open]) {
  const id = await addOrganization(world, name)
  const member = await addMember(world, { organizationId: id })
  const { id: keyId = '', key = '' } = await belongings.apiKey(member, modelIds)
  expect((await call(key)).status).toBe(200)
  return { id, member, client: await clientOf(world, member), key, keyId }
}

describe('organizations, by platform administrators', () => {
  test('are created with their team and their first administrator, once per Idempotency-Key', async () => {
    const boss = await addMember(world, { organizationId: null })
    const body = { name: 'Rivers Ltd', administratorId: boss.userId }
    const create = () => admin.post(PATH, body, { 'idempotency-key': 'rivers' })
    const made = await create()
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { id } = made.body.data
    expect(made.body.data).toMatchObject({
      name: 'Rivers Ltd',
      status: 'active',
      isDefault: false,
      isRestrictedToList: false,
      members: 1,
      teams: 1,
      keys: 0,
      maxBudget: null,
      invitation: null,
      version: 1,
    })
    const again = await create()
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual(made.body)
    expect((await admin.get(`${PATH}?search=rivers%20l`)).body.pagination.total).toBe(1)
    const session = await clientOf(world, { ...boss, organizationId: id })
    expect((await session.get('/api/auth/me')).body.data.organization).toMatchObject({ id, role: 'admin' })
    expect(await auditOf(id)).toEqual(['member.joined', 'organization.created'])
  })

  test('or with an invitation whose link is shown once', async () => {
    const create = () =>
      admin.post(
        PATH,
        { name: 'Lakes', administratorEmail: 'Boss@Lakes.example' },
        { 'idempotency-key': 'lakes' },
      )
    const { id, invitation } = (await create()).body.data
    expect(invitation.url).toMatch(/\/invitations\/[A-Za-z0-9_-]{43}$/)
    expect((await create()).body.data.invitation).toEqual({ ...invitation, url: null })
    const list = await admin.get(`/api/v1/admin/invitations?organizationId=${id}`)
    expect(list.body.data).toMatchObject([{ email: 'boss@lakes.example', role: 'admin', status: 'open' }])
    expect(JSON.stringify(list.body)).not.toContain(invitation.url.slice(-43))
  })

  test('bad input is refused with its field', async () => {
    const refused = async (body: unknown) => {
      const answer = await admin.post(PATH, body)
      return [answer.status, answer.body.code, answer.body.details?.field]
    }
    expect(await refused({})).toEqual([400, 'VALIDATION_ERROR', 'name'])
    expect(await refused({ name: ' ' })).toEqual([400, 'VALIDATION_ERROR', 'name'])
    expect(await refused({ name: 'x', status: 'active' })).toEqual([400, 'VALIDATION_ERROR', 'status'])
    expect(await refused({ name: 'x', administratorId: NOWHERE })).toEqual([
      404,
      'USER_NOT_FOUND',
      'administratorId',
    ])
    expect(
      await refused({ name: 'x', administratorId: NOWHERE, administratorEmail: 'a@example.com' }),
    ).toEqual([400, 'VALIDATION_ERROR', 'administratorEmail'])
    expect((await admin.get(`${PATH}?search=x`)).body.pagination.total).toBe(0)
  })

  test('are listed with what they have, in the wanted order; the platform’s own is none', async () => {
    const { id, key } = await company('Counted')
    await world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano, spent_nano)
       values ($1, 'organization', $1, 5000000000, 1500000000)`,
      [id],
    )
    expect(key).toBeTruthy()
    const list = await auditor.get(`${PATH}?search=COUNTED&sort=-spend`)
    expect(list.body.data).toMatchObject([
      { id, members: 1, teams: 1, keys: 1, maxBudget: 5, spend: 1.5, status: 'active' },
    ])
    const all = await auditor.get(`${PATH}?limit=100&sort=-keys`)
    const ids = all.body.data.map((row: { id: string }) => row.id)
    expect(ids).toContain(DEFAULT_ORGANIZATION)
    expect(ids).not.toContain(PLATFORM)
    expect(all.body.pagination.total).toBe(ids.length)
    expect(ids[0]).toBe(id)
    expect((await admin.get(`${PATH}/${PLATFORM}`)).body.code).toBe('ORGANIZATION_NOT_FOUND')
    expect((await admin.patch(`${PATH}/${PLATFORM}`, { name: 'mine' })).status).toBe(404)
    expect((await admin.get(`${PATH}/${NOWHERE}`)).status).toBe(404)
    expect((await admin.get(`${PATH}?sort=version`)).status).toBe(400)
  })

  test('are nobody else’s to see or change', async () => {
    const boss = await clientOf(world, await addMember(world, { role: 'admin' }))
    expect((await boss.get(PATH)).status).toBe(403)
    expect((await boss.get(`${PATH}/${DEFAULT_ORGANIZATION}`)).status).toBe(403)
    expect((await boss.patch(`${PATH}/${DEFAULT_ORGANIZATION}`, { rpmLimit: null })).status).toBe(403)
    expect((await boss.post(PATH, { name: 'Mine' })).status).toBe(403)
    expect((await auditor.get(`${PATH}/${DEFAULT_ORGANIZATION}`)).status).toBe(200)
    expect((await auditor.post(PATH, { name: 'Mine' })).status).toBe(403)
    expect((await auditor.patch(`${PATH}/${DEFAULT_ORGANIZATION}`, { name: 'Mine' })).status).toBe(403)
  })

  test('change by version, with a record in the organization itself', async () => {
    const id = await addOrganization(world, 'Before')
    const path = `${PATH}/${id.toUpperCase()}`
    const changed = await admin.patch(path, { name: 'After', rpmLimit: 600, version: 1, reason: 'grew' })
    expect(changed.body.data).toMatchObject({ id, name: 'After', rpmLimit: 600, tpmLimit: null, version: 2 })
    expect((await admin.patch(path, { name: 'Stale', version: 1 })).body.code).toBe('VERSION_CONFLICT')
    expect((await admin.patch(path, { name: 'Stale' }, { 'if-match': '"1"' })).status).toBe(409)
    expect((await admin.patch(path, { rpmLimit: -1 })).body.details.field).toBe('rpmLimit')
    expect((await admin.patch(path, {})).status).toBe(400)
    expect(await auditOf(id)).toEqual(['organization.updated'])
  })
})

describe('a suspension', () => {
  test('stops key, session and token within a second, and LiteLLM is told; so is the way back', async () => {
    const { id, client, key } = await company('Suspended')
    const other = await company('Bystander')
    const path = `${PATH}/${id.toUpperCase()}`
    expect((await admin.patch(path, { status: 'suspended', reason: 'unpaid' })).body.data.status).toBe(
      'suspended',
    )
    await within(async () => {
      expect((await call(key)).status).toBe(401)
      expect((await client.get('/api/v1/subscriptions')).body.code).toBe('NO_ORGANIZATION')
    })
    const blocked = async () => {
      const { keys } = (await world.simulator('GET', '/key/list?return_full_object=true&size=100')) as {
        keys: Array<{ blocked: boolean | null; metadata: { organizationId?: string } }>
      }
      return keys.filter((one) => one.metadata.organizationId === id).map((one) => one.blocked ?? false)
    }
    await eventually(async () => expect(await blocked()).toEqual([true]))
    expect((await call(other.key)).status).toBe(200)
    await admin.patch(path, { status: 'active' })
    await within(async () => {
      expect((await client.get('/api/v1/subscriptions')).status).toBe(200)
    }, 1500)
    await eventually(async () => expect((await call(key)).status).toBe(200))
    expect(await auditOf(id)).toEqual(
      expect.arrayContaining(['organization.suspended', 'organization.activated']),
    )
  })

  test('never meets the default organization', async () => {
    const answer = await admin.patch(`${PATH}/${DEFAULT_ORGANIZATION}`, { status: 'suspended' })
    expect([answer.status, answer.body.code]).toEqual([409, 'DEFAULT_ORGANIZATION'])
  })
})

describe('one’s own organization', () => {
  test('is read by its people and renamed by its administrators; nobody widens its limits from inside', async () => {
    const id = await addOrganization(world, 'Own')
    const boss = await clientOf(world, await addMember(world, { organizationId: id, role: 'admin' }))
    const viewer = await clientOf(world, await addMember(world, { organizationId: id, role: 'viewer' }))
    expect((await viewer.get('/api/v1/organization')).body.data).toMatchObject({
      id,
      name: 'Own',
      rpmLimit: null,
    })
    const path = '/api/v1/admin/organization'
    expect((await viewer.patch(path, { name: 'Mine' })).status).toBe(403)
    for (const field of ['rpmLimit', 'status', 'isRestrictedToList', 'maxBudget'])
      expect((await boss.patch(path, { name: 'x', [field]: null })).body.details.field).toBe(field)
    expect((await boss.patch(path, { name: 'Renamed', version: 1 })).body.data).toMatchObject({
      name: 'Renamed',
      version: 2,
    })
    expect((await boss.patch(path, { name: 'x', version: 1 })).status).toBe(409)
  })
})

describe('the models of an organization', () => {
  test('what is allowed no longer is gone from catalogue, subscriptions and keys at once', async () => {
    const { id, client, key, keyId } = await company('Choosy', [open, embedding])
    const other = await company('Free')
    const path = `${PATH}/${id}/models`
    expect((await admin.get(path)).body.data).toEqual({ isRestrictedToList: false, modelIds: [], version: 1 })
    const set = await admin.put(path, { isRestrictedToList: true, modelIds: [embedding], version: 1 })
    expect(set.body.data).toEqual({ isRestrictedToList: true, modelIds: [embedding], version: 2 })
    expect((await admin.put(path, { isRestrictedToList: true, modelIds: [], version: 1 })).status).toBe(409)

    await within(async () => expect((await call(key)).status).toBe(404))
    const listed = (await client.get('/api/v1/models')).body.data.map((one: { id: string }) => one.id)
    expect(listed).toEqual([embedding])
    expect((await client.get(`/api/v1/models/${open}`)).body.code).toBe('MODEL_NOT_FOUND')
    const newcomer = await clientOf(world, await addMember(world, { organizationId: id }))
    const refused = await newcomer.post('/api/v1/subscriptions', { modelId: open })
    expect([refused.status, refused.body.code]).toEqual([404, 'MODEL_NOT_FOUND'])
    expect((await client.post('/api/v1/api-keys', { name: 'x', modelIds: [open] })).body.code).toBe(
      'MODEL_NOT_FOUND',
    )
    expect((await client.get(`/api/v1/api-keys/${keyId}`)).body.data).toMatchObject({
      models: [{ id: embedding }],
      status: 'active',
    })
    await eventually(async () => {
      const { keys } = (await world.simulator('GET', '/key/list?return_full_object=true&size=100')) as {
        keys: Array<{ models: string[]; metadata: { keyId?: string } }>
      }
      const told = keys.filter((one) => one.metadata.keyId === keyId).map((one) => one.models)
      expect(told).toEqual([['text-embedding-small']])
    })
    expect((await call(other.key)).status).toBe(200)
    expect((await other.client.get(`/api/v1/models/${open}`)).status).toBe(200)

    await admin.put(path, { isRestrictedToList: true, modelIds: [] })
    await within(async () => expect((await call(key)).status).toBe(401))
    expect((await client.get(`/api/v1/api-keys/${keyId}`)).body.data).toMatchObject({
      models: [],
      status: 'disabled',
    })
    expect(await auditOf(id)).toEqual(
      expect.arrayContaining(['organization.models_set', 'api_key.updated', 'api_key.disabled']),
    )

    await admin.put(path, { isRestrictedToList: false, modelIds: [] })
    const back = await client.patch(`/api/v1/api-keys/${keyId}`, { modelIds: [open], isDisabled: false })
    expect(back.status).toBe(200)
    await eventually(async () => expect((await call(key)).status).toBe(200))
  })

  test('must exist', async () => {
    const path = `${PATH}/${DEFAULT_ORGANIZATION}/models`
    const answer = await admin.put(path, { isRestrictedToList: true, modelIds: [open, NOWHERE] })
    expect([answer.status, answer.body.code, answer.body.details.field]).toEqual([
      404,
      'MODEL_NOT_FOUND',
      'modelIds',
    ])
    expect((await admin.get(path)).body.data.isRestrictedToList).toBe(false)
  })
})
