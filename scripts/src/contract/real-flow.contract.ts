import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../launcher/places.ts'
import { mintToken } from '../launcher/sign-in.ts'
import { freePort } from '../postgres/index.ts'

// The main job of the whole product in `service` mode, with the same real LiteLLM proxy behind it.

const { env } = process
const litellmUrl = env['LITELLM_CONTRACT_URL']
const litellmKey = env['LITELLM_CONTRACT_KEY']
const modelName = env['LITELLM_CONTRACT_CHAT_MODEL'] ?? 'contract-chat'

interface Model {
  id: string
  name: string
  inputPricePerMillion: number
  outputPricePerMillion: number
}
interface Usage {
  requests: number
  promptTokens: number
  completionTokens: number
  cost: number
}

let launcher: ChildProcess
let screen = ''
let folder: string
let url: string
let token: string

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`)
  return (JSON.parse(text) as { data: T }).data
}

beforeAll(async () => {
  if (litellmUrl === undefined || litellmKey === undefined)
    throw new Error(
      'LITELLM_CONTRACT_URL and LITELLM_CONTRACT_KEY name the LiteLLM proxy; real.contract.ts says how to have one.',
    )
  folder = await mkdtemp(join(tmpdir(), 'litemaas-real-flow-'))
  await chmod(folder, 0o711)
  const port = await freePort()
  launcher = spawn(process.execPath, [join(repositoryRoot, 'scripts', 'start.mjs')], {
    env: {
      PATH: env['PATH'],
      HOME: env['HOME'],
      LITEMAAS_DATA: folder,
      PORT: String(port),
      LITELLM_API_URL: litellmUrl,
      LITELLM_API_KEY: litellmKey,
      LITELLM_KEY_MODE: 'service',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [launcher.stdout, launcher.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (screen += text))
  for (const end = Date.now() + 60_000; !screen.includes('Ctrl-C stops everything'); await sleep(50)) {
    if (launcher.exitCode !== null || Date.now() > end)
      throw new Error(`The launcher did not start:\n${screen}`)
  }
  url = `http://localhost:${String(port)}`
  token = await mintToken(url, 'alice')
}, 90_000)

afterAll(async () => {
  const ended = new Promise((done) => launcher.once('close', done))
  launcher.kill('SIGTERM')
  await ended
  await rm(folder, { recursive: true, force: true })
}, 60_000)

describe('the main job in service mode on a real LiteLLM proxy', () => {
  let model: Model
  let client: OpenAI

  test('sign in, list, subscribe, mint a key', async () => {
    const models = await expect
      .poll(async () => ask<Model[]>('GET', '/api/v1/models?limit=100'), { timeout: 30_000 })
      .toContainEqual(expect.objectContaining({ name: modelName }))
      .then(async () => ask<Model[]>('GET', '/api/v1/models?limit=100'))
    model = models.find((one) => one.name === modelName) as Model
    expect(model.outputPricePerMillion).toBeGreaterThan(0)
    const subscription = await ask<{ status: string }>('POST', '/api/v1/subscriptions', { modelId: model.id })
    expect(subscription.status).toBe('active')
    const created = await ask<{ key: string; syncState: string }>('POST', '/api/v1/api-keys', {
      name: 'real flow',
      modelIds: [model.id],
      maxBudget: 1,
    })
    expect(created.syncState).toBe('synced')
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: created.key, maxRetries: 0 })
  })

  test('a completion and a stream cost what their tokens cost', async () => {
    const messages = [{ role: 'user' as const, content: 'Say something short.' }]
    const answer = await client.chat.completions.create({ model: modelName, messages, max_tokens: 50 })
    expect(answer.choices[0]?.message.content).toBeTruthy()
    const stream = await client.chat.completions.create({
      model: modelName,
      messages,
      max_tokens: 50,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let streamed: OpenAI.CompletionUsage | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      streamed = chunk.usage ?? streamed
    }
    expect(text).toBe(answer.choices[0]?.message.content)
    const plain = await client.chat.completions.create({
      model: modelName,
      messages,
      max_tokens: 50,
      stream: true,
    })
    let hasUsage = false
    for await (const chunk of plain) hasUsage ||= Boolean(chunk.usage)
    expect(hasUsage).toBe(false)

    const nano = (used: OpenAI.CompletionUsage | undefined): number =>
      Math.ceil(
        Number(
          (
            (used?.prompt_tokens ?? 0) * model.inputPricePerMillion * 1e3 +
            (used?.completion_tokens ?? 0) * model.outputPricePerMillion * 1e3
          ).toFixed(3),
        ),
      )
    expect(nano(answer.usage)).toBeGreaterThan(0)
    // The unasked stream is the same call as the asked one.
    const expected = nano(answer.usage) + 2 * nano(streamed)
    await expect
      .poll(async () => Math.round((await ask<Usage>('GET', '/api/v1/usage/summary')).cost * 1e9), {
        timeout: 5000,
      })
      .toBe(expected)
    const { requests, promptTokens } = await ask<Usage>('GET', '/api/v1/usage/summary')
    expect(requests).toBe(3)
    expect(promptTokens).toBe((answer.usage?.prompt_tokens ?? 0) + 2 * (streamed?.prompt_tokens ?? 0))
    const logs = await ask<{ isEstimated: boolean; outcome: string }[]>('GET', '/api/v1/usage/logs')
    expect(logs.map((row) => [row.outcome, row.isEstimated])).toEqual(Array(3).fill(['success', false]))
  })

  test('a key without this model, and a revoked one, are refused before the proxy is asked', async () => {
    const refused = async (model: string): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }] }).then(
        () => undefined,
        (error: unknown) => error,
      )
    expect(await refused('no-such-model')).toBeInstanceOf(OpenAI.NotFoundError)
    const [key] = await ask<{ id: string }[]>('GET', '/api/v1/api-keys')
    const response = await fetch(`${url}/api/v1/api-keys/${String(key?.id)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(204)
    expect(await refused(modelName)).toBeInstanceOf(OpenAI.AuthenticationError)
  })
})
