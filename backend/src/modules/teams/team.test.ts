import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, type Member } from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT, EMBEDDING } from '../../../test/support/requests.ts'

const ADMIN = '/api/v1/admin/teams'
const NOWHERE = '00000000-0000-4000-8000-00000000dead'

let world: World
let organizationId: string
let boss: Client
let belongings: Belongings
let open: string
let embedding: string

beforeAll(async () => {
  world = await startWorld()
  const catalogue = await catalogueOf(world)
  belongings = new Belongings(world, catalogue)
  open = catalogue.open
  const [row] = await world.query<{ id: string }>('select id from models where name = $1', [EMBEDDING])
  embedding = row?.id ?? ''
  organizationId = await addOrganization(world, 'Teams Ltd')
  boss = await clientOf(world, await addMember(world, { organizationId, role: 'admin' }))
})
afterAll(() => world.close())

const person = async (): Promise<Member & { client: Client }> => {
  const member = await addMember(world, { organizationId })
  return { ...member, client: await clientOf(world, member) }
}
const teamOf = async (name: string, body: object = {}) => {
  const answer = await boss.post(ADMIN, { name, ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data as { id: string; version: number }
}
const codeOf = (answer: { status: number; body: { code?: string } }) => [answer.status, answer.body?.code]
const call = (key: string, model = CHAT) =>
  world.withKey(key).post('/v1/chat/completions', {
    model,
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
  })
/** A working key that counts on the team. */
async function teamKey(member: Member, teamId: string, modelIds = [open]) {
  for (const modelId of modelIds) await belongings.subscription(member, modelId)
  const client = await clientOf(world, member)
  const made = await client.post('/api/v1/api-keys', { name: 'of the team', modelIds, teamId })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.data as { id: string; key: string }
}
const defaultTeam = async () => {
  const { body } = await boss.get(`${ADMIN}?search=default`)
  return body.data[0] as { id: string; version: number }
}

describe('teams', () => {
  test('are made by administrators, with a name of their own', async () => {
    const lead = await person()
    const made = await boss.post(
      ADMIN,
      {
        name: 'Blue',
        description: 'The blue ones',
        allowedModelIds: [open],
        rpmLimit: 60,
        administratorIds: [lead.userId],
      },
      { 'idempotency-key': 'blue' },
    )
    expect(made.body.data).toMatchObject({
      organizationId,
      name: 'Blue',
      isDefault: false,
      isArchived: false,
      allowsAllModels: false,
      allowedModelIds: [open],
      rpmLimit: 60,
      tpmLimit: null,
      myRole: null,
      members: 1,
      keys: 0,
      maxBudget: null,
      version: 1,
    })
    expect(codeOf(await boss.post(ADMIN, { name: 'Blue' }))).toEqual([409, 'TEAM_EXISTS'])
    const refused = async (body: unknown) => {
      const answer = await boss.post(ADMIN, body)
      return [answer.status, answer.body.details?.field]
    }
    expect(await refused({ name: ' ' })).toEqual([400, 'name'])
    expect(await refused({ name: 'x', allowedModelIds: [NOWHERE] })).toEqual([404, 'allowedModelIds'])
    expect(await refused({ name: 'x', administratorIds: [NOWHERE] })).toEqual([404, 'administratorIds'])
    expect(await refused({ name: 'x', isDefault: true })).toEqual([400, 'isDefault'])
    expect((await lead.client.post(ADMIN, { name: 'Mine' })).status).toBe(403)
    expect((await boss.get(`${ADMIN}?search=BLUE%20ONES&modelId=${open}`)).body.pagination.total).toBe(1)
    expect((await boss.get(`${ADMIN}?search=blue&modelId=${embedding}`)).body.pagination.total).toBe(0)
  })

  test('are seen by who is in them, and money by who looks after them', async () => {
    const [lead, plain, outsider] = await Promise.all([person(), person(), person()])
    const { id } = await teamOf('Seen', { administratorIds: [lead.userId] })
    await boss.post(`/api/v1/teams/${id}/members`, { userId: plain.userId })
    await world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano, spent_nano)
       values ($1, 'team', $2, 9000000000, 4000000000)`,
      [organizationId, id],
    )
    expect((await lead.client.get(`/api/v1/teams/${id}`)).body.data).toMatchObject({
      myRole: 'admin',
      members: 2,
      maxBudget: 9,
      spend: 4,
    })
    expect((await plain.client.get(`/api/v1/teams/${id}`)).body.data).toMatchObject({
      myRole: 'member',
      maxBudget: null,
      spend: null,
    })
    expect((await boss.get(`/api/v1/teams/${id}`)).body.data).toMatchObject({ myRole: null, spend: 4 })
    for (const path of ['', '/members', '/keys'])
      expect(codeOf(await outsider.client.get(`/api/v1/teams/${id}${path}`))).toEqual([404, 'TEAM_NOT_FOUND'])
    const mine = async (who: Client) =>
      (await who.get('/api/v1/teams')).body.data.map((one: { name: string }) => one.name)
    expect(await mine(plain.client)).toEqual(['Default team', 'Seen'])
    expect(await mine(outsider.client)).toEqual(['Default team'])
    expect((await plain.client.get(ADMIN)).status).toBe(403)
    expect((await boss.get(`${ADMIN}?userId=${plain.userId}&sort=-spend`)).body.data).toMatchObject([
      { name: 'Seen' },
      { name: 'Default team' },
    ])
  })

  test('of another organization do not exist', async () => {
    const elsewhere = await addOrganization(world, 'Elsewhere')
    const foreign = await clientOf(
      world,
      await addMember(world, { organizationId: elsewhere, role: 'admin' }),
    )
    const { id } = await teamOf('Hidden')
    const { userId } = await person()
    for (const attempt of [
      () => foreign.get(`/api/v1/teams/${id}`),
      () => foreign.patch(`${ADMIN}/${id}`, { name: 'Mine' }),
      () => foreign.delete(`${ADMIN}/${id}`),
      () => foreign.get(`/api/v1/teams/${id}/members`),
      () => foreign.post(`/api/v1/teams/${id}/members`, { userId }),
    ])
      expect(codeOf(await attempt())).toEqual([404, 'TEAM_NOT_FOUND'])
    const own = (await foreign.post(ADMIN, { name: 'Hidden' })).body.data
    expect(codeOf(await foreign.post(`/api/v1/teams/${own.id}/members`, { userId }))).toEqual([
      404,
      'MEMBER_NOT_FOUND',
    ])
  })

  test('change by version; one archived frees its name and stays as it is', async () => {
    const { id } = await teamOf('Passing', { allowedModelIds: [open] })
    const path = `${ADMIN}/${id}`
    const changed = await boss.patch(path, { tpmLimit: 100, version: 1 })
    expect(changed.body.data).toMatchObject({ tpmLimit: 100, version: 2 })
    expect(codeOf(await boss.patch(path, { name: 'x' }, { 'if-match': '1' }))).toEqual([
      409,
      'VERSION_CONFLICT',
    ])
    const member = await person()
    await boss.post(`/api/v1/teams/${id}/members`, { userId: member.userId })
    const { key } = await teamKey(member, id)
    expect((await boss.delete(path)).status).toBe(204)
    await eventually(async () => expect((await call(key)).status).toBe(401), 1000)
    expect(codeOf(await boss.patch(path, { name: 'x' }))).toEqual([409, 'TEAM_ARCHIVED'])
    expect(codeOf(await member.client.get(`/api/v1/teams/${id}`))).toEqual([404, 'TEAM_NOT_FOUND'])
    expect((await boss.get(`${ADMIN}?isArchived=true`)).body.data).toMatchObject([
      { id, name: 'Passing', members: 0, keys: 0, isArchived: true },
    ])
    expect((await boss.post(ADMIN, { name: 'Passing' })).status).toBe(201)
  })

  test('the default one stays, and everybody in it', async () => {
    const { id } = await defaultTeam()
    const member = await person()
    expect(codeOf(await boss.delete(`${ADMIN}/${id}`))).toEqual([409, 'DEFAULT_TEAM'])
    for (const who of [boss, member.client])
      expect(codeOf(await who.delete(`/api/v1/teams/${id}/members/${member.userId}`))).toEqual([
        409,
        'DEFAULT_TEAM',
      ])
  })
})

describe('who is in a team', () => {
  test('is decided by its admins and the organization’s, and by nobody else', async () => {
    const [lead, plain, third] = await Promise.all([person(), person(), person()])
    const { id } = await teamOf('Decided', { administratorIds: [lead.userId] })
    const path = `/api/v1/teams/${id}/members`
    const added = await lead.client.post(path, { userId: plain.userId }, { 'idempotency-key': 'add' })
    expect(added.body.data).toMatchObject({ userId: plain.userId, role: 'member', version: 1 })
    expect(codeOf(await lead.client.post(path, { userId: plain.userId }))).toEqual([
      409,
      'TEAM_MEMBER_EXISTS',
    ])
    for (const attempt of [
      () => plain.client.post(path, { userId: third.userId }),
      () => plain.client.patch(`${path}/${plain.userId}`, { role: 'admin' }),
      () => plain.client.delete(`${path}/${lead.userId}`),
      () => plain.client.get(`/api/v1/teams/${id}/keys`),
    ])
      expect(codeOf(await attempt())).toEqual([403, 'NOT_TEAM_ADMIN'])
    expect(codeOf(await third.client.post(path, { userId: third.userId }))).toEqual([404, 'TEAM_NOT_FOUND'])
    expect(codeOf(await lead.client.post(path, { userId: NOWHERE }))).toEqual([404, 'MEMBER_NOT_FOUND'])

    const raised = await boss.patch(`${path}/${plain.userId}`, { role: 'admin', version: 1 })
    expect(raised.body.data).toMatchObject({ role: 'admin', version: 2 })
    expect(codeOf(await boss.patch(`${path}/${plain.userId}`, { role: 'member', version: 1 }))).toEqual([
      409,
      'VERSION_CONFLICT',
    ])
    expect(codeOf(await boss.patch(`${path}/${third.userId}`, { role: 'admin' }))).toEqual([
      404,
      'TEAM_MEMBER_NOT_FOUND',
    ])
    const list = await plain.client.get(`${path}?role=admin&sort=-joinedAt`)
    expect(list.body.data.map((one: { userId: string }) => one.userId).sort()).toEqual(
      [plain.userId, lead.userId].sort(),
    )
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where resource_id = $1 order by sequence`,
      [id],
    )
    expect(audit.map((row) => row.action)).toEqual([
      'team.created',
      'team.member_added',
      'team.member_updated',
    ])
  })

  test('who leaves or is removed takes their keys of the team along, and no others', async () => {
    const [one, two] = await Promise.all([person(), person()])
    const { id } = await teamOf('Leaving', { allowedModelIds: [open] })
    const path = `/api/v1/teams/${id}/members`
    for (const { userId } of [one, two]) await boss.post(path, { userId })
    const ofOne = await teamKey(one, id)
    const ofTwo = await teamKey(two, id)
    const own = (await one.client.post('/api/v1/api-keys', { name: 'own', modelIds: [open] })).body.data
    expect((await one.client.delete(`${path}/${one.userId.toUpperCase()}`)).status).toBe(204)
    await eventually(async () => expect((await call(ofOne.key)).status).toBe(401), 1000)
    expect((await call(own.key)).status).toBe(200)
    expect((await call(ofTwo.key)).status).toBe(200)
    expect(codeOf(await one.client.get(`/api/v1/teams/${id}`))).toEqual([404, 'TEAM_NOT_FOUND'])
    expect((await boss.delete(`${path}/${two.userId}`)).status).toBe(204)
    await eventually(async () => expect((await call(ofTwo.key)).status).toBe(401), 1000)
    const keys = await boss.get(`/api/v1/teams/${id}/keys?status=revoked&sort=name`)
    expect(keys.body.data).toHaveLength(2)
    expect(keys.body.data[0]).toMatchObject({ status: 'revoked', models: [CHAT], spend: expect.any(Number) })
    expect((await boss.get(`/api/v1/teams/${id}/keys?userId=${one.userId}`)).body.data).toMatchObject([
      { id: ofOne.id, userId: one.userId },
    ])
  })
})

describe('the models of a team', () => {
  test('bind its keys at once when the list shrinks; the proxy is told', async () => {
    const member = await person()
    const { id } = await teamOf('Narrow', { allowedModelIds: [open, embedding] })
    await boss.post(`/api/v1/teams/${id}/members`, { userId: member.userId })
    const ofTeam = await teamKey(member, id, [open, embedding])
    const own = (await member.client.post('/api/v1/api-keys', { name: 'own', modelIds: [open] })).body.data
    expect((await call(ofTeam.key)).status).toBe(200)
    const narrowed = await boss.patch(`${ADMIN}/${id}`, { allowedModelIds: [embedding] })
    expect(narrowed.body.data.allowedModelIds).toEqual([embedding])
    await eventually(async () => expect((await call(ofTeam.key)).status).toBe(403), 1000)
    expect((await call(own.key)).status).toBe(200)
    await eventually(async () => {
      const { keys } = (await world.simulator('GET', '/key/list?return_full_object=true&size=100')) as {
        keys: Array<{ models: string[]; metadata: { keyId?: string } }>
      }
      const told = keys.filter((one) => one.metadata.keyId === ofTeam.id).map((one) => one.models)
      expect(told).toEqual([[EMBEDDING]])
    })
    await boss.patch(`${ADMIN}/${id}`, { allowedModelIds: [] })
    await eventually(async () => expect((await call(ofTeam.key)).status).toBe(401), 1000)
    const audit = await world.query<{ action: string }>(
      `select action from audit_logs where resource_id = $1 order by sequence`,
      [ofTeam.id],
    )
    expect(audit.map((row) => row.action)).toEqual(['api_key.created', 'api_key.updated', 'api_key.disabled'])
  })

  test('are all on the default team while its list is empty, and none elsewhere', async () => {
    const member = await person()
    const { key } = await belongings.apiKey(member)
    expect((await call(key ?? '')).status).toBe(200)
    const { id } = await defaultTeam()
    await boss.patch(`${ADMIN}/${id}`, { allowedModelIds: [embedding] })
    await eventually(async () => expect((await call(key ?? '')).status).toBe(401), 1000)
    const all = await boss.patch(`${ADMIN}/${id}`, { allowedModelIds: [] })
    expect(all.body.data.allowsAllModels).toBe(true)
    const empty = await teamOf('Nothing')
    const attempt = () =>
      member.client.post('/api/v1/api-keys', { name: 'x', modelIds: [open], teamId: empty.id })
    expect(codeOf(await attempt())).toEqual([403, 'NOT_TEAM_MEMBER'])
    await boss.post(`/api/v1/teams/${empty.id}/members`, { userId: member.userId })
    expect(codeOf(await attempt())).toEqual([422, 'MODEL_NOT_IN_TEAM'])
    const elsewhere = await addOrganization(world, 'Not ours')
    const [foreign] = await world.query<{ id: string }>('select id from teams where organization_id = $1', [
      elsewhere,
    ])
    const refused = await member.client.post('/api/v1/api-keys', {
      name: 'x',
      modelIds: [open],
      teamId: foreign?.id,
    })
    expect([refused.status, refused.body.details.field]).toEqual([404, 'teamId'])
  })

  test('that a key could still have had when the list shrank are none the less not called', async () => {
    const member = await person()
    const { id } = await teamOf('Raced', { allowedModelIds: [open] })
    await boss.post(`/api/v1/teams/${id}/members`, { userId: member.userId })
    const { key } = await teamKey(member, id)
    expect((await call(key)).status).toBe(200)
    // As after a key that was made at the very moment: the row of the key is there, the list is shorter.
    await world.query(`update teams set allowed_model_ids = '{}' where id = $1`, [id])
    await eventually(async () => expect((await call(key)).status).toBe(403), 1500)
  })
})

describe('who could be in a team', () => {
  test('is known to who looks after it: everybody active of the organization who is not in it', async () => {
    const [lead, free, taken, gone] = [await person(), await person(), await person(), await person()]
    const { id } = await teamOf('Growing', { administratorIds: [lead.userId] })
    await boss.post(`/api/v1/teams/${id}/members`, { userId: taken.userId })
    await boss.patch(`/api/v1/admin/members/${gone.userId}`, { status: 'disabled' })
    const found = async (search: string) => {
      const answer = await lead.client.get(`/api/v1/teams/${id}/candidates?search=${search}`)
      return answer.body.data.map((one: { userId: string }) => one.userId)
    }
    expect(await found(free.username)).toEqual([free.userId])
    expect([await found(taken.username), await found(gone.username)]).toEqual([[], []])
    const all = await boss.get(`/api/v1/teams/${id}/candidates`)
    expect(all.body.data).toContainEqual(expect.objectContaining({ userId: free.userId }))
    expect(codeOf(await taken.client.get(`/api/v1/teams/${id}/candidates`))).toEqual([403, 'NOT_TEAM_ADMIN'])
    expect((await free.client.get(`/api/v1/teams/${id}/candidates`)).status).toBe(404)
  })
})

describe('a team of another organization', () => {
  test('is seen and looked after by platform administrators who name the organization, and say why', async () => {
    const { id } = await teamOf('From afar')
    const somebody = await person()
    const admin = await world.as('admin')
    const auditor = await world.as('auditor')
    const at = `/api/v1/teams/${id}`
    const there = `organizationId=${organizationId}`
    expect((await admin.get(at)).status).toBe(404)
    expect((await auditor.get(`${at}?${there}`)).body.data).toMatchObject({
      id,
      organizationId,
      myRole: null,
    })
    expect((await auditor.get(`${at}?scope=platform`)).body.data).toMatchObject({ id })
    expect((await auditor.get(`${at}/keys?${there}`)).body.data).toEqual([])
    const body = { userId: somebody.userId }
    expect((await admin.post(`${at}/members?${there}`, body)).body.details.field).toBe('reason')
    expect((await auditor.post(`${at}/members?${there}&reason=because`, body)).status).toBe(403)
    expect((await admin.post(`${at}/members?${there}&reason=because`, body)).status).toBe(201)
    const inTeam = async () => (await auditor.get(`${at}/members?${there}`)).body.data
    expect(await inTeam()).toMatchObject([{ userId: somebody.userId, role: 'member' }])
    const one = `${at}/members/${somebody.userId}?${there}&reason=because`
    expect((await admin.patch(one, { role: 'admin' })).body.data.role).toBe('admin')
    expect((await admin.delete(one)).status).toBe(204)
    expect(await inTeam()).toEqual([])
  })

  test('stays unknown to everybody else', async () => {
    const { id } = await teamOf('Not for strangers')
    const stranger = await clientOf(world, await addMember(world, { role: 'admin' }))
    expect((await stranger.get(`/api/v1/teams/${id}`)).status).toBe(404)
    expect((await stranger.get(`/api/v1/teams/${id}?organizationId=${organizationId}`)).status).toBe(403)
  })
})
