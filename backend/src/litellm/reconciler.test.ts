import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStage, type Stage, type StageKey } from '../../test/support/litellm-stage.ts'
import type { LiteLLM } from './index.ts'

let stage: Stage
let litellm: LiteLLM

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.query('delete from litellm_intents')
  await stage.query('delete from stage_keys')
  const hashes = [...(await stage.keysThere()).keys()]
  if (hashes.length > 0) await stage.ask('POST', '/key/delete', { keys: hashes })
  stage.alarms.length = 0
  litellm = stage.open({ reconcileIntervalSeconds: 0.2, orphanAgeSeconds: 0 })
})
afterEach(async () => {
  await stage.clearFaults()
  await litellm.stop(500)
})

const eventually = (look: () => unknown) => expect.poll(look, { timeout: 10_000, interval: 25 })
const there = async (key: StageKey) => (await stage.keysThere()).get(key.hash)
const alarms = () => stage.alarms.map((alarm) => alarm.kind)

async function created(count = 1): Promise<StageKey[]> {
  const keys = []
  for (let index = 0; index < count; index += 1) keys.push(await stage.createKey(litellm, { rpmLimit: 7 }))
  litellm.worker.start()
  for (const key of keys) expect(await litellm.worker.waitFor(key.intentId, 5000)).toBe('done')
  return keys
}

/** A key that only LiteLLM knows. */
async function plant(alias: string, metadata: object): Promise<string> {
  const { body } = await stage.ask('POST', '/key/generate', { key_alias: alias, metadata })
  return (body as { token: string }).token
}

test('when all agree, nothing is done', async () => {
  await created(9)
  expect(await litellm.reconciler.run()).toEqual({
    compared: 9,
    missing: 0,
    drifted: 0,
    orphansRemoved: 0,
    foreign: 0,
  })
  expect(await stage.query("select 1 from litellm_intents where state <> 'done'")).toEqual([])
})

describe('what was changed at LiteLLM by hand is put right', () => {
  test.each<[string, object]>([
    ['a limit', { rpm_limit: 9999 }],
    ['no models, which means all', { models: [] }],
    ['another budget', { max_budget: 100 }],
    ['blocked', { blocked: true }],
    ['another alias', { key_alias: 'renamed' }],
    ['other metadata', { metadata: { installation: 'other' } }],
    ['an expiry', { duration: '30d' }],
  ])('%s', async (_name, change) => {
    const [key] = await created()
    if (!key) throw new Error('no key')
    const before = await there(key)
    await stage.ask('POST', '/key/update', { key: key.hash, ...change })
    litellm.start()
    const { updated_at: _at, budget_reset_at: _reset, ...expected } = before ?? {}
    await eventually(() => there(key)).toMatchObject(expected)
  })
})

test('a key that vanished there is reported as lost, because its value is known to nobody', async () => {
  const [key] = await created()
  if (!key) throw new Error('no key')
  await stage.ask('POST', '/key/delete', { keys: [key.hash] })
  litellm.start()
  await eventually(async () => (await stage.row(key)).note).toBe('lost')
})

test('a key that vanished before its value was wiped is made again', async () => {
  const key = await stage.createKey(litellm)
  await stage.fault({ match: { path: '/key/generate' }, times: 1, failAfterEffect: 500 })
  litellm.worker.start()
  await litellm.worker.waitFor(key.intentId, 2000)
  await stage.ask('POST', '/key/delete', { keys: [key.hash] })
  litellm.start()
  await eventually(() => there(key)).toBeDefined()
})

describe('keys that nobody wants', () => {
  test('ours go, others stay', async () => {
    await created(3)
    const installation = await litellm.installation()
    const ours = await plant(`litemaas-${installation}-left-over`, { installation })
    const strangers = [
      await plant('somebody', { installation }),
      await plant('litemaas-other-x', { installation: 'other' }),
      await plant(`litemaas-${installation}-no-metadata`, {}),
    ]
    expect(await litellm.reconciler.run()).toMatchObject({ orphansRemoved: 1, foreign: 1 })
    const left = await stage.keysThere()
    expect(left.has(ours)).toBe(false)
    for (const hash of strangers) expect(left.has(hash)).toBe(true)
    expect(left.size).toBe(6)
    expect(alarms()).toEqual(['foreign_object'])
  })

  test('young ones are left alone', async () => {
    const patient = stage.open({ orphanAgeSeconds: 120 })
    const installation = await litellm.installation()
    const young = await plant(`litemaas-${installation}-young`, { installation })
    expect(await patient.reconciler.run()).toMatchObject({ orphansRemoved: 0 })
    expect((await stage.keysThere()).has(young)).toBe(true)
  })

  test('too many at once: none goes, and somebody is called', async () => {
    const installation = await litellm.installation()
    for (let index = 0; index < 21; index += 1)
      await plant(`litemaas-${installation}-${index}`, { installation })
    expect(await litellm.reconciler.run()).toMatchObject({ orphansRemoved: 0 })
    expect((await stage.keysThere()).size).toBe(21)
    expect(alarms()).toEqual(['too_many_orphans'])
  })

  test('a revoked key that LiteLLM still has', async () => {
    const [key] = await created()
    if (!key) throw new Error('no key')
    await stage.query('update stage_keys set is_revoked = true')
    expect(await litellm.reconciler.run()).toMatchObject({ orphansRemoved: 1 })
    expect(await there(key)).toBeUndefined()
  })
})

test('what the outbox is busy with, or has given up on, is left to it', async () => {
  const [waiting, dead] = [await stage.createKey(litellm), await stage.createKey(litellm)]
  await stage.query("update litellm_intents set state = 'dead' where resource_id = $1", [dead.id])
  expect(await litellm.reconciler.run()).toMatchObject({ compared: 2, missing: 0 })
  expect(await stage.intents(waiting)).toHaveLength(1)
  expect(await stage.intents(dead)).toHaveLength(1)
})

test('one process at a time', async () => {
  const other = stage.open()
  await created(2)
  await stage.fault({ match: { path: '/key/list' }, times: 1, delayMs: 200 })
  const results = await Promise.all([litellm.reconciler.run(), other.reconciler.run()])
  expect(results.filter((result) => result === undefined)).toHaveLength(1)
  expect(await other.reconciler.run()).toMatchObject({ compared: 2 })
})

test('while LiteLLM is away nothing is concluded', async () => {
  const [key] = await created()
  if (!key) throw new Error('no key')
  for (const fault of [
    { failBefore: 500 },
    { garbage: true },
    { html: true },
    { truncatedJson: true },
    { resetBeforeHeaders: true },
  ]) {
    await stage.fault({ match: { path: '/key/list' }, ...fault })
    await expect(litellm.reconciler.run()).rejects.toMatchObject({ name: 'LiteLLMError' })
    await stage.clearFaults()
  }
  expect((await stage.row(key)).note).toBe('applied')
  expect(await stage.intents(key)).toHaveLength(1)
})
