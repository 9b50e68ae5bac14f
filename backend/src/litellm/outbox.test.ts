import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KIND, openStage, ORGANIZATION, type Stage, type StageKey } from '../../test/support/litellm-stage.ts'
import type { LiteLLM } from './index.ts'
import { claim } from './intents.queries.ts'

let stage: Stage
let litellm: LiteLLM

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.alarms.length = 0
  litellm = stage.open()
})
afterEach(async () => {
  await stage.clearFaults()
  await litellm.stop(500)
})

const there = async (key: StageKey) => (await stage.keysThere()).get(key.hash)
const eventually = (look: () => unknown, timeout = 10_000) => expect.poll(look, { timeout, interval: 25 })
const states = async (key: StageKey) => (await stage.intents(key)).map((intent) => intent.state)

describe('creating a key', () => {
  test('it exists at LiteLLM within the wait, with everything that it should have', async () => {
    litellm.start()
    const key = await stage.createKey(litellm, { rpmLimit: 7 })
    expect(await litellm.worker.waitFor(key.intentId, 2000)).toBe('done')
    expect(await there(key)).toMatchObject({
      key_alias: `litemaas-${await litellm.installation()}-${key.id}`,
      models: ['granite-4-small'],
      max_budget: 2.5,
      budget_duration: '1mo',
      rpm_limit: 7,
      blocked: false,
      user_id: 'stage-user',
      metadata: { installation: await litellm.installation(), keyId: key.id, version: 1 },
    })
    expect(await stage.row(key)).toMatchObject({ applied: 1, note: 'applied' })
  })

  test('its value is unreadable while it waits and gone afterwards', async () => {
    const key = await stage.createKey(litellm)
    const [waiting] = await stage.query(
      'select secret, payload::text from litellm_intents where resource_id = $1',
      [key.id],
    )
    const secret = waiting?.['secret']
    const sealed = Buffer.isBuffer(secret) ? secret.toString('latin1') : ''
    expect(sealed.length).toBeGreaterThan(20)
    expect(sealed).not.toContain(key.value.slice(0, 12))
    litellm.start()
    await eventually(() => stage.intents(key)).toMatchObject([{ state: 'done', hasSecret: false }])
  })

  test('works with LiteLLM directly', async () => {
    litellm.start()
    const key = await stage.createKey(litellm)
    await litellm.worker.waitFor(key.intentId, 2000)
    const answer = await fetch(`${stage.simulatorUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.value}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'granite-4-small', messages: [{ role: 'user', content: 'hello' }] }),
    })
    expect(answer.status).toBe(200)
  })

  test.each<[string, object]>([
    ['created, then 500', { match: { path: '/key/generate' }, times: 1, failAfterEffect: 500 }],
    [
      'created, then the connection broke',
      { match: { path: '/key/generate' }, times: 1, resetAfterEffect: true },
    ],
    ['created, then garbage', { match: { path: '/key/generate' }, times: 1, garbage: true }],
    ['created, then truncated', { match: { path: '/key/generate' }, times: 1, truncatedJson: true }],
    [
      'created, then no answer in time',
      { match: { path: '/key/generate' }, times: 1, delayAfterEffectMs: 900 },
    ],
    ['not created: 503', { match: { path: '/key/generate' }, times: 2, failBefore: 503 }],
    ['not created: HTML', { match: { path: '/key/*' }, times: 3, failBefore: 502, html: true }],
    [
      'not created: connection refused half way',
      { match: { path: '/key/generate' }, times: 2, resetBeforeHeaders: true },
    ],
  ])('exactly one key after: %s', async (_name, fault) => {
    await stage.fault({ ...fault })
    litellm.start()
    const key = await stage.createKey(litellm)
    await eventually(() => states(key)).toEqual(['done'])
    const alias = `litemaas-${await litellm.installation()}-${key.id}`
    expect([...(await stage.keysThere()).values()].filter((row) => row['key_alias'] === alias)).toHaveLength(
      1,
    )
    expect((await stage.row(key)).applied).toBe(1)
    expect((await stage.intents(key))[0]?.attempts).toBe(0)
  })

  test('the wait ends at once when the first delivery fails, and LiteLLM is told later', async () => {
    await stage.fault({ match: { path: '/key/generate' }, times: 1, failBefore: 500 })
    litellm.start()
    const key = await stage.createKey(litellm)
    const started = performance.now()
    expect(await litellm.worker.waitFor(key.intentId, 5000)).toBe('pending')
    expect(performance.now() - started).toBeLessThan(2000)
    await eventually(() => states(key)).toEqual(['done'])
  })

  test('an alias that a left-over of ours holds is freed; one of somebody else is not touched', async () => {
    const [ours, foreign] = [await stage.createKey(litellm), await stage.createKey(litellm)]
    const alias = async (key: StageKey) => `litemaas-${await litellm.installation()}-${key.id}`
    const plant = async (key: StageKey, metadata: object) =>
      (await stage.ask('POST', '/key/generate', { key_alias: await alias(key), metadata })).body as {
        token: string
      }
    const leftOver = await plant(ours, { installation: await litellm.installation() })
    const stranger = await plant(foreign, { owner: 'somebody' })
    litellm.start()
    await eventually(() => states(ours)).toEqual(['done'])
    await eventually(async () => (await stage.intents(foreign))[0]?.attempts ?? 0).toBeGreaterThan(0)
    const keys = await stage.keysThere()
    expect(keys.has(ours.hash)).toBe(true)
    expect(keys.has(leftOver.token)).toBe(false)
    expect(keys.has(stranger.token)).toBe(true)
    expect(keys.has(foreign.hash)).toBe(false)
    await stage.query('update litellm_intents set state = $1 where resource_id = $2', ['done', foreign.id])
    await stage.ask('POST', '/key/delete', { keys: [stranger.token] })
  })
})

describe('changing and revoking', () => {
  test('several changes before the first delivery are one delivery of the last state', async () => {
    const key = await stage.createKey(litellm)
    for (const limit of [10, 20, 30]) await stage.changeKey(litellm, key, limit)
    litellm.start()
    await eventually(() => states(key)).toEqual(['done', 'done', 'done', 'done'])
    expect(await there(key)).toMatchObject({ rpm_limit: 30, metadata: { version: 4 } })
    expect(await stage.row(key)).toMatchObject({ applied: 4 })
  })

  test('a revoked key is gone, also when it had never been created', async () => {
    const [never, known] = [await stage.createKey(litellm), await stage.createKey(litellm)]
    await stage.revokeKey(litellm, never)
    litellm.start()
    await litellm.worker.waitFor(known.intentId, 2000)
    const intentId = await stage.revokeKey(litellm, known)
    expect(await litellm.worker.waitFor(intentId, 2000)).toBe('done')
    await eventually(() => states(never)).toEqual(['done', 'done'])
    expect(await there(known)).toBeUndefined()
    expect(await there(never)).toBeUndefined()
    expect((await stage.intents(never)).some((intent) => intent.hasSecret)).toBe(false)
  })

  test('a revocation is told as soon as LiteLLM is back, however long it was away', async () => {
    litellm.start()
    const key = await stage.createKey(litellm)
    await litellm.worker.waitFor(key.intentId, 2000)
    await stage.fault({ match: { path: '/key/*' }, failBefore: 500 })
    await stage.fault({ match: { path: '/health/*' }, failBefore: 503 })
    await stage.revokeKey(litellm, key)
    // Enough other work to open the breaker.
    for (let index = 0; index < 6; index += 1) await stage.createKey(litellm)
    await eventually(() => litellm.health()).toBe('down')
    await stage.query(
      `update litellm_intents set next_at = now() + interval '5 minutes' where state = 'pending'`,
    )
    await stage.clearFaults()
    await eventually(() => there(key)).toBeUndefined()
    await eventually(async () => (await litellm.outboxDepth()).pending).toBe(0)
    expect(litellm.health()).toBe('up')
  })

  test('a refused revocation is never given up; a refused change is, visibly, and can be put back to work', async () => {
    litellm.start()
    const [kept, gone] = [await stage.createKey(litellm), await stage.createKey(litellm)]
    for (const key of [kept, gone]) await litellm.worker.waitFor(key.intentId, 2000)
    const refuse = (path: string) => stage.fault({ match: { path }, failBefore: 400 })
    await refuse('/key/update')
    await refuse('/key/delete')
    const change = await stage.changeKey(litellm, kept, 3)
    await stage.revokeKey(litellm, gone)
    const attempts = async (key: StageKey) => {
      await litellm.worker.hurry()
      return (await stage.intents(key)).at(-1)?.attempts ?? 0
    }
    await eventually(() => attempts(kept)).toBe(12)
    await eventually(() => attempts(gone)).toBeGreaterThan(12)
    expect(await states(kept)).toEqual(['done', 'dead'])
    expect((await stage.intents(gone)).at(-1)?.state).not.toBe('dead')
    expect(await stage.row(kept)).toMatchObject({ note: 'failed' })
    expect(stage.alarms.map((alarm) => alarm.kind)).toContain('intent_dead')
    await stage.clearFaults()
    await litellm.worker.hurry()
    await eventually(() => there(gone)).toBeUndefined()
    expect(await litellm.redrive(change)).toBe(true)
    await eventually(() => states(kept)).toEqual(['done', 'done'])
    expect(await there(kept)).toMatchObject({ rpm_limit: 3 })
  })

  test('a rejected admin key is neither absence nor an attempt', async () => {
    litellm.start()
    const key = await stage.createKey(litellm)
    await litellm.worker.waitFor(key.intentId, 2000)
    const unauthorized = stage.open({ apiKey: 'sk-not-the-admin-key' })
    await litellm.stop()
    const intentId = await stage.revokeKey(unauthorized, key)
    unauthorized.start()
    await eventually(async () => (await stage.intents(key)).at(-1)?.lastError ?? '').toMatch(/401/)
    expect((await stage.intents(key)).at(-1)).toMatchObject({ attempts: 0 })
    expect(await there(key)).toBeDefined()
    await unauthorized.stop(500)
    const again = stage.open()
    again.start()
    expect(await again.worker.waitFor(intentId, 3000)).toBe('done')
    await again.stop()
  })

  test('a key whose value is known to nobody any more is reported as lost', async () => {
    litellm.start()
    const key = await stage.createKey(litellm)
    await litellm.worker.waitFor(key.intentId, 2000)
    await stage.ask('POST', '/key/delete', { keys: [key.hash] })
    await stage.changeKey(litellm, key, 5)
    await eventually(async () => (await stage.row(key)).note).toBe('lost')
    expect(stage.alarms.map((alarm) => alarm.kind)).toContain('key_lost')
  })
})

describe('several processes', () => {
  test('deliver every intent once in effect, and never two at a time for one key', async () => {
    const others = [stage.open(), stage.open()]
    const keys = await Promise.all(Array.from({ length: 30 }, () => stage.createKey(litellm)))
    for (const process of [litellm, ...others]) process.start()
    for (const limit of [1, 2, 3]) await Promise.all(keys.map((key) => stage.changeKey(litellm, key, limit)))
    await eventually(
      async () => (await litellm.outboxDepth()).pending + (await litellm.outboxDepth()).leased,
      20_000,
    ).toBe(0)
    const found = await stage.keysThere()
    for (const key of keys) expect(found.get(key.hash)).toMatchObject({ rpm_limit: 3 })
    for (const key of keys) expect(await stage.row(key)).toMatchObject({ applied: 4 })
    await Promise.all(others.map((process) => process.stop()))
  })

  test('cannot lease the same key, neither before nor after the first one commits', async () => {
    const key = await stage.createKey(litellm)
    const options = { limit: 50, leaseSeconds: 30, busy: [] }
    const [claimed, committing] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
    const first = stage.platform.transaction('first', async (tx) => {
      claimed.resolve((await claim(tx, options)).filter((row) => row.resourceId === key.id).length)
      await committing.promise
    })
    const claimAgain = async () => {
      const rows = await stage.platform.transaction('second', (tx) => claim(tx, options))
      return rows.filter((row) => row.resourceId === key.id).length
    }
    expect(await claimed.promise).toBe(1)
    await stage.changeKey(litellm, key, 1)
    expect(await claimAgain()).toBe(0)
    committing.resolve()
    await first
    expect(await claimAgain()).toBe(0)
    await stage.query(
      "update litellm_intents set state = 'pending', lease_until = null where state = 'leased'",
    )
    expect(await claimAgain()).toBe(2)
    await stage.query(
      "update litellm_intents set state = 'pending', lease_until = null where state = 'leased'",
    )
  })

  test('what a vanished process had leased is delivered after the lease', async () => {
    const key = await stage.createKey(litellm)
    await stage.query(
      `update litellm_intents set state = 'leased', lease_until = now() + interval '1 second' where resource_id = $1`,
      [key.id],
    )
    litellm.start()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await there(key)).toBeUndefined()
    await eventually(() => states(key)).toEqual(['done'])
    expect(await there(key)).toBeDefined()
  })

  test('stopping finishes what is under way', async () => {
    await stage.fault({ match: { path: '/key/generate' }, times: 1, delayMs: 300 })
    const key = await stage.createKey(litellm)
    litellm.start()
    await eventually(() => states(key)).toEqual(['leased'])
    await litellm.stop(2000)
    expect(await states(key)).toEqual(['done'])
  })
})

test('an intent of a transaction that is rolled back never existed', async () => {
  litellm.start()
  const scope = { organizationId: ORGANIZATION, userId: null, requestId: 'x' }
  const before = (await stage.intents()).length
  const failing = stage.database.transaction(scope, async (tx) => {
    await litellm.outbox.enqueueIntent(tx, {
      organizationId: scope.organizationId,
      kind: KIND,
      resourceId: crypto.randomUUID(),
      operation: 'put',
      desiredVersion: 1,
    })
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  expect(await stage.intents()).toHaveLength(before)
})
