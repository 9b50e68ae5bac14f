import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startLiteLLMSimulator, type RunningSimulator } from './index.ts'

const masterKey = 'sk-simulator-master-0123456789'

let simulator: RunningSimulator
let posts: { headers: Record<string, unknown>; body: string }[]
let status: number
let endpoint: string
let stop: () => Promise<void>

beforeEach(async () => {
  posts = []
  status = 202
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      posts.push({ headers: request.headers, body })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`
  stop = () => new Promise((resolve) => server.close(() => resolve()))
  simulator = await startLiteLLMSimulator({ masterKey, databasePath: ':memory:' })
})
afterEach(async () => {
  await simulator.close()
  await stop()
})

async function send(method: string, path: string, body?: unknown) {
  const answer = await fetch(simulator.url + path, {
    method,
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as Record<string, unknown>
}

const configure = (settings: object) =>
  send('PUT', '/simulator/callback', { url: endpoint, headers: { 'x-secret': 's' }, ...settings })
const call = () =>
  send('POST', '/v1/chat/completions', {
    model: 'granite-4-small',
    messages: [{ role: 'user', content: 'hello there' }],
  })
const flush = () => send('POST', '/simulator/flush')
const eventsOf = (body: string) => JSON.parse(body) as Record<string, unknown>[]

it('pushes finished calls as LiteLLM does: the row of the logs in other words', async () => {
  await configure({})
  const { id } = await call()
  await flush()
  expect(posts).toHaveLength(1)
  expect(posts[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-secret': 's' })
  const [event] = eventsOf(posts[0]?.body ?? '[]')
  const logs = await send('GET', '/spend/logs/v2?start_date=2020-01-01&end_date=2099-01-01')
  const [row] = logs['data'] as Record<string, unknown>[]
  expect(event).toMatchObject({
    id,
    call_type: 'acompletion',
    status: 'success',
    response_cost: row?.['spend'],
    prompt_tokens: row?.['prompt_tokens'],
    model_group: 'granite-4-small',
    startTime: Date.parse(String(row?.['startTime'])) / 1000,
    metadata: { user_api_key_hash: row?.['api_key'] },
  })
})

it('loses, repeats and reorders when told to, and never sends a second time what failed', async () => {
  await configure({ dropEvery: 3, duplicate: true, reorder: true })
  const ids: unknown[] = []
  for (let n = 0; n < 6; n += 1) ids.push((await call())['id'])
  await flush()
  const kept = [ids[4], ids[3], ids[1], ids[0]]
  expect(posts.map((post) => eventsOf(post.body).map((event) => event['id']))).toEqual([kept, kept])
  status = 500
  await configure({ format: 'single' })
  await call()
  await flush()
  await flush()
  expect(posts).toHaveLength(3)
  expect(await send('GET', '/simulator/callback')).toMatchObject({
    callback: { events: 1, posts: 1, failedPosts: 1 },
  })
})
