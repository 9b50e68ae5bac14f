import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { startLiteLLMSimulator, predictUsage, type RunningSimulator, type SimulatorOptions } from './index.ts'

const masterKey = 'sk-simulator-master-0123456789'
const running: RunningSimulator[] = []
const folders: string[] = []

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function start(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const simulator = await startLiteLLMSimulator({ masterKey, databasePath: ':memory:', ...options })
  running.push(simulator)
  return simulator
}

function send(
  simulator: RunningSimulator,
  method: string,
  path: string,
  body?: unknown,
  key = masterKey,
  signal?: AbortSignal,
) {
  return fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function jsonOf(reply: Response): Promise<Record<string, unknown>> {
  return (await reply.json()) as Record<string, unknown>
}

const hello = { model: 'granite-4-small', messages: [{ role: 'user', content: 'hello there' }] }

async function generate(simulator: RunningSimulator, fields: Record<string, unknown> = {}): Promise<string> {
  const key = `sk-test-${randomUUID()}`
  const reply = await send(simulator, 'POST', '/key/generate', { key, ...fields })
  expect(reply.status).toBe(200)
  return key
}

async function logs(simulator: RunningSimulator): Promise<Record<string, unknown>[]> {
  await send(simulator, 'POST', '/simulator/flush')
  const path = '/spend/logs/v2?start_date=2020-01-01&end_date=2099-01-01'
  return (await jsonOf(await send(simulator, 'GET', path)))['data'] as Record<string, unknown>[]
}

describe('state', () => {
  it('survives a restart, with no secret in the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'litellm-simulator-'))
    folders.push(folder)
    const databasePath = join(folder, 'state', 'litellm.db')
    const first = await start({ databasePath })
    const key = await generate(first, { key_alias: 'kept', max_budget: 1 })
    expect((await send(first, 'POST', '/v1/chat/completions', hello, key)).status).toBe(200)
    await send(first, 'POST', '/model/delete', { id: 'demo-vision-mini' })
    await first.close()
    running.pop()
    for (const name of await readdir(join(folder, 'state'))) {
      const bytes = await readFile(join(folder, 'state', name))
      expect(bytes.includes(key)).toBe(false)
      expect(bytes.includes(masterKey)).toBe(false)
    }
    const second = await start({ databasePath })
    expect((await send(second, 'POST', '/v1/chat/completions', hello, key)).status).toBe(200)
    expect(await logs(second)).toHaveLength(2)
    const { info } = (await jsonOf(await send(second, 'GET', `/key/info?key=${key}`))) as {
      info: { spend: number }
    }
    expect(info.spend).toBeGreaterThan(0)
    const models = (await jsonOf(await send(second, 'GET', '/v1/models')))['data'] as { id: string }[]
    expect(models.map(({ id }) => id)).not.toContain('vision-mini')
  })

  it.each(['sk-1234', 'secret', 'sk-short'])('is refused the master key %s', async (unfit) => {
    await expect(startLiteLLMSimulator({ masterKey: unfit, databasePath: ':memory:' })).rejects.toThrow(
      /master key/,
    )
  })

  it('says when the port is taken', async () => {
    const simulator = await start()
    const second = startLiteLLMSimulator({ masterKey, databasePath: ':memory:', port: simulator.port })
    await expect(second).rejects.toThrow(/EADDRINUSE/)
  })

  it('is open to the master key only', async () => {
    const simulator = await start()
    const key = await generate(simulator)
    expect((await send(simulator, 'POST', '/simulator/faults', { failBefore: 500 }, key)).status).toBe(401)
  })
})

describe('spend', () => {
  it('is enforced at once and reported late', async () => {
    const simulator = await start()
    const key = await generate(simulator, { max_budget: 0.00001 })
    await send(simulator, 'POST', '/v1/chat/completions', hello, key)
    const spendOf = async (): Promise<number> =>
      ((await jsonOf(await send(simulator, 'GET', `/key/info?key=${key}`))) as { info: { spend: number } })
        .info.spend
    expect((await send(simulator, 'POST', '/v1/chat/completions', hello, key)).status).toBe(429)
    expect(await spendOf()).toBe(0)
    await send(simulator, 'POST', '/simulator/flush')
    const { promptTokens, completionTokens } = predictUsage(hello)
    expect(await spendOf()).toBeCloseTo(promptTokens * 1.5e-7 + completionTokens * 6e-7, 12)
  })

  it('begins anew when the window ends', async () => {
    const simulator = await start()
    const key = await generate(simulator, { max_budget: 0.00001, budget_duration: '1d' })
    await send(simulator, 'POST', '/v1/chat/completions', hello, key)
    expect((await send(simulator, 'POST', '/v1/chat/completions', hello, key)).status).toBe(429)
    const now = new Date(Date.now() + 86_400_000).toISOString()
    expect(await jsonOf(await send(simulator, 'POST', '/simulator/reset-budgets', { now }))).toEqual({
      reset: 1,
    })
    expect((await send(simulator, 'POST', '/v1/chat/completions', hello, key)).status).toBe(200)
  })

  it('of a call whose client hung up is what was produced until then', async () => {
    const simulator = await start({ chunkDelayMs: 5 })
    const leaving = new AbortController()
    const body = { ...hello, model: 'storyteller-long', stream: true }
    const reply = await send(simulator, 'POST', '/v1/chat/completions', body, masterKey, leaving.signal)
    const reader = reply.body?.getReader()
    await reader?.read()
    leaving.abort()
    let rows: Record<string, unknown>[] = []
    for (let attempt = 0; attempt < 50 && rows.length === 0; attempt += 1) {
      await sleep(20)
      rows = await logs(simulator)
    }
    const tokens = Number(rows[0]?.['completion_tokens'])
    expect(tokens).toBeGreaterThan(0)
    expect(tokens).toBeLessThan(predictUsage(body).completionTokens / 2)
  })

  it('shows refusals as failure rows and counts them', async () => {
    const simulator = await start()
    await send(simulator, 'POST', '/v1/chat/completions', hello, 'sk-unknown-to-all')
    const [row] = await logs(simulator)
    expect(row).toMatchObject({ status: 'failure', call_type: '', spend: 0 })
    const path = '/user/daily/activity/aggregated?start_date=2020-01-01&end_date=2099-01-01'
    const { metadata } = await jsonOf(await send(simulator, 'GET', path))
    expect(metadata).toMatchObject({ total_failed_requests: 1, total_successful_requests: 0 })
  })
})

describe('limits', () => {
  it('TPM counts one token at admission and the rest afterwards: 59 left, then 6, then 429', async () => {
    const simulator = await start()
    const key = await generate(simulator, { tpm_limit: 60 })
    const usage = { prompt_tokens: 20, completion_tokens: 32 }
    await send(simulator, 'POST', '/simulator/faults', { usage })
    const remaining = async (): Promise<string | null> => {
      const reply = await send(simulator, 'POST', '/v1/chat/completions', hello, key)
      return reply.status === 200
        ? reply.headers.get('x-ratelimit-api_key-remaining-tokens')
        : String(reply.status)
    }
    expect([await remaining(), await remaining(), await remaining()]).toEqual(['59', '6', '429'])
  })

  it('parallel calls are refused above the limit, and admitted again after', async () => {
    const simulator = await start({ chunkDelayMs: 5 })
    const key = await generate(simulator, { max_parallel_requests: 1 })
    const first = await send(simulator, 'POST', '/v1/chat/completions', { ...hello, stream: true }, key)
    const second = await send(simulator, 'POST', '/v1/chat/completions', hello, key)
    expect([first.status, second.status]).toEqual([200, 429])
    expect(second.headers.get('rate_limit_type')).toBe('max_parallel_requests')
    await first.text()
    expect((await send(simulator, 'POST', '/v1/chat/completions', hello, key)).status).toBe(200)
  })

  it('a wrong model is reported before a spent budget', async () => {
    const simulator = await start()
    const key = await generate(simulator, { max_budget: 0, models: ['granite-4-small'] })
    const refused = await jsonOf(
      await send(simulator, 'POST', '/v1/chat/completions', { ...hello, model: 'vision-mini' }, key),
    )
    expect(refused).toMatchObject({ error: { type: 'key_model_access_denied' } })
    const spent = await jsonOf(await send(simulator, 'POST', '/v1/chat/completions', hello, key))
    expect(spent).toMatchObject({ error: { type: 'budget_exceeded' } })
  })
})

describe('answers', () => {
  it('call a forced tool with arguments of its schema', async () => {
    const simulator = await start()
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }]
    const body = { ...hello, tools, tool_choice: 'required' }
    const answer = (await jsonOf(await send(simulator, 'POST', '/v1/chat/completions', body))) as {
      choices: {
        finish_reason: string
        message: { tool_calls: { function: { name: string; arguments: string } }[] }
      }[]
    }
    const call = answer.choices[0]?.message.tool_calls[0]?.function
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
    expect(call?.name).toBe('weather')
    expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'hello there' })
  })

  it('of /v1/responses stream events without event lines, ending in [DONE]', async () => {
    const simulator = await start()
    const body = { model: 'granite-4-small', input: 'hello', stream: true }
    const text = await (await send(simulator, 'POST', '/v1/responses', body)).text()
    expect(text).not.toContain('event:')
    expect(text).toContain('"type":"response.completed"')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('of embeddings come as base64 when asked', async () => {
    const simulator = await start()
    const body = { model: 'text-embedding-small', input: 'hello', dimensions: 8, encoding_format: 'base64' }
    const { data } = (await jsonOf(await send(simulator, 'POST', '/v1/embeddings', body))) as {
      data: { embedding: string }[]
    }
    expect(Buffer.from(data[0]?.embedding ?? '', 'base64')).toHaveLength(32)
  })
})
