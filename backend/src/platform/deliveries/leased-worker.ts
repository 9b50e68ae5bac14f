import { Doorbell } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'

/** What is to be done with rows of one queue. Rows are claimed and settled in transactions; performing has none open. */
export interface LeasedWork<Row, Result> {
  /** On whose behalf, for the platform's connection. */
  readonly job: string
  claim(tx: Tx, options: { limit: number; leaseSeconds: number }): Promise<Row[]>
  /** Must end soon after the signal aborts: the lease is about to pass to somebody else. */
  perform(row: Row, signal: AbortSignal): Promise<Result>
  /** Must do nothing when the lease has passed to somebody else. */
  settle(tx: Tx, row: Row, result: Result): Promise<void>
  /** Gives the lease back untouched, when the process stops. */
  release(tx: Tx, row: Row): Promise<void>
}

interface LeasedWorkerOptions {
  readonly platform: PlatformDatabase
  readonly log: { warn(facts: object, message: string): void }
  readonly leaseSeconds: number
  readonly concurrency?: number
  /** How often to look without being woken. */
  readonly pollMs?: number
}

/**
 * Works a queue off: leases rows, performs them side by side, records what came of each. A process that dies loses its
 * leases with time, and what it was at is done again: at least once, never not at all.
 */
export class LeasedWorker<Row, Result> {
  readonly #work: LeasedWork<Row, Result>
  readonly #options: LeasedWorkerOptions
  readonly #bell = new Doorbell()
  readonly #running = new Map<Row, { end: Promise<void>; stop: AbortController }>()
  #loop: Promise<void> | undefined
  #isStopping = false

  constructor(work: LeasedWork<Row, Result>, options: LeasedWorkerOptions) {
    this.#work = work
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** There may be something to do. */
  wake(): void {
    this.#bell.ring()
  }

  /** Takes nothing new, lets what is under way end for a while, then gives it up. */
  async stop(graceMs = 3000): Promise<void> {
    this.#isStopping = true
    this.wake()
    await this.#loop
    const timer = setTimeout(() => this.#running.forEach(({ stop }) => stop.abort()), graceMs)
    await Promise.all([...this.#running.values()].map(({ end }) => end))
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const isMore = await this.#take()
      if (!isMore && !this.#isStopping) await this.#bell.sleep(this.#options.pollMs ?? 2000)
    }
  }

  async #take(): Promise<boolean> {
    const { platform, leaseSeconds, concurrency = 8 } = this.#options
    const limit = concurrency - this.#running.size
    if (limit <= 0) return false
    try {
      const rows = await platform.transaction(this.#work.job, (tx) =>
        this.#work.claim(tx, { limit, leaseSeconds }),
      )
      for (const row of rows) this.#launch(row)
      return rows.length === limit
    } catch (error) {
      this.#complain(error)
      return false
    }
  }

  #launch(row: Row): void {
    const stop = new AbortController()
    // Given up before the lease ends, so that nobody else is at it at the same time.
    const timer = setTimeout(() => stop.abort(), this.#options.leaseSeconds * 800)
    const end = this.#perform(row, stop.signal).finally(() => {
      clearTimeout(timer)
      this.#running.delete(row)
      this.wake()
    })
    this.#running.set(row, { end, stop })
  }

  async #perform(row: Row, signal: AbortSignal): Promise<void> {
    const { platform } = this.#options
    try {
      if (this.#isStopping) {
        await platform.transaction(this.#work.job, (tx) => this.#work.release(tx, row))
        return
      }
      const result = await this.#work.perform(row, signal)
      await platform.transaction(this.#work.job, (tx) => this.#work.settle(tx, row, result))
    } catch (error) {
      // Nothing is lost: the lease ends, and somebody does it again.
      this.#complain(error)
    }
  }

  #complain(error: unknown): void {
    if (!this.#isStopping)
      this.#options.log.warn({ err: error, job: this.#work.job }, 'a delivery could not be worked on')
  }
}
