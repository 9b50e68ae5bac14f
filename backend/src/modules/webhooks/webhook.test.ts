import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { announceRaw } from '../../../test/support/event-stream.ts'
import { addMember, addOrganization, clientOf, DEFAULT_ORGANIZATION } from '../../../test/support/people.ts'
import {
  startWebhookReceiver,
  type ReceivedCall,
  type WebhookReceiver,
} from '../../../test/support/webhook-receiver.ts'

const base = '/api/v1/admin/webhooks'
const WAIT_MS = 20_000

describe('webhooks', () => {
  let world: World
  let receiver: WebhookReceiver
  let admin: Client
  let userId: string

  beforeAll(async () => {
    receiver = await startWebhookReceiver()
    world = await startWorld({ config: { WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${receiver.port}` } })
    const member = await addMember(world, { role: 'admin' })
    admin = await clientOf(world, member)
    userId = member.userId
  }, 60_000)
  afterAll(async () => {
    await world.close()
    await receiver.close()
  })
  beforeEach(async () => {
    await world.query('delete from webhooks')
    receiver.calls.length = 0
    receiver.respond = () => ({ status: 204 })
  })

  let count = 0
  const create = async (body: object = {}) => {
    count += 1
    const answer = await admin.post(base, {
      name: `Hook ${count}`,
      url: `${receiver.url}/hook`,
      eventNames: ['team.joined'],
      ...body,
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body.data as { id: string; secret: string; version: number }
  }
  const happen = (data: object = { teamId: 't', n: count }) =>
    announceRaw(world, {
      name: 'team.joined',
      organizationId: DEFAULT_ORGANIZATION,
      userId,
      data: { ...data },
    })
  const called = (times: number): Promise<ReceivedCall[]> =>
    eventually(() => {
      expect(receiver.calls.length).toBeGreaterThanOrEqual(times)
      return receiver.calls
    }, WAIT_MS)
  const settled = (id: string, state: string) =>
    eventually(async () => {
      const { body } = await admin.get(`${base}/${id}/deliveries`)
      expect(body.data[0]?.state).toBe(state)
      return body.data[0]
    }, WAIT_MS)
  const hurry = () =>
    world.query(
      `with due as (update webhook_deliveries set next_at = now() where state = 'pending') select pg_notify('webhook_deliveries', '')`,
    )
  const verified = (secret: string, { body, headers }: ReceivedCall) =>
    new Verifier(secret).verify(body, headers as Record<string, string>)

  test('an event arrives, signed as Standard Webhooks says, once for all its audiences', async () => {
    const { id, secret } = await create()
    await create({ eventNames: ['team.left'] })
    await world.query(
      `insert into events (organization_id, name, user_id, permission, data) select $1, 'team.joined', u, p, '{"teamId": "42"}'
       from (values ($2::uuid, null), (null, 'teams:read')) as audience (u, p)`,
      [DEFAULT_ORGANIZATION, userId],
    )
    const [first] = await called(1)
    if (!first) throw new Error('nothing arrived')
    expect(verified(secret, first)).toMatchObject({ type: 'team.joined', data: { teamId: '42' } })
    expect(() => verified(`whsec_${'A'.repeat(44)}`, first)).toThrow('No matching signature')
    const delivery = await settled(id, 'delivered')
    expect(delivery).toMatchObject({ id: first.headers['webhook-id'], attempts: 1, responseStatus: 204 })
    await happen({ teamId: 'last' })
    const calls = await called(2)
    expect(calls.map(({ body }) => JSON.parse(body).data.teamId)).toEqual(['42', 'last'])
  })

  test('what fails is tried again under the same id, and can be sent once more when it was given up', async () => {
    const { id, secret } = await create()
    receiver.respond = () => ({ status: 500, body: 'out of order' })
    await happen()
    await called(1)
    expect(await settled(id, 'pending')).toMatchObject({
      attempts: 1,
      responseStatus: 500,
      responseBody: 'out of order',
      error: 'answered 500',
    })
    const [delivery] = (await admin.get(`${base}/${id}/deliveries`)).body.data
    const again = `${base}/${id}/deliveries/${delivery.id}/redrive`
    expect((await admin.post(again)).body.code).toBe('WEBHOOK_DELIVERY_STATE')
    await world.query('update webhook_deliveries set attempts = 11')
    await hurry()
    expect(await settled(id, 'dead')).toMatchObject({ attempts: 12, nextAttemptAt: null })
    receiver.respond = () => ({ status: 200 })
    expect(await admin.post(again)).toMatchObject({ status: 202, body: { data: { state: 'pending' } } })
    const calls = await called(3)
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]))
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
    for (const one of calls) verified(secret, one)
    await settled(id, 'delivered')
    expect((await admin.get(`${base}/${id}`)).body.data.failingSince).toBeNull()
  })

  test('what was sent when the process died is sent once more, under the same id', async () => {
    const { id } = await create()
    await happen()
    await settled(id, 'delivered')
    // As a process leaves it that dies between the answer and the record of it.
    await world.query(
      `update webhook_deliveries set state = 'leased', delivered_at = null, lease_until = now() - interval '1 second'`,
    )
    await hurry()
    const calls = await called(2)
    expect(calls[1]?.headers['webhook-id']).toBe(calls[0]?.headers['webhook-id'])
    await settled(id, 'delivered')
    expect(receiver.calls.length).toBe(2)
  })

  test('after a rotation both secrets sign for a day', async () => {
    const { id, secret } = await create()
    const rotated = await admin.post(`${base}/${id}/rotate-secret`)
    expect(rotated.status).toBe(200)
    const { secret: next, previousSecretUntil } = rotated.body.data
    expect(next).not.toBe(secret)
    expect(Date.parse(previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000)
    expect((await admin.post(`${base}/${id}/test`)).status).toBe(202)
    const [first] = await called(1)
    if (!first) throw new Error('nothing arrived')
    for (const one of [secret, next]) expect(verified(one, first)).toMatchObject({ type: 'webhook.test' })
    await world.query(`update webhooks set previous_secret_until = now() - interval '1 second'`)
    await admin.post(`${base}/${id}/test`)
    const second = (await called(2))[1]
    if (!second) throw new Error('nothing arrived')
    verified(next, second)
    expect(() => verified(secret, second)).toThrow('No matching signature')
  })

  test('after five days of failures, or when the receiver is gone, it is switched off and its administrators are told', async () => {
    const { id } = await create()
    receiver.respond = () => ({ status: 503 })
    await happen()
    await settled(id, 'pending')
    expect((await admin.get(`${base}/${id}`)).body.data).toMatchObject({ isEnabled: true })
    await world.query(`update webhooks set failing_since = now() - interval '5 days 1 minute'`)
    await hurry()
    await eventually(async () => {
      expect((await admin.get(`${base}/${id}`)).body.data).toMatchObject({
        isEnabled: false,
        disabledBecause: 'failures',
      })
    }, WAIT_MS)
    await eventually(async () => {
      const { body } = await admin.get('/api/v1/me/notifications?kind=webhook')
      expect(body.data[0]).toMatchObject({ template: 'webhook.disabled', severity: 'danger' })
    }, WAIT_MS)
    const gone = await create()
    receiver.respond = () => ({ status: 410 })
    await happen()
    await eventually(async () => {
      expect((await admin.get(`${base}/${gone.id}`)).body.data.disabledBecause).toBe('gone')
    }, WAIT_MS)
    const on = await admin.patch(`${base}/${gone.id}`, { isEnabled: true })
    expect(on.body.data).toMatchObject({ isEnabled: true, disabledBecause: null, failingSince: null })
    const rows = await world.query(`select from audit_logs where action = 'webhook.disabled'`)
    expect(rows.length).toBe(2)
  })

  test('the secret is shown once, sealed at rest, and not in a repeated answer', async () => {
    const key = { 'idempotency-key': 'webhook-once' }
    const body = { name: 'Once', url: `${receiver.url}/`, eventNames: ['job.finished'] }
    const [first, second] = [await admin.post(base, body, key), await admin.post(base, body, key)]
    const { secret, ...rest } = first.body.data
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(second.body.data).toEqual({ ...rest, secret: null })
    expect((await admin.get(`${base}/${rest.id}`)).body.data).toEqual(rest)
    const rows = await world.query(
      `select w::text as text from webhooks w union all select a::text from audit_logs a union all select i::text from idempotency_keys i`,
    )
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'))
  })

  test.each([
    ['https://127.0.0.1/', 'not_public'],
    ['https://2130706433/', 'not_public'],
    ['https://[::ffff:169.254.169.254]/', 'not_public'],
    ['https://localhost/', 'not_public'],
    ['http://93.184.215.14/', 'not_https'],
    ['https://93.184.215.14:22/', 'port'],
    ['https://me:secret@93.184.215.14/', 'malformed'],
  ])('does not lead to %s', async (url, reason) => {
    const body = { name: 'Inside', url, eventNames: ['job.finished'] }
    const refused = {
      status: 422,
      body: { code: 'WEBHOOK_ADDRESS_REFUSED', details: { field: 'url', reason } },
    }
    expect(await admin.post(base, body)).toMatchObject(refused)
    const { id } = await create()
    expect(await admin.patch(`${base}/${id}`, { url })).toMatchObject(refused)
  })

  test('names are unique, a stale change is told, and fifty creations at once leave twenty', async () => {
    const { id, version } = await create({ name: 'Same' })
    expect(
      (await admin.post(base, { name: 'Same', url: `${receiver.url}/`, eventNames: ['job.finished'] })).body
        .code,
    ).toBe('WEBHOOK_EXISTS')
    expect((await admin.patch(`${base}/${id}`, { name: 'Other', version })).status).toBe(200)
    expect((await admin.patch(`${base}/${id}`, { name: 'Third', version })).body.code).toBe(
      'VERSION_CONFLICT',
    )
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        admin.post(base, { name: `Many ${n}`, url: `${receiver.url}/`, eventNames: ['job.finished'] }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201).length).toBe(19)
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('WEBHOOK_LIMIT')
    const { body } = await admin.get(`${base}?search=MANY&sort=-name&limit=2&eventName=job.finished`)
    expect(body.pagination.total).toBe(19)
    expect((await admin.delete(`${base}/${id}`)).status).toBe(204)
    expect((await admin.get(`${base}/${id}`)).body.code).toBe('WEBHOOK_NOT_FOUND')
  }, 30_000)

  test('another organization sees none of it, and is told nothing', async () => {
    const { id } = await create()
    const elsewhere = await addOrganization(world, 'Elsewhere')
    const stranger = await clientOf(
      world,
      await addMember(world, { role: 'admin', organizationId: elsewhere }),
    )
    expect((await stranger.get(base)).body.data).toEqual([])
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['GET', '/deliveries'],
    ] as const)
      expect((await stranger.request(method, `${base}/${id}${path}`)).status).toBe(404)
    await announceRaw(world, {
      name: 'team.joined',
      organizationId: elsewhere,
      userId,
      data: { teamId: 'theirs' },
    })
    await happen({ teamId: 'ours' })
    await called(1)
    expect(receiver.calls.map(({ body }) => JSON.parse(body).data.teamId)).toEqual(['ours'])
    const member = await clientOf(world, await addMember(world, { role: 'manager' }))
    expect((await member.get(base)).status).toBe(403)
  })
})
