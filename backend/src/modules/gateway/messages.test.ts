import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'

const MODEL = 'granite-4-small'
let world: World
let alice: Client
let modelId: string

beforeAll(async () => {
  world = await startWorld()
  alice = await world.as('alice')
  const { body } = await alice.get('/api/v1/models?limit=100')
  modelId = body.data.find((one: { name: string }) => one.name === MODEL).id
  await alice.post('/api/v1/subscriptions', { modelId })
})
afterEach(() => world.simulator('DELETE', '/simulator/faults'))
afterAll(() => world.close())

async function keyFor(options: object = {}) {
  const answer = await alice.post('/api/v1/api-keys', { name: 'test', modelIds: [modelId], ...options })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, key } = answer.body.data as { id: string; key: string }
  const anthropic = new Anthropic({ baseURL: world.url, apiKey: key, maxRetries: 0 })
  return { id, key, anthropic, script: world.withKey(key) }
}

const question = (more: object = {}) => ({
  model: MODEL,
  max_tokens: 50,
  system: 'Be short.',
  messages: [{ role: 'user' as const, content: 'Say something about rivers.' }],
  ...more,
})

const rowsOf = (keyId: string, count: number) =>
  eventually(async () => {
    const rows = await world.query('select * from usage_logs where api_key_id = $1 order by at', [keyId])
    expect(rows).toHaveLength(count)
    return rows
  })
const heldBy = async (keyId: string) => {
  const [row] = await world.query<{ held: string }>(
    `select coalesce(sum(reserved_nano), 0)::text as held from budgets where level = 'key' and subject_id = $1`,
    [keyId],
  )
  return row?.held
}
const fault = (fields: object) =>
  world.simulator('POST', '/simulator/faults', { match: { path: '/v1/messages' }, times: 1, ...fields })

/** What is set aside for `question()`: a byte may be a token. */
const RESERVED = BigInt(
  Math.ceil(
    (Buffer.byteLength('Be short.') + Buffer.byteLength('Say something about rivers.') + 32) * 150 + 50 * 600,
  ),
)

describe('messages', () => {
  it('answer Anthropic’s own client, which sends its key in x-api-key', async () => {
    const { id, anthropic } = await keyFor()
    await world.simulator('DELETE', '/simulator/calls')
    const answer = await anthropic.messages.create(question({ metadata: { user_id: 'customer-7' } }), {
      headers: { 'x-litemaas-tags': 'blue, green', 'anthropic-beta': 'files-api-2025-04-14' },
    })
    expect(answer.content[0]).toMatchObject({ type: 'text', text: expect.any(String) })
    const [row] = await rowsOf(id, 1)
    expect(row).toMatchObject({
      operation: 'messages',
      outcome: 'success',
      is_estimated: false,
      prompt_tokens: answer.usage.input_tokens,
      completion_tokens: answer.usage.output_tokens,
      cost_nano: String(answer.usage.input_tokens * 150 + answer.usage.output_tokens * 600),
      end_user: 'customer-7',
      tags: ['blue', 'green'],
    })
    expect(await heldBy(id)).toBe('0')
    const { calls } = (await world.simulator('GET', '/simulator/calls?path=/v1/messages')) as {
      calls: Array<{ headers: Record<string, string>; body: object }>
    }
    expect(calls[0]?.headers).toMatchObject({
      'anthropic-version': expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      'anthropic-beta': 'files-api-2025-04-14',
      authorization: expect.stringMatching(/^sha256:/),
    })
    expect(calls[0]?.headers).not.toHaveProperty('x-api-key')
    expect(calls[0]?.body).not.toHaveProperty('stream_options')
  })

  it('cost the same streamed, with the events untouched', async () => {
    const { id, anthropic } = await keyFor()
    const whole = await anthropic.messages.create(question())
    const stream = anthropic.messages.stream(question())
    const names: string[] = []
    stream.on('streamEvent', (event) => names.push(event.type))
    const streamed = await stream.finalMessage()
    expect(streamed.content).toEqual(whole.content)
    expect(new Set(names)).toEqual(
      new Set([
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]),
    )
    const rows = await rowsOf(id, 2)
    expect(rows.map((row) => [row['is_stream'], row['cost_nano'], row['is_estimated']])).toEqual([
      [false, rows[0]?.['cost_nano'], false],
      [true, rows[0]?.['cost_nano'], false],
    ])
  })

  it('count cached tokens as part of the prompt, at their own price', async () => {
    const { id, anthropic } = await keyFor()
    for (const stream of [false, true]) {
      await fault({
        usage: { prompt_tokens: 40, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 30 } },
      })
      const body = question({ stream })
      if (stream) await anthropic.messages.stream(body).finalMessage()
      else await anthropic.messages.create(body)
    }
    for (const row of await rowsOf(id, 2))
      expect(row).toMatchObject({
        prompt_tokens: 40,
        cached_prompt_tokens: 30,
        completion_tokens: 10,
        cost_nano: String(10 * 150 + 30 * 75 + 10 * 600),
      })
  })

  it.each([
    ['whole, without usage', { usageMissing: true }, false],
    ['streamed, with zeros for usage', { usageMissing: true }, true],
    ['streamed, and broken', { resetMidStreamAfterChunks: 3 }, true],
    ['streamed, and ended by an error', { errorMidStream: true }, true],
  ])('cost what was set aside when they come %s', async (_name, fields, stream) => {
    const { id, key } = await keyFor()
    await fault(fields)
    const answer = await world.withKey(key).post('/v1/messages', question({ stream }))
    if (stream && !('usageMissing' in fields))
      expect(answer.body).toMatch(/event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"/)
    const [row] = await rowsOf(id, 1)
    expect([row?.['is_estimated'], BigInt(String(row?.['cost_nano']))]).toEqual([true, RESERVED])
    expect(await heldBy(id)).toBe('0')
  })

  it('are settled when the client leaves', async () => {
    const { id, anthropic } = await keyFor()
    await fault({ chunkDelayMs: 20 })
    const stream = anthropic.messages.stream(question())
    stream.on('text', () => stream.abort())
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError)
    const [row] = await rowsOf(id, 1)
    expect(row).toMatchObject({ outcome: 'cancelled', status_code: 499, is_estimated: false })
    expect(await heldBy(id)).toBe('0')
  })

  it('count pictures, also in results of tools, by the model’s ceiling and not by their bytes', async () => {
    const { id, script } = await keyFor({ maxBudget: 0.01 })
    const picture = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(1_000_000) },
    }
    const content = [picture, { type: 'tool_result', tool_use_id: 't', content: [picture] }]
    const answer = await script.post('/v1/messages', question({ messages: [{ role: 'user', content }] }))
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    await rowsOf(id, 1)
    // What is fetched elsewhere may fill the whole context.
    const source = { type: 'url', url: 'https://example.com/long.pdf' }
    const far = await script.post(
      '/v1/messages',
      question({ messages: [{ role: 'user', content: [{ type: 'document', source }] }] }),
    )
    expect(far.body.error).toMatchObject({ code: 'insufficient_quota' })
  })

  it('are counted for free, and are no usage', async () => {
    const { id, anthropic } = await keyFor({ rpmLimit: 2 })
    const { max_tokens: _limit, ...body } = question()
    const { input_tokens: tokens } = await anthropic.messages.countTokens(body)
    expect(tokens).toBeGreaterThan(5)
    expect((await anthropic.messages.create(question())).usage.input_tokens).toBe(tokens)
    const [row] = await rowsOf(id, 1)
    expect(row).toMatchObject({ operation: 'messages' })
    expect(await heldBy(id)).toBe('0')
    await expect(anthropic.messages.countTokens(body)).rejects.toThrow(Anthropic.RateLimitError)
  })

  it('are not counted once the budget is spent, because LiteLLM would not', async () => {
    const { script } = await keyFor({ maxBudget: Number(RESERVED) / 1e9 })
    await fault({ usage: { prompt_tokens: 900, completion_tokens: 50 } })
    expect((await script.post('/v1/messages', question())).status).toBe(200)
    const answer = await script.post('/v1/messages/count_tokens', question())
    expect([answer.status, answer.body.error.type]).toEqual([429, 'billing_error'])
  })
})

describe('refusals in Anthropic’s shape', () => {
  it('name the level of a spent budget, and are not tried again', async () => {
    const { script } = await keyFor({ maxBudget: 0 })
    const answer = await script.post('/v1/messages', question())
    expect(answer.status).toBe(429)
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(answer.body).toEqual({
      type: 'error',
      error: expect.objectContaining({ type: 'billing_error', code: 'insufficient_quota', level: 'key' }),
    })
    expect(JSON.stringify(answer.body)).not.toMatch(/\d\.\d/)
  })

  it('keep the key’s requests per minute', async () => {
    const { anthropic } = await keyFor({ rpmLimit: 1 })
    await anthropic.messages.create(question())
    const error = await anthropic.messages.create(question()).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect(error).toMatchObject({ error: { type: 'error', error: { type: 'rate_limit_error' } } })
  })

  it('are classes of Anthropic’s client', async () => {
    const { anthropic } = await keyFor()
    const stranger = new Anthropic({ baseURL: world.url, apiKey: 'sk-litellm-unknown', maxRetries: 0 })
    const failures = [
      [() => stranger.messages.create(question()), Anthropic.AuthenticationError, 'authentication_error'],
      [
        () => anthropic.messages.create(question({ model: 'acme/confidential-70b' })),
        Anthropic.PermissionDeniedError,
        'permission_error',
      ],
      [
        () => anthropic.messages.create(question({ model: 'nothing' })),
        Anthropic.NotFoundError,
        'not_found_error',
      ],
      [
        () => anthropic.messages.create(question({ max_tokens: 0 })),
        Anthropic.BadRequestError,
        'invalid_request_error',
      ],
    ] as const
    for (const [call, kind, type] of failures) {
      const error = await call().catch((one: unknown) => one)
      expect(error).toBeInstanceOf(kind)
      expect(error).toMatchObject({ error: { type: 'error', error: { type, message: expect.any(String) } } })
    }
  })

  it('ask for max_tokens, and take one model only', async () => {
    const { script } = await keyFor()
    const { max_tokens: _limit, ...unbounded } = question()
    const answer = await script.post('/v1/messages', unbounded)
    expect([answer.status, answer.body.error.param]).toEqual([400, 'max_tokens'])
    const twice = `{"model":"x",${JSON.stringify(question()).slice(1)}`
    expect((await script.post('/v1/messages', twice)).body.error).toMatchObject({ param: 'model' })
  })

  it('say 503 when LiteLLM is away, and cost nothing', async () => {
    const { id, script } = await keyFor()
    await fault({ failBefore: 500 })
    const answer = await script.post('/v1/messages', question())
    expect([answer.status, answer.body.error.type]).toEqual([503, 'overloaded_error'])
    expect((await rowsOf(id, 1))[0]).toMatchObject({ outcome: 'error', cost_nano: '0' })
  })
})

describe('x-api-key', () => {
  it('opens this protocol only, and Authorization wins', async () => {
    const { key } = await keyFor()
    const own = world.anonymous.with({ 'x-api-key': key })
    expect((await own.post('/v1/messages', question())).status).toBe(200)
    const chat = { model: MODEL, max_tokens: 5, messages: question().messages }
    expect((await own.post('/v1/chat/completions', chat)).status).toBe(401)
    expect((await own.get('/v1/models')).status).toBe(401)
    const both = own.with({ authorization: 'Bearer sk-litellm-unknown' })
    expect((await both.post('/v1/messages', question())).status).toBe(401)
  })
})
