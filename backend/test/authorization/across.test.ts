import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '#test'
import { addMember, addOrganization, clientOf } from '../support/people.ts'
import { catalogueOf } from '../support/requests.ts'

/** Platform administrators cross organizations only by an explicit act that leaves a row; nobody else crosses at all. */
describe('across organizations', () => {
  let world: World
  let other: string
  let pending: string

  beforeAll(async () => {
    world = await startWorld()
    other = await addOrganization(world, 'Another company')
    const asker = await clientOf(world, await addMember(world, { organizationId: other, username: 'asker' }))
    const { restricted } = await catalogueOf(world)
    pending = (await asker.post('/api/v1/subscriptions', { modelId: restricted, reason: 'x' })).body.data.id
  })
  afterAll(() => world.close())

  const queue = '/api/v1/admin/subscriptions?status=pending'
  const crossings = () =>
    world.query<{ action: string; organization_id: string; reason: string | null; resource_id: string }>(
      `select action, organization_id, reason, resource_id from audit_logs where category = 'access' order by sequence`,
    )

  test('without the act, an administrator sees their own organization only', async () => {
    const admin = await world.as('admin')
    const answer = await admin.get(queue)
    expect(answer.body.data).toEqual([])
    expect(await crossings()).toEqual([])
  })

  test('in one organization, and in all of them: seen and recorded before', async () => {
    const auditor = await world.as('auditor')
    const there = await auditor.get(`${queue}&organizationId=${other}`)
    expect(there.body.data).toMatchObject([{ id: pending, username: 'asker' }])
    const everywhere = await auditor.get(`${queue}&scope=platform`)
    expect(everywhere.body.data).toMatchObject([{ id: pending }])
    expect(await crossings()).toMatchObject([
      { action: 'organization.entered', organization_id: other, resource_id: 'listSubscriptionRequests' },
      { action: 'platform.entered', organization_id: '00000000-0000-4000-8000-000000000000' },
    ])
  })

  test('an administrator of an organization stays in it', async () => {
    const member = await addMember(world, { role: 'admin' })
    const client = await clientOf(world, member)
    expect((await client.get(`${queue}&organizationId=${other}`)).status).toBe(403)
    expect((await client.get(`${queue}&scope=platform`)).status).toBe(403)
    expect(
      (await client.post(`/api/v1/admin/subscriptions/${pending}/approve?organizationId=${other}&reason=abc`))
        .status,
    ).toBe(403)
  })

  test('an organization that does not exist is not found, and nobody enters the platform itself', async () => {
    const admin = await world.as('admin')
    for (const id of ['00000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-00000000ffff'])
      expect((await admin.get(`${queue}&organizationId=${id}`)).body.code).toBe('ORGANIZATION_NOT_FOUND')
  })

  test('a change there needs a reason; across all of them nothing can be changed', async () => {
    const admin = await world.as('admin')
    const path = `/api/v1/admin/subscriptions/${pending}/approve`
    expect((await admin.post(path)).status).toBe(404)
    const without = await admin.post(`${path}?organizationId=${other}`)
    expect(without).toMatchObject({ status: 400, body: { details: { field: 'reason' } } })
    expect((await admin.post(`${path}?scope=platform`)).status).toBe(400)
    const decided = await admin.post(`${path}?organizationId=${other}&reason=their%20admin%20is%20away`)
    expect(decided).toMatchObject({ status: 200, body: { data: { status: 'active' } } })
    expect((await crossings()).at(-1)).toMatchObject({
      organization_id: other,
      reason: 'their admin is away',
      resource_id: 'approveSubscription',
    })
  })
})
