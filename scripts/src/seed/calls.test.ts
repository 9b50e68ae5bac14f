import { expect, test } from 'vitest'
import { callsOf, windowStart } from './calls.ts'
import { organizationOf, planFor } from './plan.ts'

const model = (name: string, mode: string, isRestricted = false) => ({
  id: `id of ${name}`,
  name,
  mode,
  isRestricted,
  inputPriceNano: 150_000_000n,
  cachedInputPriceNano: null,
  outputPriceNano: 600_000_000n,
})
const catalogue = [model('a', 'chat'), model('b', 'chat'), model('c', 'chat', true), model('d', 'embedding')]
const now = new Date('2026-03-01T10:00:00Z')
const { keys } = planFor(catalogue)

test('the same seed makes the same calls, another seed others', () => {
  for (const key of keys) {
    expect(callsOf(1, key, now, 30)).toEqual(callsOf(1, key, now, 30))
    expect(callsOf(1, key, now, 30)).not.toEqual(callsOf(2, key, now, 30))
  }
  expect(organizationOf(1)).toEqual(organizationOf(1))
  expect(new Set([1, 2, 3, 4, 5].map((seed) => organizationOf(seed).name)).size).toBe(5)
})

test('a day’s calls stay the same when time goes on', () => {
  const tomorrow = new Date(now.getTime() + 86_400_000)
  const shared = (calls: ReturnType<typeof callsOf>): typeof calls =>
    calls.filter(({ at }) => at >= new Date('2026-01-31T00:00:00Z') && at < new Date('2026-03-01T00:00:00Z'))
  for (const key of keys) {
    // A limit that is reached, too: which calls it cuts off must not depend on where the look begins.
    const tight = { ...key, settings: { ...key.settings, maxBudget: key.settings.maxBudget / 100 } }
    for (const one of [key, tight])
      expect(shared(callsOf(1, one, tomorrow, 30))).toEqual(shared(callsOf(1, one, now, 30)))
  }
})

test('calls lie in whole days before now, and no window’s sum reaches the limit', () => {
  for (const key of keys) {
    const calls = callsOf(1, key, now, 30)
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.every(({ at }) => at < new Date('2026-03-01') && at >= new Date('2026-01-30'))).toBe(true)
    const sums = Map.groupBy(calls, ({ at }) => windowStart(key.settings.budgetDuration, at).getTime())
    for (const window of sums.values()) {
      const spent = window.reduce((sum, { costNano }) => sum + costNano, 0n)
      expect(Number(spent) / 1e9).toBeLessThan(key.settings.maxBudget)
    }
  }
})

test('windows begin as the budgets’ do', () => {
  const sunday = new Date('2026-03-01T10:00:00Z')
  expect(windowStart('1d', sunday).toISOString()).toBe('2026-03-01T00:00:00.000Z')
  expect(windowStart('7d', sunday).toISOString()).toBe('2026-02-23T00:00:00.000Z')
  expect(windowStart('1mo', sunday).toISOString()).toBe('2026-03-01T00:00:00.000Z')
})

test('a catalogue without some kinds of model leaves out what needs them', () => {
  const plan = planFor([model('a', 'chat')])
  expect(plan.keys.map(({ name }) => name)).toEqual(['Support desk', 'Notebook', 'Lost laptop'])
  expect(planFor([]).keys).toEqual([])
})
