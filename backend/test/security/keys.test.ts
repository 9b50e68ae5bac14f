import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWellFormedApiKey, mintApiKeySecret } from '#identity'
import { Client, eventually, startWorld, type Answer, type World } from '#test'
import { ApiDocument } from '../support/openapi.ts'
import { clientOf, openSession, type Member } from '../support/people.ts'
import { Belongings, catalogueOf, CHAT, newMember, type Catalogue } from '../support/requests.ts'
import { dumpAsText, foundIn } from '../support/secret-traces.ts'
import { startServerProcess } from '../support/server-process.ts'

let world: World
let catalogue: Catalogue
let belongings: Belongings

beforeAll(async () => {
  world = await startWorld()
  catalogue = await catalogueOf(world)
  belongings = new Belongings(world, catalogue)
})
afterAll(() => world.close())

const chat = { model: CHAT, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 }
const bearer = (url: string, credential: string) => new Client(url, { authorization: `Bearer ${credential}` })

describe('a key', () => {
  it(
    'lies nowhere in clear: not in a table, not in the log at its most talkative, not in what PostgreSQL writes ahead',
    { timeout: 120_000 },
    async () => {
      const server = await startServerProcess(world, { LOG_LEVEL: 'trace', PUBLIC_URL: world.url })
      const member = await newMember(world)
      await belongings.subscription(member)
      const [start] = await world.query<{ file: string }>(
        'select pg_walfile_name(pg_current_wal_insert_lsn()) as file',
      )
      const owner = bearer(server.url, (await openSession(world, member)).token)

      const idempotency = { 'idempotency-key': randomUUID() }
      const body = { name: 'A key', modelIds: [catalogue.open] }
      const created = await owner.post('/api/v1/api-keys', body, idempotency)
      const replayed = await owner.post('/api/v1/api-keys', body, idempotency)
      expect([created.status, replayed.status, replayed.body.data.key]).toEqual([201, 201, null])
      const { id, key } = created.body.data as { id: string; key: string }
      const rotated = await owner.post(
        `/api/v1/api-keys/${id}/rotate`,
        { overlapSeconds: 600 },
        { 'idempotency-key': randomUUID() },
      )
      const second = rotated.body.data.key as string
      for (const secret of [key, second]) {
        const caller = bearer(server.url, secret)
        await eventually(async () =>
          expect((await caller.post('/v1/chat/completions', chat)).status).toBe(200),
        )
        // Every way to make somebody talk about the key: wrong places, wrong shapes, errors of the neighbour.
        await caller.post('/v1/chat/completions', { ...chat, model: secret })
        await caller.post('/v1/chat/completions', `{"model": "${secret}"`)
        await owner.post('/api/v1/api-keys', { name: 'x', modelIds: [secret] })
        await owner.post('/api/v1/api-keys', { [secret]: 1 })
        await owner.get(`/api/v1/api-keys/${secret}`)
        await owner.get(`/api/v1/models?search=${secret}`)
        await owner.get(`/nowhere/${secret}`)
        await new Client(server.url).get('/api/v1/models', {
          authorization: secret,
          'x-api-key': secret,
          cookie: `litemaas=${secret}`,
          referer: `https://x.example/${secret}`,
          'user-agent': secret,
        })
      }
      await owner.delete(`/api/v1/api-keys/${id}`)
      await eventually(async () => {
        const left = await world.query(
          `select from litellm_intents where resource_id = $1 and (state <> 'done' or secret is not null)`,
          [id],
        )
        expect(left).toEqual([])
      })
      await server.stop()

      const dump = await dumpAsText(world)
      expect(dump).toContain(id)
      expect(server.output()).toContain('"level"')
      for (const secret of [key, second]) {
        expect(foundIn(dump, secret), 'in a table').toEqual([])
        expect(foundIn(server.output(), secret), 'in the log').toEqual([])
        const files = await world.query<{ name: string }>(
          'select name from pg_ls_waldir() where name >= $1 and name ~ $2',
          [start?.file, '^[0-9A-F]{24}$'],
        )
        expect(files.length).toBeGreaterThan(0)
        for (const { name } of files) {
          for (const trace of [
            secret,
            secret.slice(11),
            secret.slice(20, 40),
            Buffer.from(secret).toString('base64').slice(4, -4),
          ]) {
            const [hit] = await world.query<{ at: number }>(
              `select position($1::bytea in pg_read_binary_file('pg_wal/' || $2)) as at`,
              [Buffer.from(trace), name],
            )
            expect(hit?.at, `in ${name}`).toBe(0)
          }
        }
      }
    },
  )

  it(
    'is shown in the answer to its creation and to its rotation, and in no other',
    { timeout: 60_000 },
    async () => {
      const member = await newMember(world)
      const { id = '', key = '' } = await belongings.apiKey(member)
      const document = new ApiDocument(world.app)
      const callers = [
        await clientOf(world, member),
        world.withKey(key),
        await world.as('admin'),
        await world.as('auditor'),
      ]
      for (const operation of document.operations.filter(
        (one) => one.method === 'GET' && !one.path.startsWith('/api/auth/'),
      ))
        for (const caller of callers) {
          const answer = await caller.get(operation.path.replace('{id}', id).replace('{model}', CHAT))
          expect(foundIn(JSON.stringify(answer.body) ?? '', key), operation.operationId).toEqual([])
          expect(JSON.stringify(answer.body) ?? '', operation.operationId).not.toMatch(
            /"(digest|litellmTokenHash|proxyTokenHash|pepperVersion|hash)"/,
          )
        }
      const patched = await callers[0]?.patch(`/api/v1/api-keys/${id}`, { name: 'Renamed' })
      expect(patched?.status).toBe(200)
      expect(foundIn(JSON.stringify(patched?.body), key)).toEqual([])
    },
  )

  it('has 256 bits of chance, evenly drawn, and never comes twice', { timeout: 60_000 }, () => {
    const runs = Number(process.env['KEY_RUNS'] ?? 200_000)
    const seen = new Set<string>()
    const counts = new Map<string, number>()
    for (let index = 0; index < runs; index += 1) {
      const secret = mintApiKeySecret()
      seen.add(secret)
      if (index % 10 > 0) continue
      expect(secret).toMatch(/^sk-litellm-[0-9A-Za-z]{49}$/)
      for (const character of secret.slice(11, -6)) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    expect(seen.size).toBe(runs)
    const expected = ((runs / 10) * 43) / 62
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(counts.size).toBe(62)
    // 61 degrees of freedom: 130 is passed by chance once in a million runs.
    expect(chiSquare).toBeLessThan(130)
  })

  it('with a wrong checksum is refused without asking the database', () => {
    const good = mintApiKeySecret()
    const wrong: string[] = []
    for (let index = 11; index < good.length; index += 1) {
      const changed = good[index] === 'a' ? 'b' : 'a'
      wrong.push(good.slice(0, index) + changed + good.slice(index + 1))
    }
    wrong.push(
      good.slice(0, -1),
      `${good}0`,
      good.toUpperCase(),
      good.replace('sk-litellm-', 'sk-'),
      `sk-litellm-${'0'.repeat(49)}`,
      '',
    )
    for (const secret of wrong) {
      expect(isWellFormedApiKey(secret), secret).toBe(false)
      // A promise would mean that somebody was asked.
      expect(world.app.identity.resolveApiKey(secret), secret).toBeUndefined()
    }
    expect(world.app.identity.resolveApiKey(good)).toBeInstanceOf(Promise)
  })
})

describe('a key that is not valid', () => {
  const kinds: Record<string, string> = {}

  async function spoiled(spoil: (id: string, member: Member) => Promise<unknown>): Promise<string> {
    const member = await newMember(world)
    const { id = '', key = '' } = await belongings.apiKey(member)
    expect((await world.withKey(key).get('/v1/models')).status).toBe(200)
    await spoil(id, member)
    await world.query(`select pg_notify('identity_changed', 'key:' || $1)`, [id])
    return key
  }

  beforeAll(async () => {
    kinds['never made'] = mintApiKeySecret()
    kinds['malformed'] = 'sk-litellm-nonsense'
    kinds['of a wrong checksum'] = `${mintApiKeySecret().slice(0, -6)}000000`
    kinds['revoked'] = await spoiled(async (id, member) =>
      (await clientOf(world, member)).delete(`/api/v1/api-keys/${id}`),
    )
    kinds['disabled'] = await spoiled(async (id, member) =>
      (await clientOf(world, member)).patch(`/api/v1/api-keys/${id}`, { isDisabled: true }),
    )
    kinds['expired'] = await spoiled((id) =>
      world.query(`update api_keys set expires_at = now() - interval '1 s' where id = $1`, [id]),
    )
    kinds['rotated away'] = await spoiled(async (id, member) =>
      (await clientOf(world, member)).post(`/api/v1/api-keys/${id}/rotate`, {}),
    )
    kinds['of a disabled person'] = await spoiled((_id, member) =>
      world.query(`update users set status = 'disabled' where id = $1`, [member.userId]),
    )
    kinds['of somebody who left'] = await spoiled((_id, member) =>
      world.query(`update memberships set status = 'disabled' where user_id = $1`, [member.userId]),
    )
  })

  it('gets the same answer whatever is wrong with it', async () => {
    const passing = ['date', 'x-request-id', 'ratelimit', 'connection', 'keep-alive']
    for (const [method, path, body] of [
      ['POST', '/v1/chat/completions', chat],
      ['GET', '/v1/models', undefined],
      ['GET', '/api/v1/models', undefined],
      ['GET', '/api/v1/api-keys/current', undefined],
    ] as const) {
      const answers = await Promise.all(
        Object.entries(kinds).map(async ([kind, key]) => {
          const answer: Answer = await eventually(async () => {
            const got = await world.withKey(key).request(method, path, body)
            if (got.status === 200) throw new Error(`${kind} still works`)
            return got
          }, 1500)
          const text = JSON.stringify(answer.body).replace(/"traceId":"[^"]*"/, '')
          return {
            kind: '',
            status: answer.status,
            text,
            headers: [...answer.headers].filter(([name]) => !passing.includes(name)),
          }
        }),
      )
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(answers[0]?.status).toBe(401)
    }
  })

  it('takes the same time whatever is wrong with it (reported)', { timeout: 60_000 }, async () => {
    const medians: Record<string, number> = {}
    const chosen = ['never made', 'revoked', 'of a disabled person']
    const times = new Map(chosen.map((kind) => [kind, [] as number[]]))
    for (let round = 0; round < 300; round += 1)
      for (const kind of chosen) {
        const startedAt = performance.now()
        await world.withKey(kinds[kind] ?? '').get('/v1/models')
        times.get(kind)?.push(performance.now() - startedAt)
      }
    for (const [kind, all] of times)
      medians[kind] = Number((all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0).toFixed(3))
    process.stdout.write(`medians of refusals in ms: ${JSON.stringify(medians)}\n`)
  })
})

describe('a pepper that is changed', () => {
  it(
    'leaves every key working while the old one is still known, and moves keys to the new one as they are used',
    { timeout: 60_000 },
    async () => {
      const [used, unused] = [
        await belongings.apiKey(await newMember(world)),
        await belongings.apiKey(await newMember(world)),
      ]
      const old = world.app.config.KEY_PEPPER
      const fresh = randomBytes(32).toString('base64url')
      const both = await world.startServer({
        KEY_PEPPER: fresh,
        KEY_PEPPER_PREVIOUS: old,
        PUBLIC_URL: world.url,
      })
      const versionOf = async (id: string | undefined) =>
        (
          await world.query<{ v: string }>(
            'select pepper_version as v from api_key_secrets where api_key_id = $1',
            [id],
          )
        )[0]?.v
      const before = await versionOf(used['id'])
      for (let call = 0; call < 5; call += 1)
        expect((await bearer(both.url, used['key'] ?? '').get('/v1/models')).status).toBe(200)
      await eventually(async () => expect(await versionOf(used['id'])).not.toBe(before))
      expect(await versionOf(unused['id'])).toBe(before)
      for (let call = 0; call < 5; call += 1)
        expect((await bearer(both.url, used['key'] ?? '').get('/v1/models')).status).toBe(200)

      const owner = await newMember(world)
      await belongings.subscription(owner)
      const made = await bearer(both.url, (await openSession(world, owner)).token).post('/api/v1/api-keys', {
        name: 'new',
        modelIds: [catalogue.open],
      })
      expect(made.status).toBe(201)

      const onlyNew = await world.startServer({ KEY_PEPPER: fresh })
      expect((await bearer(onlyNew.url, used['key'] ?? '').get('/v1/models')).status).toBe(200)
      expect((await bearer(onlyNew.url, made.body.data.key as string).get('/v1/models')).status).toBe(200)
      expect(
        (await bearer(onlyNew.url, unused['key'] ?? '').get('/v1/models')).status,
        'never used while both were known',
      ).toBe(401)
      expect((await bearer(both.url, unused['key'] ?? '').get('/v1/models')).status).toBe(200)
    },
  )
})

describe('a key in a URL', () => {
  it('is refused, whatever door and parameter, and stands in no log', { timeout: 60_000 }, async () => {
    const server = await startServerProcess(world, { LOG_LEVEL: 'trace', PUBLIC_URL: world.url })
    const member = await newMember(world)
    const { key = '' } = await belongings.apiKey(member)
    const { token } = await openSession(world, member)
    for (const [credential, paths] of [
      [
        '',
        [
          '/api/v1/models?api_key=',
          '/v1/models?key=',
          '/api/auth/me?access_token=',
          '/api/auth/login?returnTo=/&k=',
          '/health/live?apikey=',
        ],
      ],
      [key, ['/v1/models?api_key=', '/api/v1/models?search=']],
      [token, ['/api/v1/models?api_key=', '/api/v1/models?search=', '/api/v1/subscriptions?token=']],
    ] as const)
      for (const path of paths) {
        const client = credential === '' ? new Client(server.url) : bearer(server.url, credential)
        const answer = await client.get(path + key)
        expect([path, [400, 401].includes(answer.status)]).toEqual([path, true])
        expect(foundIn(JSON.stringify(answer.body), key), path).toEqual([])
      }
    await server.stop()
    expect(foundIn(server.output(), key)).toEqual([])
  })
})
