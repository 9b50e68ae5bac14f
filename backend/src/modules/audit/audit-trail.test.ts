import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { addMember, addOrganization, clientOf } from '../../../test/support/people.ts'
import { catalogueOf } from '../../../test/support/requests.ts'

describe('reading the audit trail', () => {
  let world: World
  let chief: Client
  let strangers: string

  beforeAll(async () => {
    world = await startWorld()
    const { open, restricted } = await catalogueOf(world)
    const alice = await world.as('alice')
    const made = await alice.post('/api/v1/subscriptions', {
      modelId: open,
      reason: 'to count 100% of rivers',
    })
    await alice.post('/api/v1/subscriptions', { modelId: restricted })
    await alice.delete(`/api/v1/subscriptions/${made.body.data.id}`)
    strangers = await addOrganization(world, 'Strangers')
    const stranger = await clientOf(world, await addMember(world, { organizationId: strangers }))
    await stranger.post('/api/v1/subscriptions', { modelId: open })
    chief = await clientOf(world, await addMember(world, { role: 'admin', username: 'chief' }))
  })
  afterAll(() => world.close())

  const path = '/api/v1/admin/audit-logs'
  const actions = async (query: string, client = chief) =>
    ((await client.get(`${path}?${query}`)).body.data as Array<{ action: string }>).map(
      ({ action }) => action,
    )

  test('an administrator of an organization reads its rows, newest first, and no other’s', async () => {
    expect(await actions('category=subscription')).toEqual([
      'subscription.cancelled',
      'subscription.requested',
      'subscription.requested',
    ])
    const { body } = await chief.get(`${path}?category=subscription&limit=1`)
    expect(body.data[0]).toMatchObject({
      actorName: 'Alice Archer',
      organizationName: 'Default organization',
      before: { status: 'active' },
      after: { status: 'cancelled' },
    })
    const theirs = await world.query<{ id: string }>('select id from audit_logs where organization_id = $1', [
      strangers,
    ])
    expect((await chief.get(`${path}/${theirs[0]?.id}`)).body.code).toBe('AUDIT_LOG_NOT_FOUND')
  })

  test('pages go on where the one before ended', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await chief.get(`${path}?limit=2${cursor}`)
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.pagination.nextCursor ? `&cursor=${body.pagination.nextCursor}` : ''
    } while (cursor)
    const all = await world.query<{ id: string }>(
      'select id from audit_logs where organization_id <> $1 and organization_id <> $2 order by at desc, id desc',
      [strangers, '00000000-0000-4000-8000-000000000000'],
    )
    expect(seen).toEqual(all.map(({ id }) => id))
  })

  test('filters narrow; text is taken as text', async () => {
    expect(await actions('action=subscription.cancelled')).toEqual(['subscription.cancelled'])
    expect(await actions('search=100%25')).toEqual(['subscription.requested'])
    expect(await actions('search=%25_%25')).toEqual([])
    expect(await actions('result=refused')).toEqual([])
    expect(await actions(`category=subscription&from=${new Date(Date.now() + 1000).toISOString()}`)).toEqual(
      [],
    )
    expect((await chief.get(`${path}?cursor=abc`)).body.details).toEqual({ field: 'cursor' })
    // No zone is so far from Greenwich.
    expect((await chief.get(`${path}?from=0166-10-18T09:13:57-17:46`)).status).toBe(400)
    const { data } = (await chief.get(`${path}/filters?category=subscription&action=subscription.cancelled`))
      .body
    expect(data.actions).toEqual([
      { name: 'subscription.requested', count: 2 },
      { name: 'subscription.cancelled', count: 1 },
    ])
    expect(data.actors).toMatchObject([{ name: 'Alice Archer', count: 1 }])
  })

  test('each filter finds its own, and what was refused too', async () => {
    const alice = await world.as('alice')
    expect((await alice.post('/api/v1/admin/models/synchronize')).status).toBe(403)
    await world.app.refusals.flush({ everything: true })
    const { data } = (await chief.get(`${path}?action=subscription.cancelled`)).body
    const [row] = data
    const later = new Date(Date.parse(row.at as string) + 1).toISOString()
    for (const query of [
      `resourceId=${row.resourceId}`,
      `actorId=${row.actorId}&resourceType=subscription`,
      `requestId=${row.requestId}`,
      `to=${later}&category=subscription`,
      `actorKind=person&category=subscription`,
    ]) {
      const found = await actions(query)
      expect([query, found.includes('subscription.cancelled')]).toEqual([query, true])
      const all = (await chief.get(`${path}?limit=200`)).body.data as unknown[]
      expect([query, found.length < all.length]).toEqual([query, true])
    }
    expect(await actions(`requestId=${row.requestId}`)).toEqual(['subscription.cancelled'])
    expect(await actions(`actorId=${strangers}`)).toEqual([])
    expect(await actions(`to=${row.at}&action=subscription.cancelled`)).toEqual([])
    expect(await actions('actorKind=apiKey')).toEqual([])
    const { data: refused } = (await chief.get(`${path}?result=refused`)).body
    expect(refused).toMatchObject([
      { actorId: row.actorId, door: 'token', address: '127.0.0.1', resourceId: 'synchronizeModels' },
    ])
  })

  test('an auditor of the platform sees every organization by an act that is itself recorded', async () => {
    const auditor = await world.as('auditor')
    expect(await actions('scope=platform&action=subscription.requested', auditor)).toHaveLength(3)
    expect(await actions('scope=platform&action=platform.entered', auditor)).toHaveLength(2)
    expect((await (await world.as('alice')).get(path)).status).toBe(403)
  })

  test('a file holds what the list shows, in both forms, and no other organization’s rows', async () => {
    const listed = await chief.get(`${path}?limit=200&category=subscription`)
    const json = await chief.get(`${path}/export?format=json&category=subscription`)
    expect(json.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-\d{4}-\d\d-\d\d\.json"$/,
    )
    expect(json.body).toEqual(listed.body.data)
    const csv = await chief.get(`${path}/export?category=subscription`)
    const rows = parse(csv.body, { columns: true, record_delimiter: '\r\n' }) as Array<Record<string, string>>
    expect(rows.map(({ id }) => id)).toEqual(listed.body.data.map(({ id }: { id: string }) => id))
    expect(JSON.parse(rows[0]?.['after'] ?? '')).toEqual(listed.body.data[0].after)
    expect((await chief.get(`${path}/export`)).body).not.toContain(strangers)
    const auditor = await world.as('auditor')
    expect((await auditor.get(`${path}/export?scope=platform`)).body).toContain(strangers)
    expect((await (await world.as('alice')).get(`${path}/export`)).status).toBe(403)
    expect((await chief.get(`${path}/export?format=xml`)).status).toBe(400)
  })

  test('the chain is verified by a job, and a row changed behind our back is named', async () => {
    const admin = await world.as('admin')
    const outcome = async () => {
      const started = await admin.post(`${path}/verify`)
      expect(started.status).toBe(202)
      return await eventually(async () => {
        const { data } = (await admin.get(String(started.headers.get('location')))).body
        expect(data.status).toBe('succeeded')
        return data.result
      })
    }
    await eventually(async () => {
      const [row] = await world.query<{ count: bigint }>(
        `select count(*) from audit_logs where hash is null and action like 'subscription.%'`,
      )
      expect(Number(row?.count)).toBe(0)
    }, 15_000)
    expect(await outcome()).toMatchObject({ isIntact: true })
    await world.query('alter table audit_logs disable trigger protect')
    await world.query(`update audit_logs set reason = 'innocent' where action = 'subscription.cancelled'`)
    const result = await outcome()
    expect(result.isIntact).toBe(false)
    expect(result.chains).toContainEqual(
      expect.objectContaining({ break: expect.objectContaining({ reason: 'changed' }) }),
    )
  })
})
