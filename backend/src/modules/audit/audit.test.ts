import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'
import { extendChains, RefusalLog, verifyChains } from '#platform/audit'
import { sql } from '#platform/database'
import { systemCaller, type Caller } from '#platform/services'

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const PLATFORM = '00000000-0000-4000-8000-000000000000'

let world: World
let alice: Client
let aliceId: string

beforeAll(async () => {
  world = await startWorld({ config: { LITELLM_KEY_MODE: 'service' } })
  alice = await world.as('alice')
  aliceId = (await alice.get('/api/auth/me')).body.data.user.id
})
afterAll(() => world.close())

const platform = () => world.app.platformDatabase

/** As a superuser who goes round the triggers: what the chain is there to find. */
async function tamper(statement: string, values: unknown[] = []): Promise<void> {
  await world.query(`alter table audit_logs disable trigger user`)
  await world.query(statement, values)
  await world.query(`alter table audit_logs enable trigger user`)
}

interface Row {
  id: string
  sequence: string
  chain_position: string | null
}

const insert = async (action: string, organizationId = ORGANIZATION) =>
  world.query(
    `insert into audit_logs (organization_id, category, action, actor_kind, door, after)
     values ($1, 'test', $2, 'system', 'job', '{"b": 1.50, "a": "ü"}')`,
    [organizationId, action],
  )

describe('refusals', () => {
  beforeEach(() => tamper(`delete from audit_logs where result = 'refused'`))

  interface Refused {
    actor_id: string
    door: string
    address: string
    request_id: string
    resource_id: string
    count: number
    after: object
  }
  const refused = () =>
    world.query<Refused>(`select * from audit_logs where result = 'refused' order by resource_id`)

  test('of one caller and operation become one row, with who, from where, what and how often', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => alice.post('/api/v1/admin/models/synchronize')),
    )
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403, 403, 403])
    expect((await alice.get('/api/v1/admin/models/synchronization')).status).toBe(403)
    await world.app.refusals.flush({ everything: true })
    const rows = await refused()
    expect(rows.map((row) => [row.resource_id, row.count])).toEqual([
      ['listModelSynchronizations', 1],
      ['synchronizeModels', 5],
    ])
    expect(rows[1]).toMatchObject({
      organization_id: ORGANIZATION,
      category: 'access',
      action: 'request.refused',
      actor_kind: 'person',
      actor_id: aliceId,
      door: 'token',
      address: '127.0.0.1',
      resource_type: 'operation',
      after: { code: 'FORBIDDEN', method: 'POST', route: '/api/v1/admin/models/synchronize' },
    })
    expect(answers.map((answer) => answer.headers.get('x-request-id'))).toContain(rows[1]?.request_id)
  })

  test('of the read-only administrator are rows too; of nobody, and of things not found, are not', async () => {
    const auditor = await world.as('auditor')
    expect((await auditor.post('/api/v1/subscriptions', {})).status).toBe(403)
    expect((await world.anonymous.post('/api/v1/subscriptions', {})).status).toBe(401)
    expect((await alice.get(`/api/v1/api-keys/${ORGANIZATION}`)).status).toBe(404)
    await world.app.refusals.flush({ everything: true })
    expect((await refused()).map((row) => row.resource_id)).toEqual(['createSubscription'])
  })

  test('are written when their minute is over, each minute by itself', async () => {
    let now = new Date('2026-03-14T15:09:59.500Z')
    const log = new RefusalLog({ platform: platform(), clock: { now: () => now } })
    const caller: Caller = { ...systemCaller('test', null), kind: 'person', userId: aliceId }
    const note = () => log.note(caller, { operation: 'op', method: 'GET', route: '/x', code: 'FORBIDDEN' })
    note()
    note()
    await log.flush({ everything: false })
    expect(await refused()).toEqual([])
    now = new Date('2026-03-14T15:10:00Z')
    note()
    await log.flush({ everything: false })
    expect(await refused()).toMatchObject([
      { count: 2, organization_id: PLATFORM, at: new Date('2026-03-14T15:09:59.500Z') },
    ])
    await log.flush({ everything: true })
    expect((await refused()).map((row) => row.count).sort((a, b) => a - b)).toEqual([1, 2])
  })

  test('are kept while they cannot be written', async () => {
    const log = new RefusalLog({ platform: platform(), clock: { now: () => new Date() } })
    const caller: Caller = { ...systemCaller('test', ORGANIZATION), kind: 'person', userId: aliceId }
    const note = () => log.note(caller, { operation: 'op', method: 'GET', route: '/x', code: 'FORBIDDEN' })
    note()
    await world.query(
      `alter table audit_logs add constraint audit_logs_closed check (result <> 'refused') not valid`,
    )
    const writing = log.flush({ everything: true })
    await new Promise((resolve) => setImmediate(resolve))
    note()
    await expect(writing).rejects.toThrow(/audit_logs_closed/)
    note()
    await world.query(`alter table audit_logs drop constraint audit_logs_closed`)
    await log.flush({ everything: true })
    expect((await refused()).reduce((sum, row) => sum + row.count, 0)).toBe(3)
  })
})

describe('the chain', () => {
  const broken = async () =>
    (await verifyChains(platform())).flatMap((report) => (report.break ? [report] : []))
  const rowsOf = (organizationId = ORGANIZATION) =>
    world.query<Row>(
      `select id, sequence, chain_position from audit_logs where organization_id = $1 order by chain_position nulls last`,
      [organizationId],
    )

  test('grows by itself, in every organization', async () => {
    await insert('grows.here')
    await insert('grows.there', PLATFORM)
    await eventually(async () => {
      const rows = await world.query(`select from audit_logs where hash is null`)
      expect(rows).toHaveLength(0)
    }, 15_000)
    expect(await broken()).toEqual([])
    const reports = await verifyChains(platform())
    expect(
      reports
        .filter((report) => report.verified > 0n)
        .map((report) => report.organizationId)
        .sort(),
    ).toEqual([PLATFORM, ORGANIZATION])
  })

  test('takes a row that commits late behind those that came after it', async () => {
    await extendChains(platform())
    let commit: (() => void) | undefined
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve
    })
    let late: Promise<unknown> | undefined
    await new Promise<void>((inserted) => {
      late = world.app.database.transaction(
        { organizationId: ORGANIZATION, userId: null, requestId: 'late' },
        async (tx) => {
          await tx.run(
            sql`insert into audit_logs (category, action, actor_kind, door) values ('test', 'late', 'system', 'job')`,
          )
          inserted()
          await mayCommit
        },
      )
    })
    await insert('early')
    await extendChains(platform())
    commit?.()
    await late
    await extendChains(platform())
    const [late_, early] = (
      await world.query<Row & { action: string }>(
        `select * from audit_logs where action in ('late', 'early') order by sequence`,
      )
    ).map((row) => ({ action: row.action, position: Number(row.chain_position) }))
    expect([late_?.action, early?.action]).toEqual(['late', 'early'])
    expect(late_?.position).toBe((early?.position ?? 0) + 1)
    expect(await broken()).toEqual([])
  })

  test('has one end, whoever extends it at once', async () => {
    for (let index = 0; index < 30; index += 1) await insert(`many.${index}`)
    await Promise.all(Array.from({ length: 4 }, () => extendChains(platform())))
    await extendChains(platform())
    const positions = (await rowsOf()).map((row) => Number(row.chain_position))
    expect(positions).toEqual(positions.map((_, index) => index + 1))
    expect(await broken()).toEqual([])
  })

  test('takes more rows than one batch', async () => {
    await world.query(
      `insert into audit_logs (organization_id, category, action, actor_kind, door)
       select $1, 'test', 'bulk.' || n, 'system', 'job' from generate_series(1, 1100) n`,
      [ORGANIZATION],
    )
    await extendChains(platform())
    expect((await rowsOf()).every((row) => row.chain_position !== null)).toBe(true)
    expect(await broken()).toEqual([])
  })

  describe('shows', () => {
    const restore: (() => Promise<void>)[] = []
    const expectBreak = async (reason: string, row: Row | undefined, position: string | undefined) => {
      expect(await broken()).toMatchObject([
        { organizationId: ORGANIZATION, break: { reason, rowId: row?.id, position: BigInt(position ?? -1) } },
      ])
    }
    beforeEach(async () => {
      await extendChains(platform())
      await world.query(`create table saved_logs as select * from audit_logs`)
      await world.query(`create table saved_chains as select * from audit_chains`)
      restore.push(async () => {
        await tamper(`delete from audit_logs`)
        await tamper(`insert into audit_logs overriding system value select * from saved_logs`)
        await world.query(`delete from audit_chains`)
        await world.query(`insert into audit_chains select * from saved_chains`)
        await world.query(`drop table saved_logs, saved_chains`)
      })
      return async () => restore.pop()?.()
    })

    test.each([
      `action = 'other'`,
      `actor_id = gen_random_uuid()`,
      `at = at + interval '1 microsecond'`,
      `after = '{"b": 1.5, "a": "ü"}'`,
      `result = 'failed'`,
      `count = 2`,
      `address = '10.0.0.1'`,
    ])('a row with %s', async (change) => {
      const [row] = await world.query<Row>(`select * from audit_logs where action = 'grows.here'`)
      await tamper(`update audit_logs set ${change} where id = $1`, [row?.id])
      await expectBreak('changed', row, row?.chain_position ?? undefined)
    })

    test('a removed row', async () => {
      const row = (await rowsOf())[4]
      await tamper(`delete from audit_logs where id = $1`, [row?.id])
      await expectBreak('missing', undefined, '5')
    })

    test('a cut end', async () => {
      const rows = await rowsOf()
      await tamper(`delete from audit_logs where organization_id = $1 and chain_position > $2`, [
        ORGANIZATION,
        rows.length - 2,
      ])
      await expectBreak('missing', undefined, String(rows.length - 1))
    })

    test('a trail that is gone altogether', async () => {
      await tamper(`delete from audit_logs where organization_id = $1`, [ORGANIZATION])
      await expectBreak('missing', undefined, '1')
    })

    test('two rows in each other’s place', async () => {
      const rows = await rowsOf()
      await tamper(
        `update audit_logs set chain_position = -chain_position where chain_position in (3, 4) and organization_id = $1`,
        [ORGANIZATION],
      )
      await tamper(`update audit_logs set chain_position = 7 + chain_position where chain_position < 0`)
      await expectBreak('changed', rows[3], '3')
    })

    test('a moved end', async () => {
      await world.query(
        `update audit_chains set hash = decode(repeat('11', 32), 'hex') where organization_id = $1`,
        [ORGANIZATION],
      )
      await expectBreak('end moved', undefined, String((await rowsOf()).length))
    })

    test('and the command says so, naming organization and row', async () => {
      const whole = await verify()
      expect(whole.code, whole.output).toBe(0)
      expect(whole.output).toContain('Default organization')
      const [row] = await world.query<Row>(`select * from audit_logs where action = 'grows.here'`)
      await tamper(`update audit_logs set action = 'other' where id = $1`, [row?.id])
      const { code, output } = await verify()
      expect(code).toBe(1)
      expect(output).toContain(row?.id)
      expect(output).toContain(ORGANIZATION)
      const away = await verify('postgres://litemaas_platform:x@127.0.0.1:1/none')
      expect([away.code, away.output.trim().split('\n').length]).toEqual([1, 1])
    })
  })

  async function verify(url = world.database.platformUrl): Promise<{ code: number; output: string }> {
    const script = fileURLToPath(new URL('../../../../scripts/src/audit/verify.ts', import.meta.url))
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script], {
        env: { ...process.env, DATABASE_PLATFORM_URL: url },
      })
      return { code: 0, output: stdout }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, output: stdout + stderr }
    }
  }

  test('no role of ours can change what was written', async () => {
    const asApp = (statement: ReturnType<typeof sql>) =>
      world.app.database.transaction(
        { organizationId: ORGANIZATION, userId: null, requestId: 'test' },
        (tx) => tx.run(statement),
      )
    const asPlatform = (statement: ReturnType<typeof sql>) =>
      platform().transaction('test', (tx) => tx.run(statement))
    for (const run of [asApp, asPlatform]) {
      await expect(run(sql`update audit_logs set action = 'x'`)).rejects.toMatchObject({ code: '42501' })
      await expect(run(sql`delete from audit_logs`)).rejects.toMatchObject({ code: '42501' })
      await expect(run(sql`truncate audit_logs`)).rejects.toMatchObject({ code: '42501' })
    }
    await extendChains(platform())
    await expect(
      asPlatform(sql`update audit_logs set hash = null, chain_position = null`),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      asPlatform(sql`update audit_logs set chain_position = chain_position + 1`),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(asApp(sql`update audit_chains set position = 0`)).rejects.toMatchObject({ code: '42501' })
    await expect(asApp(sql`select from audit_chains`)).rejects.toMatchObject({ code: '42501' })
  })
})

describe('a change that cannot be recorded', () => {
  test('is not made, and answered with 503', async () => {
    await world.query(`
      create function refuse_audit() returns trigger language plpgsql as
        $$ begin if new.category = 'subscription' then raise exception 'no space for audit'; end if; return new; end $$`)
    await world.query(
      'create trigger refuse before insert on audit_logs for each row execute function refuse_audit()',
    )
    const { body } = await alice.get('/api/v1/models?search=vision')
    const answer = await alice.post('/api/v1/subscriptions', { modelId: body.data[0].id })
    await world.query('drop trigger refuse on audit_logs')
    expect(answer.status, JSON.stringify(answer.body)).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(JSON.stringify(answer.body)).not.toContain('no space')
    expect(await world.query('select from subscriptions')).toHaveLength(0)
  })
})
