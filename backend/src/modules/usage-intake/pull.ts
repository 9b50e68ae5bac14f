import type { FastifyBaseLogger } from 'fastify'
import { LiteLLMError, type SpendLogRow } from '#litellm'
import type { CallMarks } from '#modules/usage'
import type { Clock } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'
import { claimCalls, ownersOf } from './attribution.queries.ts'
import { isMarked } from './booking.ts'
import { insertReported } from './inbox.queries.ts'
import {
  beginReading,
  dueWindows,
  recordDays,
  recordWindow,
  WINDOW_SECONDS,
  type Due,
} from './pull.queries.ts'
import { IncompleteRead, readWindow, type ListSpendLogs } from './spend-log-reader.ts'
import { recordOfRow, type SpendRecord } from './spend-record.ts'

export interface PullOptions {
  readonly platform: PlatformDatabase
  readonly list: ListSpendLogs
  readonly marks: CallMarks
  readonly clock: Clock
  readonly log: FastifyBaseLogger
}

const JOB = 'usage-pull'
const MAX_WINDOWS = 500

/**
 * Reads LiteLLM's spend logs for calls that no push has brought. It knows of each short window of time how many rows
 * LiteLLM had in it, and reads the windows again in which there are more: rows that come late, a crash between two pages
 * and clocks that differ lose nothing.
 */
export class SpendLogPull {
  readonly #options: PullOptions
  #failures = 0

  constructor(options: PullOptions) {
    this.#options = options
  }

  /** How often in a row LiteLLM could not be read. */
  get failures(): number {
    return this.#failures
  }

  /** Reads what is due and says of each day how much of it is known. Rejects when LiteLLM cannot be read to the end. */
  async run(signal?: AbortSignal): Promise<void> {
    const { platform, clock } = this.#options
    const now = clock.now()
    const due = await platform.transaction(JOB, async (tx) => {
      await beginReading(tx, now)
      return dueWindows(tx, now, MAX_WINDOWS)
    })
    let trouble: string | null = null
    try {
      for (const window of due) await this.#read(window, signal)
      this.#failures = 0
    } catch (error) {
      if (signal?.aborted === true) return
      this.#failures += 1
      trouble = explain(error)
      throw error
    } finally {
      await platform.transaction(JOB, (tx) => recordDays(tx, now, trouble))
    }
  }

  async #read({ startsAt, rowsTotal }: Due, signal: AbortSignal | undefined): Promise<void> {
    const { platform, list, clock } = this.#options
    // Before it is read: what comes meanwhile belongs to the next time.
    const readAt = clock.now()
    const total = await readWindow(list, {
      from: startsAt,
      to: startsAt + WINDOW_SECONDS * 1000,
      knownTotal: rowsTotal ?? undefined,
      signal,
      onRows: (rows) => this.#keep(rows),
    })
    await platform.transaction(JOB, (tx) => recordWindow(tx, startsAt, total, readAt))
  }

  async #keep(rows: readonly SpendLogRow[]): Promise<void> {
    const records = rows.flatMap((row) => recordOfRow(row) ?? [])
    if (records.length < rows.length)
      this.#options.log.warn({ rows: rows.length - records.length }, 'rows of LiteLLM’s logs cannot be used')
    await this.#options.platform.transaction(JOB, async (tx) => {
      const direct = await this.#directCalls(tx, records)
      if (direct.length > 0) await insertReported(tx, 'pull', direct)
    })
  }

  /** Without the calls of others, and without the gateway's own, which are most. */
  async #directCalls(tx: Tx, records: readonly SpendRecord[]): Promise<SpendRecord[]> {
    const { marks } = this.#options
    const keys = new Map(
      (await ownersOf(tx, [...new Set(records.map((one) => one.keyHash))])).map((one) => [
        one.keyHash,
        one.apiKeyId,
      ]),
    )
    const ours = records.filter((record) => keys.has(record.keyHash))
    const marked = ours.filter((record) => isMarked(marks, record, keys.get(record.keyHash) ?? ''))
    const holders = await claimCalls(
      tx,
      marked.map((record) => ({ callId: record.claim?.call ?? '', requestId: record.requestId })),
    )
    const own = new Set(marked.filter((record) => holders.get(record.claim?.call ?? '') === record.requestId))
    return ours.filter((record) => !own.has(record))
  }
}

/** In words that may be shown: no addresses, no answers. */
function explain(error: unknown): string {
  if (error instanceof IncompleteRead) return `${error.message}.`
  if (error instanceof LiteLLMError) return `LiteLLM could not be read (${error.failure.kind}).`
  return 'Reading was interrupted.'
}
