import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { announceAll, type NewEvent } from '#platform/events'
import { usdFromNano } from '#platform/http'
import { announceBudgets, type SpentBudget } from './usage-events.queries.ts'
import type { FinishedCall } from './usage-record.ts'

/** The person hears of their calls; those who watch an organization, or all of them, that there were some. */
type Hearer = 'person' | 'organization' | 'platform'

interface Sum {
  readonly hearer: Hearer
  readonly organizationId: string
  readonly userId: string
  calls: number
  errors: number
  costNano: bigint
  lastAt: number
  readonly models: Set<string>
}

interface AnnouncerOptions {
  readonly platform: PlatformDatabase
  readonly log: { warn(facts: object, message: string): void }
}

/** Between two events of one person, or of one budget. */
const PAUSE_MS = 1000
const MAX_MODELS = 5

/**
 * Tells people what they use, in the transaction that writes it: at most once a second per person, organization and budget, however
 * many calls. What came too soon is summed up, and told a second later at the latest.
 */
export class UsageAnnouncer {
  readonly #options: AnnouncerOptions
  readonly #sums = new Map<string, Sum>()
  readonly #budgets = new Map<string, SpentBudget>()
  /** When each hearer, and each budget, was last told about. */
  readonly #toldAt = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** Announces what is due after these calls; the rest follows. */
  async announce(tx: Tx, calls: readonly FinishedCall[]): Promise<void> {
    const sums = sumsOf(calls)
    const budgets = budgetsOf(calls)
    const now = performance.now()
    const isDue = (name: string) => now - (this.#toldAt.get(name) ?? -Infinity) >= PAUSE_MS
    const [dueSums, laterSums] = split(sums, isDue)
    const [dueBudgets, laterBudgets] = split(budgets, isDue)
    // Taken out now, so that nobody else tells them too; what a failed transaction loses of them is a hint, no record.
    const told = dueSums.map(([name, sum]) => merged(take(this.#sums, name), sum))
    tx.afterCommit(() => {
      for (const [name] of [...dueSums, ...dueBudgets]) this.#toldAt.set(name, now)
      for (const [name] of dueBudgets) this.#budgets.delete(name)
      for (const [name, sum] of laterSums) this.#sums.set(name, merged(this.#sums.get(name), sum))
      for (const [name, budget] of laterBudgets) this.#budgets.set(name, budget)
      this.#schedule()
    })
    const work: Array<Promise<void>> = []
    if (told.length > 0) work.push(announceAll(tx, told.map(asEvent)))
    if (dueBudgets.length > 0)
      work.push(
        announceBudgets(
          tx,
          dueBudgets.map(([, budget]) => budget),
        ),
      )
    await Promise.all(work)
  }

  #schedule(): void {
    if (this.#timer || this.#isStopped || this.#sums.size + this.#budgets.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.drain()
        .catch((error: unknown) => this.#options.log.warn({ err: error }, 'usage could not be announced'))
        .finally(() => this.#schedule())
        .catch(() => undefined)
    }, PAUSE_MS)
  }

  /** Tells what waits. */
  async drain(): Promise<void> {
    const sums = [...this.#sums]
    const budgets = [...this.#budgets]
    const now = performance.now()
    for (const [name, at] of this.#toldAt) if (now - at > PAUSE_MS) this.#toldAt.delete(name)
    if (sums.length + budgets.length === 0) return
    this.#sums.clear()
    this.#budgets.clear()
    for (const [name] of [...sums, ...budgets]) this.#toldAt.set(name, now)
    await this.#options.platform.transaction('usage-writer', async (tx) => {
      await announceAll(
        tx,
        sums.map(([, sum]) => asEvent(sum)),
      )
      if (budgets.length > 0)
        await announceBudgets(
          tx,
          budgets.map(([, budget]) => budget),
        )
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.drain().catch(() => undefined)
  }
}

function sumsOf(calls: readonly FinishedCall[]): Map<string, Sum> {
  const sums = new Map<string, Sum>()
  for (const call of calls) {
    const names: ReadonlyArray<readonly [Hearer, string]> = [
      ['person', `${call.organizationId} ${call.userId}`],
      ['organization', call.organizationId],
      ['platform', 'platform'],
    ]
    for (const [hearer, name] of names) {
      const sum = sums.get(name) ?? emptySum(hearer, call)
      sum.calls += 1
      sum.errors += call.outcome === 'error' ? 1 : 0
      sum.costNano += call.costNano
      sum.lastAt = Math.max(sum.lastAt, call.startedAt)
      sum.models.add(call.modelName)
      sums.set(name, sum)
    }
  }
  return sums
}

const emptySum = (hearer: Hearer, { organizationId, userId }: FinishedCall): Sum => ({
  hearer,
  organizationId,
  userId,
  calls: 0,
  errors: 0,
  costNano: 0n,
  lastAt: 0,
  models: new Set(),
})

function budgetsOf(calls: readonly FinishedCall[]): Map<string, SpentBudget> {
  const budgets = new Map<string, SpentBudget>()
  for (const { budgetIds, organizationId, userId, costNano } of calls)
    if (costNano > 0n)
      for (const budgetId of budgetIds) budgets.set(budgetId, { budgetId, organizationId, userId })
  return budgets
}

type Entries<V> = Array<[string, V]>

function split<V>(map: ReadonlyMap<string, V>, isDue: (name: string) => boolean): [Entries<V>, Entries<V>] {
  const due: Entries<V> = []
  const later: Entries<V> = []
  for (const entry of map) (isDue(entry[0]) ? due : later).push(entry)
  return [due, later]
}

function take<V>(map: Map<string, V>, name: string): V | undefined {
  const value = map.get(name)
  map.delete(name)
  return value
}

function merged(earlier: Sum | undefined, later: Sum): Sum {
  if (!earlier) return later
  return {
    ...later,
    calls: earlier.calls + later.calls,
    errors: earlier.errors + later.errors,
    costNano: earlier.costNano + later.costNano,
    lastAt: Math.max(earlier.lastAt, later.lastAt),
    models: new Set([...later.models, ...earlier.models]),
  }
}

function asEvent({ hearer, organizationId, userId, calls, errors, costNano, lastAt, models }: Sum): NewEvent {
  const sums = { calls, errors, cost: usdFromNano(costNano), lastAt: new Date(lastAt).toISOString() }
  if (hearer === 'person')
    return {
      name: 'usage.recorded',
      audience: { userId },
      organizationId,
      isTransient: true,
      data: { ...sums, models: [...models].slice(0, MAX_MODELS) },
    }
  return {
    name: 'usage.updated',
    audience: hearer === 'platform' ? { platform: true } : { permission: 'usage:read-all' },
    organizationId: hearer === 'platform' ? PLATFORM_ORGANIZATION_ID : organizationId,
    isTransient: true,
    data: sums,
  }
}
