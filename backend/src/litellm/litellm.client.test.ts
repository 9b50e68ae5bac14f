import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLiteLLMSimulator, type RunningSimulator } from '@litemaas/scripts/litellm-simulator'
import { createBreakers } from './breakers.ts'
import { putKey } from './deliver-key.ts'
import { driftedFields, keyAlias, keyHash, type DesiredKey } from './desired-key.ts'
import { createLiteLLMClient, type LiteLLMClient } from './litellm.client.ts'

const MASTER_KEY = 'sk-client-test-master'
const installation = 'inst1'

const desired = (value: string, changes: Partial<DesiredKey> = {}): DesiredKey => ({
  hash: keyHash(value),
  alias: keyAlias(installation, value.slice(-8)),
  models: ['granite-4-small'],
  maxBudgetNanoUsd: 1n,
  budgetDuration: '7d',
  rpmLimit: 5,
  tpmLimit: 1000,
  maxParallelRequests: 2,
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  isBlocked: false,
  metadata: { installation, organizationId: 'org', keyId: 'key', version: 1 },
  userId: 'ada+test',
  ...changes,
})

describe.each(['1.81', '1.92'] as const)('the client with LiteLLM %s', (profile) => {
  let simulator: RunningSimulator
  let client: LiteLLMClient

  beforeAll(async () => {
    simulator = await startLiteLLMSimulator({
      masterKey: MASTER_KEY,
      databasePath: ':memory:',
      profile,
      spendLagMs: 20,
    })
    client = createLiteLLMClient({ url: simulator.url, apiKey: MASTER_KEY, breakers: createBreakers() })
  })
  afterAll(async () => {
    await client.close()
    await simulator.close()
  })

  const put = (key: DesiredKey, value?: string) =>
    putKey(client, { key, openValue: () => Promise.resolve(value), installation, now: new Date() })
  const drift = async (key: DesiredKey) => {
    const row = await client.findKey(key.hash)
    return row ? driftedFields(key, row, new Date()) : ['absent']
  }

  test('a key is made, found unchanged, changed, cleared and deleted', async () => {
    const value = 'sk-litellm-lifecycle-0001'
    const first = desired(value)
    expect(await client.findKey(first.hash)).toBeUndefined()
    expect(await put(first)).toBe('lost')
    expect(await put(first, value)).toBe('applied')
    expect(await drift(first)).toEqual([])
    expect(await put(first, value)).toBe('applied')
    const cleared = desired(value, {
      models: [],
      maxBudgetNanoUsd: null,
      budgetDuration: null,
      rpmLimit: null,
      tpmLimit: null,
      maxParallelRequests: null,
      expiresAt: null,
      isBlocked: true,
      metadata: { ...first.metadata, version: 2 },
    })
    expect(await put(cleared)).toBe('applied')
    expect(await drift(cleared)).toEqual([])
    expect(await put(first)).toBe('applied')
    expect(await drift(first)).toEqual([])
    expect(await client.deleteKey(first.hash)).toBe(true)
    expect(await client.deleteKey(first.hash)).toBe(false)
    expect(await client.findKey(first.hash)).toBeUndefined()
  })

  test('a value that is not the one of the hash is never sent', async () => {
    await expect(put(desired('sk-litellm-right-0001'), 'sk-litellm-wrong-0001')).rejects.toMatchObject({
      failure: { kind: 'invalid' },
    })
    expect(await client.findKey(keyHash('sk-litellm-wrong-0001'))).toBeUndefined()
  })

  test('all pages are read, and each key once', async () => {
    const hashes = new Set<string>()
    for (let index = 0; index < 205; index += 1) {
      const value = `sk-litellm-page-${String(index).padStart(8, '0')}`
      hashes.add((await client.generateKey(value, { key_alias: `page-${index}` })) ?? '')
    }
    const seen: string[] = []
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const answer = await client.listKeys(page)
      pages = answer.totalPages
      seen.push(...answer.keys.map((key) => key.token ?? ''))
    }
    expect(new Set(seen)).toEqual(hashes)
    expect(seen).toHaveLength(205)
    expect(await client.findKeyByAlias('page-117')).toMatchObject({
      token: keyHash('sk-litellm-page-00000117'),
    })
    expect(await client.findKeyByAlias('page-11')).toMatchObject({
      token: keyHash('sk-litellm-page-00000011'),
    })
  })

  test('spend is found by key and by request, as decimal text', async () => {
    const value = 'sk-litellm-spend-00001'
    await client.generateKey(value, { models: ['granite-4-small'] })
    const answer = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'granite-4-small', messages: [{ role: 'user', content: 'hi' }] }),
    })
    const { id } = (await answer.json()) as { id: string }
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
    const range = { startDate: `${day(-1)} 00:00:00`, endDate: `${day(1)} 00:00:00`, page: 1 }
    const find = (filter: object) => client.listSpendLogs({ ...range, ...filter })
    await expect
      .poll(async () => (await find({ keyHash: keyHash(value) })).data)
      .toMatchObject([{ request_id: id, model_group: 'granite-4-small' }])
    const [row] = (await find({ requestId: id })).data
    expect(Number(row?.spend)).toBeGreaterThan(0)
    expect(row?.spend).toBeTypeOf('string')
  })

  test('models, readiness and the probe', async () => {
    expect((await client.listModels()).length).toBeGreaterThanOrEqual(5)
    expect((await client.readiness()).db).toBe('connected')
    await client.probeKeys()
  })
})
