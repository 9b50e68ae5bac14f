import { expect, test } from 'vitest'
import { changeOf, complaintsAbout, creationOf, draftOf, emptyDraft, expiryBounds } from './key-form.ts'
import type { ApiKey, KeyRules } from './key-queries.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const rules: KeyRules = {
  maximumActiveKeys: 10,
  isExpiryRequired: false,
  defaultBudget: 5,
  defaultBudgetDuration: '1mo',
  defaultRpmLimit: 60,
  defaultTpmLimit: null,
  defaultMaxParallelRequests: null,
  defaultExpiryDays: 30,
  maximumBudget: null,
  shortestBudgetDuration: null,
  maximumRpmLimit: null,
  maximumTpmLimit: null,
  maximumParallelRequests: null,
  maximumExpiryDays: 90,
  maximumModelBudget: null,
  maximumModelRpmLimit: null,
  maximumModelTpmLimit: null,
}
const model = { id: 'm1', name: 'granite' }

test('a new key says nothing about what is the default anyway', () => {
  const initial = emptyDraft('My key', rules, [model], NOW)
  expect(initial.lastDay).toBe('2026-03-30')
  expect(creationOf(initial, initial)).toEqual({ name: 'My key', modelIds: ['m1'] })
})

test('it says what was changed, also that there shall be no limit', () => {
  const initial = emptyDraft('My key', rules, [model], NOW)
  const draft = {
    ...initial,
    maxBudget: null,
    tags: 'a, b,, a',
    allowedIps: '10.0.0.0/8\n192.0.2.1',
    lastDay: '2026-04-01',
  }
  expect(creationOf(initial, draft)).toEqual({
    name: 'My key',
    modelIds: ['m1'],
    maxBudget: null,
    tags: ['a', 'b'],
    allowedIps: ['10.0.0.0/8', '192.0.2.1'],
    expiresAt: '2026-04-01T23:59:59.000Z',
  })
})

const key: ApiKey = {
  id: 'k',
  name: 'Batch',
  keyHint: 'sk-litellm-...abcd',
  status: 'active',
  syncState: 'synced',
  syncMessage: null,
  team: null,
  models: [model],
  maxBudget: 3,
  softBudget: null,
  spend: 1,
  budgetDuration: null,
  budgetResetAt: null,
  rpmLimit: null,
  tpmLimit: null,
  maxParallelRequests: null,
  modelLimits: [{ modelId: 'm1', maxBudget: null, rpmLimit: 5, tpmLimit: null }],
  adminLimits: {},
  tags: [],
  metadata: { costCentre: 42, isTest: true, owner: 'a: b' },
  allowedIps: [],
  expiresAt: '2026-06-30T10:00:00.000Z',
  lastUsedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  version: 3,
}

test('a key that nobody touched has no change, whatever the hour at which it ends', () => {
  expect(changeOf(draftOf(key), draftOf(key))).toBeUndefined()
})

test('limits of a model go with the model', () => {
  const draft = { ...draftOf(key), models: [{ id: 'm2', name: 'other' }] }
  expect(changeOf(draftOf(key), draft)).toEqual({ modelIds: ['m2'], modelLimits: [] })
})

test('metadata keeps numbers and yes or no', () => {
  const draft = { ...draftOf(key), metadata: 'costCentre: 43\nisTest: false\nowner: a: b\nzip: 0123' }
  expect(changeOf(draftOf(key), draft)).toEqual({
    metadata: { costCentre: 43, isTest: false, owner: 'a: b', zip: '0123' },
  })
})

test('a key without a name, without models or with odd metadata is not sent', () => {
  const words = { nameMissing: 'n', modelsMissing: 'm', notWhole: 'w', metadataOdd: 'o', dateGone: 'd' }
  const draft = { ...emptyDraft(' ', rules), rpmLimit: 1.5, metadata: 'no colon', lastDay: '2020-01-01' }
  expect(complaintsAbout(draft, words, { isNew: true })).toEqual({
    name: 'n',
    modelIds: 'm',
    rpmLimit: 'w',
    metadata: 'o',
    expiresAt: 'd',
  })
})

test('the last day lies wholly before the latest end', () => {
  expect(expiryBounds(rules, NOW)).toEqual({ min: '2026-03-01', max: '2026-05-29' })
})
