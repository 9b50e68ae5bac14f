import { Type } from '@sinclair/typebox'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Database, sql, type Scope } from '#platform/database'
import { Client, cloneDatabase, startWorld, type TestDatabase, type World } from '#test'
import { addMember, addOrganization, openSession } from '../support/people.ts'

const POOL = 5
const ORGANIZATIONS = 50

/** Random numbers that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** Runs `count` tasks, at most `width` at a time. */
async function inParallel(
  count: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await task(next++)
    }),
  )
}

/** Sends a request and hangs up before the answer. */
async function breakOff(url: string, token: string, afterMs: number): Promise<void> {
  await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(Math.ceil(afterMs)),
  })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined)
}

const Marked = Type.Object({ name: Type.String(), organizationId: Type.String() })
const everything = () => sql(Marked)`select name, organization_id as "organizationId" from teams`

describe('a pool of five, shared by fifty organizations', () => {
  let files: TestDatabase
  let superuser: pg.Client
  let database: Database
  const organizations: Array<{ id: string; marker: string }> = []
  const lost: Error[] = []

  beforeAll(async () => {
    files = await cloneDatabase(inject('superuserUrl'))
    superuser = new pg.Client({ connectionString: files.superuserUrl })
    await superuser.connect()
    for (let index = 0; index < ORGANIZATIONS; index += 1) {
      const marker = `marker-${index}`
      const { rows } = await superuser.query<{ id: string }>(
        'insert into organizations (name) values ($1) returning id',
        [marker],
      )
      const id = rows[0]?.id ?? ''
      await superuser.query('insert into teams (organization_id, name) values ($1, $2)', [id, marker])
      organizations.push({ id, marker })
    }
    database = new Database({
      url: files.appUrl,
      max: POOL,
      applicationName: 'pool-test',
      onError: (error) => lost.push(error),
    })
  })
  afterAll(async () => {
    await database.close()
    await superuser.end()
    await files.drop()
  })

  const scopeOf = (organizationId: string | null): Scope => ({
    organizationId,
    userId: null,
    requestId: 'pool',
  })
  const nobody = () => database.transaction(scopeOf(null), (tx) => tx.many(everything()), { readOnly: true })

  it('answers everybody with their own rows, whatever fails in between', { timeout: 120_000 }, async () => {
    const random = seeded(8)
    let foreign = 0
    let failed = 0
    await inParallel(4000, 40, async (index) => {
      const own = organizations[Math.floor(random() * ORGANIZATIONS)] ?? { id: '', marker: '' }
      const fate = random()
      try {
        const rows = await database.transaction(
          scopeOf(own.id),
          async (tx) => {
            if (fate < 0.05) throw new Error('the handler fails before its first statement')
            if (fate < 0.1) await tx.run(sql`select 1 / 0`)
            // Not awaited before the failure: the statement is still on its way when the transaction ends.
            if (fate < 0.15) {
              tx.many(everything()).catch(() => undefined)
              throw new Error('the handler fails in the middle')
            }
            const rows = await tx.many(everything())
            if (fate < 0.2) throw new Error('the handler fails after its last statement')
            if (fate < 0.3) await tx.run(sql`update teams set updated_at = now()`)
            return rows
          },
          { readOnly: index % 3 === 0 && fate >= 0.3 },
        )
        if (rows.length !== 1 || rows[0]?.name !== own.marker || rows[0].organizationId !== own.id)
          foreign += 1
      } catch {
        failed += 1
      }
      if (fate > 0.97 && (await nobody()).length > 0) foreign += 1
    })
    expect(foreign).toBe(0)
    expect(failed).toBeGreaterThan(600)
    expect(failed).toBeLessThan(1000)
    expect(database.load).toEqual({ inUse: 0, waiting: 0 })
  })

  it('hands no connection on that was lost in the middle of a transaction', async () => {
    const Pid = Type.Object({ pid: Type.Integer() })
    for (const own of organizations.slice(0, 15)) {
      await expect(
        database.transaction(scopeOf(own.id), async (tx) => {
          await tx.many(everything())
          const { pid } = await tx.one(sql(Pid)`select pg_backend_pid() as pid`)
          await superuser.query('select pg_terminate_backend($1)', [pid])
          return tx.many(everything())
        }),
      ).rejects.toMatchObject({ statusCode: 503 })
      expect(await nobody()).toEqual([])
    }
    expect(database.load).toEqual({ inUse: 0, waiting: 0 })
  })

  it('keeps nothing of a handler that outlives its transaction', async () => {
    const own = organizations[0]?.id ?? ''
    let late: Promise<unknown> = Promise.resolve()
    await database.transaction(scopeOf(own), async (tx) => {
      late = new Promise((resolve) => setTimeout(resolve, 20)).then(() => tx.many(everything()))
      late.catch(() => undefined)
    })
    await expect(late).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(await Promise.all(Array.from({ length: POOL * 2 }, nobody))).toEqual(
      Array.from({ length: POOL * 2 }, () => []),
    )
  })

  it('overrides a setting that somebody made for the whole connection', async () => {
    const [first, second] = organizations
    await Promise.all(
      Array.from({ length: POOL }, () =>
        database.transaction(scopeOf(first?.id ?? ''), async (tx) => {
          await tx.run(sql`select set_config('app.organization_id', ${first?.id}, false), pg_sleep(0.05)`)
        }),
      ),
    )
    expect(await nobody()).toEqual([])
    const rows = await database.transaction(scopeOf(second?.id ?? ''), (tx) => tx.many(everything()))
    expect(rows.map((row) => row.name)).toEqual([second?.marker])
  })

  it('refuses a transaction inside another, at once and without waiting for a connection', async () => {
    const [first, second] = organizations
    const startedAt = performance.now()
    await expect(
      database.transaction(scopeOf(first?.id ?? ''), () =>
        database.transaction(scopeOf(second?.id ?? ''), (tx) => tx.many(everything())),
      ),
    ).rejects.toMatchObject({ code: 'INTERNAL', message: 'a transaction was opened inside another one' })
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('refuses to commit around a statement that failed', async () => {
    const own = organizations[1]?.id ?? ''
    await expect(
      database.transaction(scopeOf(own), async (tx) => {
        await tx.run(sql`update teams set name = 'changed'`)
        await tx.run(sql`select 1 / 0`).catch(() => undefined)
      }),
    ).rejects.toThrow()
    expect(await database.transaction(scopeOf(own), (tx) => tx.many(everything()))).toMatchObject([
      { name: 'marker-1' },
    ])
  })
})

describe('the server on a pool of five', () => {
  let world: World
  const people: Array<{ client: Client; token: string; marker: string }> = []

  beforeAll(async () => {
    world = await startWorld({ config: { DATABASE_POOL_MAX: String(POOL) } })
    const [model] = await world.query<{ id: string }>('select id from models limit 1')
    for (let index = 0; index < 20; index += 1) {
      const marker = `marker-${index}-of-the-server`
      const organizationId = await addOrganization(world, marker)
      const member = await addMember(world, { organizationId, role: 'admin' })
      await world.query(
        `insert into subscriptions (organization_id, user_id, model_id, status, reason) values ($1, $2, $3, 'active', $4)`,
        [organizationId, member.userId, model?.id, marker],
      )
      const { token } = await openSession(world, member)
      people.push({ client: new Client(world.url, { authorization: `Bearer ${token}` }), token, marker })
    }
  })
  afterAll(() => world.close())

  it(
    'sends nobody another’s rows, when every fifth request fails or is broken off',
    { timeout: 120_000 },
    async () => {
      const random = seeded(9)
      let foreign = 0
      let answered = 0
      await inParallel(1500, 30, async () => {
        const own = people[Math.floor(random() * people.length)]
        if (!own) return
        const fate = random()
        const others = people.filter((one) => one !== own).map((one) => one.marker)
        const path =
          fate < 0.5 ? '/api/v1/subscriptions' : fate < 0.8 ? '/api/v1/admin/subscriptions' : '/api/auth/me'
        if (fate < 0.1) return breakOff(world.url + path, own.token, random() * 8)
        if (fate < 0.2)
          return void (await own.client.get(
            `/api/v1/subscriptions/${fate < 0.15 ? 'nonsense' : '00000000-0000-4000-8000-0000000000ff'}`,
          ))
        const answer = await own.client.get(path)
        const text = JSON.stringify(answer.body)
        if (answer.status === 200 && text.includes(`"${own.marker}"`)) answered += 1
        if (others.some((marker) => text.includes(`"${marker}"`))) foreign += 1
      })
      expect(foreign).toBe(0)
      expect(answered).toBeGreaterThan(1000)
    },
  )
})
