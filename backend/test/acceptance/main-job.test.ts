import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, eventually, framesOf, nanoOf, priceOf, Product, type Model, type NewKey } from './support.ts'

const run = promisify(execFile)
const CHAT = 'granite-4-small'
const RESTRICTED = 'acme/confidential-70b'
const EMBEDDING = 'text-embedding-small'
const LONG = 'storyteller-long'

let product: Product
let models: Map<string, Model>

const model = (name: string): Model => {
  const found = models.get(name)
  if (!found) throw new Error(`there is no model ${name}`)
  return found
}

/** The unchanged SDK, as any script uses it; `requests` counts what it really sends. */
function sdk(key: string, options: { maxRetries?: number } = {}): { client: OpenAI; requests: () => number } {
  let count = 0
  const client = new OpenAI({
    baseURL: `${product.url}/v1`,
    apiKey: key,
    maxRetries: options.maxRetries ?? 0,
    fetch: async (url, init) => {
      count += 1
      return fetch(url, init)
    },
  })
  return { client, requests: () => count }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const hello = [{ role: 'user' as const, content: 'How do I brew a good cup of tea?' }]

beforeAll(async () => {
  product = await Product.start()
  models = await product.models()
})
afterAll(async () => product.stop())

describe('the main job, by script', () => {
  test('sign in, list, subscribe, mint a key, stream with curl, see the cost', async () => {
    const alice = await product.as('alice')
    expect((await alice('GET', '/api/auth/me')).body.data.user).toMatchObject({ username: 'alice' })
    const listed = await alice('GET', '/api/v1/models')
    expect(listed.body.data.map((one: Model) => one.name)).toContain(CHAT)

    const subscription = await alice('POST', '/api/v1/subscriptions', { modelId: model(CHAT).id })
    expect(subscription.status).toBe(201)
    expect(subscription.body.data).toMatchObject({ modelName: CHAT, status: 'active' })

    const created = await alice('POST', '/api/v1/api-keys', {
      name: 'my script',
      modelIds: [model(CHAT).id],
      maxBudget: 5,
      budgetDuration: '1mo',
    })
    expect(created.status).toBe(201)
    const { id, key } = created.body.data as NewKey
    expect(key).toMatch(/^sk-litellm-[0-9A-Za-z]{49}$/)
    const read = await alice('GET', `/api/v1/api-keys/${id}`)
    expect(JSON.stringify(read.body)).not.toContain(key)

    const body = { model: CHAT, messages: hello, stream: true, stream_options: { include_usage: true } }
    const { stdout } = await run('curl', [
      '--silent',
      '--show-error',
      '--no-buffer',
      '--fail-with-body',
      `${product.url}/v1/chat/completions`,
      '--header',
      `Authorization: Bearer ${key}`,
      '--header',
      'Content-Type: application/json',
      '--data',
      JSON.stringify(body),
    ])
    const { frames, isDone } = framesOf(stdout)
    expect(isDone).toBe(true)
    expect(frames.map((frame) => frame.choices[0]?.delta.content ?? '').join('')).toContain('tea')
    const usage = frames.at(-1).usage
    expect(usage.completion_tokens).toBeGreaterThan(10)

    const cost = priceOf(model(CHAT), usage.prompt_tokens, usage.completion_tokens)
    await eventually(async () => {
      const { body: summary } = await alice('GET', '/api/v1/usage/summary')
      expect(summary.data).toMatchObject({
        requests: 1,
        promptTokens: usage.prompt_tokens,
        completionTokens: usage.completion_tokens,
      })
      expect(nanoOf(summary.data.cost)).toBe(cost)
    }, 3000)
    const spent = await alice('GET', `/api/v1/api-keys/${id}`)
    expect(nanoOf(spent.body.data.spend)).toBe(cost)
  })

  test('a restricted model: one asks, another approves, then it is used', async () => {
    const [alice, bob, admin] = await Promise.all([
      product.as('alice'),
      product.as('bob'),
      product.as('admin'),
    ])
    const { id: modelId } = model(RESTRICTED)
    const asked = await alice('POST', '/api/v1/subscriptions', { modelId, reason: 'The annual report' })
    expect(asked.body.data.status).toBe('pending')
    const subscriptionId = asked.body.data.id as string

    const tooEarly = await alice('POST', '/api/v1/api-keys', { name: 'too early', modelIds: [modelId] })
    expect(tooEarly.status).toBe(422)
    for (const somebody of [alice, bob]) {
      expect((await somebody('POST', `/api/v1/admin/subscriptions/${subscriptionId}/approve`)).status).toBe(
        403,
      )
    }
    const approved = await admin('POST', `/api/v1/admin/subscriptions/${subscriptionId}/approve`, {
      reason: 'Go on',
    })
    expect(approved.status).toBe(200)

    const { key } = await product.createKey('alice', [RESTRICTED])
    const answer = await sdk(key).client.chat.completions.create({ model: RESTRICTED, messages: hello })
    expect(answer.model).toBe(RESTRICTED)
    expect(answer.choices[0]?.message.content).toContain('tea')
    const foreign = await bob('GET', `/api/v1/subscriptions/${subscriptionId}`)
    expect(foreign.status).toBe(404)
  })

  test('a key made from one subscription still works, and is called the old way', async () => {
    const bob = await product.as('bob')
    const { body } = await bob('POST', '/api/v1/subscriptions', { modelId: model(CHAT).id })
    const created = await bob('POST', '/api/v1/api-keys', { name: 'old', subscriptionId: body.data.id })
    expect(created.status).toBe(201)
    expect(created.headers.get('deprecation')).toMatch(/^@\d+$/)
    const answer = await api(product.url, created.body.data.key)('POST', '/v1/chat/completions', {
      model: CHAT,
      messages: hello,
    })
    expect(answer.status).toBe(200)
  })
})

describe('the OpenAI SDK, unchanged', () => {
  let key: string
  beforeAll(async () => {
    ;({ key } = await product.createKey('bob', [CHAT, EMBEDDING, LONG]))
  })

  test('chat as JSON', async () => {
    const { client } = sdk(key)
    const { data, response } = await client.chat.completions
      .create({ model: CHAT, messages: hello, max_tokens: 20 })
      .withResponse()
    expect(data.object).toBe('chat.completion')
    expect(data.choices[0]?.finish_reason).toBe('length')
    expect(data.usage?.completion_tokens).toBe(20)
    expect(response.headers.get('x-request-id')).toBeTruthy()
  })

  test('chat as a stream, with the usage only when asked for', async () => {
    const { client } = sdk(key)
    const request = { model: CHAT, messages: hello, stream: true } as const
    const plain = await collect(await client.chat.completions.create(request))
    expect(plain.some((chunk) => chunk.usage)).toBe(false)
    expect(plain.at(-1)?.choices[0]?.finish_reason).toBe('stop')

    const asked = await collect(
      await client.chat.completions.create({ ...request, stream_options: { include_usage: true } }),
    )
    expect(asked.filter((chunk) => chunk.usage)).toHaveLength(1)
    const text = (chunks: typeof plain): string =>
      chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')
    expect(text(asked)).toBe(text(plain))
    const json = await client.chat.completions.create({ model: CHAT, messages: hello })
    expect(json.choices[0]?.message.content).toBe(text(plain))
    expect(asked.at(-1)?.usage?.completion_tokens).toBe(json.usage?.completion_tokens)
  })

  test('tools and structured answers pass through', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const answer = await sdk(key).client.chat.completions.create({
      model: CHAT,
      messages: [{ role: 'user', content: 'Weather in Berlin' }],
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
      tool_choice: 'required',
    })
    const [called] = answer.choices[0]?.message.tool_calls ?? []
    expect(called).toMatchObject({ type: 'function', function: { name: 'weather' } })
  })

  test('completions, embeddings and responses', async () => {
    const { client } = sdk(key)
    const completion = await client.completions.create({
      model: CHAT,
      prompt: 'Once upon a time',
      max_tokens: 12,
    })
    expect(completion.choices[0]?.text).not.toBe('')
    expect(completion.usage?.completion_tokens).toBeLessThanOrEqual(12)

    const embedding = await client.embeddings.create({ model: EMBEDDING, input: ['one', 'two'] })
    expect(embedding.data.map((one) => one.embedding.length)).toEqual([384, 384])

    const response = await client.responses.create({ model: CHAT, input: 'Say something about tea' })
    expect(response.output_text).toContain('tea')
    expect(response.usage?.output_tokens).toBeGreaterThan(5)
    const events = await collect(
      await client.responses.create({ model: CHAT, input: 'Say something about tea', stream: true }),
    )
    expect(events.at(-1)?.type).toBe('response.completed')
    const deltas = events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? [event.delta] : [],
    )
    expect(deltas.join('')).toBe(response.output_text)
  })

  test('models, also those with a slash in their name', async () => {
    const listed = await collect<OpenAI.Model>(sdk(key).client.models.list())
    expect(listed.map((one) => one.id).toSorted()).toEqual([CHAT, EMBEDDING, LONG].toSorted())
    expect((await sdk(key).client.models.retrieve(CHAT)).id).toBe(CHAT)
    await expect(sdk(key).client.models.retrieve(RESTRICTED)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    const { key: withSlash } = await product.createKey('alice', [RESTRICTED])
    expect((await sdk(withSlash).client.models.retrieve(RESTRICTED)).id).toBe(RESTRICTED)
  })

  const refused: [what: string, credential: () => string, body: object, error: unknown, code: string][] = [
    [
      'an unknown key',
      () => `sk-litellm-${'x'.repeat(49)}`,
      { model: CHAT },
      OpenAI.AuthenticationError,
      'invalid_api_key',
    ],
    ['no key at all', () => 'nonsense', { model: CHAT }, OpenAI.AuthenticationError, 'invalid_api_key'],
    [
      'a model not on the key',
      () => key,
      { model: RESTRICTED },
      OpenAI.PermissionDeniedError,
      'model_not_allowed',
    ],
    ['a model that nobody has', () => key, { model: 'gpt-99' }, OpenAI.NotFoundError, 'model_not_found'],
    [
      'a wrong type',
      () => key,
      { model: CHAT, max_tokens: 'many' },
      OpenAI.BadRequestError,
      'invalid_request_error',
    ],
    ['too many choices', () => key, { model: CHAT, n: 9 }, OpenAI.BadRequestError, 'invalid_request_error'],
  ]
  test.for(refused)('%s is an error class of the SDK', async ([, credential, body, type, code]) => {
    const call = sdk(credential()).client.chat.completions.create({ messages: hello, ...body } as never)
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({ code })
  })

  test('a limit of requests is a RateLimitError, and the SDK waits as long as it is told', async () => {
    // Per model: the key's own limit LiteLLM counts too, in windows of a minute.
    const modelLimits = [{ modelId: model(EMBEDDING).id, rpmLimit: 30 }]
    const { key: limited } = await product.createKey('bob', [EMBEDDING], { modelLimits })
    const call = async (maxRetries: number): Promise<unknown> =>
      sdk(limited, { maxRetries }).client.embeddings.create({ model: EMBEDDING, input: 'x' })
    await Promise.all(Array.from({ length: 30 }, async () => call(0)))
    const refused = await call(0).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError)
    const { headers, code } = refused as InstanceType<typeof OpenAI.RateLimitError>
    expect(code).toBe('rate_limit_exceeded')
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(3)
    const startedAt = Date.now()
    await call(2)
    expect(Date.now() - startedAt).toBeGreaterThan(900)
  })

  test('a spent budget is a RateLimitError that is not repeated', async () => {
    const { key: poor } = await product.createKey('bob', [CHAT], { maxBudget: 0.000001 })
    const { client, requests } = sdk(poor, { maxRetries: 3 })
    const refused = await client.chat.completions
      .create({ model: CHAT, messages: hello })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError)
    expect(refused).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota' })
    expect((refused as InstanceType<typeof OpenAI.RateLimitError>).headers.get('x-should-retry')).toBe(
      'false',
    )
    expect(requests()).toBe(1)
  })

  test('what LiteLLM refuses for a moment, the SDK tries again', async () => {
    await product.fault({ match: { path: '/v1/chat/completions', model: CHAT }, times: 1, failBefore: 503 })
    const { client, requests } = sdk(key, { maxRetries: 2 })
    const answer = await client.chat.completions.create({ model: CHAT, messages: hello })
    expect(answer.choices[0]?.message.content).toContain('tea')
    expect(requests()).toBe(2)
    await product.fault({
      match: { path: '/v1/chat/completions', model: CHAT },
      times: 1,
      resetBeforeHeaders: true,
    })
    const broken = await sdk(key)
      .client.chat.completions.create({ model: CHAT, messages: hello })
      .catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(OpenAI.InternalServerError)
    expect(broken).toMatchObject({ status: 503, code: 'upstream_unavailable' })
  })

  test('a stream broken by the model is an error, not an end', async () => {
    await product.fault({
      match: { path: '/v1/chat/completions', model: LONG },
      times: 1,
      resetMidStreamAfterChunks: 5,
    })
    const stream = await sdk(key).client.chat.completions.create({
      model: LONG,
      messages: hello,
      stream: true,
    })
    let chunks = 0
    const reading = (async () => {
      for await (const _chunk of stream) chunks += 1
    })()
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(chunks).toBeGreaterThan(0)
  })

  test('a client that leaves a stream is charged for what the model wrote', async () => {
    const { key: own, id } = await product.createKey('bob', [LONG])
    await product.fault({ match: { path: '/v1/chat/completions', model: LONG }, times: 1, chunkDelayMs: 5 })
    const stream = await sdk(own).client.chat.completions.create({
      model: LONG,
      messages: hello,
      stream: true,
    })
    for await (const _chunk of stream) break
    stream.controller.abort()
    const [row] = await eventually(async () => {
      const rows = await product.query<{
        outcome: string
        cost: string
        completion: number
        estimated: boolean
      }>(
        `select outcome, cost_nano as cost, completion_tokens as completion, is_estimated as estimated from usage_logs where api_key_id = $1`,
        [id],
      )
      expect(rows).toHaveLength(1)
      return rows
    }, 20_000)
    expect(row).toMatchObject({ outcome: 'cancelled', estimated: false })
    expect(Number(row?.cost)).toBeGreaterThan(0)
  })

  test('a revoked key is refused', async () => {
    const { key: own, id } = await product.createKey('bob', [CHAT])
    const { client } = sdk(own)
    await client.chat.completions.create({ model: CHAT, messages: hello })
    const bob = await product.as('bob')
    expect((await bob('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
    await sleep(20)
    await expect(client.chat.completions.create({ model: CHAT, messages: hello })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    )
  })
})
