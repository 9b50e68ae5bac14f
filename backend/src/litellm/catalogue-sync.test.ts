import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStage, type Stage } from '../../test/support/litellm-stage.ts'
import type { CatalogueChanges, CatalogueStore, LiteLLM, StoredModel, SyncRun } from './index.ts'

/** Keeps models in memory, as the models' room keeps them in its table. */
class Shelf implements CatalogueStore {
  readonly models = new Map<string, StoredModel>()
  readonly runs: SyncRun[] = []

  load(): Promise<readonly StoredModel[]> {
    return Promise.resolve([...this.models.values()])
  }

  apply({ added, updated, gone }: CatalogueChanges): Promise<void> {
    for (const model of [...added, ...updated]) this.models.set(model.name, { model, isAvailable: true })
    for (const name of gone) {
      const row = this.models.get(name)
      if (row) this.models.set(name, { ...row, isAvailable: false })
    }
    return Promise.resolve()
  }

  recordRun(run: SyncRun): Promise<void> {
    this.runs.push(run)
    return Promise.resolve()
  }
}

let stage: Stage
let litellm: LiteLLM
let shelf: Shelf

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.alarms.length = 0
  shelf = new Shelf()
  litellm = stage.open({ deadlineMs: 500 })
  litellm.registerCatalogueStore(shelf)
})
afterEach(async () => {
  await stage.clearFaults()
  await litellm.stop(500)
})

test('the catalogue of a fresh LiteLLM, and nothing the second time', async () => {
  expect(await litellm.catalogue.run('request')).toMatchObject({
    result: 'success',
    updated: 0,
    gone: 0,
    rejected: [],
  })
  expect([...shelf.models.keys()]).toEqual(
    expect.arrayContaining(['granite-4-small', 'acme/confidential-70b']),
  )
  const chat = shelf.models.get('granite-4-small')?.model
  expect(chat).toMatchObject({ mode: 'chat', isRestrictedHint: false })
  expect(chat?.inputPriceNanoPerMillion).toBeTypeOf('bigint')
  expect(shelf.models.get('acme/confidential-70b')?.model.isRestrictedHint).toBe(true)
  expect(shelf.models.get('text-embedding-small')?.model).toMatchObject({
    mode: 'embedding',
    outputPriceNanoPerMillion: 0n,
  })
  expect(await litellm.catalogue.run('timer')).toMatchObject({ added: 0, updated: 0, gone: 0 })
  expect(shelf.runs.map((run) => run.trigger)).toEqual(['request', 'timer'])
})

test('a new deployment, a new price, a removal and a return', async () => {
  await litellm.catalogue.run('start')
  const add = (id: string, price: number) =>
    stage.ask('POST', '/model/new', {
      model_name: 'brand/new',
      litellm_params: { model: 'openai/new' },
      model_info: { id, mode: 'chat', input_cost_per_token: price, output_cost_per_token: 2e-6 },
    })
  await add('new-1', 1.5e-7)
  expect(await litellm.catalogue.run('timer')).toMatchObject({ added: 1 })
  await add('new-2', 3e-7)
  expect(await litellm.catalogue.run('timer')).toMatchObject({ updated: 1 })
  expect(shelf.models.get('brand/new')?.model).toMatchObject({
    inputPriceNanoPerMillion: 300_000_000n,
    litellmIds: ['new-1', 'new-2'],
  })
  for (const id of ['new-1', 'new-2']) await stage.ask('POST', '/model/delete', { id })
  expect(await litellm.catalogue.run('timer')).toMatchObject({ gone: 1 })
  expect(shelf.models.get('brand/new')?.isAvailable).toBe(false)
  await add('new-1', 1.5e-7)
  expect(await litellm.catalogue.run('timer')).toMatchObject({ added: 0, updated: 1 })
  expect(shelf.models.get('brand/new')?.isAvailable).toBe(true)
  await stage.ask('POST', '/model/delete', { id: 'new-1' })
})

test.each<[string, object]>([
  ['away', { failBefore: 503 }],
  ['garbage', { garbage: true }],
  ['HTML', { html: true }],
  ['truncated', { truncatedJson: true }],
  ['slow', { delayMs: 16_000, times: 1 }],
  ['reset', { resetBeforeHeaders: true }],
])('LiteLLM %s: the last catalogue stays', { timeout: 40_000 }, async (_name, fault) => {
  await litellm.catalogue.run('start')
  const before = [...shelf.models.values()]
  await stage.fault({ match: { path: '/model/info' }, ...fault })
  expect(await litellm.catalogue.run('timer')).toMatchObject({
    result: 'failed',
    added: 0,
    updated: 0,
    gone: 0,
  })
  expect([...shelf.models.values()]).toEqual(before)
  expect(shelf.runs.at(-1)).toMatchObject({ result: 'failed' })
})

test('an empty catalogue changes nothing and calls somebody', async () => {
  await litellm.catalogue.run('start')
  const before = [...shelf.models.values()]
  const { body } = await stage.ask('GET', '/model/info')
  const { data } = body as { data: { model_info: { id: string } }[] }
  const removed = data.map((row) => row.model_info.id)
  for (const id of removed) await stage.ask('POST', '/model/delete', { id })
  expect(await litellm.catalogue.run('timer')).toMatchObject({ result: 'empty' })
  expect([...shelf.models.values()]).toEqual(before)
  expect(stage.alarms.map((alarm) => alarm.kind)).toEqual(['catalogue_empty'])
  for (const row of data)
    await stage.ask('POST', '/model/new', { ...row, litellm_params: { model: 'openai/x' } })
})

test('LiteLLM that comes after us is read as soon as it is there', async () => {
  await stage.fault({ failBefore: 503 })
  litellm.start()
  await expect.poll(() => shelf.runs.length, { timeout: 5000 }).toBeGreaterThan(0)
  expect(litellm.health()).toBe('down')
  expect(shelf.models.size).toBe(0)
  await stage.clearFaults()
  await expect.poll(() => shelf.models.size, { timeout: 5000 }).toBeGreaterThan(0)
  expect(litellm.health()).toBe('up')
  expect(shelf.runs.at(-1)?.trigger).toBe('recovery')
})
