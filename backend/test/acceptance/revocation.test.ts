import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLiteLLMSimulator, type RunningSimulator } from '@litemaas/scripts/litellm-simulator'
import { freePort } from '@litemaas/scripts/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { api, eventually, Product, type Replica } from './support.ts'

const CHAT = 'granite-4-small'
const MASTER_KEY = 'sk-acceptance-of-the-revocation-16180'
const body = { model: CHAT, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 3 }

let product: Product
let replica: Replica
let folder: string
let port: number
let litellm: RunningSimulator

/** Ours, so that it can be stopped and started again on its data. */
const startLiteLLM = async (): Promise<RunningSimulator> =>
  startLiteLLMSimulator({
    masterKey: MASTER_KEY,
    databasePath: join(folder, 'litellm.db'),
    port,
    spendLagMs: 500,
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'litemaas-revocation-'))
  port = await freePort()
  litellm = await startLiteLLM()
  product = await Product.start({ LITELLM_API_URL: litellm.url, LITELLM_API_KEY: MASTER_KEY })
  replica = await product.startReplica()
})
afterEach(async () => product.clearFaults())
afterAll(async () => {
  await product.stop()
  await litellm.close()
  await rm(folder, { recursive: true, force: true })
})

/** Constant traffic with one key against one server, until stopped; knows when the last accepted call had begun. */
class Traffic {
  lastAcceptedAt = 0
  accepted = 0
  readonly refusals = new Set<string>()
  #isOver = false
  readonly #done: Promise<unknown>

  constructor(url: string, key: string) {
    this.#done = Promise.all([this.#run(url, key), this.#run(url, key)])
  }

  async #run(url: string, key: string): Promise<void> {
    const call = api(url, key)
    while (!this.#isOver) {
      const startedAt = Date.now()
      const { status, body: answer } = await call('POST', '/v1/chat/completions', body)
      if (status === 200) {
        this.accepted += 1
        this.lastAcceptedAt = Math.max(this.lastAcceptedAt, startedAt)
      } else this.refusals.add(`${String(status)} ${String(answer.error.code)}`)
      await sleep(10)
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#done
  }
}

const isKnownThere = async (key: string): Promise<boolean> => {
  const hash = createHash('sha256').update(key).digest('hex')
  const { status } = await product.litellm('GET', `/key/info?key=${hash}`)
  if (status !== 200 && status !== 404) throw new Error(`LiteLLM answered ${String(status)}`)
  return status === 200
}

const gone = async (key: string, withinMs: number): Promise<void> =>
  eventually(async () => expect(await isKnownThere(key)).toBe(false), withinMs)

const isRefused = async (key: string): Promise<void> => {
  for (const url of [product.url, replica.url]) {
    const answer = await api(url, key)('POST', '/v1/chat/completions', body)
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
  }
}

/** Ends a key's right while both servers are busy with it, and asks when the last call got through. */
async function watch(key: string, end: () => Promise<void>): Promise<void> {
  const traffic = [new Traffic(product.url, key), new Traffic(replica.url, key)]
  await eventually(() => {
    for (const one of traffic) expect(one.accepted).toBeGreaterThan(20)
  }, 20_000)
  await end()
  const endedAt = Date.now()
  await sleep(1500)
  await Promise.all(traffic.map((one) => one.stop()))
  for (const one of traffic) {
    expect(one.lastAcceptedAt - endedAt).toBeLessThanOrEqual(1000)
    // A call that was on its way to LiteLLM when the key ended there, too, is 503; from then on each is 401.
    const refusals = [...one.refusals].filter((refusal) => refusal !== '503 upstream_unavailable')
    expect(refusals).toEqual(['401 invalid_api_key'])
  }
}

describe('what ends a key ends it in every process', () => {
  test('revocation, within a second, with warm caches and constant traffic', async () => {
    const alice = await product.as('alice')
    for (let round = 0; round < 3; round += 1) {
      const { id, key } = await product.createKey('alice', [CHAT])
      await watch(key, async () => expect((await alice('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204))
      await gone(key, 10_000)
    }
  })

  test('being disabled; and what is given back works again', async () => {
    const bob = await product.as('bob')
    const { id, key } = await product.createKey('bob', [CHAT])
    await watch(key, async () => {
      expect((await bob('PATCH', `/api/v1/api-keys/${id}`, { isDisabled: true })).status).toBe(200)
    })
    expect((await bob('PATCH', `/api/v1/api-keys/${id}`, { isDisabled: false })).status).toBe(200)
    await eventually(async () => {
      for (const url of [product.url, replica.url])
        expect((await api(url, key)('POST', '/v1/chat/completions', body)).status).toBe(200)
    })
  })

  test('the deactivation of its owner, whose sessions and tokens end too', async () => {
    const bob = await product.as('bob')
    const { key } = await product.createKey('bob', [CHAT])
    const { body: me } = await bob('GET', '/api/auth/me')
    const setStatus = async (status: string): Promise<void> => {
      await product.query(`update users set status = $1 where id = $2`, [status, me.data.user.id])
      await product.query(`select pg_notify('identity_changed', $1)`, [`user:${String(me.data.user.id)}`])
    }
    await watch(key, () => setStatus('disabled'))
    for (const url of [product.url, replica.url]) {
      expect((await api(url, await product.token('bob'))('GET', '/api/auth/me')).status).toBe(401)
    }
    await setStatus('active')
    await eventually(async () =>
      expect((await api(replica.url, key)('POST', '/v1/chat/completions', body)).status).toBe(200),
    )
  })

  test('a rotation: the old secret ends at once, the new one works on both', async () => {
    const alice = await product.as('alice')
    const { id, key } = await product.createKey('alice', [CHAT])
    let fresh = ''
    await watch(key, async () => {
      const { status, body: rotated } = await alice('POST', `/api/v1/api-keys/${id}/rotate`)
      expect(status).toBe(200)
      fresh = rotated.data.key as string
    })
    for (const url of [product.url, replica.url])
      expect((await api(url, fresh)('POST', '/v1/chat/completions', body)).status).toBe(200)
    await gone(key, 10_000)
  })
})

describe('a revocation does not wait for LiteLLM', () => {
  test.for([
    ['answers 500', { failBefore: 500, times: 3 }],
    ['has done it and answers 500', { failAfterEffect: 500, times: 1 }],
    ['is slow', { delayMs: 3000, times: 1 }],
    ['breaks the connection', { resetBeforeHeaders: true, times: 3 }],
    ['answers with garbage', { garbage: true, times: 2 }],
  ] as const)('that %s: refused here at once, gone there in the end', async ([, fault]) => {
    const alice = await product.as('alice')
    const { id, key } = await product.createKey('alice', [CHAT])
    await eventually(async () => expect(await isKnownThere(key)).toBe(true))
    await product.fault({ match: { path: '/key/delete' }, ...fault })
    const startedAt = Date.now()
    expect((await alice('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
    expect(Date.now() - startedAt).toBeLessThan(1000)
    await sleep(100)
    await isRefused(key)
    await gone(key, 30_000)
    await eventually(async () => {
      const { body: read } = await alice('GET', `/api/v1/api-keys/${id}`)
      expect(read.data).toMatchObject({ status: 'revoked', syncState: 'synced' })
    }, 15_000)
  })

  test('that is stopped', { timeout: 90_000 }, async () => {
    const alice = await product.as('alice')
    const { id, key } = await product.createKey('alice', [CHAT])
    const other = await product.createKey('alice', [CHAT])
    await litellm.close()
    const startedAt = Date.now()
    expect((await alice('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
    expect(Date.now() - startedAt).toBeLessThan(1000)
    await sleep(100)
    await isRefused(key)
    const unreachable = await api(product.url, other.key)('POST', '/v1/chat/completions', body)
    expect(unreachable).toMatchObject({ status: 503, body: { error: { code: 'upstream_unavailable' } } })
    expect(Number(unreachable.headers.get('retry-after'))).toBeGreaterThan(0)
    const { body: read } = await alice('GET', `/api/v1/api-keys/${id}`)
    expect(read.data).toMatchObject({ status: 'revoked', syncState: 'pending' })
    await eventually(async () => {
      const { body: health } = await api(product.url)('GET', '/health/ready')
      expect(health).toMatchObject({ status: 'degraded', degraded: ['litellm'] })
    }, 20_000)
    const meanwhile = await alice('POST', '/api/v1/api-keys', {
      name: 'meanwhile',
      modelIds: [read.data.models[0].id],
    })
    expect(meanwhile).toMatchObject({ status: 201, body: { data: { syncState: 'pending' } } })

    litellm = await startLiteLLM()
    await gone(key, 60_000)
    await eventually(async () => expect(await isKnownThere(meanwhile.body.data.key)).toBe(true), 30_000)
    await eventually(async () => {
      for (const one of [other.key, meanwhile.body.data.key as string])
        expect((await api(replica.url, one)('POST', '/v1/chat/completions', body)).status).toBe(200)
    }, 15_000)
  })
})
