import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import { databaseCode, type PlatformDatabase, type Tx } from '#platform/database'
import { bookSpent, lowerReservations, settleHold, type Spent, type Taken } from '#modules/budgets'
import type { FinishedCall } from './usage-record.ts'
import { UsageAnnouncer } from './usage-announcer.ts'
import { addToDays, claimEvents, insertUsage, touchKeys } from './usage-write.queries.ts'

export interface UsageWriterOptions {
  readonly platform: PlatformDatabase
  readonly clock: Clock
  readonly log: FastifyBaseLogger
}

const FLUSH_MS = 50
const FLUSH_CALLS = 200
/** Beyond this many unwritten calls, the next ones wait for a flush: the queue is bounded. */
const MAX_QUEUE = 5000
const RETRY_MS = 250

/**
 * The only writer of usage. Calls settle into a bounded queue and are written in batches, each in one transaction: the
 * rows, the daily sums, what the budgets spent, and the end of the reservations. Until then their cost stays reserved,
 * so nothing can be overspent; if the process dies first, the reservations tell the sweeper.
 */
export class UsageWriter {
  readonly #options: UsageWriterOptions
  readonly #announcer: UsageAnnouncer
  #queue: FinishedCall[] = []
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(options: UsageWriterOptions) {
    this.#options = options
    this.#announcer = new UsageAnnouncer(options)
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Takes a finished call over. The answer is a promise only when the queue is full: then wait for it. */
  settle(call: FinishedCall): Promise<void> | undefined {
    for (const hold of call.holds) settleHold(hold, call.costNano)
    this.#queue.push(call)
    if (this.#queue.length >= FLUSH_CALLS) this.#startFlush()
    else this.#timer ??= setTimeout(() => this.#startFlush(), FLUSH_MS)
    return this.#queue.length > MAX_QUEUE ? this.flush() : undefined
  }

  #startFlush(): void {
    this.flush().catch((error: unknown) =>
      this.#options.log.error({ err: error }, 'usage could not be written; trying again'),
    )
  }

  /** Writes what is queued; resolves when all of it is durable. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#queue.length > 0 || this.#flushing) {
      this.#flushing ??= this.#flushOnce().finally(() => {
        this.#flushing = undefined
      })
      await this.#flushing
    }
  }

  async #flushOnce(): Promise<void> {
    const batch = this.#queue.splice(0, FLUSH_CALLS * 5)
    if (batch.length === 0) return
    try {
      await this.#transact(batch)
    } catch (error) {
      // One call whose values PostgreSQL refuses must not hold back the bookkeeping of all others.
      if (isRefusedValue(error)) return this.#writeOneByOne(batch)
      // Whether the commit arrived may be unknown; the remembered events make a repetition harmless.
      this.#queue = [...batch, ...this.#queue]
      if (!this.#isStopping) this.#timer ??= setTimeout(() => this.#startFlush(), RETRY_MS)
      throw error
    }
  }

  async #transact(batch: readonly FinishedCall[]): Promise<void> {
    await this.#options.platform.transaction('usage-writer', (tx) => this.#write(tx, batch))
  }

  /** What cannot be written even without its optional facts stays reserved, for the sweeper to charge. */
  async #writeOneByOne(batch: readonly FinishedCall[]): Promise<void> {
    const { log } = this.#options
    for (const [index, call] of batch.entries()) {
      try {
        await this.#transact([call]).catch((error: unknown) => {
          if (!isRefusedValue(error)) throw error
          log.error(
            { err: error, requestId: call.requestId },
            'a call could not be written as it was; writing what matters',
          )
          return this.#transact([withoutOptionalFacts(call)])
        })
      } catch (error) {
        if (isRefusedValue(error)) {
          log.error(
            { err: error, requestId: call.requestId },
            'a call could not be written; its reservation stands',
          )
          continue
        }
        this.#queue = [...batch.slice(index), ...this.#queue]
        if (!this.#isStopping) this.#timer ??= setTimeout(() => this.#startFlush(), RETRY_MS)
        throw error
      }
    }
  }

  /** Books calls in a transaction of somebody else's; answers the request ids of those that were not booked before. */
  book(tx: Tx, calls: readonly FinishedCall[]): Promise<ReadonlySet<string>> {
    return calls.length === 0 ? Promise.resolve(new Set()) : this.#write(tx, calls)
  }

  async #write(tx: Tx, batch: readonly FinishedCall[]): Promise<ReadonlySet<string>> {
    const fresh = await claimEvents(tx, batch)
    const calls = batch.filter((call) => fresh.has(call.requestId))
    if (calls.length === 0) return fresh
    const taken = takenBy(calls)
    const spent = spentBy(calls)
    const work = [insertUsage(tx, calls), addToDays(tx, calls), touchKeys(tx, calls)]
    if (spent.length > 0) work.push(bookSpent(tx, spent, this.#options.clock.now()))
    if (taken.length > 0) work.push(lowerReservations(tx, taken))
    // Behind the booking, because it tells how the budgets stand now.
    work.push(this.#announcer.announce(tx, calls))
    // One flight: the statements do not depend on each other's answers.
    await Promise.all(work)
    return fresh
  }

  /** Writes the rest; rejects when the database does not take it. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.flush()
    await this.#announcer.stop()
  }
}

/** PostgreSQL's classes for data that does not fit, and for rules that a row breaks. */
const isRefusedValue = (error: unknown): boolean => /^2[23]/.test(databaseCode(error) ?? '')

const withoutOptionalFacts = (call: FinishedCall): FinishedCall => ({
  ...call,
  endUser: null,
  errorCode: null,
  metadata: {},
  timeToFirstTokenMs: null,
  durationMs: null,
})

/** Summed up before they travel: many calls of a flush share one lease. */
function takenBy(calls: readonly FinishedCall[]): Taken[] {
  const sums = new Map<string, bigint>()
  for (const call of calls)
    for (const hold of call.holds)
      sums.set(
        hold.reservationId,
        (sums.get(hold.reservationId) ?? 0n) + (hold.lease ? call.costNano : hold.amount),
      )
  return [...sums].map(([reservationId, amount]) => ({ reservationId, amount }))
}

function spentBy(calls: readonly FinishedCall[]): Spent[] {
  const sums = new Map<string, { organizationId: string; budgetId: string; cost: bigint }>()
  for (const { organizationId, budgetIds, costNano } of calls) {
    if (costNano === 0n) continue
    for (const budgetId of budgetIds) {
      const sum = sums.get(budgetId)
      if (sum) sum.cost += costNano
      else sums.set(budgetId, { organizationId, budgetId, cost: costNano })
    }
  }
  return [...sums.values()]
}
