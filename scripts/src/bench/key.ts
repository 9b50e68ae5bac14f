import { setTimeout as sleep } from 'node:timers/promises'
import { mintToken } from '../launcher/sign-in.ts'
import { MODEL } from './calls.ts'

export interface BenchKey {
  readonly id: string
  readonly secret: string
}

/** Every check has something to count, and none of them ever refuses. */
const LIMITS = { rpmLimit: 2_000_000_000, tpmLimit: 2_000_000_000 }

/** Signs in, subscribes and creates a key, as a person would. */
export async function createKey(url: string): Promise<BenchKey> {
  const token = await mintToken(url, 'alice')
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${String(response.status)}: ${await response.text()}`)
    return ((await response.json()) as { data: T }).data
  }
  const modelId = await findModel(() => ask('GET', '/api/v1/models?limit=100'))
  await ask('POST', '/api/v1/subscriptions', { modelId })
  const { id, key } = await ask<{ id: string; key: string }>('POST', '/api/v1/api-keys', {
    name: 'bench',
    modelIds: [modelId],
    maxBudget: 1_000_000,
    budgetDuration: '1mo',
    maxParallelRequests: 10_000,
    ...LIMITS,
    modelLimits: [{ modelId, maxBudget: 500_000, ...LIMITS }],
  })
  return { id, secret: key }
}

/** The first synchronization of the catalogue may still be under way. */
async function findModel(list: () => Promise<Array<{ id: string; name: string }>>): Promise<string> {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const found = (await list()).find((model) => model.name === MODEL)
    if (found) return found.id
    await sleep(100)
  }
  throw new Error(`The catalogue does not list ${MODEL}.`)
}
