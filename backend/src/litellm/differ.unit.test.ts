import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyAlias, keyFields, keyHash, newKeyFields, type DesiredKey } from './desired-key.ts'
import { compareKeys, findOrphans, indexKeys } from './differ.ts'
import type { KeyRow } from './litellm.schemas.ts'
import type { DesiredResource } from './registry.ts'

const now = new Date('2030-01-10T12:00:00Z')
const installation = 'inst1'

const desired = (id: string, changes: Partial<DesiredKey> = {}): DesiredResource & { key: DesiredKey } => ({
  id,
  organizationId: 'org',
  version: 3,
  key: {
    hash: keyHash(`sk-${id}`),
    alias: keyAlias(installation, id),
    models: ['a', 'b/c'],
    maxBudgetNanoUsd: 1_500_000_000n,
    budgetDuration: '1mo',
    rpmLimit: 10,
    tpmLimit: null,
    maxParallelRequests: null,
    expiresAt: null,
    isBlocked: false,
    metadata: { installation, organizationId: 'org', keyId: `key-${id}`, version: 3 },
    userId: 'user',
    ...changes,
  },
})

/** The row that LiteLLM has after it was told. */
function rowOf({ key }: { key: DesiredKey }): KeyRow {
  const { duration, blocked, max_budget: budget, ...fields } = keyFields(key, now)
  const lifetime =
    typeof duration === 'string' && duration !== '-1' ? Number.parseInt(duration, 10) : undefined
  return {
    ...fields,
    blocked: blocked === true,
    max_budget: typeof budget === 'number' ? String(budget) : null,
    expires: lifetime === undefined ? null : new Date(now.getTime() + lifetime * 1000).toISOString(),
    token: key.hash,
    created_at: '2030-01-01T00:00:00+00:00',
  }
}

const compare = (wanted: DesiredResource[], rows: KeyRow[]) =>
  compareKeys(wanted, indexKeys(rows, installation), now)

describe('drift', () => {
  test('what was told is not drift, whatever it was', () => {
    const limit = fc.option(fc.integer({ min: 0, max: 1_000_000 }))
    const key = fc.record({
      models: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 4 }),
      maxBudgetNanoUsd: fc.option(fc.bigInt(0n, 9_000_000_000_000_000n)),
      budgetDuration: fc.constantFrom('1d', '7d', '1mo', null),
      rpmLimit: limit,
      tpmLimit: limit,
      maxParallelRequests: limit,
      expiresAt: fc.option(
        fc
          .integer({ min: -1e6, max: 1e8 })
          .map((seconds) => new Date(now.getTime() + seconds * 1000).toISOString()),
      ),
      isBlocked: fc.boolean(),
    })
    fc.assert(
      fc.property(key, (changes) => {
        const resource = desired('s1', changes)
        expect(compare([resource], [rowOf(resource)])).toEqual({ missing: [], drifted: [] })
      }),
    )
  })

  test.each<[string, Partial<KeyRow>]>([
    ['models', { models: ['a'] }],
    ['models', { models: [] }],
    ['max_budget', { max_budget: '1.6' }],
    ['max_budget', { max_budget: null }],
    ['budget_duration', { budget_duration: null }],
    ['rpm_limit', { rpm_limit: 11 }],
    ['tpm_limit', { tpm_limit: 0 }],
    ['max_parallel_requests', { max_parallel_requests: 1 }],
    ['expires', { expires: '2031-01-01T00:00:00+00:00' }],
    ['blocked', { blocked: true }],
    ['metadata', { metadata: {} }],
    ['metadata', { metadata: null }],
    ['user_id', { user_id: 'mallory' }],
  ])('a changed %s is found', (field, change) => {
    const resource = desired('s1')
    expect(compare([resource], [{ ...rowOf(resource), ...change }]).drifted).toEqual([
      { resource, fields: [field] },
    ])
  })

  test('order of models, rewritten decimals, foreign metadata and absent fields are no drift', () => {
    const resource = desired('s1')
    const row = rowOf(resource)
    const same = { ...row, models: ['b/c', 'a'], max_budget: '1.50', metadata: { ...row.metadata, note: 1 } }
    delete same.tpm_limit
    expect(compare([resource], [same]).drifted).toEqual([])
  })

  test('another name for the key makes it missing; the repair finds it by its hash', () => {
    const resource = desired('s1')
    expect(compare([resource], [{ ...rowOf(resource), key_alias: 'renamed' }])).toEqual({
      missing: [resource],
      drifted: [],
    })
  })

  test('revoked ones are nobody here', () => {
    expect(compare([{ ...desired('s1'), key: null }], [])).toEqual({ missing: [], drifted: [] })
  })
})

describe('what LiteLLM is told', () => {
  test('a key without models is blocked and never sent as "all models"', () => {
    expect(keyFields(desired('s', { models: [] }).key, now)).toMatchObject({
      models: ['no-default-models'],
      blocked: true,
    })
  })

  test.each<[string, Partial<DesiredKey>]>([
    ['budget', { maxBudgetNanoUsd: 0n }],
    ['requests', { rpmLimit: 0 }],
    ['tokens', { tpmLimit: 0 }],
    ['parallel calls', { maxParallelRequests: 0 }],
    ['time', { expiresAt: '2030-01-10T12:00:00Z' }],
  ])('no %s left is a block', (_name, change) => {
    expect(keyFields(desired('s', change).key, now)['blocked']).toBe(true)
  })

  test('an expiry is a lifetime; none is cleared on update and left away on creation', () => {
    expect(keyFields(desired('s', { expiresAt: '2030-01-10T12:01:30.500Z' }).key, now)['duration']).toBe(
      '91s',
    )
    expect(keyFields(desired('s').key, now)['duration']).toBe('-1')
    expect(newKeyFields(desired('s').key, now)).not.toHaveProperty('duration')
  })

  test('limits that are not set are cleared, not left as they were', () => {
    const none = { maxBudgetNanoUsd: null, budgetDuration: null, rpmLimit: null }
    expect(keyFields(desired('s', none).key, now)).toMatchObject({
      max_budget: null,
      budget_duration: null,
      rpm_limit: null,
      tpm_limit: null,
      max_parallel_requests: null,
    })
  })
})

describe('orphans', () => {
  const rules = { installation, now, minAgeSeconds: 120 }
  const orphan = (id: string, change: Partial<KeyRow> = {}): KeyRow => ({ ...rowOf(desired(id)), ...change })
  const find = (rows: KeyRow[], wanted: string[] = []) =>
    findOrphans(indexKeys(rows, installation), new Set(wanted), rules)

  test('old ones of ours are removable', () => {
    expect(find([orphan('x')]).removable).toEqual([keyHash('sk-x')])
  })

  test('wanted ones are not', () => {
    expect(find([orphan('x')], [keyHash('sk-x')])).toEqual({ removable: [], foreign: [], isTooMany: false })
  })

  test.each(['2030-01-10T11:58:01+00:00', '2030-01-10T12:05:00Z', '', null])(
    'young or of unknown age: %j',
    (created) => {
      expect(find([orphan('x', { created_at: created })]).removable).toEqual([])
    },
  )

  test('alias and metadata must both be ours', () => {
    expect(find([orphan('x', { key_alias: 'litemaas-inst2-x' })])).toMatchObject({
      removable: [],
      foreign: [],
    })
    expect(find([orphan('x', { key_alias: 'my key' })])).toMatchObject({ removable: [], foreign: [] })
    for (const metadata of [null, {}, { installation: 'inst2' }])
      expect(find([orphan('x', { metadata })])).toMatchObject({ removable: [], foreign: [keyHash('sk-x')] })
  })

  test('too many at once is a stop', () => {
    const some = (count: number) => Array.from({ length: count }, (_, index) => orphan(`o${index}`))
    expect(find(some(20)).isTooMany).toBe(false)
    expect(find(some(21)).isTooMany).toBe(true)
    const wanted = Array.from({ length: 600 }, (_, index) => desired(`w${index}`))
    const hashes = wanted.map(({ key }) => key.hash)
    expect(find([...wanted.map(rowOf), ...some(30)], hashes).isTooMany).toBe(false)
    expect(find([...wanted.map(rowOf), ...some(40)], hashes).isTooMany).toBe(true)
  })
})
