import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { predictUsage } from '@litemaas/scripts/litellm-simulator'
import { Client, eventually, startWorld, type Answer, type World } from '#test'

let world: World
let alice: Client

async function modelNamed(name: string) {
  const { body } = await alice.get('/api/v1/models?limit=100')
  return body.data.find((one: { name: string }) => one.name === name)
}

async function keyFor(
  name: string,
  options: Record<string, unknown> = {},
): Promise<{ id: string; key: string; script: Client }> {
  const { id: modelId } = await modelNamed(name)
  await alice.post('/api/v1/subscriptions', { modelId })
  const answer = await alice.post('/api/v1/api-keys', { name: 'test', modelIds: [modelId], ...options })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, key } = answer.body.data
  return { id, key, script: world.withKey(key) }
}

const chat = (overrides: Record<string, unknown> = {}) => ({
  model: 'granite-4-small',
  messages: [{ role: 'user' as const, content: 'Say something about rivers.' }],
  max_tokens: 50,
  ...overrides,
})

interface UsageRow {
  cost_nano: string
  outcome: string
  status_code: number
  is_estimated: boolean
  is_stream: boolean
  prompt_tokens: number
  completion_tokens: number
}

/** The key's usage rows, when there are this many and all reservations are settled. */
async function usageRows(keyId: string, count: number): Promise<UsageRow[]> {
  return eventually(async () => {
    const rows = await world.query<UsageRow>('select * from usage_logs where api_key_id = $1 order by at', [
      keyId,
    ])
    expect(rows).toHaveLength(count)
    return rows
  })
}

/** Sum of rows = what the key's budget has spent = the day's sum; what is held = what is reserved. */
async function expectBalancedLedger(keyId: string): Promise<void> {
  const [sums] = await world.query(
    `select (select coalesce(sum(cost_nano), 0) from usage_logs where api_key_id = $1)::text as rows,
            (select coalesce(sum(cost_nano), 0) from usage_daily where api_key_id = $1)::text as days,
            (select spent_nano from budgets where level = 'key' and subject_id = $1)::text as spent,
            (select reserved_nano from budgets where level = 'key' and subject_id = $1)::text as reserved,
            (select coalesce(sum(r.amount_nano), 0) from reservations r join budgets b on b.id = r.budget_id
              where b.level = 'key' and b.subject_id = $1)::text as held`,
    [keyId],
  )
  expect(sums).toMatchObject({ days: sums?.['rows'], spent: sums?.['rows'], held: sums?.['reserved'] })
}

async function priceOf(
  name: string,
  usage: { promptTokens: number; completionTokens: number },
): Promise<bigint> {
  const model = await modelNamed(name)
  const nanoPerMillion = (usd: number) => BigInt(Math.round(usd * 1e9))
  const sum =
    BigInt(usage.promptTokens) * nanoPerMillion(model.inputPricePerMillion) +
    BigInt(usage.completionTokens) * nanoPerMillion(model.outputPricePerMillion)
  return (sum + 999_999n) / 1_000_000n
}

const fault = (fields: Record<string, unknown>) =>
  world.simulator('POST', '/simulator/faults', {
    match: { path: '/v1/chat/completions' },
    times: 1,
    ...fields,
  })

const errorOf = (answer: Answer) => answer.body.error

beforeAll(async () => {
  world = await startWorld()
  alice = await world.as('alice')
})
afterEach(() => world.simulator('DELETE', '/simulator/faults'))
afterAll(() => world.close())

describe('a chat completion', () => {
  it('answers, and its cost is the price of its tokens', async () => {
    const { id, script } = await keyFor('granite-4-small')
    const answer = await script.post('/v1/chat/completions', chat())
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const usage = predictUsage(chat())
    expect(answer.body.usage).toMatchObject({
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
    })
    const [row] = await usageRows(id, 1)
    expect(row).toMatchObject({
      outcome: 'success',
      is_estimated: false,
      cost_nano: String(await priceOf('granite-4-small', usage)),
    })
    await expectBalancedLedger(id)
  })

  it('costs the same streamed as not, and hides the usage that the client did not ask for', async () => {
    const { id, script } = await keyFor('granite-4-small')
    await script.post('/v1/chat/completions', chat())
    const hidden = await script.post('/v1/chat/completions', chat({ stream: true }))
    const shown = await script.post(
      '/v1/chat/completions',
      chat({ stream: true, stream_options: { include_usage: true } }),
    )
    expect(hidden.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(hidden.body).not.toContain('"usage"')
    expect(hidden.body).toMatch(/data: \[DONE\]\n\n$/)
    expect(shown.body).toContain('"usage"')
    const rows = await usageRows(id, 3)
    expect(new Set(rows.map((row) => row.cost_nano)).size).toBe(1)
    expect(rows.map((row) => row.is_stream)).toEqual([false, true, true])
    await expectBalancedLedger(id)
  })

  it('asks for a bounded answer where the client set no bound, and adds nothing else', async () => {
    const { script } = await keyFor('granite-4-small')
    await world.simulator('DELETE', '/simulator/calls')
    await script.post('/v1/chat/completions', {
      ...chat(),
      max_tokens: undefined,
      seed: 7,
      unknown_field: { kept: [1] },
    })
    const { calls } = (await world.simulator('GET', '/simulator/calls?path=/v1/chat/completions')) as {
      calls: Array<{ body: Record<string, unknown> }>
    }
    expect(calls.at(-1)?.body).toMatchObject({ seed: 7, unknown_field: { kept: [1] }, max_tokens: 4096 })
    expect(calls.at(-1)?.body).not.toHaveProperty('stream_options')
  })
})

describe('the other protocols', () => {
  it('embeds, completes, responds and lists, each settled', async () => {
    const embedding = await keyFor('text-embedding-small')
    const answer = await embedding.script.post('/v1/embeddings', {
      model: 'text-embedding-small',
      input: ['one', 'two'],
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    expect(answer.body.data).toHaveLength(2)
    expect((await usageRows(embedding.id, 1))[0]).toMatchObject({
      completion_tokens: 0,
      outcome: 'success',
      is_estimated: false,
    })

    const { id, script } = await keyFor('granite-4-small')
    const completion = await script.post('/v1/completions', {
      model: 'granite-4-small',
      prompt: 'Once upon a time',
      max_tokens: 9,
    })
    expect(completion.status, JSON.stringify(completion.body)).toBe(200)
    const response = await script.post('/v1/responses', {
      model: 'granite-4-small',
      input: 'Hello there',
      max_output_tokens: 20,
    })
    expect(response.status, JSON.stringify(response.body)).toBe(200)
    const stream = await script.post('/v1/responses', {
      model: 'granite-4-small',
      input: 'Hello there',
      max_output_tokens: 20,
      stream: true,
    })
    expect(stream.body).toMatch(/response\.(completed|incomplete)/)
    const rows = await usageRows(id, 3)
    expect(rows.every((row) => !row.is_estimated && row.completion_tokens > 0)).toBe(true)
    expect(rows[1]?.cost_nano).toBe(rows[2]?.cost_nano)
    expect((await script.get('/v1/models')).body.data.map((one: { id: string }) => one.id)).toEqual([
      'granite-4-small',
    ])
    expect((await script.get('/v1/models/granite-4-small')).body.id).toBe('granite-4-small')
    expect((await script.get('/v1/models/nothing')).status).toBe(404)
  })
})

describe('refusals', () => {
  it('say the same for unknown, malformed and revoked keys', async () => {
    const { id, key, script } = await keyFor('granite-4-small')
    expect((await script.post('/v1/chat/completions', chat())).status).toBe(200)
    expect((await alice.delete(`/api/v1/api-keys/${id}`)).status).toBe(204)
    const answers = await Promise.all(
      [key, 'sk-litellm-unknown', 'nonsense', `${key.slice(0, -1)}x`].map((one) =>
        world.withKey(one).post('/v1/chat/completions', chat()),
      ),
    )
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(errorOf(answer)).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' })
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
  })

  it('tell a model that does not exist from one that the key may not call', async () => {
    const { script } = await keyFor('granite-4-small')
    expect(
      errorOf(await script.post('/v1/chat/completions', chat({ model: 'no-such-model' }))),
    ).toMatchObject({ code: 'model_not_found' })
    const denied = await script.post('/v1/chat/completions', chat({ model: 'acme/confidential-70b' }))
    expect(denied.status).toBe(403)
    expect(errorOf(denied)).toMatchObject({ code: 'model_not_allowed', param: 'model' })
  })

  it.each([
    ['no JSON', '{"model":', undefined],
    ['a list', '[]', undefined],
    ['no model', '{"messages":[]}', 'model'],
    ['a number as model', '{"model":1}', 'model'],
    ['a model that cannot be stored', '{"model":"a\\u0000b"}', 'model'],
    ['half a character as model', '{"model":"\\ud800"}', 'model'],
    ['a text as stream', '{"model":"granite-4-small","stream":"yes"}', 'stream'],
    ['a negative bound', '{"model":"granite-4-small","max_tokens":-1}', 'max_tokens'],
    ['half a token', '{"model":"granite-4-small","max_tokens":1.5}', 'max_tokens'],
    ['too many answers', '{"model":"granite-4-small","n":9}', 'n'],
    ['the model twice', '{"model":"granite-4-small","model":"acme/confidential-70b"}', 'model'],
    [
      'the model twice in disguise',
      '{"model":"granite-4-small","\\u006dodel":"acme/confidential-70b"}',
      'model',
    ],
    ['endless nesting', `{"model":"granite-4-small","x":${'['.repeat(100)}${']'.repeat(100)}}`, undefined],
  ])('refuse %s with 400', async (_name, body, field) => {
    const { script } = await keyFor('granite-4-small')
    const answer = await script.post('/v1/chat/completions', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
    expect(errorOf(answer)).toMatchObject({
      code: 'invalid_request_error',
      ...(field === undefined ? {} : { param: field }),
    })
  })

  it('name the level whose budget ended, and no amounts', async () => {
    const { id, script } = await keyFor('granite-4-small', { maxBudget: 0 })
    const answer = await script.post('/v1/chat/completions', chat())
    expect(answer.status).toBe(429)
    expect(errorOf(answer)).toMatchObject({ code: 'insufficient_quota', level: 'key' })
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(JSON.stringify(answer.body)).not.toMatch(/\d\.\d/)
    await expectBalancedLedger(id)
  })

  it('say how many tokens would still fit', async () => {
    // Enough for the prompt and ten tokens of answer, not for fifty.
    const nano = await priceOf('granite-4-small', { promptTokens: 27 + 16, completionTokens: 10 })
    const { id, script } = await keyFor('granite-4-small', { maxBudget: Number(nano) / 1e9 })
    const refused = await script.post('/v1/chat/completions', chat())
    expect(errorOf(refused)).toMatchObject({ code: 'insufficient_quota', tokens_that_fit: 10 })
    expect((await script.post('/v1/chat/completions', chat({ max_tokens: 11 }))).status).toBe(429)
    expect((await script.post('/v1/chat/completions', chat({ max_tokens: 10 }))).status).toBe(200)
    await usageRows(id, 1)
    await expectBalancedLedger(id)
  })

  it('keep the requests per minute, and say when to come back', async () => {
    const { script } = await keyFor('granite-4-small', { rpmLimit: 3 })
    const answers: Answer[] = []
    for (let index = 0; index < 5; index += 1) answers.push(await script.post('/v1/chat/completions', chat()))
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429, 429])
    expect(answers[0]?.headers.get('x-ratelimit-limit-requests')).toBe('3')
    expect(answers[0]?.headers.get('x-ratelimit-remaining-requests')).toBe('2')
    expect(errorOf(answers[4] as Answer)).toMatchObject({ code: 'rate_limit_exceeded' })
    expect(Number(answers[4]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(15)
  })

  it('keep the calls in parallel', async () => {
    const { id, script } = await keyFor('granite-4-small', { maxParallelRequests: 2 })
    await fault({ times: 5, delayMs: 300 })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => script.post('/v1/chat/completions', chat())),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(2)
    await usageRows(id, 2)
    expect((await script.post('/v1/chat/completions', chat())).status).toBe(200)
  })
})

describe('a budget', () => {
  it('is exactly kept by 200 calls at once', async () => {
    const body = chat({ max_tokens: 10 })
    const inputBound = Buffer.byteLength(body.messages[0]?.content ?? '') + 16
    await fault({ times: 1000, usage: { prompt_tokens: inputBound, completion_tokens: 10 } })
    const cost = await priceOf('granite-4-small', { promptTokens: inputBound, completionTokens: 10 })
    const limit = cost * 60n + cost / 2n
    const { id, script } = await keyFor('granite-4-small', { maxBudget: Number(limit) / 1e9 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => script.post('/v1/chat/completions', body)),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(60)
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(140)
    const rows = await usageRows(id, 60)
    expect(rows.reduce((sum, row) => sum + BigInt(row.cost_nano), 0n)).toBe(cost * 60n)
    await expectBalancedLedger(id)
  })
})

describe('a neighbour in trouble', () => {
  it.each([
    ['away before it began', { failBefore: 500 }],
    ['closing the connection', { resetBeforeHeaders: true }],
    ['blaming the key', { failBefore: 401 }],
    ['overloaded', { failBefore: 503 }],
  ])('is 503 with Retry-After, and costs nothing: %s', async (_name, fields) => {
    const { id, script } = await keyFor('granite-4-small')
    await fault(fields)
    const answer = await script.post('/v1/chat/completions', chat())
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(errorOf(answer)).toMatchObject({ code: 'upstream_unavailable' })
    expect((await usageRows(id, 1))[0]).toMatchObject({ outcome: 'error', cost_nano: '0' })
    await expectBalancedLedger(id)
  })

  it.each([
    ['garbage', { garbage: true }, false],
    ['HTML', { html: true }, false],
    ['half a JSON', { truncatedJson: true }, false],
    ['an answer without usage', { usageMissing: true }, false],
    ['a stream without usage', { usageMissing: true }, true],
    ['a stream that breaks', { resetMidStreamAfterChunks: 3 }, true],
    ['an error in the stream', { errorMidStream: true }, true],
  ])('that sends %s costs what was set aside', async (_name, fields, stream) => {
    const { id, script } = await keyFor('granite-4-small')
    await fault(fields)
    const answer = await script.post('/v1/chat/completions', chat({ stream }))
    const [row] = await usageRows(id, 1)
    expect(row?.is_estimated, JSON.stringify(answer.body)).toBe(true)
    expect(BigInt(row?.cost_nano ?? 0)).toBe(
      await priceOf('granite-4-small', { promptTokens: 27 + 16, completionTokens: 50 }),
    )
    await expectBalancedLedger(id)
  })

  it('that reports zero tokens costs nothing', async () => {
    const { id, script } = await keyFor('granite-4-small')
    await fault({ usage: { prompt_tokens: 0, completion_tokens: 0 } })
    expect((await script.post('/v1/chat/completions', chat())).status).toBe(200)
    expect((await usageRows(id, 1))[0]).toMatchObject({ cost_nano: '0', is_estimated: false })
  })

  it('that reports more than was possible is charged up to what was set aside', async () => {
    const { id, script } = await keyFor('granite-4-small', { maxBudget: 1 })
    await fault({ usage: { prompt_tokens: 9_000_000, completion_tokens: 9_000_000 } })
    expect((await script.post('/v1/chat/completions', chat())).status).toBe(200)
    const [row] = await world.query('select metadata, cost_nano from usage_logs where api_key_id = $1', [
      (await usageRows(id, 1)) && id,
    ])
    expect(row?.['metadata']).toHaveProperty('overageNano')
    await expectBalancedLedger(id)
  })
})

describe('two server processes', () => {
  it('keep the requests per minute and the calls in parallel together', async () => {
    const second = await world.startServer()
    const clientOf = (key: string) =>
      [world.withKey(key), new Client(second.url, { authorization: `Bearer ${key}` })] as const
    // Both learn of each other at their next sign of life.
    await eventually(async () => {
      const [row] = await world.query<{ n: number }>('select count(*)::int as n from processes')
      expect(row?.n).toBe(2)
    })
    await new Promise((resolve) => setTimeout(resolve, 5500))

    const slow = await keyFor('granite-4-small', { rpmLimit: 7 })
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        clientOf(slow.key)[index % 2 === 0 ? 0 : 1].post('/v1/chat/completions', chat()),
      ),
    )
    expect(all.filter((answer) => answer.status === 200)).toHaveLength(7)

    const narrow = await keyFor('granite-4-small', { maxParallelRequests: 3 })
    await fault({ times: 20, delayMs: 500 })
    const parallel = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        clientOf(narrow.key)[index % 2 === 0 ? 0 : 1].post('/v1/chat/completions', chat()),
      ),
    )
    expect(parallel.filter((answer) => answer.status === 200)).toHaveLength(3)
    await eventually(async () => expect(await world.query('select from parallel_calls')).toHaveLength(0))
    await second.close()
  })
})

describe('a proxy that has lost a key', () => {
  it('is told again, and the key works', async () => {
    const { id, key, script } = await keyFor('granite-4-small')
    await world.simulator('POST', '/key/block', { key })
    expect((await script.post('/v1/chat/completions', chat())).status).toBe(503)
    await eventually(async () => expect((await script.post('/v1/chat/completions', chat())).status).toBe(200))
    await expectBalancedLedger(id)
  })
})

describe('a client that leaves', () => {
  it('is settled with what the model reports', async () => {
    const { id, key } = await keyFor('storyteller-long')
    await fault({ chunkDelayMs: 5 })
    const openai = new OpenAI({ baseURL: `${world.url}/v1`, apiKey: key, maxRetries: 0 })
    const stream = await openai.chat.completions.create({
      model: 'storyteller-long',
      stream: true,
      messages: [{ role: 'user', content: 'A long story.' }],
    })
    let chunks = 0
    for await (const _chunk of stream) {
      chunks += 1
      if (chunks === 10) break
    }
    const [row] = await usageRows(id, 1)
    expect(row).toMatchObject({ outcome: 'cancelled', status_code: 499, is_estimated: false })
    expect(row?.completion_tokens).toBeGreaterThan(50)
    await expectBalancedLedger(id)
  })
})
