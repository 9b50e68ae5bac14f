import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Client, type Server, type World } from '#test'
import { systemCaller, type Caller } from '#platform/services'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  type Member,
} from '../../../test/support/people.ts'

let world: World
let ann: Member
let client: Client
const started: string[] = []
/** Opened by a test to let the waiting jobs of this process end. */
let gate = Promise.withResolvers<undefined>()

const registerKinds = (server: Server, name: string): void => {
  server.app.jobs.register({
    kind: 'test.count',
    run: async (job) => {
      const total = Number(job.params['total'])
      for (let done = 1; done <= total; done += 1) job.progress(done, total, `step ${done}`)
      return { counted: total }
    },
  })
  server.app.jobs.register({
    kind: 'test.wait',
    run: async (job) => {
      started.push(`${name} ${job.id} ${job.attempt}`)
      const stopped = new Promise<never>((_resolve, reject) =>
        job.signal.addEventListener('abort', () => reject(new Error('stopped'))),
      )
      job.progress(1, 2)
      await Promise.race([gate.promise, stopped])
      return { by: name }
    },
  })
  server.app.jobs.register({
    kind: 'test.fail',
    run: () => Promise.reject(new Error('a secret of the inside')),
  })
  server.app.jobs.register({ kind: 'test.large', run: async () => ({ text: 'x'.repeat(70_000) }) })
}

beforeAll(async () => {
  // Leases are short, so that a takeover is seen within the test's patience.
  world = await startWorld({ config: { LEASE_SECONDS: '2' } })
  registerKinds(world, 'first')
  ann = await addMember(world)
  client = await clientOf(world, ann)
})
afterAll(() => world.close())

const callerFor = (member: Member): Caller => ({
  ...systemCaller('test', member.organizationId),
  kind: 'person',
  userId: member.userId,
})

const enqueue = (kind: string, params: Record<string, unknown> = {}, member = ann, server: Server = world) =>
  server.app.database.transaction(callerFor(member), (tx) =>
    server.app.jobs.enqueue(tx, callerFor(member), { kind, params }),
  )

const read = async (id: string, by = client) => (await by.get(`/api/v1/jobs/${id}`)).body.data
const settled = (id: string, status: string, by = client) =>
  eventually(async () => {
    const job = await read(id, by)
    expect(job.status).toBe(status)
    return job
  }, 20_000)

const openGate = () => {
  gate.resolve(undefined)
  gate = Promise.withResolvers()
}

describe('a job', () => {
  it('runs after the commit, says how far it is, and keeps its result', async () => {
    const job = await enqueue('test.count', { total: 50 })
    expect(job).toMatchObject({ status: 'queued', attempt: 0, createdBy: ann.userId, result: null })
    const done = await settled(job.id, 'succeeded')
    expect(done).toMatchObject({
      kind: 'test.count',
      progress: { done: 50, total: 50, message: 'step 50' },
      result: { counted: 50 },
      error: null,
      attempt: 1,
    })
    expect(done.finishedAt >= done.startedAt && done.startedAt >= done.createdAt).toBe(true)
    const events = await world.query<{ name: string; user_id: string; data: Record<string, unknown> }>(
      `select name, user_id, data from events where data->>'id' = $1 order by sequence`,
      [job.id],
    )
    expect(events.at(-1)).toMatchObject({
      name: 'job.finished',
      user_id: ann.userId,
      data: { status: 'succeeded', done: 50 },
    })
    // Fifty steps at once are not fifty writes.
    expect(events.length).toBeLessThan(5)
  })

  it('is never begun when its transaction is rolled back', async () => {
    const ids: string[] = []
    await expect(
      world.app.database.transaction(callerFor(ann), async (tx) => {
        ids.push((await world.app.jobs.enqueue(tx, callerFor(ann), { kind: 'test.count' })).id)
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    expect((await client.get(`/api/v1/jobs/${ids[0]}`)).body.code).toBe('JOB_NOT_FOUND')
  })

  it('is tried three times, and then says nothing of what went wrong inside', async () => {
    const job = await enqueue('test.fail')
    await eventually(async () => {
      const { attempt, status } = await read(job.id)
      expect([attempt, status]).toEqual([1, 'queued'])
    })
    const due = setInterval(
      () => void world.query('update jobs set next_at = now() where id = $1', [job.id]),
      200,
    )
    const failed = await settled(job.id, 'failed').finally(() => clearInterval(due))
    expect(failed).toMatchObject({ attempt: 3, error: { code: 'JOB_FAILED' }, result: null })
    expect(JSON.stringify(failed)).not.toContain('secret')
  })

  it('that answers too much has failed', async () => {
    const job = await enqueue('test.large')
    expect((await settled(job.id, 'failed')).error.code).toBe('JOB_RESULT_TOO_LARGE')
  })

  it('is taken over from a process that died, and shows its second attempt', async () => {
    const id = randomUUID()
    await world.query(
      `insert into jobs (organization_id, id, kind, params, status, created_by, attempt, lease_owner, lease_until, started_at)
       values ($1, $2, 'test.count', '{"total": 3}', 'running', $3, 1, $4, now() + interval '1 second', now())`,
      [DEFAULT_ORGANIZATION, id, ann.userId, randomUUID()],
    )
    expect((await read(id)).status).toBe('running')
    expect(await settled(id, 'succeeded')).toMatchObject({ attempt: 2, result: { counted: 3 } })
  })

  it('that kills its process each time is given up', async () => {
    const id = randomUUID()
    await world.query(
      `insert into jobs (organization_id, id, kind, status, created_by, attempt, lease_owner, lease_until)
       values ($1, $2, 'test.count', 'running', $3, 3, $4, now())`,
      [DEFAULT_ORGANIZATION, id, ann.userId, randomUUID()],
    )
    expect((await settled(id, 'failed')).error.code).toBe('JOB_GAVE_UP')
  })

  it('keeps its lease while it runs, and writes nothing once it has lost it', async () => {
    const job = await enqueue('test.wait')
    await eventually(() => expect(started.some((one) => one.includes(job.id))).toBe(true))
    // Beyond its first lease only renewal keeps it from being begun again.
    await eventually(async () => {
      const rows = await world.query(
        `select 1 from jobs where id = $1 and now() > started_at + interval '2.5 seconds' and lease_until > now()`,
        [job.id],
      )
      expect(rows).toHaveLength(1)
    })
    expect(await read(job.id)).toMatchObject({
      status: 'running',
      attempt: 1,
      progress: { done: 1, total: 2 },
    })
    const thief = randomUUID()
    await world.query(
      `update jobs set lease_owner = $2, lease_until = now() + interval '1 hour' where id = $1`,
      [job.id, thief],
    )
    await eventually(() => expect(world.app.jobs.running).toBe(0))
    expect(await read(job.id)).toMatchObject({ status: 'running', result: null })
    await world.query('delete from jobs where id = $1', [job.id])
  })

  it('of a process that stops is given back at once, and that is no attempt', async () => {
    const second = await world.startServer()
    second.app.jobs.register({
      kind: 'test.second',
      run: (job) =>
        new Promise((_resolve, reject) => {
          started.push(`second ${job.id}`)
          job.signal.addEventListener('abort', () => reject(new Error('stopped')))
        }),
    })
    const job = await enqueue('test.second', {}, ann, second)
    await eventually(() => expect(started).toContain(`second ${job.id}`))
    await second.close()
    expect(await read(job.id)).toMatchObject({ status: 'queued', attempt: 0 })
    await world.query('delete from jobs where id = $1', [job.id])
  })

  it('does not wait behind the many of another organization', async () => {
    const other = await addMember(world, { organizationId: await addOrganization(world, 'Small') })
    const many = await Promise.all(Array.from({ length: 6 }, () => enqueue('test.wait')))
    await eventually(() => expect(world.app.jobs.running).toBe(2))
    const one = await enqueue('test.wait', {}, other)
    openGate()
    await eventually(() => expect(started.some((line) => line.includes(one.id))).toBe(true))
    const before = started.slice(
      0,
      started.findIndex((line) => line.includes(one.id)),
    )
    // Two were running; when they ended, the other organization was next.
    expect(many.filter((job) => before.some((line) => line.includes(job.id))).length).toBeLessThanOrEqual(3)
    const ending = setInterval(openGate, 50)
    for (const job of many) await settled(job.id, 'succeeded')
    await settled(one.id, 'succeeded', await clientOf(world, other))
    clearInterval(ending)
  })
})

describe('cancelling', () => {
  it('ends a running job soon, and is recorded', async () => {
    const job = await enqueue('test.wait')
    await eventually(() => expect(started.some((one) => one.includes(job.id))).toBe(true))
    const answer = await client.post(`/api/v1/jobs/${job.id}/cancel`)
    expect([answer.status, answer.body.data.isCancelRequested]).toEqual([200, true])
    expect(await settled(job.id, 'cancelled')).toMatchObject({ result: null, error: null })
    const again = await client.post(`/api/v1/jobs/${job.id}/cancel`)
    expect([again.status, again.body.code, again.body.details.status]).toEqual([
      409,
      'JOB_FINISHED',
      'cancelled',
    ])
    const audit = await world.query(
      `select 1 from audit_logs where action = 'job.cancelled' and resource_id = $1`,
      [job.id],
    )
    expect(audit).toHaveLength(1)
  })

  it('ends a waiting job at once', async () => {
    const id = randomUUID()
    await world.query(
      `insert into jobs (organization_id, id, kind, created_by, next_at) values ($1, $2, 'test.count', $3, now() + interval '1 hour')`,
      [DEFAULT_ORGANIZATION, id, ann.userId],
    )
    const answer = await client.post(`/api/v1/jobs/${id}/cancel`)
    expect([answer.status, answer.body.data.status]).toEqual([200, 'cancelled'])
    expect(answer.body.data.finishedAt).not.toBeNull()
  })
})

describe('who sees a job', () => {
  it('is whoever started it, and administrators of the organization', async () => {
    const job = await enqueue('test.count', { total: 1 })
    await settled(job.id, 'succeeded')
    const colleague = await clientOf(world, await addMember(world))
    expect((await colleague.get(`/api/v1/jobs/${job.id}`)).status).toBe(404)
    expect((await colleague.post(`/api/v1/jobs/${job.id}/cancel`)).status).toBe(404)
    expect((await colleague.get('/api/v1/jobs')).body.pagination.total).toBe(0)
    expect((await colleague.get('/api/v1/admin/jobs')).status).toBe(403)
    const administrator = await clientOf(world, await addMember(world, { role: 'admin' }))
    expect((await administrator.get(`/api/v1/jobs/${job.id}`)).body.data.id).toBe(job.id)
    const all = await administrator.get(
      `/api/v1/admin/jobs?createdBy=${ann.userId}&status=succeeded&kind=test.count`,
    )
    expect(all.body.data.map((one: { id: string }) => one.id)).toContain(job.id)
    expect(all.body.data[0].id).toBe(job.id)
    const oldest = await administrator.get('/api/v1/admin/jobs?sort=createdAt&limit=1')
    expect(oldest.body.data[0].createdAt <= all.body.data[0].createdAt).toBe(true)
  })

  it('is not another organization, except by the recorded act of the platform', async () => {
    const job = await enqueue('test.count', { total: 1 })
    const elsewhere = await addOrganization(world, 'Elsewhere')
    const foreign = await clientOf(
      world,
      await addMember(world, { organizationId: elsewhere, role: 'admin' }),
    )
    expect((await foreign.get(`/api/v1/jobs/${job.id}`)).status).toBe(404)
    expect((await foreign.get('/api/v1/admin/jobs')).body.pagination.total).toBe(0)
    const root = await clientOf(
      world,
      await addMember(world, { organizationId: elsewhere, platformRole: 'admin' }),
    )
    expect((await root.get('/api/v1/admin/jobs')).body.pagination.total).toBe(0)
    const across = await root.get('/api/v1/admin/jobs?scope=platform')
    expect(across.body.data.map((one: { id: string }) => one.id)).toContain(job.id)
    const there = await root.get(`/api/v1/admin/jobs/${job.id}?organizationId=${DEFAULT_ORGANIZATION}`)
    expect([there.status, there.body.data?.id]).toEqual([200, job.id])
  })
})
