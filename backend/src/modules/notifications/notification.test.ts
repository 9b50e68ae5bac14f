import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMailCatcher, type RunningMailCatcher } from '@litemaas/scripts/mail-catcher'
import { eventually, startWorld, type Client, type World } from '#test'
import { announceRaw, beginAnnouncing, EventClient } from '../../../test/support/event-stream.ts'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  openSession,
  type Member,
  type MemberOptions,
} from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT, type Catalogue } from '../../../test/support/requests.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../../test/support/webhook-receiver.ts'

const inbox = '/api/v1/me/notifications'
const preferencesUrl = '/api/v1/me/notification-preferences'
const WAIT_MS = 20_000

describe('notifications', () => {
  let world: World
  let mail: RunningMailCatcher
  let receiver: WebhookReceiver
  let catalogue: Catalogue
  let belongings: Belongings

  beforeAll(async () => {
    mail = await startMailCatcher()
    receiver = await startWebhookReceiver()
    world = await startWorld({
      config: {
        SMTP_URL: mail.smtpUrl,
        SMTP_FROM: 'LiteMaaS <no-reply@example.com>',
        WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      },
    })
    catalogue = await catalogueOf(world)
    belongings = new Belongings(world, catalogue)
  }, 60_000)
  afterAll(async () => {
    await world.close()
    await Promise.all([mail.close(), receiver.close()])
  })

  const person = async (options: MemberOptions = {}) => {
    const member = await addMember(world, options)
    return { member, client: await clientOf(world, member) }
  }
  const titles = async (client: Client, query = '') =>
    ((await client.get(inbox + query)).body.data as Array<{ title: string }>).map(({ title }) => title)
  const mailsTo = ({ username }: Member) =>
    mail.mails.filter(({ to }) => to.includes(`${username}@example.com`))
  const soon = (work: () => Promise<void> | void) => eventually(work, WAIT_MS)
  const tell = ({ userId }: Member, data: object = {}, organizationId = DEFAULT_ORGANIZATION) =>
    announceRaw(world, {
      name: 'api-key.expiring',
      organizationId,
      userId,
      data: { apiKeyId: 'x', apiKeyName: 'Rivers', expiresAt: '2027-03-01T10:00:00Z', ...data },
    })

  test('a decided request reaches inbox, mail in the person’s language, live stream and webhook', async () => {
    const { member, client } = await person()
    const reviewer = await person({ role: 'admin' })
    await world.query(`update users set language = 'de' where id = $1`, [member.userId])
    const hook = await reviewer.client.post('/api/v1/admin/webhooks', {
      name: 'Decisions',
      url: `${receiver.url}/hook`,
      eventNames: ['subscription.approved'],
    })
    const { token } = await openSession(world, member)
    const stream = await EventClient.open(world.url, { authorization: `Bearer ${token}` })
    const id = await belongings.pending(member)
    await soon(async () => {
      expect(await titles(reviewer.client, '?kind=request-waiting')).toEqual([
        'A request waits for a decision',
      ])
    })
    expect(await titles(client)).toEqual([])
    const answer = await reviewer.client.post(`/api/v1/admin/subscriptions/${id}/approve`, {
      reason: 'Fine.',
    })
    expect(answer.status).toBe(200)
    await soon(async () => {
      const { body } = await client.get(inbox)
      expect(body.unread).toBe(1)
      expect(body.data).toMatchObject([
        {
          kind: 'request-decided',
          template: 'subscription.approved',
          title: 'Ihr Antrag wurde genehmigt',
          body: 'Sie können das Modell acme/confidential-70b jetzt benutzen.',
          link: '/subscriptions',
          isRead: false,
        },
      ])
      expect(stream.named('notification.created').map(({ data }) => data['id'])).toEqual([body.data[0].id])
      expect(mailsTo(member)).toMatchObject([
        { subject: 'Ihr Antrag wurde genehmigt', from: 'no-reply@example.com' },
      ])
      expect(mailsTo(reviewer.member)).toMatchObject([{ subject: 'A request waits for a decision' }])
      expect(receiver.calls.length).toBe(1)
    })
    await stream.close()
    const [sent] = mailsTo(member)
    expect(sent?.text).toContain(`Ansehen: ${world.url}/subscriptions`)
    expect(sent?.html).toContain('acme/confidential-70b')
    expect(sent?.headers['list-unsubscribe']).toContain(world.url)
    const [call] = receiver.calls
    const event = new Verifier(hook.body.data.secret).verify(
      call?.body ?? '',
      call?.headers as Record<string, string>,
    )
    expect(event).toMatchObject({ type: 'subscription.approved', data: { id, status: 'active' } })
  })

  test('who has chosen neither inbox nor mail gets neither; the rest returns to its defaults', async () => {
    const { member, client } = await person()
    const before = (await client.get(preferencesUrl)).body.data
    expect(before).toMatchObject({ isEmailAvailable: true, emailAddress: `${member.username}@example.com` })
    const set = (preferences: object[]) => client.put(preferencesUrl, { preferences })
    expect((await set([{ kind: 'api-key', inApp: true, email: false }])).status).toBe(200)
    await tell(member)
    await soon(async () => expect(await titles(client)).toEqual(['An API key ends soon']))
    await set([{ kind: 'api-key', inApp: false, email: true }])
    await tell(member)
    await soon(() => expect(mailsTo(member).length).toBe(1))
    await set([{ kind: 'api-key', inApp: false, email: false }])
    await tell(member)
    await announceRaw(world, {
      name: 'team.joined',
      organizationId: DEFAULT_ORGANIZATION,
      userId: member.userId,
    })
    await soon(async () => expect((await titles(client)).length).toBe(2))
    expect((await set([])).body.data).toEqual(before)
    await tell(member, { apiKeyName: 'Last' })
    await soon(async () => {
      expect((await titles(client)).length).toBe(3)
      expect(mailsTo(member).length).toBe(2)
    })
    expect(mailsTo(member)[1]?.text).toContain('The key Last stops working on March 1, 2027.')
    const twice = { kind: 'job', inApp: true, email: true }
    expect((await set([twice, { ...twice, email: false }])).status).toBe(400)
    const rows = await world.query(
      `select from audit_logs where action = 'notification_preferences.updated' and resource_id = $1`,
      [member.userId],
    )
    expect(rows.length).toBe(4)
  })

  test('nobody sees another’s, nor one’s own of another organization', async () => {
    const { member, client } = await person()
    const { client: colleague } = await person({ role: 'admin' })
    const elsewhere = await addOrganization(world, 'Elsewhere')
    await world.query('insert into memberships (organization_id, user_id) values ($1, $2)', [
      elsewhere,
      member.userId,
    ])
    const there = await clientOf(world, { ...member, organizationId: elsewhere })
    await tell(member, {}, elsewhere)
    await soon(async () => expect(await titles(there)).toEqual(['An API key ends soon']))
    expect(await titles(client)).toEqual([])
    const [{ id }] = (await there.get(inbox)).body.data
    for (const stranger of [client, colleague]) {
      expect((await stranger.post(`${inbox}/${id}/read`)).body.code).toBe('NOTIFICATION_NOT_FOUND')
      expect((await stranger.delete(`${inbox}/${id}`)).body.code).toBe('NOTIFICATION_NOT_FOUND')
      expect((await stranger.post(`${inbox}/read-all`)).status).toBe(204)
    }
    expect((await there.get(inbox)).body).toMatchObject({ unread: 1, data: [{ id, isRead: false }] })
    expect(mailsTo(member).length).toBeLessThanOrEqual(1)
  })

  test('what is read stays read, what is removed is gone, and pages follow each other', async () => {
    const { member, client } = await person()
    for (const apiKeyName of ['a', 'b', 'c']) await tell(member, { apiKeyName })
    await soon(async () => expect((await client.get(inbox)).body.unread).toBe(3))
    const first = (await client.get(`${inbox}?limit=2`)).body
    const second = (await client.get(`${inbox}?limit=2&cursor=${first.pagination.nextCursor}`)).body
    const all = [...first.data, ...second.data] as Array<{ id: string; body: string }>
    expect(all.map(({ body }) => body.slice(8, 9))).toEqual(['c', 'b', 'a'])
    expect(second.pagination).toMatchObject({ hasMore: false, nextCursor: null })
    const [newest, middle] = all
    for (let time = 0; time < 2; time += 1)
      expect((await client.post(`${inbox}/${newest?.id ?? ''}/read`)).status).toBe(204)
    expect((await client.get(`${inbox}?isRead=false`)).body.data.length).toBe(2)
    expect((await client.delete(`${inbox}/${middle?.id ?? ''}`)).status).toBe(204)
    expect((await client.delete(`${inbox}/${middle?.id ?? ''}`)).status).toBe(404)
    await client.post(`${inbox}/read-all`)
    expect((await client.get(inbox)).body).toMatchObject({
      unread: 0,
      data: [{ isRead: true }, { isRead: true }],
    })
    expect((await client.get(`${inbox}?cursor=nonsense`)).status).toBe(400)
  })

  test('a budget passing 90 % is told once, to its person and to who governs it', async () => {
    const { member } = await person()
    const governor = await person({ role: 'admin' })
    const { key = '' } = await belongings.apiKey(member)
    await world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano, spent_nano) values ($1, 'user', $2, 1000000000000, 899999999999)`,
      [DEFAULT_ORGANIZATION, member.userId],
    )
    const client = await clientOf(world, member)
    const ask = () =>
      world.withKey(key).post('/v1/chat/completions', {
        model: CHAT,
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: 5,
      })
    for (let time = 0; time < 2; time += 1) expect((await ask()).status).toBe(200)
    const told = (one: Client) => titles(one, '?kind=budget')
    await soon(async () => {
      expect(await told(client)).toEqual(['90 % of a budget is spent'])
      expect(await told(governor.client)).toEqual(['90 % of a budget is spent'])
    })
    await tell(member)
    await soon(async () => expect((await titles(client)).length).toBe(2))
    expect((await told(client)).length).toBe(1)
    await soon(() => expect(mailsTo(member).length).toBe(2))
    expect(mailsTo(member).filter(({ subject }) => subject.includes('budget')).length).toBe(1)
  })

  test('a model that goes away is told to who has it, in inbox and mail', async () => {
    const { member, client } = await person()
    const bystander = await person()
    const administrator = await person({ platformRole: 'admin' })
    const models = '/api/v1/admin/models'
    const draft = { name: 'short-lived', providerModel: 'openai/x', inputPricePerMillion: 1 }
    const made = await administrator.client.post(models, { ...draft, outputPricePerMillion: 1 })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { id } = made.body.data
    await soon(async () => {
      expect((await client.get(`/api/v1/models/${id}`)).body.data.availability).toBe('available')
    })
    await belongings.subscription(member, id)
    expect((await administrator.client.delete(`${models}/${id}`)).status).toBe(204)
    await soon(async () => {
      const { body } = await client.get(`${inbox}?kind=model`)
      expect(body.data).toMatchObject([
        { template: 'model.unavailable', severity: 'warning', body: expect.stringContaining('short-lived') },
      ])
      expect(mailsTo(member)).toHaveLength(1)
    })
    expect(await titles(bystander.client)).toEqual([])
  })

  test('with two servers and an open transaction everything is told, in order and once', async () => {
    const second = await world.startServer()
    const { member, client } = await person()
    const key = (apiKeyName: string) => ({
      name: 'api-key.expiring',
      organizationId: DEFAULT_ORGANIZATION,
      userId: member.userId,
      data: { apiKeyName },
    })
    const open = await beginAnnouncing(world, key('first'))
    await tell(member, { apiKeyName: 'second' })
    await open.also(key('third'))
    await open.commit()
    for (let n = 0; n < 20; n += 1) await tell(member, { apiKeyName: `n${n}` })
    await soon(async () => {
      expect((await client.get(inbox)).body.unread).toBe(23)
      expect(mailsTo(member).length).toBe(23)
    })
    await second.close()
    const bodies = (await client.get(`${inbox}?limit=100`)).body.data.map((one: { body: string }) => one.body)
    expect(new Set(bodies).size).toBe(23)
  }, 40_000)

  test('a mail is tried again when the server refuses for now, and given up when it refuses for good', async () => {
    const { member } = await person()
    const stateOf = async () => {
      const [row] = await world.query<{ state: string; attempts: number; last_error: string | null }>(
        'select state, attempts, last_error from email_deliveries where user_id = $1 order by created_at desc limit 1',
        [member.userId],
      )
      return row
    }
    mail.refuseWith({ code: 451, message: 'later' })
    await tell(member)
    await soon(async () => expect(await stateOf()).toMatchObject({ state: 'pending', attempts: 1 }))
    mail.refuseWith(undefined)
    await world.query(
      `with due as (update email_deliveries set next_at = now() where user_id = '${member.userId}') select pg_notify('email_deliveries', '')`,
    )
    await soon(async () =>
      expect(await stateOf()).toMatchObject({ state: 'sent', attempts: 2, last_error: null }),
    )
    expect(mailsTo(member).length).toBe(1)
    mail.refuseWith({ code: 550, message: `no such user ${member.username}@example.com` })
    await tell(member)
    await soon(async () => expect(await stateOf()).toMatchObject({ state: 'dead', attempts: 1 }))
    expect((await stateOf())?.last_error).not.toContain(member.username)
    mail.refuseWith(undefined)
  })

  test('names are text, in mails and everywhere: no markup, no second line of a subject', async () => {
    const { member, client } = await person()
    await tell(member, { apiKeyName: '<img src=x>\r\nBcc: eve@example.com' })
    await soon(async () => {
      expect((await client.get(inbox)).body.data[0].body).toContain('<img src=x> Bcc: eve@example.com')
      expect(mailsTo(member).length).toBe(1)
    })
    const [sent] = mailsTo(member)
    expect(sent?.html).not.toContain('<img')
    expect(sent?.to).toEqual([`${member.username}@example.com`])
  })

  test('the platform’s alarms reach its administrators and nobody else', async () => {
    const administrator = await person({ platformRole: 'admin' })
    const { client } = await person({ role: 'admin' })
    await announceRaw(world, {
      name: 'ledger.difference',
      organizationId: '00000000-0000-4000-8000-000000000000',
      data: { checkId: 'x', differences: 3 },
    })
    await soon(async () => {
      expect((await administrator.client.get(`${inbox}?kind=platform`)).body.data).toMatchObject([
        { severity: 'danger', body: 'The check of the ledger has found 3 difference(s).' },
      ])
      expect(mailsTo(administrator.member).length).toBe(1)
    })
    expect(await titles(client, '?kind=platform')).toEqual([])
  })

  test('an event that cannot be told does not silence the others', async () => {
    const { member, client } = await person()
    await world.query(`alter table notifications add constraint broken check (facts ->> 'key' <> 'Broken')`)
    await tell(member, { apiKeyName: 'Broken' })
    await tell(member, { apiKeyName: 'Sound' })
    await soon(async () => expect((await titles(client)).length).toBe(1))
    await world.query('alter table notifications drop constraint broken')
  }, 30_000)
})
