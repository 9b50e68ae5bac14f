import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'
import { bookSpent, lowerReservations, settleHold, type Taken } from '#modules/budgets'
import type { FinishedCall } from './usage-record.ts'
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
  #queue: FinishedCall[] = []
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(options: UsageWriterOptions) {
    this.#options = options
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
    this.flush().catch((error: unknown) => this.#options.log.error({ err: error }, 'usage could not be written; trying again'))
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
      await this.#options.platform.transaction('usage-writer', (tx) => this.#write(tx, batch))
    } catch (error) {
      // Whether the commit arrived may be unknown; the remembered events make a repetition harmless.
      this.#queue = [...batch, ...this.#queue]
      if (!this.#isStopping) this.#timer ??= setTimeout(() => this.#startFlush(), RETRY_MS)
      throw error
    }
  }

  async #write(tx: Tx, batch: readonly FinishedCall[]): Promise<void> {
    const fresh = await claimEvents(tx, batch)
    const calls = batch.filter((call) => fresh.has(call.requestId))
    if (calls.length === 0) return
    const taken: Taken[] = calls.flatMap((call) =>
      call.holds.map((hold) => ({ reservationId: hold.reservationId, amount: hold.lease ? call.costNano : hold.amount })),
    )
    const spent = calls.flatMap((call) =>
      call.costNano === 0n ? [] : call.budgetIds.map((budgetId) => ({ organizationId: call.organizationId, budgetId, cost: call.costNano })),
    )
    const work = [insertUsage(tx, calls), addToDays(tx, calls), touchKeys(tx, calls)]
    if (spent.length > 0) work.push(bookSpent(tx, spent, this.#options.clock.now()))
    if (taken.length > 0) work.push(lowerReservations(tx, taken))
    // One flight: the statements do not depend on each other's answers.
    await Promise.all(work)
  }

  /** Writes the rest; rejects when the database does not take it. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.flush()
  }
}
