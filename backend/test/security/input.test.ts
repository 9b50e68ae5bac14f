import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Answer, type Client, type World } from '#test'
import { requestsOf, type Pool } from '../support/arbitraries.ts'
import { ApiDocument, fillPath, type Operation } from '../support/openapi.ts'
import { clientOf, openSession } from '../support/people.ts'
import {
  becomes,
  Belongings,
  catalogueOf,
  CHAT,
  EMBEDDING,
  newMember,
  type Catalogue,
} from '../support/requests.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60)
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121)

let world: World
let document: ApiDocument
let catalogue: Catalogue
let callers: ReadonlyArray<readonly [name: string, client: Client, pool: Pool]>
let user: Client
let keyClient: Client
let spareModel: string

beforeAll(async () => {
  world = await startWorld()
  document = new ApiDocument(world.app)
  catalogue = await catalogueOf(world)
  const [spare] = await world.query<{ id: string }>(
    `insert into models (name, provider, mode) values ('spare', 'test', 'chat') returning id`,
  )
  spareModel = spare?.id ?? ''
  const belongings = new Belongings(world, catalogue)
  const ids = async (member: Awaited<ReturnType<typeof newMember>>): Promise<Pool> => {
    const { id: keyId = '' } = await belongings.apiKey(member)
    const pending = await belongings.pending(member)
    const colleaguesPending = await belongings.pending(await newMember(world))
    const [active] = await world.query<{ id: string }>(
      `select id from subscriptions where user_id = $1 and status = 'active'`,
      [member.userId],
    )
    return {
      ids: [keyId, pending, colleaguesPending, active?.id ?? '', catalogue.open, catalogue.restricted],
    }
  }
  const member = await newMember(world)
  const memberPool = await ids(member)
  const administrator = await newMember(world)
  const administratorPool = await ids(administrator)
  const [embedding] = await world.query<{ id: string }>('select id from models where name = $1', [EMBEDDING])
  const key =
    (await belongings.apiKey(await newMember(world), [catalogue.open, embedding?.id ?? '']))['key'] ?? ''
  const bystander = await newMember(world)
  await belongings.subscription(bystander)
  user = await clientOf(world, bystander)
  keyClient = world.withKey(key)
  callers = [
    ['a user', await clientOf(world, member), memberPool],
    [
      'an admin',
      await clientOf(world, await becomes(world, administrator, { role: 'admin', platformRole: 'admin' })),
      administratorPool,
    ],
    ['a key', keyClient, memberPool],
  ]
}, 60_000)
afterAll(() => world.close())

/** What an answer must never be, whatever was asked. */
function complaints(operation: Operation, answer: Answer): string[] {
  const found = document.violations(operation, answer)
  if (answer.status >= 500) found.push(`${operation.operationId} answered ${answer.status}`)
  if (answer.status >= 400) {
    const text = JSON.stringify(answer.body) ?? ''
    // Neither a stack, nor SQL, nor a path of this machine, nor the name of a table or constraint.
    const told =
      /\bat [\w.<>]+ \(|node:internal|node_modules|\.ts:\d|\bselect .* from\b|\binsert into\b|_pkey|_fkey|violates|SQLSTATE|relation "|\/home\/|\/usr\/|\/var\/|ECONN|127\.0\.0\.1/i.exec(
        text,
      )
    if (told) found.push(`${operation.operationId} tells "${told[0]}": ${text.slice(0, 300)}`)
  }
  return found
}

/** Sessions that a fuzzer would end by finding the right route, and jobs that it would only repeat. */
const NOT_FUZZED = new Set(['signOut', 'endOtherSessions', 'synchronizeModels'])

/** The models that other tests need are not the fuzzer's to close or to remove. */
const poolFor = (operation: Operation, pool: Pool): Pool =>
  operation.path.startsWith('/api/v1/admin/models') ? { ids: [spareModel] } : pool

describe('any request at all', () => {
  it('gets a documented answer, and never one of 500 and more', { timeout: 900_000 }, async () => {
    const found = new Map<string, string>()
    for (const operation of document.operations) {
      if (NOT_FUZZED.has(operation.operationId)) continue
      for (const [who, client, pool] of callers) {
        if (who !== 'a key' && operation.auth === 'key') continue
        if (who === 'a key' && !operation.auth.includes('key')) continue
        await fc.assert(
          fc.asyncProperty(
            requestsOf(document, operation, poolFor(operation, pool)),
            async ({ path, body, headers }) => {
              const answer = await client.request(operation.method, path, body, headers)
              const wrong = complaints(operation, answer)
              // All of them at once: one finding shall not hide the others. Each is kept with the shortest request that shows it.
              for (const one of wrong) {
                const request =
                  `${who}: ${operation.method} ${path} ${JSON.stringify(headers)} ${body ?? ''}`.slice(0, 600)
                const known = found.get(one.slice(0, 120))
                if (known === undefined || known.length > request.length + one.length + 1)
                  found.set(one.slice(0, 120), `${one}\n${request}`)
              }
            },
          ),
          { numRuns: Math.ceil(who === 'a user' ? RUNS : RUNS / 2), seed: SEED, endOnFailure: true },
        )
      }
    }
    expect([...found.values()]).toEqual([])
  })
})

describe('a body', () => {
  const create = (body: string, headers?: Record<string, string>) =>
    user.post('/api/v1/subscriptions', body, headers)
  const field = (text: string) => `{"modelId":"${catalogue.open}","reason":${text}}`

  it.each([
    ['a NUL byte', '"a\\u0000b"'],
    ['half a surrogate pair', '"\\ud800"'],
    ['the other half', '"\\udfff"'],
    ['a number for text', '5'],
    ['a list for text', '["a"]'],
    ['an object for text', '{"a":"b"}'],
    ['true for text', 'true'],
    ['no text at all', '""'],
    ['blanks only', '"   "'],
    ['too much text', `"${'a'.repeat(1001)}"`],
    ['a number beyond all', '1e999'],
  ])('with %s is 400, and nothing is made', async (_what, text) => {
    const before = await world.query('select count(*) from subscriptions')
    const answer = await create(field(text))
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
    expect(document.violations(document.operation('createSubscription'), answer)).toEqual([])
    expect(await world.query('select count(*) from subscriptions')).toEqual(before)
  })

  it.each([
    ['a key that stands twice', (id: string) => `{"modelId":"${id}","modelId":"${id}"}`, 400],
    [
      'a key that stands twice, written in another way',
      (id: string) => `{"modelId":"${id}","model\\u0049d":"${id}"}`,
      400,
    ],
    ['__proto__', (id: string) => `{"modelId":"${id}","__proto__":{"polluted":true}}`, 400],
    ['__proto__ in escapes', (id: string) => `{"modelId":"${id}","\\u005f_proto__":{"polluted":true}}`, 400],
    [
      'constructor.prototype',
      (id: string) => `{"modelId":"${id}","constructor":{"prototype":{"polluted":true}}}`,
      400,
    ],
    ['a text after its end', (id: string) => `{"modelId":"${id}"}x`, 400],
    ['half of it', (id: string) => `{"modelId":"${id}"`, 400],
    ['a comment', (id: string) => `{"modelId":"${id}"/**/}`, 400],
    ['single quotes', (id: string) => `{'modelId':'${id}'}`, 400],
    ['a list around it', (id: string) => `[{"modelId":"${id}"}]`, 400],
    ['null instead', () => 'null', 400],
    ['a text instead', () => '"modelId"', 400],
    ['nothing', () => '', 400],
    ['depth', () => `${'['.repeat(5000)}${']'.repeat(5000)}`, 400],
    ['more than 64 KiB', () => `{"reason":"${'a'.repeat(70_000)}"}`, 413],
    [
      'ten thousand keys',
      () => `{${Array.from({ length: 5000 }, (_, index) => `"k${index}":1`).join(',')}}`,
      400,
    ],
  ] as const)('with %s is refused', async (_what, body, status) => {
    const answer = await create(body(catalogue.open))
    expect(answer.status, JSON.stringify(answer.body)).toBe(status)
    expect(complaints(document.operation('createSubscription'), answer)).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect((await user.get('/api/v1/models')).status).toBe(200)
  })

  it('in another language is 415', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'text/json',
    ])
      expect((await create('{}', { 'content-type': type })).status, type).toBe(415)
  })

  it('holds numbers as they are: null is not 0, text is no number, and the large ones stay exact', async () => {
    const make = (text: string) =>
      user.post('/api/v1/api-keys', `{"name":"n","modelIds":["${catalogue.open}"],"rpmLimit":${text}}`)
    for (const wrong of [
      '"5"',
      '"1e3"',
      'true',
      '[5]',
      '1.5',
      '-1',
      '2147483648',
      '9007199254740993',
      '1e999',
      '{}',
      '""',
    ]) {
      const answer = await make(wrong)
      expect([wrong, answer.status]).toEqual([wrong, 400])
    }
    for (const [text, value] of [
      ['null', null],
      ['0', 0],
      ['-0', 0],
      ['2147483647', 2_147_483_647],
      ['1e3', 1000],
    ] as const) {
      const answer = await make(text)
      expect([text, answer.status, answer.body.data.rpmLimit]).toEqual([text, 201, value])
    }
    const budget = (text: string) =>
      user.post('/api/v1/api-keys', `{"name":"n","modelIds":["${catalogue.open}"],"maxBudget":${text}}`)
    for (const wrong of ['"1"', '-0.000001', '1e308', '9000000.1', '1e999', 'NaN', 'Infinity'])
      expect([wrong, (await budget(wrong)).status]).toEqual([wrong, 400])
    for (const [text, value] of [
      ['0.000000001', 1e-9],
      ['0.1', 0.1],
      ['9000000', 9_000_000],
      ['123456.789012345', 123_456.789012345],
    ] as const) {
      const answer = await budget(text)
      expect([text, answer.status, answer.body.data?.maxBudget]).toEqual([text, 201, value])
    }
  })
})

describe('a query', () => {
  it.each([
    'limit=1e9',
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1.5',
    'limit=a',
    'limit=',
    'limit=9007199254740993',
    'limit=1&limit=2',
    'limit[]=1',
    'offset=-1',
    'offset=1e99',
    'sort=created_at',
    'sort=name;drop table users',
    'sort="name"',
    'sort=pg_sleep(1)',
    'sort=(select 1)',
    'availability=anything',
    'isRestricted=maybe',
    'search=a%00b',
    'search=%ED%A0%80%00',
    'unknown=1',
    '__proto__[x]=1',
    'constructor.prototype.x=1',
    Array.from({ length: 500 }, (_, index) => `p${index}=1`).join('&'),
  ])('%s is 400', async (query) => {
    const answer = await user.get(`/api/v1/models?${query}`)
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
    expect(complaints(document.operation('listModels'), answer)).toEqual([])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('with a cursor that we did not make is 400', async () => {
    const made = Buffer.from('2026-01-01T00:00:00Z 00000000-0000-4000-8000-000000000000').toString(
      'base64url',
    )
    expect((await user.get(`/api/v1/usage/logs?cursor=${made}`)).status).toBe(200)
    const forged = [
      'x',
      '',
      '%00',
      `${made}x`,
      made.slice(0, -8),
      Buffer.from(`2026-01-01T00:00:00Z ' or true --`).toString('base64url'),
      Buffer.from('infinity 00000000-0000-4000-8000-000000000000').toString('base64url'),
      'A'.repeat(400),
    ]
    for (const cursor of forged) {
      const answer = await user.get(`/api/v1/usage/logs?cursor=${cursor}`)
      expect([cursor, answer.status]).toEqual([cursor, 400])
      expect(complaints(document.operation('listUsageLogs'), answer)).toEqual([])
    }
  })

  it('searches for what it says, as text and not as a pattern', async () => {
    for (const text of [
      '%',
      '_',
      '\\',
      '%%%',
      "'",
      '"',
      '$1',
      '*',
      '.*',
      '(',
      'granite%small',
      'granite_4_small',
    ]) {
      const answer = await user.get(`/api/v1/models?search=${encodeURIComponent(text)}`)
      expect([text, answer.status, answer.body.pagination?.total]).toEqual([
        text,
        200,
        text === '(' ? answer.body.pagination?.total : 0,
      ])
    }
    expect((await user.get('/api/v1/models?search=granite-4')).body.pagination.total).toBe(1)
  })
})

describe('a path', () => {
  it.each([
    '/%',
    '/%zz',
    '/api/v1/models/%',
    '/api/v1/models/%00',
    '/api/v1/models/..%2f..%2fetc',
    '/api/v1/models/%ED%A0%80',
    '//',
    '/api//v1//models',
    '/api/v1/models/../models',
    '/API/V1/MODELS',
    `/${'a'.repeat(5000)}`,
    `/api/v1/models/${'a'.repeat(400)}`,
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/style.css/..%2f..%2fpackage.json',
    '/v1/models/%ED%A0%80',
    '/v1/models/%00',
    '/v1/models/..%2f..',
  ])('%s is no server error, and shows no file', async (path) => {
    for (const client of [user, keyClient, world.anonymous]) {
      const answer = await client.get(path)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500)
      if (answer.status >= 400)
        expect(answer.body).toMatchObject(
          path.startsWith('/v1/')
            ? { error: { code: expect.any(String) } }
            : { code: expect.any(String), traceId: expect.any(String) },
        )
      expect(answer.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
      expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(JSON.stringify(answer.body) ?? '').not.toContain('"workspaces"')
    }
  })
})

describe('the gateway', () => {
  const operation = () => document.operation('createChatCompletion')
  const good = `"model":"${CHAT}","messages":[{"role":"user","content":"Hi"}],"max_tokens":5`

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of it', `{${good}`],
    ['a list', `[{${good}}]`],
    ['null', 'null'],
    ['no model', '{"messages":[]}'],
    ['a model that is no text', '{"model":5}'],
    ['an empty model', '{"model":""}'],
    ['stream in words', `{${good},"stream":"true"}`],
    ['stream as a number', `{${good},"stream":1}`],
    ['max_tokens twice', `{${good},"max_tokens":1}`],
    ['max_tokens twice in escapes', `{${good},"max\\u005ftokens":100000}`],
    ['model twice', `{${good},"model":"other"}`],
    ['max_tokens negative', '{"model":"m","max_tokens":-1}'.replace('"m"', `"${CHAT}"`)],
    ['max_tokens as text', `{"model":"${CHAT}","messages":[],"max_tokens":"5"}`],
    ['max_tokens beyond all', `{"model":"${CHAT}","messages":[],"max_tokens":1e999}`],
    ['n of nine', `{${good},"n":9}`],
    ['n of zero', `{${good},"n":0}`],
    ['stream_options as text', `{${good},"stream":true,"stream_options":"x"}`],
    ['depth', `{${good},"metadata":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['__proto__ for a model', '{"model":"__proto__","messages":[]}'],
    ['constructor for a model', '{"model":"constructor","messages":[]}'],
  ])('refuses %s in OpenAI’s shape', async (_what, body) => {
    const answer = await keyClient.post('/v1/chat/completions', body)
    expect([400, 404], JSON.stringify(answer.body)).toContain(answer.status)
    expect(complaints(operation(), answer)).toEqual([])
  })

  it('passes on what it does not read', async () => {
    for (const extra of [
      '"temperature":0',
      '"unknown_field":{"a":[1,2]}',
      '"metadata":{"__proto__":"x"}',
      '"user":"somebody"',
      '"stop":null',
      '"stream":null',
      '"n":null',
    ]) {
      const answer = await keyClient.post('/v1/chat/completions', `{${good},${extra}}`)
      expect([extra, answer.status]).toEqual([extra, 200])
    }
  })
})

describe('what a call leaves behind', () => {
  const call = (extra: string) =>
    keyClient.post(
      '/v1/chat/completions',
      `{"model":"${CHAT}","messages":[{"role":"user","content":"Hi"}],"max_tokens":5${extra}}`,
    )
  const booked = async () =>
    (await world.query<{ n: number }>(`select count(*)::int as n from usage_logs`))[0]?.n ?? 0

  /** One call that cannot be written as it came must not keep all others from being booked. */
  async function expectBooked(work: () => Promise<Answer>): Promise<void> {
    await world.app.usageWriter.flush()
    const before = await booked()
    expect((await work()).status).toBe(200)
    expect((await call('')).status).toBe(200)
    await eventually(async () => expect(await booked()).toBe(before + 2), 3000)
  }

  it.each([
    ['a NUL byte', '"a\\u0000b"'],
    ['half a surrogate pair', '"\\ud800"'],
    ['200 times the longest character', `"${'😀'.repeat(100)}"`],
    ['a number', '5'],
    ['an object', '{"a":1}'],
    ['an API key', '"sk-litellm-abcdefghijklmnopqrstuvwxyz"'],
  ])('is booked, with %s for the end user', async (_what, user) => {
    await expectBooked(() => call(`,"user":${user}`))
    const rows = await world.query(`select from usage_logs where end_user like 'sk-%' or end_user like '%�%'`)
    expect(rows).toEqual([])
  })

  it.each([
    ['more tokens than a row can hold', { prompt_tokens: 3_000_000_000, completion_tokens: 5 }],
    ['more tokens than a number can hold', { prompt_tokens: 1e300, completion_tokens: 1e300 }],
    ['half tokens', { prompt_tokens: 1.5, completion_tokens: 2.5 }],
    ['tokens below nothing', { prompt_tokens: -5, completion_tokens: -1 }],
    [
      'more cached tokens than tokens',
      { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 3_000_000_000 } },
    ],
  ])('is booked when LiteLLM reports %s', async (_what, usage) => {
    await expectBooked(async () => {
      await world.simulator('POST', '/simulator/faults', {
        usage,
        times: 1,
        match: { path: '/v1/chat/completions' },
      })
      return call('')
    })
  })
})

describe('a call with two limits', () => {
  it('is charged for what was written, whichever of them the model followed', async () => {
    await world.simulator('POST', '/simulator/faults', {
      usage: { prompt_tokens: 5, completion_tokens: 4000 },
      times: 1,
      match: { path: '/v1/chat/completions' },
    })
    const answer = await keyClient.post('/v1/chat/completions', {
      model: CHAT,
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 1,
      max_tokens: 4000,
    })
    expect(answer.status).toBe(200)
    await world.app.usageWriter.flush()
    const rows = await world.query<{ cost: string; overage: string | null }>(
      `select cost_nano as cost, metadata ->> 'overageNano' as overage from usage_logs where completion_tokens = 4000`,
    )
    const [price] = await world.query<{ output: string; input: string }>(
      'select output_price_nano as output, input_price_nano as input from models where name = $1',
      [CHAT],
    )
    const expected =
      (5n * BigInt(price?.input ?? 0) + 4000n * BigInt(price?.output ?? 0) + 999_999n) / 1_000_000n
    expect(rows).toEqual([{ cost: expected.toString(), overage: null }])
  })
})

describe('the writer of usage', () => {
  it('writes the others when PostgreSQL refuses one, and as much of that one as it can', async () => {
    const [key] = await world.query<{ id: string; user_id: string; organization_id: string }>(
      'select id, user_id, organization_id from api_keys limit 1',
    )
    const call = (requestId: string, changes: object) => ({
      organizationId: key?.organization_id ?? '',
      requestId,
      source: 'gateway' as const,
      startedAt: Date.now(),
      userId: key?.user_id ?? '',
      teamId: null,
      apiKeyId: key?.id ?? '',
      modelId: catalogue.open,
      modelName: CHAT,
      operation: 'chat',
      isStream: false,
      outcome: 'success' as const,
      statusCode: 200,
      errorCode: null,
      promptTokens: 1,
      cachedPromptTokens: 0,
      completionTokens: 1,
      costNano: 1n,
      isEstimated: false,
      durationMs: 1,
      timeToFirstTokenMs: 1,
      endUser: null,
      metadata: {},
      budgetIds: [],
      holds: [],
      ...changes,
    })
    const { usageWriter } = world.app
    for (const [id, changes] of [
      ['good-1', {}],
      ['curable', { endUser: 'a\u0000' }],
      ['good-2', {}],
      ['incurable', { modelName: 'a\u0000' }],
      ['good-3', {}],
    ] as const)
      void usageWriter.settle(call(id, changes))
    await usageWriter.flush()
    const rows = await world.query<{ id: string }>(
      `select request_id as id from usage_logs where request_id ~ '^(good|cur|incur)' order by 1`,
    )
    expect(rows.map((row) => row.id)).toEqual(['curable', 'good-1', 'good-2', 'good-3'])
    expect(usageWriter.queued).toBe(0)
  })
})

describe('every class of answer', () => {
  it('carries the headers that protect a browser, and none that tells about us', async () => {
    const classes: Array<readonly [string, number, Answer]> = []
    const add = async (
      status: number,
      path: string,
      client: Client = user,
      method = 'GET',
      body?: unknown,
    ) => {
      const answer = await client.request(method, path, body)
      expect([path, answer.status]).toEqual([path, status])
      classes.push([`${method} ${path}`, status, answer])
    }
    await add(200, '/api/v1/models')
    await add(200, '/', world.anonymous)
    await add(200, '/openapi.json', world.anonymous)
    await add(200, '/docs/', world.anonymous)
    await add(200, '/docs/static/swagger-ui.css', world.anonymous)
    await add(404, '/docs/static/nothing', world.anonymous)
    await add(200, '/health/ready', world.anonymous)
    await add(302, '/api/auth/login', world.anonymous)
    await add(401, '/api/v1/models', world.anonymous)
    await add(403, '/api/v1/admin/subscriptions')
    await add(404, '/nowhere')
    await add(404, `/api/v1/subscriptions/${crypto.randomUUID()}`)
    await add(400, '/api/v1/models?limit=a')
    await add(400, '/api/v1/subscriptions', user, 'POST', '{')
    await add(401, '/v1/models', world.anonymous)
    await add(200, '/v1/models', keyClient)
    for (const [what, status, { headers }] of classes) {
      const csp = headers.get('content-security-policy') ?? ''
      for (const directive of [/default-src/, /object-src 'none'/, /base-uri 'none'/, /frame-ancestors/])
        expect(csp, `${what} ${status}`).toMatch(directive)
      expect(headers.get('x-content-type-options'), what).toBe('nosniff')
      expect(headers.get('referrer-policy'), what).toBeTruthy()
      expect(headers.get('x-powered-by'), what).toBeNull()
      expect(headers.get('server'), what).toBeNull()
      if (what.includes('/api/') || what.includes('/v1/'))
        expect(headers.get('cache-control'), what).toBe('no-store')
      expect(headers.get('access-control-allow-origin'), what).toBeNull()
    }
  })

  it('keeps answers with credentials out of every cache, the gateway’s calls included', async () => {
    for (const [operation, client] of [
      ['createToken', user],
      ['getMe', user],
      ['listApiKeys', user],
      ['getUsageSummary', user],
    ] as const) {
      const { method, path } = document.operation(operation)
      expect((await client.request(method, path)).headers.get('cache-control'), operation).toBe('no-store')
    }
    for (const stream of [false, true]) {
      const answer = await keyClient.post('/v1/chat/completions', {
        model: CHAT,
        messages: [{ role: 'user', content: 'Hi' }],
        max_tokens: 5,
        stream,
      })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control'), `stream: ${stream}`).toMatch(/no-store/)
      expect(answer.headers.get('x-powered-by')).toBeNull()
    }
  })

  it('promises https for a year where the public URL is https, and only there', async () => {
    const { headers } = await user.get('/api/v1/models')
    expect(headers.get('strict-transport-security')).toBeNull()
    const secure = await world.startServer({ PUBLIC_URL: 'https://models.example.com' })
    const answer = await fetch(`${secure.url}/api/v1/models`)
    expect(
      Number(/max-age=(\d+)/.exec(answer.headers.get('strict-transport-security') ?? '')?.[1]),
    ).toBeGreaterThanOrEqual(31_536_000)
  })

  it('reflects no origin, whoever asks', async () => {
    const origins = [
      'null',
      'https://evil.example',
      `${world.url}.evil.example`,
      `https://${new URL(world.url).host}`,
      'http://localhost',
      'http://localhost:1',
      `${world.url}@evil.example`,
      world.url.toUpperCase(),
      'file://',
      `${world.url},https://evil.example`,
      'http://127.0.0.1',
      'chrome-extension://abc',
    ]
    for (const origin of origins)
      for (const [method, path] of [
        ['GET', '/api/v1/models'],
        ['OPTIONS', '/api/v1/models'],
        ['OPTIONS', '/v1/chat/completions'],
        ['GET', '/v1/models'],
      ] as const) {
        const { headers } = await user.request(method, path, undefined, {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        })
        expect([
          origin,
          path,
          headers.get('access-control-allow-origin'),
          headers.get('access-control-allow-credentials'),
        ]).toEqual([origin, path, null, null])
      }
  })
})

describe('a cookie', () => {
  it('alone does not let another site change anything', async () => {
    const member = await newMember(world)
    const { sessionId } = await openSession(world, member)
    const [row] = await world.query<{ digest: Buffer }>('select digest from sessions where id = $1', [
      sessionId,
    ])
    expect(row?.digest.length).toBe(32)
    // Without our signature a cookie is worth nothing, so that a stolen table opens no session.
    for (const value of [
      row?.digest.toString('base64url'),
      `${row?.digest.toString('base64url')}.`,
      sessionId,
      `${sessionId}.signature`,
    ])
      expect((await world.anonymous.get('/api/auth/me', { cookie: `litemaas=${value}` })).status).toBe(401)
  })
})

/** Writes bytes to the socket, and answers what came back before it was closed or silent. */
async function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({ port: Number(new URL(world.url).port), host: '127.0.0.1' }, () =>
      socket.write(bytes),
    )
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
    setTimeout(() => socket.destroy(), 1500)
  })
}

describe('bytes that are hardly HTTP', () => {
  const head = 'POST /api/auth/logout HTTP/1.1\r\nHost: localhost\r\n'
  it.each([
    [
      'length and chunks at once',
      `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ],
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: 30\r\n\r\n`],
    ['a length that is no number', `${head}Content-Length: 5x\r\n\r\nhello`],
    ['a line that ends too early', 'GET /health/live HTTP/1.1\nHost: localhost\n\n'],
    ['a header with a blank in its name', `${head}X Y: 1\r\n\r\n`],
    ['a line that is folded', `${head}X-A: 1\r\n 2\r\n\r\n`],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
    ['chunks of another kind', `${head}Transfer-Encoding: xchunked\r\n\r\n`],
    ['a NUL in a header', `${head}X-A: a\u0000b\r\n\r\n`],
    ['too many headers', `${head}${'X-A: aaaaaaaaaaaaaaaa\r\n'.repeat(2000)}\r\n`],
  ])('%s: one answer of 4xx, and the connection is closed', async (_what, bytes) => {
    const text = await raw(bytes)
    expect(text.match(/HTTP\/1\.1 \d+/g)?.length ?? 0).toBeLessThanOrEqual(1)
    if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect((await world.anonymous.get('/health/live')).status).toBe(200)
  })
})

describe('a path that takes an id', () => {
  it('answers 400 to what is no id, whatever it is', async () => {
    for (const operation of document.operations.filter((one) => one.path.includes('{id}')))
      for (const id of [
        '1',
        'null',
        '%00',
        "'",
        '00000000-0000-4000-8000-00000000000',
        'ffffffff_ffff_4fff_8fff_ffffffffffff',
        '{}',
        '$1',
      ]) {
        const answer = await user.request(
          operation.method,
          fillPath(operation.path, {}, id).replace('%25', '%'),
          operation.body ? {} : undefined,
        )
        expect(
          [operation.operationId, id, [400, 403].includes(answer.status)],
          JSON.stringify(answer.body),
        ).toEqual([operation.operationId, id, true])
      }
  })
})
