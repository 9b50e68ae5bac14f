import type { FastifyBaseLogger } from 'fastify'
import type { CallMarks, UsageWriter } from '#modules/usage'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Clock } from '#platform/clock'
import { databaseCode, isTransient, type PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { judge, type Verdict } from './booking.ts'
import {
  dropReported,
  insertReported,
  leaseReported,
  markBooked,
  markFailed,
  markUnattributed,
  releaseReported,
  type Leased,
} from './inbox.queries.ts'
import type { SpendRecord } from './spend-record.ts'

export interface InboxOptions {
  readonly platform: PlatformDatabase
  readonly writer: Pick<UsageWriter, 'book'>
  readonly marks: CallMarks
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Told of each call that is laid aside as dead. */
  readonly onDead: () => void
}

const JOB = 'usage-intake'
const BATCH = 200
const LEASE_SECONDS = 30
const MAX_ATTEMPTS = 8
const FIRST_DELAY_SECONDS = 1
const LONGEST_DELAY_SECONDS = 300

/**
 * Calls that LiteLLM has reported, from the push and from the logs alike, on their way into the ledger. Kept before they are
 * worked on and booked in one transaction with their end here, so that neither a crash nor a repetition changes a figure.
 */
export class SpendInbox {
  readonly #options: InboxOptions

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** Keeps what was reported; durable when it resolves. */
  async accept(via: 'push' | 'pull', records: readonly SpendRecord[]): Promise<number> {
    if (records.length === 0) return 0
    return this.#options.platform.transaction(JOB, (tx) => insertReported(tx, via, records))
  }

  /** Works until nothing is due; answers how many rows it decided about. */
  async drain(signal?: AbortSignal): Promise<number> {
    let decided = 0
    while (signal?.aborted !== true) {
      const rows = await this.#options.platform.transaction(JOB, (tx) =>
        leaseReported(tx, BATCH, LEASE_SECONDS),
      )
      if (rows.length === 0) break
      await this.#decide(rows)
      decided += rows.length
    }
    return decided
  }

  async #decide(rows: readonly Leased[]): Promise<void> {
    try {
      await this.#book(rows)
    } catch (error) {
      if (isPassing(error)) {
        await this.#options.platform.transaction(JOB, (tx) =>
          releaseReported(
            tx,
            rows.map((row) => row.id),
          ),
        )
        throw error
      }
      // One of them cannot be booked; the others must not wait for it.
      for (const row of rows) await this.#bookAlone(row)
    }
  }

  async #bookAlone(row: Leased): Promise<void> {
    try {
      await this.#book([row])
    } catch (error) {
      if (isPassing(error)) throw error
      await this.#fail(row, error)
    }
  }

  async #fail(row: Leased, error: unknown): Promise<void> {
    const { platform, log, onDead } = this.#options
    const isDead = row.attempts + 1 >= MAX_ATTEMPTS
    const message = error instanceof Error ? error.message : 'unknown'
    const delaySeconds = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** row.attempts)
    await platform.transaction(JOB, async (tx) => {
      await markFailed(tx, row.id, { message, isDead, delaySeconds })
      if (isDead)
        await announce(tx, {
          name: 'usage.intake-dead',
          audience: { platform: true },
          data: { id: row.id },
          organizationId: PLATFORM_ORGANIZATION_ID,
        })
    })
    const facts = { err: error, id: row.id, requestId: row.record.requestId }
    if (!isDead) return log.warn(facts, 'a reported call could not be booked; trying again')
    onDead()
    log.error(facts, 'a reported call cannot be booked; it waits for an administrator')
  }

  #book(rows: readonly Leased[]): Promise<void> {
    const { platform, writer, marks, clock } = this.#options
    const now = clock.now()
    return platform.transaction(JOB, async (tx) => {
      const verdicts = await judge(tx, rows, { marks, now })
      const idsOf = (isWanted: (verdict: Verdict) => boolean) =>
        rows.filter((_, index) => isWanted(verdicts[index] ?? { kind: 'notOurs' })).map((row) => row.id)
      await writer.book(
        tx,
        verdicts.flatMap((verdict) => (verdict.kind === 'book' ? [verdict.call] : [])),
      )
      await markBooked(
        tx,
        idsOf((verdict) => verdict.kind === 'book'),
        now,
      )
      await markUnattributed(
        tx,
        rows.flatMap((row, index) => {
          const verdict = verdicts[index]
          return verdict?.kind === 'unattributed' ? [{ id: row.id, reason: verdict.reason }] : []
        }),
      )
      await dropReported(
        tx,
        idsOf((verdict) => ['notOurs', 'gateway', 'refused'].includes(verdict.kind)),
      )
    })
  }
}

/** The database is away or busy: no fault of the rows. */
const isPassing = (error: unknown): boolean =>
  isTransient(error) ||
  (error instanceof ApplicationError && error.statusCode === 503) ||
  /^(08|53|57)/.test(databaseCode(error) ?? '')
