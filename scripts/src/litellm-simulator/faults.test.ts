import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startLiteLLMSimulator, type RecordedCall, type RunningSimulator } from './index.ts'

const masterKey = 'sk-simulator-master-0123456789'
let simulator: RunningSimulator

beforeAll(async () => {
  simulator = await startLiteLLMSimulator({ masterKey, databasePath: ':memory:' })
})
afterAll(() => simulator.close())
afterEach(() => send('DELETE', '/simulator/faults'))

function send(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

function plant(fault: Record<string, unknown>): Promise<Response> {
  return send('POST', '/simulator/faults', fault)
}

const chat = { model: 'granite-4-small', messages: [{ role: 'user', content: 'hello there' }] }
const ask = (more: Record<string, unknown> = {}): Promise<Response> =>
  send('POST', '/v1/chat/completions', { ...chat, ...more })

async function exists(key: string): Promise<boolean> {
  return (await send('GET', `/key/info?key=${key}`)).status === 200
}

it('fails before the effect, as often as told', async () => {
  await plant({ match: { path: '/key/generate' }, times: 1, failBefore: 503 })
  const key = `sk-test-${randomUUID()}`
  expect((await send('POST', '/key/generate', { key })).status).toBe(503)
  expect(await exists(key)).toBe(false)
  expect((await send('POST', '/key/generate', { key })).status).toBe(200)
})

it('fails after the effect', async () => {
  await plant({ match: { path: '/key/*' }, times: 1, failAfterEffect: 500 })
  const key = `sk-test-${randomUUID()}`
  expect((await send('POST', '/key/generate', { key })).status).toBe(500)
  expect(await exists(key)).toBe(true)
})

it('resets the connection after the effect, or before it', async () => {
  const [done, undone] = [`sk-test-${randomUUID()}`, `sk-test-${randomUUID()}`]
  await plant({ match: { path: '/key/generate' }, times: 1, resetAfterEffect: true })
  await expect(send('POST', '/key/generate', { key: done })).rejects.toThrow()
  await plant({ match: { path: '/key/generate' }, times: 1, resetBeforeHeaders: true })
  await expect(send('POST', '/key/generate', { key: undone })).rejects.toThrow()
  expect([await exists(done), await exists(undone)]).toEqual([true, false])
})

it('answers HTML, garbage and half a JSON', async () => {
  await plant({ match: { path: '/model/info' }, times: 1, html: true })
  await plant({ match: { path: '/model/info' }, times: 1, garbage: true })
  await plant({ match: { path: '/model/info' }, times: 1, truncatedJson: true })
  expect((await send('GET', '/model/info')).headers.get('content-type')).toBe('text/html')
  await expect((await send('GET', '/model/info')).json()).rejects.toThrow(SyntaxError)
  await expect((await send('GET', '/model/info')).json()).rejects.toThrow(SyntaxError)
  expect((await send('GET', '/model/info')).status).toBe(200)
})

it('delays', async () => {
  await plant({ match: { path: '/v1/models' }, times: 1, delayMs: 120 })
  const startedAt = performance.now()
  await send('GET', '/v1/models')
  expect(performance.now() - startedAt).toBeGreaterThan(110)
})

it('breaks a stream after so many chunks', async () => {
  await plant({ match: { model: 'granite-4-small' }, times: 1, resetMidStreamAfterChunks: 3 })
  const reply = await ask({ stream: true })
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readAll = async (): Promise<void> => {
    for (;;) {
      const part = await reader?.read()
      if (part === undefined || part.done) return
      text += part.value
    }
  }
  await expect(readAll()).rejects.toThrow()
  expect(text.match(/^data: /gm)).toHaveLength(3)
})

it('sends an error frame in a stream, and no [DONE]', async () => {
  await plant({ times: 1, errorMidStream: true, match: { path: '/v1/chat/completions' } })
  const text = await (await ask({ stream: true })).text()
  expect(text).toContain('data: {"error":')
  expect(text).not.toContain('[DONE]')
})

it('leaves usage out, or reports another', async () => {
  await plant({ times: 2, usageMissing: true, match: { path: '/v1/chat/completions' } })
  expect(await (await ask()).json()).not.toHaveProperty('usage')
  expect(await (await ask({ stream: true, stream_options: { include_usage: true } })).text()).not.toContain(
    '"usage"',
  )
  await plant({
    times: 1,
    usage: { prompt_tokens: 7, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
  })
  const reply = await ask()
  expect(await reply.json()).toMatchObject({
    usage: { total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 } },
  })
  expect(Number(reply.headers.get('x-litellm-response-cost'))).toBeCloseTo(
    3 * 1.5e-7 + 4 * 7.5e-8 + 5 * 6e-7,
    15,
  )
})

it('records calls without their secrets', async () => {
  const key = `sk-test-${randomUUID()}`
  await send('POST', '/key/generate', { key })
  await send('GET', `/key/info?key=${key}`)
  const { calls } = (await (await send('GET', '/simulator/calls')).json()) as { calls: RecordedCall[] }
  expect(calls.at(-1)).toMatchObject({ method: 'GET', path: '/key/info' })
  expect(calls.at(-1)?.headers['authorization']).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(JSON.stringify(calls)).not.toContain(key)
  expect(JSON.stringify(calls)).not.toContain(masterKey)
})
