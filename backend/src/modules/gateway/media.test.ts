import { randomUUID } from 'node:crypto'
import OpenAI, { toFile } from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Client, eventually, startWorld, type World } from '#test'

let world: World
let admin: Client
let alice: Client
/** Of each model by its name; the price of a request is 0.004 USD but for the free-of-price one. */
const ids = new Map<string, string>()
const PRICE = 4_000_000n
const MODES = {
  ear: 'audio_transcription',
  mouth: 'audio_speech',
  painter: 'image_generation',
  sorter: 'rerank',
  judge: 'moderation',
  unpriced: 'image_generation',
} as const

beforeAll(async () => {
  world = await startWorld({ config: { RESERVATION_TTL_SECONDS: '1' } })
  admin = await world.as('admin')
  alice = await world.as('alice')
  for (const [name, mode] of Object.entries(MODES))
    await world.simulator('POST', '/model/new', {
      model_name: name,
      litellm_params: { model: `openai/${name}` },
      model_info: { mode, ...(name === 'unpriced' ? { input_cost_per_token: 1e-6 } : {}) },
    })
  await admin.post('/api/v1/admin/models/synchronize')
  const rows = await eventually(async () => {
    const found = await world.query<{ id: string; name: string }>(
      'select id, name from models where name = any($1)',
      [Object.keys(MODES)],
    )
    expect(found).toHaveLength(Object.keys(MODES).length)
    return found
  })
  for (const { id, name } of rows) {
    ids.set(name, id)
    await world.query(
      `update models set availability = 'available', is_restricted = false, price_per_request_nano = $2 where id = $1`,
      [id, name === 'unpriced' ? null : String(PRICE)],
    )
    const { status, body } = await alice.post('/api/v1/subscriptions', { modelId: id })
    expect(status, JSON.stringify(body)).toBe(201)
  }
})
afterEach(() => world.simulator('DELETE', '/simulator/faults'))
afterAll(() => world.close())

async function keyFor(name: keyof typeof MODES, options: object = {}) {
  const answer = await alice.post('/api/v1/api-keys', {
    name: 'test',
    modelIds: [ids.get(name)],
    ...options,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, key } = answer.body.data as { id: string; key: string }
  const openai = new OpenAI({ baseURL: `${world.url}/v1`, apiKey: key, maxRetries: 0 })
  return { id, key, openai, script: world.withKey(key) }
}

const rowsOf = (keyId: string, count: number) =>
  eventually(async () => {
    const rows = await world.query('select * from usage_logs where api_key_id = $1 order by at', [keyId])
    expect(rows).toHaveLength(count)
    return rows
  })
const fault = (path: string, fields: object) =>
  world.simulator('POST', '/simulator/faults', { match: { path }, times: 1, ...fields })
const recording = (bytes = 1000) => toFile(Buffer.alloc(bytes, 7), 'speech.wav', { type: 'audio/wav' })

describe('audio', () => {
  it('becomes text: the file arrives whole, the request has its price', async () => {
    const { id, openai } = await keyFor('ear')
    await world.simulator('DELETE', '/simulator/calls')
    const answer = await openai.audio.transcriptions.create({
      file: await recording(300_000),
      model: 'ear',
      language: 'de',
      timestamp_granularities: ['word'],
    })
    expect(answer.text).toMatch(/^Heard /)
    const { calls } = (await world.simulator('GET', '/simulator/calls?path=/v1/audio/transcriptions')) as {
      calls: Array<{ body: object }>
    }
    expect(calls[0]?.body).toMatchObject({
      model: 'ear',
      language: 'de',
      file: { filename: 'speech.wav', type: 'audio/wav', size: 300_000 },
    })
    expect((await rowsOf(id, 1))[0]).toMatchObject({
      operation: 'transcriptions',
      cost_nano: String(PRICE),
      is_estimated: false,
      prompt_tokens: 0,
      outcome: 'success',
    })
  })

  it('becomes plain text, or a stream, where asked', async () => {
    const { id, openai } = await keyFor('ear')
    const text = await openai.audio.transcriptions.create({
      file: await recording(),
      model: 'ear',
      response_format: 'text',
    })
    expect(text).toMatch(/^Heard /)
    const stream = await openai.audio.transcriptions.create({
      file: await recording(),
      model: 'ear',
      stream: true,
    })
    const kinds: string[] = []
    for await (const event of stream) kinds.push(event.type)
    expect(kinds.at(-1)).toBe('transcript.text.done')
    const rows = await rowsOf(id, 2)
    expect(rows.map((row) => [row['is_stream'], row['cost_nano']])).toEqual([
      [false, String(PRICE)],
      [true, String(PRICE)],
    ])
  })

  it('is made of text, byte by byte', async () => {
    const { id, openai } = await keyFor('mouth')
    const answer = await openai.audio.speech.create({ model: 'mouth', voice: 'alloy', input: 'Rivers run.' })
    expect(answer.headers.get('content-type')).toBe('audio/mpeg')
    expect((await answer.arrayBuffer()).byteLength).toBe(100_000)
    expect((await rowsOf(id, 1))[0]).toMatchObject({ operation: 'speech', cost_nano: String(PRICE) })
  })

  it('that breaks off does not look whole, and is charged as estimated', async () => {
    const { id, openai } = await keyFor('mouth')
    await fault('/v1/audio/speech', { resetMidStreamAfterChunks: 1 })
    const answer = await openai.audio.speech.create({ model: 'mouth', voice: 'alloy', input: 'Rivers run.' })
    await expect(answer.arrayBuffer()).rejects.toThrow()
    expect((await rowsOf(id, 1))[0]).toMatchObject({ cost_nano: String(PRICE), is_estimated: true })
  })

  it('never is a page of HTML', async () => {
    const { script } = await keyFor('mouth')
    await fault('/v1/audio/speech', { html: true })
    const answer = await script.post('/v1/audio/speech', { model: 'mouth', voice: 'alloy', input: 'Hi' })
    expect([answer.status, answer.body.error.code]).toEqual([503, 'upstream_unavailable'])
  })

  it('is given back when LiteLLM refuses it', async () => {
    const { id, script } = await keyFor('mouth', { maxBudget: 0.004 })
    const body = { model: 'mouth', voice: 'alloy', input: 'Hi' }
    await fault('/v1/audio/speech', { failBefore: 500 })
    expect((await script.post('/v1/audio/speech', body)).status).toBe(503)
    expect((await rowsOf(id, 1))[0]).toMatchObject({ cost_nano: '0', outcome: 'error' })
    expect((await script.post('/v1/audio/speech', body)).status).toBe(200)
    const spent = await script.post('/v1/audio/speech', body)
    expect([spent.status, spent.body.error.code, spent.body.error.level]).toEqual([
      429,
      'insufficient_quota',
      'key',
    ])
  })
})

describe('images', () => {
  it('have their price each', async () => {
    const { id, openai } = await keyFor('painter')
    const answer = await openai.images.generate({ model: 'painter', prompt: 'A river', n: 3 })
    expect(answer.data).toHaveLength(3)
    const edited = await openai.images.edit({
      model: 'painter',
      prompt: 'More water',
      image: await toFile(Buffer.from('png'), 'river.png', { type: 'image/png' }),
      n: 2,
    })
    expect(edited.data).toHaveLength(2)
    expect((await rowsOf(id, 2)).map((row) => [row['operation'], row['cost_nano']])).toEqual([
      ['images', String(PRICE * 3n)],
      ['image-edits', String(PRICE * 2n)],
    ])
  })

  it('are refused together when the budget is not enough for all', async () => {
    const { openai } = await keyFor('painter', { maxBudget: 0.009 })
    await expect(openai.images.generate({ model: 'painter', prompt: 'A river', n: 3 })).rejects.toThrow(
      OpenAI.RateLimitError,
    )
    expect((await openai.images.generate({ model: 'painter', prompt: 'A river', n: 2 })).data).toHaveLength(2)
  })

  it('need a price per request, and a model that paints', async () => {
    const body = { model: 'unpriced', prompt: 'A river' }
    const { script } = await keyFor('unpriced')
    const answer = await script.post('/v1/images/generations', body)
    expect([answer.status, answer.body.error.code]).toEqual([403, 'model_not_priced'])
    const ear = await keyFor('ear')
    const wrong = await ear.script.post('/v1/images/generations', { ...body, model: 'ear' })
    expect([wrong.status, wrong.body.error.param]).toEqual([400, 'model'])
  })
})

describe('images of a process that died', () => {
  it('are booked from LiteLLM’s log, each of them', async () => {
    const { id, key } = await keyFor('painter', { maxBudget: 1 })
    const processId = randomUUID()
    const callId = randomUUID()
    await world.query(
      `insert into reservations (organization_id, budget_id, kind, process_id, group_id, amount_nano, api_key_id, user_id, model_id,
         litellm_token_hash, created_at, expires_at)
       select k.organization_id, b.id, 'call', $1, $1, $2, k.id, k.user_id, $3, encode(sha256($4::bytea), 'hex'),
         now() - interval '1 minute', now() + interval '1 second'
       from api_keys k join budgets b on b.level = 'key' and b.subject_id = k.id where k.id = $5`,
      [processId, String(PRICE * 3n), ids.get('painter'), Buffer.from(key), id],
    )
    await world.query(
      `update budgets set reserved_nano = reserved_nano + $2 where level = 'key' and subject_id = $1`,
      [id, String(PRICE * 3n)],
    )
    const facts = { process: processId, call: callId, key: id, units: 3 }
    const made = await new Client(world.simulatorUrl).post(
      '/v1/images/generations',
      { model: 'painter', prompt: 'A river', n: 3 },
      {
        authorization: `Bearer ${key}`,
        'x-litellm-spend-logs-metadata': JSON.stringify({ litemaas: facts }),
      },
    )
    expect(made.status, JSON.stringify(made.body)).toBe(200)
    await world.simulator('POST', '/simulator/flush')
    const rows = await eventually(async () => {
      const found = await world.query('select * from usage_logs where request_id = $1', [callId])
      expect(found).toHaveLength(1)
      return found
    }, 20_000)
    expect(rows[0]).toMatchObject({ cost_nano: String(PRICE * 3n), source: 'gateway' })
  })
})

describe('documents and content', () => {
  it('are sorted and judged, each request at its price', async () => {
    const sorter = await keyFor('sorter')
    const sorted = await sorter.script.post('/v1/rerank', {
      model: 'sorter',
      query: 'where do rivers end',
      documents: ['a mountain', 'rivers end in the sea'],
    })
    expect(sorted.body.results[0].index).toBe(1)
    const judge = await keyFor('judge')
    const judged = await judge.openai.moderations.create({ model: 'judge', input: ['kind', 'harm'] })
    expect(judged.results.map((one) => one.flagged)).toEqual([false, true])
    for (const { id } of [sorter, judge])
      expect((await rowsOf(id, 1))[0]).toMatchObject({ cost_nano: String(PRICE), is_estimated: false })
  })
})

describe('a form', () => {
  const part = (name: string, value: string, more = '') =>
    `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const file = part('file', 'sound', '; filename="a.wav"')
  const send = async (script: Client, body: string | Uint8Array, type = 'multipart/form-data; boundary=b') =>
    script.request('POST', '/v1/audio/transcriptions', body, { 'content-type': type })

  it.each([
    ['the model twice', part('model', 'ear') + part('model', 'x') + file, 'model'],
    ['the model as a file', part('model', 'ear', '; filename="m"') + file, 'model'],
    ['no model', file, 'model'],
    ['a stream of neither yes nor no', part('model', 'ear') + part('stream', 'perhaps') + file, 'stream'],
    ['very many fields', part('model', 'ear') + part('x', 'y').repeat(100), null],
  ])('is refused with %s', async (_name, body, field) => {
    const { script } = await keyFor('ear')
    const answer = await send(script, `${body}--b--\r\n`)
    expect([answer.status, answer.body.error.param]).toEqual([400, field])
  })

  it('must be whole, of its kind, and of a bounded size', async () => {
    const { id, script } = await keyFor('ear')
    expect((await send(script, part('model', 'ear') + file)).status).toBe(400)
    expect((await send(script, 'nothing', 'multipart/form-data')).status).toBe(400)
    expect((await send(script, '{}', 'application/json')).status).toBe(415)
    const toChat = await script.request('POST', '/v1/chat/completions', `${part('model', 'ear')}--b--\r\n`, {
      'content-type': 'multipart/form-data; boundary=b',
    })
    expect(toChat.status).toBe(415)
    const head = Buffer.from(
      part('model', 'ear') + part('file', '', '; filename="a.wav"').replace(/\r\n$/, ''),
    )
    const huge = Buffer.concat([head, Buffer.alloc(26 * 1024 * 1024), Buffer.from('\r\n--b--\r\n')])
    expect((await send(script, huge)).status).toBe(413)
    expect(await world.query('select from usage_logs where api_key_id = $1', [id])).toHaveLength(0)
  })

  it('is written anew, so that nobody reads another model than we did', async () => {
    const { script } = await keyFor('ear')
    await world.simulator('DELETE', '/simulator/calls')
    const sly = part('x', `y\r\n--b2\r\ncontent-disposition: form-data; name="model"\r\n\r\npainter`)
    const answer = await send(script, `${part('model', 'ear')}${sly}${file}--b--\r\n`)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const { calls } = (await world.simulator('GET', '/simulator/calls?path=/v1/audio/transcriptions')) as {
      calls: Array<{ headers: Record<string, string>; body: { model: string } }>
    }
    expect(calls[0]?.body.model).toBe('ear')
    expect(calls[0]?.headers['content-type']).toMatch(/boundary=litemaas-[0-9a-f]{36}$/)
  })
})
