import type { CircuitBreakerPolicy } from 'cockatiel'
import { Doorbell, type Clock } from '#platform/clock'
import type { PlatformDatabase } from '#platform/database'
import type { Log, RaiseAlarm } from './alarms.ts'
import { isClosed } from './breakers.ts'
import { deliver, type Batch, type IntentProgress } from './delivery.ts'
import { claim, makeAllDue, release, stateOf, type ClaimedRow } from './intents.queries.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import type { Outbox } from './outbox.ts'
import type { ResourceRegistry } from './registry.ts'

export interface WorkerOptions {
  readonly platform: PlatformDatabase
  readonly client: LiteLLMClient
  readonly breaker: CircuitBreakerPolicy
  readonly registry: ResourceRegistry
  readonly outbox: Outbox
  readonly installation: () => Promise<string>
  readonly clock: Clock
  readonly log: Log
  readonly raise: RaiseAlarm
  readonly leaseSeconds: number
  /** How often to look without being woken. */
  readonly pollMs?: number
  readonly concurrency?: number
  readonly maxAttempts?: number
}

const JOB = 'litellm-outbox'
const WAIT_POLL_MS = 150

/** Delivers intents: claims them under a lease, speaks to LiteLLM without an open transaction, records what came of it. */
export class OutboxWorker {
  readonly #options: WorkerOptions
  readonly #bell = new Doorbell()
  readonly #inFlight = new Map<string, { stop: AbortController; end: Promise<void> }>()
  readonly #waiters = new Map<string, Set<(progress: IntentProgress) => void>>()
  readonly #breakerClosed: { dispose(): void }
  #loop: Promise<void> | undefined
  #isStopping = false

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#breakerClosed = options.breaker.onReset(
      () => void this.hurry().catch((error: unknown) => this.#complain(error)),
    )
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Looks for work now. Call it after the commit; other processes hear the notification. */
  wake(): void {
    this.#bell.ring()
  }

  /** Makes waiting intents due now; `onlyUnjudged` leaves those that LiteLLM itself turned down to their own time. */
  async hurry(options: { onlyUnjudged?: boolean } = {}): Promise<void> {
    await this.#options.platform.transaction(JOB, (tx) => makeAllDue(tx, options.onlyUnjudged ?? false))
    this.wake()
  }

  /** Waits until the intent is settled, its delivery has failed once, or the time is up. Not inside a transaction. */
  async waitFor(intentId: string, ms: number): Promise<IntentProgress> {
    if (!isClosed(this.#options.breaker) || this.#isStopping) return 'pending'
    const ended = Promise.withResolvers<IntentProgress>()
    const waiters = this.#waiters.get(intentId) ?? new Set()
    this.#waiters.set(intentId, waiters.add(ended.resolve))
    this.wake()
    // Another process may be the one that delivers.
    const look = () => void this.#progressOf(intentId).then((now) => now !== 'pending' && ended.resolve(now))
    const poll = setInterval(look, WAIT_POLL_MS)
    look()
    const timer = setTimeout(() => ended.resolve('pending'), ms)
    try {
      return await ended.promise
    } finally {
      clearInterval(poll)
      clearTimeout(timer)
      waiters.delete(ended.resolve)
      if (waiters.size === 0) this.#waiters.delete(intentId)
    }
  }

  async #progressOf(intentId: string): Promise<IntentProgress> {
    try {
      const state = await this.#options.platform.transaction(JOB, (tx) => stateOf(tx, intentId), {
        readOnly: true,
      })
      return state === 'done' || state === 'dead' ? state : 'pending'
    } catch {
      return 'pending'
    }
  }

  /** Takes no new work, lets deliveries finish for a while, then gives them up; their leases are returned. */
  async stop(graceMs = 5000): Promise<void> {
    this.#isStopping = true
    this.#breakerClosed.dispose()
    this.wake()
    await this.#loop
    const timer = setTimeout(() => this.#inFlight.forEach(({ stop }) => stop.abort()), graceMs)
    await Promise.all([...this.#inFlight.values()].map(({ end }) => end))
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    await this.hurry().catch((error: unknown) => this.#complain(error))
    while (!this.#isStopping) {
      const hasMore = await this.#startDeliveries()
      if (!hasMore && !this.#isStopping) await this.#bell.sleep(this.#options.pollMs ?? 1000)
    }
  }

  /** True when as many were claimed as fitted, so that more may be waiting. */
  async #startDeliveries(): Promise<boolean> {
    const { platform, breaker, leaseSeconds, concurrency = 6 } = this.#options
    const room = concurrency - this.#inFlight.size
    // An open breaker is tried by the health watch; claiming meanwhile would only shuffle rows.
    if (room <= 0 || !isClosed(breaker)) return false
    try {
      const busy = [...this.#inFlight.keys()]
      const rows = await platform.transaction(JOB, (tx) => claim(tx, { limit: room, leaseSeconds, busy }))
      const batches = batchesOf(rows)
      for (const batch of batches) this.#launch(batch)
      return batches.length > 0 && batches.length === room
    } catch (error) {
      this.#complain(error)
      return false
    }
  }

  #launch(batch: Batch): void {
    const stop = new AbortController()
    // Given up before the lease ends, so that nobody else delivers the same at the same time.
    const timer = setTimeout(() => stop.abort(), this.#options.leaseSeconds * 800)
    const end = this.#deliverOne(batch, stop.signal).finally(() => {
      clearTimeout(timer)
      this.#inFlight.delete(batch.resourceId)
      this.wake()
    })
    this.#inFlight.set(batch.resourceId, { stop, end })
  }

  async #deliverOne(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      if (this.#isStopping) {
        await this.#options.platform.transaction(JOB, (tx) => release(tx, batch))
        return
      }
      const progress = await deliver(this.#options, batch, signal)
      for (const id of batch.ids) this.#waiters.get(id)?.forEach((resolve) => resolve(progress))
    } catch (error) {
      // Nothing is lost: the lease ends, and somebody delivers again.
      this.#complain(error)
    }
  }

  #complain(error: unknown): void {
    if (!this.#isStopping)
      this.#options.log.warn({ err: error }, 'the LiteLLM outbox could not use the database')
  }
}

/** One batch per resource: one delivery of the whole state answers all its intents. */
export function batchesOf(rows: readonly ClaimedRow[]): Batch[] {
  const groups = Map.groupBy(rows, (row) => `${row.kind} ${row.resourceId}`)
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    return {
      ids: group.map((row) => row.id),
      kind: first.kind,
      resourceId: first.resourceId,
      leaseUntil: first.leaseUntil,
      isDelete: group.some((row) => row.operation === 'delete'),
      hash: group.find((row) => row.hash !== null)?.hash ?? undefined,
      desiredVersion: Math.max(...group.map((row) => row.desiredVersion)),
      attempts: Math.max(...group.map((row) => row.attempts)),
      tries: Math.max(...group.map((row) => row.tries)),
    }
  })
}
