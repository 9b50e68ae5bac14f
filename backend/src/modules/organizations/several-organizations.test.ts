import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintToken } from '@litemaas/scripts/sign-in'
import { Client, eventually, startWorld, type World } from '../../../test/support/index.ts'

/** Nothing here looks into the database: what several organizations need, the API does. */
describe('several organizations on one installation', () => {
  let world: World
  let admin: Client

  beforeAll(async () => {
    world = await startWorld({ config: { DEFAULT_ORGANIZATION_JOIN: 'false' } })
    admin = await world.as('admin')
  })
  afterAll(() => world.close())

  /** Signs in anew, so that the session begins where the person worked last. */
  const arrive = async (username: string) =>
    new Client(world.url, { authorization: `Bearer ${await mintToken(world.url, username)}` })

  /** By way of a link, as a person follows it. */
  async function join(username: string, url: string): Promise<{ client: Client; organizationId: string }> {
    const before = await arrive(username)
    const token = new URL(url).pathname.split('/').at(-1) ?? ''
    const offer = await before.get(`/api/v1/invitations/${token}`)
    expect(offer.body.data).toMatchObject({ isForYou: true, isMember: false })
    const joined = await before.post('/api/v1/invitations/accept', { token })
    expect(joined.status, JSON.stringify(joined.body)).toBe(200)
    const { organizationId } = joined.body.data
    expect((await before.put('/api/auth/organization', { organizationId })).status).toBe(200)
    return { client: await arrive(username), organizationId }
  }

  async function keyOf(client: Client, modelId: string): Promise<string> {
    const subscribed = await client.post('/api/v1/subscriptions', { modelId })
    expect(subscribed.body.data.status).toBe('active')
    const made = await client.post('/api/v1/api-keys', { name: 'scripts', modelIds: [modelId] })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    return made.body.data.key as string
  }
  const say = (key: string) =>
    world.withKey(key).post('/v1/chat/completions', {
      model: 'granite-4-small',
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 5,
    })

  test('each is founded, joined, used and ended without the other noticing', async () => {
    expect((await (await arrive('alice')).get('/api/v1/api-keys')).body.code).toBe('NO_ORGANIZATION')

    const rivers = await admin.post('/api/v1/admin/organizations', {
      name: 'Rivers',
      administratorEmail: 'alice@example.com',
    })
    const lakes = await admin.post('/api/v1/admin/organizations', { name: 'Lakes' })
    const alice = await join('alice', rivers.body.data.invitation.url)
    const bob = await join('bob', lakes.body.data.invitation.url)
    expect(alice.organizationId).toBe(rivers.body.data.id)
    expect(bob.organizationId).toBe(lakes.body.data.id)

    const catalogue = await alice.client.get('/api/v1/models?search=granite-4-small')
    const modelId = catalogue.body.data[0].id as string
    const [ofAlice, ofBob] = [await keyOf(alice.client, modelId), await keyOf(bob.client, modelId)]
    expect([(await say(ofAlice)).status, (await say(ofBob)).status]).toEqual([200, 200])

    const names = async (client: Client) =>
      (await client.get('/api/v1/admin/members')).body.data.map((one: { username: string }) => one.username)
    expect([await names(alice.client), await names(bob.client)]).toEqual([['alice'], ['bob']])

    // One person in two organizations works in one of them at a time.
    const guest = await alice.client.post('/api/v1/admin/invitations', { role: 'viewer' })
    await join('bob', guest.body.data.url)
    const visiting = await arrive('bob')
    expect((await visiting.get('/api/v1/organization')).body.data.name).toBe('Rivers')
    expect((await visiting.get('/api/v1/api-keys')).body.data).toEqual([])
    expect((await visiting.get('/api/v1/admin/members')).status).toBe(403)
    await visiting.put('/api/auth/organization', { organizationId: bob.organizationId })
    expect((await (await arrive('bob')).get('/api/v1/api-keys')).body.data).toHaveLength(1)

    await admin.patch(`/api/v1/admin/organizations/${alice.organizationId}`, { status: 'suspended' })
    await eventually(async () => expect((await say(ofAlice)).status).toBe(401), 1000)
    expect((await say(ofBob)).status).toBe(200)
    expect((await alice.client.get('/api/v1/api-keys')).body.code).toBe('NO_ORGANIZATION')

    const list = await admin.get('/api/v1/admin/organizations?sort=name')
    expect(
      list.body.data.map((one: { name: string; status: string; members: number; keys: number }) => [
        one.name,
        one.status,
        one.members,
        one.keys,
      ]),
    ).toEqual([
      ['Default organization', 'active', 0, 0],
      ['Lakes', 'active', 1, 1],
      ['Rivers', 'suspended', 2, 1],
    ])
  })
})
