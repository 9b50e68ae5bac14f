import { get } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemCaller } from '#platform/services'
import { eventually, startWorld, type Server, type World } from '#test'
import {
  announceRaw,
  beginAnnouncing,
  EventClient,
  type RawEvent,
} from '../../../test/support/event-stream.ts'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  openSession,
  type Member,
} from '../../../test/support/people.ts'
import { Belongings, catalogueOf, CHAT } from '../../../test/support/requests.ts'

let world: World
let second: Server
let ann: Member

beforeAll(async () => {
  world = await startWorld()
  // Behind one balancer both are known under one name.
  second = await world.startServer({ PUBLIC_URL: world.url })
  ann = await addMember(world)
})
afterAll(() => world.close())

interface Listening {
  readonly query?: string
  readonly lastEventId?: string
  readonly at?: string
}

/** Every test gives its streams back: the next one counts them. */
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()))
})
const opened: EventClient[] = []

async function listen(member: Member, options: Listening = {}): Promise<EventClient> {
  const { token } = await openSession(world, member)
  const client = await EventClient.open(
    options.at ?? world.url,
    { authorization: `Bearer ${token}` },
    options,
  )
  opened.push(client)
  return client
}

const tell = (event: Partial<RawEvent> & Pick<RawEvent, 'data'>) =>
  announceRaw(world, { organizationId: DEFAULT_ORGANIZATION, userId: ann.userId, ...event })

const numbersOf = (client: EventClient) => client.events.map((event) => event.data['number'])
const hears = (client: EventClient, expected: readonly unknown[]) =>
  eventually(() => expect(numbersOf(client)).toEqual(expected))

describe('the stream', () => {
  it('tells in both processes what happened, to the second', async () => {
    const here = await listen(ann)
    const there = await listen(ann, { at: second.url })
    expect([here.status, here.contentType]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const at = Date.now()
    await tell({ data: { number: 1 } })
    await Promise.all([hears(here, [1]), hears(there, [1])])
    expect((here.events[0]?.at ?? 0) - at).toBeLessThan(1000)
    expect(here.events[0]?.id).toBe(there.events[0]?.id)
    await Promise.all([here.close(), there.close()])
  })

  it('has 99 of 100 on every screen within three seconds, many at once', async () => {
    const streams = await Promise.all([world.url, second.url, world.url].map((at) => listen(ann, { at })))
    const sentAt = new Map<unknown, number>()
    for (let number = 0; number < 300; number += 30)
      await Promise.all(
        Array.from({ length: 30 }, async (_, index) => {
          sentAt.set(number + index, Date.now())
          await tell({ data: { number: number + index } })
        }),
      )
    await eventually(() => expect(streams.map((one) => one.events.length)).toEqual([300, 300, 300]))
    for (const { events } of streams) {
      const waits = events.map((event) => event.at - (sentAt.get(event.data['number']) ?? 0))
      expect(waits.toSorted((a, b) => a - b)[Math.ceil(waits.length * 0.99) - 1]).toBeLessThan(3000)
    }
  })

  it('holds back what an older transaction may still come before', async () => {
    const client = await listen(ann)
    const older = await beginAnnouncing(world, {
      organizationId: DEFAULT_ORGANIZATION,
      userId: ann.userId,
      data: { number: 'older' },
    })
    await tell({ data: { number: 'younger' } })
    await older.commit()
    await hears(client, ['older', 'younger'])
    await client.close()
  })

  it('resumes at the event after the last one, in either process, though a commit came late', async () => {
    const first = await listen(ann)
    await tell({ data: { number: 1 } })
    await hears(first, [1])
    const late = await beginAnnouncing(world, {
      organizationId: DEFAULT_ORGANIZATION,
      userId: ann.userId,
      data: { number: 2 },
    })
    await tell({ data: { number: 3 } })
    await first.close()
    const again = await listen(ann, { at: second.url, lastEventId: first.lastEventId })
    await late.commit()
    await hears(again, [2, 3])
    expect(again.frames.map((frame) => frame.name)).toEqual(['ready'])
    const last = await listen(ann, { query: `?lastEventId=${again.events[0]?.id ?? ''}` })
    await hears(last, [3])
    await Promise.all([again.close(), last.close()])
  })

  it('resumes after any of the events of transactions that ran beside each other', async () => {
    const mine = { organizationId: DEFAULT_ORGANIZATION, userId: ann.userId }
    const stream = await listen(ann)
    const long = await beginAnnouncing(world, { ...mine, data: { number: 1 } })
    await tell({ data: { number: 2 } })
    await long.also({ ...mine, data: { number: 3 } })
    await long.commit()
    await eventually(() => expect(stream.events).toHaveLength(3))
    const heard = numbersOf(stream)
    for (const [index, event] of [...stream.events].entries()) {
      const again = await listen(ann, { lastEventId: event.id, query: '?names=test.happened' })
      await tell({ data: { number: 'end' } })
      await eventually(() => expect(numbersOf(again).at(-1)).toBe('end'))
      const missed = numbersOf(again).filter((one) => one !== 'end')
      expect([index, missed]).toEqual([index, heard.slice(index + 1)])
      await again.close()
    }
  })

  it('loses and repeats nothing: lost listeners, inverted commits, clients that come and go', async () => {
    const total = 240
    let client = await listen(ann)
    const heard: unknown[] = []
    let isOver = false
    const comeAndGo = (async () => {
      for (let turn = 0; !isOver; turn += 1) {
        await eventually(() => expect(isOver || client.events.length > 20).toBe(true))
        await client.close()
        heard.push(...numbersOf(client))
        client = await listen(ann, {
          at: turn % 2 === 0 ? second.url : world.url,
          lastEventId: client.lastEventId,
        })
      }
    })()
    const killing = setInterval(
      () =>
        void world.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'litemaas-listen' and datname = current_database()`,
        ),
      300,
    )
    for (let number = 0; number < total; number += 4) {
      const late = await beginAnnouncing(world, {
        organizationId: DEFAULT_ORGANIZATION,
        userId: ann.userId,
        data: { number },
      })
      for (const next of [1, 2, 3]) await tell({ data: { number: number + next } })
      await late.commit()
    }
    clearInterval(killing)
    isOver = true
    await comeAndGo
    await eventually(() => expect(heard.length + client.events.length).toBeGreaterThanOrEqual(total))
    await client.close()
    heard.push(...numbersOf(client))
    const missed = Array.from({ length: total }, (_, number) => number).filter((one) => !heard.includes(one))
    expect({ missed, repeated: heard.length - new Set(heard).size }).toEqual({ missed: [], repeated: 0 })
  })

  it('says that everything is to be read again when it cannot know what was missed', async () => {
    const now = Math.floor(Date.now() / 1000)
    for (const lastEventId of ['nonsense', `5-1-${now - 3700}`, `999999999999-1-${now}`]) {
      const client = await listen(ann, { lastEventId })
      expect(client.frames.map((frame) => frame.name)).toEqual(['reset'])
      await tell({ data: { number: lastEventId } })
      await hears(client, [lastEventId])
      await client.close()
    }
  })

  it('keeps to the names that were asked for', async () => {
    const client = await listen(ann, { query: '?names=test.wanted,test.other' })
    await tell({ data: { number: 1 } })
    await tell({ name: 'test.wanted', data: { number: 2 } })
    await hears(client, [2])
    await client.close()
    const { status, contentType } = await listen(ann, { query: '?names=Nonsense' })
    expect([status, contentType]).toEqual([400, 'application/json; charset=utf-8'])
  })

  it('tells everybody what is theirs, and nothing else', async () => {
    const other = await addOrganization(world, 'Other')
    const people: Record<string, Member> = {
      member: ann,
      manager: await addMember(world, { role: 'manager' }),
      stranger: await addMember(world, { organizationId: other, role: 'admin' }),
      auditor: await addMember(world, { organizationId: other, platformRole: 'adminReadonly' }),
    }
    const streams = await Promise.all(
      Object.entries(people).map(async ([name, member]) => [name, await listen(member)] as const),
    )
    const events: Record<string, RawEvent> = {
      'the member’s own': { organizationId: DEFAULT_ORGANIZATION, userId: ann.userId },
      'the member’s own elsewhere': { organizationId: other, userId: ann.userId },
      'for reviewers': { organizationId: DEFAULT_ORGANIZATION, permission: 'approvals:read' },
      'for reviewers elsewhere': { organizationId: other, permission: 'approvals:read' },
      'for everybody': { organizationId: '00000000-0000-4000-8000-000000000000', permission: 'models:read' },
      'for the platform': { organizationId: DEFAULT_ORGANIZATION },
    }
    for (const [name, event] of Object.entries(events)) await announceRaw(world, { ...event, data: { name } })
    const expected: Record<string, string[]> = {
      member: ['the member’s own', 'for everybody'],
      manager: ['for reviewers', 'for everybody'],
      stranger: ['for reviewers elsewhere', 'for everybody'],
      auditor: ['for reviewers elsewhere', 'for everybody', 'for the platform'],
    }
    for (const [name, stream] of streams) {
      const heard = () => stream.events.map((event) => event.data['name'])
      await eventually(() => expect([name, heard()]).toEqual([name, expected[name]]))
      const again = await listen(people[name] ?? ann, { lastEventId: stream.frames[0]?.id ?? '' })
      await eventually(() =>
        expect([name, again.events.map((event) => event.data['name'])]).toEqual([name, expected[name]]),
      )
      await Promise.all([stream.close(), again.close()])
    }
  })

  it('has its limits: who is nobody, who has no organization, who has five already', async () => {
    expect((await EventClient.open(world.url, {})).status).toBe(401)
    expect((await listen(await addMember(world, { organizationId: null }))).status).toBe(403)
    const member = await addMember(world)
    const five = await Promise.all([1, 2, 3, 4, 5].map(() => listen(member)))
    const sixth = await (await clientOf(world, member)).get('/api/v1/events')
    expect([sixth.status, sixth.body.code, sixth.headers.get('retry-after')]).toEqual([
      429,
      'EVENT_STREAM_LIMIT',
      '10',
    ])
    await five[0]?.close()
    await eventually(async () => expect((await listen(member)).status).toBe(200))
    await Promise.all(five.map((client) => client.close()))
  })

  it('drops who does not read, and nobody else', async () => {
    const member = await addMember(world)
    const quick = await listen(member)
    const { token } = await openSession(world, member)
    const request = get(
      `${world.url}/api/v1/events`,
      { headers: { authorization: `Bearer ${token}` } },
      // Reads its first bytes, and then no more.
      (response) => response.on('error', () => undefined).once('data', () => response.pause()),
    )
    request.on('error', () => undefined)
    await eventually(async () => expect(await openStreams()).toBe(2))
    const text = 'x'.repeat(100_000)
    let told = 0
    while ((await openStreams()) === 2 && told < 500)
      for (const end = told + 20; told < end; told += 1)
        await tell({ userId: member.userId, data: { number: told, text } })
    expect(await openStreams()).toBe(1)
    await hears(
      quick,
      Array.from({ length: told }, (_, number) => number),
    )
    expect(quick.isEnded).toBe(false)
    await quick.close()
    request.destroy()
  })

  async function openStreams(): Promise<number> {
    const { body } = await world.anonymous.get('/metrics')
    return Number(/^litemaas_event_streams (\d+)$/m.exec(String(body))?.[1])
  }
})

describe('a stream ends', () => {
  it('within a second of the sign-out', async () => {
    const member = await addMember(world)
    const { token } = await openSession(world, member)
    const authorization = { authorization: `Bearer ${token}` }
    const here = await EventClient.open(world.url, authorization)
    const there = await EventClient.open(second.url, authorization)
    const at = Date.now()
    expect((await world.anonymous.with(authorization).post('/api/auth/logout')).status).toBe(204)
    await Promise.all([here.ended, there.ended])
    expect(Date.now() - at).toBeLessThan(1500)
    expect([here.closedBecause, there.closedBecause]).toEqual(['signedOut', 'signedOut'])
    await tell({ userId: member.userId, data: { number: 1 } })
    expect((await EventClient.open(world.url, authorization)).status).toBe(401)
  })

  it('within five seconds when nobody announces that the session is gone', async () => {
    const member = await addMember(world)
    const client = await listen(member)
    const at = Date.now()
    await world.query('delete from sessions where user_id = $1', [member.userId])
    await client.ended
    expect(Date.now() - at).toBeLessThan(5000)
    expect(client.closedBecause).toBe('signedOut')
  })

  it.each([
    ['a lower role', `update memberships set role = 'viewer' where user_id = $1`, 'changed'],
    ['the end of the membership', 'delete from memberships where user_id = $1', 'changed'],
    ['deactivation', `update users set status = 'disabled' where id = $1`, 'signedOut'],
    ['a platform role taken away', `update users set platform_role = 'user' where id = $1`, 'changed'],
  ])('at once at %s', async (_what, statement, reason) => {
    const member = await addMember(world, { role: 'manager', platformRole: 'admin' })
    const client = await listen(member)
    await world.query('delete from team_members where user_id = $1', [member.userId])
    await world.query(statement, [member.userId])
    await world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [member.userId])
    await client.ended
    expect(client.closedBecause).toBe(reason)
  })

  it('when its server stops, which says so', async () => {
    const third = await world.startServer({ PUBLIC_URL: world.url })
    const client = await listen(ann, { at: third.url })
    const at = Date.now()
    await third.close()
    await client.ended
    expect(client.closedBecause).toBe('stopping')
    expect(Date.now() - at).toBeLessThan(5000)
  })
})

describe('a ticket', () => {
  const ticketFor = async (member: Member): Promise<string> => {
    const answer = await (await clientOf(world, member)).post('/api/v1/events/tickets')
    expect(answer.status).toBe(201)
    return String(answer.body.data.ticket)
  }
  const openWith = (ticket: string, headers = {}) =>
    EventClient.open(world.url, headers, { query: `?ticket=${ticket}` })

  it('opens one stream once, of whoever asked for it', async () => {
    const ticket = await ticketFor(ann)
    const rows = await world.query<{ row: string }>('select event_tickets::text as row from event_tickets')
    expect(rows.some(({ row }) => row.includes(ticket))).toBe(false)
    const attempts = await Promise.all(Array.from({ length: 10 }, () => openWith(ticket)))
    expect(attempts.map((one) => one.status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array<number>(9).fill(401),
    ])
    const stream = attempts.find((one) => one.status === 200)
    await tell({ data: { number: 1 } })
    await eventually(() => expect(stream && numbersOf(stream)).toEqual([1]))
    await Promise.all(attempts.map((one) => one.close()))
    expect((await openWith(ticket)).status).toBe(401)
  })

  it('is worth nothing when it is late, forged, or its session has ended; a cookie does not rescue it', async () => {
    const late = await ticketFor(ann)
    await world.query(`update event_tickets set expires_at = now()`)
    expect((await openWith(late)).status).toBe(401)
    expect((await openWith('A'.repeat(48))).status).toBe(401)
    const member = await addMember(world)
    const orphan = await ticketFor(member)
    await world.query('delete from sessions where user_id = $1', [member.userId])
    await world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [member.userId])
    await eventually(async () => expect((await openWith(orphan)).status).toBe(401))
    expect((await openWith(late, { cookie: 'litemaas=whatever' })).status).toBe(401)
  })
})

describe('what is announced', () => {
  it('are requests to reviewers, and decisions to whoever asked', async () => {
    const { restricted, open } = await catalogueOf(world)
    const manager = await addMember(world, { role: 'manager' })
    const member = await addMember(world)
    const [asking, deciding, bystander] = [await listen(member), await listen(manager), await listen(ann)]
    const client = await clientOf(world, member)
    await client.post('/api/v1/subscriptions', { modelId: open })
    const { id } = (await client.post('/api/v1/subscriptions', { modelId: restricted })).body.data
    await (await clientOf(world, manager)).post(`/api/v1/admin/subscriptions/${id}/approve`, {})
    const names = (stream: EventClient) =>
      stream.events.filter((event) => event.name.startsWith('subscription.')).map((event) => event.name)
    await eventually(() =>
      expect(names(asking)).toEqual([
        'subscription.activated',
        'subscription.requested',
        'subscription.approved',
      ]),
    )
    await eventually(() =>
      expect(names(deciding)).toEqual(['subscription.requested', 'subscription.approved']),
    )
    expect(deciding.named('subscription.requested')[0]?.data).toMatchObject({
      id,
      userId: member.userId,
      modelId: restricted,
      status: 'pending',
    })
    expect(names(bystander)).toEqual([])
    await Promise.all([asking, deciding, bystander].map((stream) => stream.close()))
  })

  it('is how far a job of mine is, and its end', async () => {
    world.app.jobs.register({
      kind: 'test.steps',
      run: async (job) => {
        job.progress(1, 2, 'half')
        await eventually(() => expect(mine.named('job.progress').length).toBe(1))
        return {}
      },
    })
    const mine = await listen(ann, { query: '?names=job.progress,job.finished' })
    const others = await listen(await addMember(world, { role: 'admin' }))
    const caller = { ...systemCaller('test', DEFAULT_ORGANIZATION), userId: ann.userId }
    const { id } = await world.app.database.transaction(caller, (tx) =>
      world.app.jobs.enqueue(tx, caller, { kind: 'test.steps' }),
    )
    await eventually(() =>
      expect(mine.events.map(({ name, data }) => [name, data])).toEqual([
        ['job.progress', { id, kind: 'test.steps', done: 1, total: 2, message: 'half' }],
        [
          'job.finished',
          { id, kind: 'test.steps', status: 'succeeded', error: null, done: 1, total: 2, message: 'half' },
        ],
      ]),
    )
    expect(others.events).toEqual([])
  })

  it('are keys, calls and budgets: to the person, summed up, with amounts only for whom may see them', async () => {
    const member = await addMember(world)
    const administrator = await listen(await addMember(world, { role: 'admin' }))
    const stream = await listen(member)
    const belongings = new Belongings(world, await catalogueOf(world))
    const { key = '', id } = await belongings.apiKey(member)
    await world.query(
      `insert into budgets (organization_id, level, subject_id, limit_nano) values ($1, 'organization', $1, 1000000000)
       on conflict on constraint budgets_subject_key do update set limit_nano = excluded.limit_nano`,
      [DEFAULT_ORGANIZATION],
    )
    await eventually(() =>
      expect(stream.named('api-key.changed').at(-1)?.data).toMatchObject({ id, syncState: 'synced' }),
    )
    const client = world.withKey(key)
    const body = { model: CHAT, messages: [{ role: 'user', content: 'Rivers?' }], max_tokens: 5 }
    const calls = 30
    for (let call = 0; call < calls; call += 1)
      expect((await client.post('/v1/chat/completions', body)).status).toBe(200)
    const told = () => stream.named('usage.recorded').map((event) => Number(event.data['calls']))
    await eventually(() => expect(told().reduce((sum, one) => sum + one, 0)).toBe(calls))
    expect(told().length).toBeLessThan(calls / 3)
    expect(stream.named('usage.recorded')[0]?.data).toMatchObject({
      models: [CHAT],
      errors: 0,
      cost: expect.any(Number),
    })
    // Who watches an organization sees that there was something, and not by whom.
    const seen = () => administrator.named('usage.updated').map((event) => event.data)
    await eventually(() => expect(seen().reduce((sum, one) => sum + Number(one['calls']), 0)).toBe(calls))
    expect(Object.keys(seen()[0] ?? {}).sort()).toEqual(['calls', 'cost', 'errors', 'lastAt'])
    expect(stream.named('usage.updated')).toEqual([])
    const levelsOf = (one: EventClient) => [
      ...new Set(one.named('budget.changed').map((event) => event.data['level'])),
    ]
    await eventually(() => expect(levelsOf(administrator)).toEqual(['organization']))
    await eventually(() => expect(levelsOf(stream)).toContain('key'))
    expect(levelsOf(stream)).not.toContain('organization')
    const [budget] = await world.query<{ spent: string }>(
      `select (spent_nano / 1e9)::float8 as spent from budgets where level = 'organization' and subject_id = $1`,
      [DEFAULT_ORGANIZATION],
    )
    await eventually(() =>
      expect(administrator.named('budget.changed').at(-1)?.data).toMatchObject({
        subjectId: DEFAULT_ORGANIZATION,
        spent: budget?.spent,
        limit: 1,
        spentPercent: 0,
      }),
    )
  })
})
