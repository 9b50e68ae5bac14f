import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBreakers, isClosed, type Breakers } from './breakers.ts'
import { LiteLLMError, type Failure } from './litellm.errors.ts'
import { createLiteLLMClient, type LiteLLMClient } from './litellm.client.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let answer: Answer
let seen: string[]
let breakers: Breakers
let client: LiteLLMClient
let close: () => Promise<void>

const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
const text =
  (body: string, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status).end(body)
  }

beforeEach(async () => {
  seen = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  breakers = createBreakers({ failures: 5, firstRetryMs: 150, maxRetryMs: 200 })
  client = createLiteLLMClient({
    url: `http://127.0.0.1:${port}/proxy/`,
    apiKey: 'sk-admin',
    breakers,
    deadlineMs: 300,
  })
  close = async () => {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
afterEach(() => close())

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work
  } catch (error) {
    if (error instanceof LiteLLMError) return error.failure
    throw error
  }
  throw new Error('it did not fail')
}

describe('answers', () => {
  test('are read with money as text, below the path of the address', async () => {
    answer = text('{"key":"h","info":{"key_alias":"a","max_budget":1.50,"spend":1e-7,"novelty":[1]}}')
    expect(await client.findKey('h+h')).toMatchObject({ token: 'h+h', max_budget: '1.50', spend: '1e-7' })
    expect(seen).toEqual(['GET /proxy/key/info?key=h%2Bh'])
  })

  test('404 of LiteLLM is absence; 404 of something else is not', async () => {
    answer = json(
      { error: { message: 'Key not found', type: 'not_found_error', param: 'key', code: '404' } },
      404,
    )
    expect(await client.findKey('h')).toBeUndefined()
    answer = json(
      { error: { message: "{'error': 'No keys found'}", type: 'internal_server_error', code: '404' } },
      404,
    )
    expect(await client.deleteKey('h')).toBe(false)
    answer = json({ detail: 'Not Found' }, 404)
    expect(await failureOf(client.deleteKey('h'))).toMatchObject({ kind: 'unrecognized' })
    answer = text('<html>no such site</html>', 404)
    expect(await failureOf(client.deleteKey('h'))).toMatchObject({ kind: 'unrecognized' })
  })

  test('a rejected admin key is never taken for absence', async () => {
    answer = json({ error: { message: 'Invalid token', type: 'token_not_found_in_db', code: '401' } }, 401)
    expect(await failureOf(client.deleteKey('h'))).toMatchObject({ kind: 'unknown_key' })
    expect(await failureOf(client.findKey('h'))).toMatchObject({ kind: 'unknown_key' })
  })

  test.each<[string, Answer]>([
    ['HTML', text('<html>hello</html>')],
    ['truncated JSON', text('{"keys":[')],
    ['an error with status 200', json({ error: { message: 'x', type: 'y', code: '500' } })],
    ['another shape', json({ keys: [{ token: 5 }] })],
    ['nothing', text('')],
  ])('%s is malformed', async (_name, given) => {
    answer = given
    expect(await failureOf(client.listKeys(1))).toMatchObject({ kind: 'malformed', status: 200 })
  })
})

describe('the deadline', () => {
  test.each<[string, Answer]>([
    ['headers', () => undefined],
    [
      'the body',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"keys":')
      },
    ],
    [
      'a body that drips',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('covers %s', async (_name, given) => {
    answer = given
    const started = performance.now()
    expect(await failureOf(client.listKeys(1))).toMatchObject({ kind: 'timeout', status: 0 })
    expect(performance.now() - started).toBeLessThan(900)
  })

  test('a caller can give up earlier, which is nobody’s illness', async () => {
    answer = () => undefined
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    expect(await failureOf(client.listKeys(1, { signal: controller.signal }))).toMatchObject({
      kind: 'cancelled',
    })
    expect(await failureOf(client.listKeys(1, { signal: controller.signal }))).toMatchObject({
      kind: 'cancelled',
    })
    expect(isClosed(breakers.admin)).toBe(true)
  })
})

describe('repeats', () => {
  test('reading is repeated after 503 and after a broken connection', async () => {
    const answers: Answer[] = [text('', 503), (request) => request.socket.destroy(), json({ data: [] })]
    answer = (request, response) => answers[seen.length - 1]?.(request, response)
    expect(await client.listModels()).toEqual([])
    expect(seen).toHaveLength(3)
  })

  test('writing never is', async () => {
    answer = text('', 503)
    expect(await failureOf(client.generateKey('sk-x', {}))).toMatchObject({ kind: 'server', status: 503 })
    answer = (request) => request.socket.destroy()
    expect(await failureOf(client.updateKey('h', {}))).toMatchObject({ kind: 'unreachable' })
    expect(seen).toHaveLength(2)
  })
})

describe('the breaker', () => {
  const ill = text('Internal Server Error', 500)

  test('opens after five illnesses, asks nobody meanwhile, and closes on a success', async () => {
    answer = ill
    for (let index = 0; index < 5; index += 1) await failureOf(client.updateKey('h', {}))
    expect(await failureOf(client.updateKey('h', {}))).toMatchObject({ kind: 'breaker_open' })
    expect(seen).toHaveLength(5)
    answer = json({ keys: [] })
    await expect
      .poll(() =>
        client.probeKeys().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    expect(isClosed(breakers.admin)).toBe(true)
  })

  test('refusals do not open it, garbage does', async () => {
    for (const status of [400, 401, 403, 404, 409, 422, 429]) {
      answer = json({ error: { message: 'no', type: 'None', code: String(status) } }, status)
      await failureOf(client.updateKey('h', {}))
    }
    expect(isClosed(breakers.admin)).toBe(true)
    answer = text('garbage')
    for (let index = 0; index < 5; index += 1) await failureOf(client.updateKey('h', {}))
    expect(isClosed(breakers.admin)).toBe(false)
  })

  test('an ill key administration leaves the catalogue alone', async () => {
    answer = ill
    for (let index = 0; index < 5; index += 1) await failureOf(client.updateKey('h', {}))
    answer = json({ data: [] })
    expect(await client.listModels()).toEqual([])
  })
})

test('readiness accepts both words and asks even when breakers are open', async () => {
  answer = json({ status: 'connected', db: 'connected' })
  expect(await client.readiness()).toMatchObject({ status: 'connected' })
  answer = json({ status: 'healthy' })
  expect(await client.readiness()).toMatchObject({ status: 'healthy' })
  answer = json({ detail: 'Service Unhealthy (db)' }, 503)
  expect(await failureOf(client.readiness())).toMatchObject({ kind: 'server' })
})
