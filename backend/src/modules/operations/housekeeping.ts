import { retention } from '#modules/settings'
import type { PlatformDatabase, Tx } from '#platform/database'
import { deleteOldEvents } from '#platform/events'
import { deleteOldJobs } from '#platform/jobs'
import {
  deleteExpiredAnswers,
  deleteExpiredTickets,
  deleteOldUsageEvents,
  dropOldUsagePartitions,
  ensureUsagePartitions,
  misplacedUsageBytes,
} from './housekeeping.queries.ts'

const JOB = 'housekeeping'
const MONTHS_AHEAD = 3
const USAGE_EVENT_DAYS = 35

/** The part of a logger that this job uses. */
export interface HousekeepingLog {
  info(facts: object, message: string): void
  error(facts: object, message: string): void
}

/**
 * Makes room for the coming months and removes what nobody needs any more, in batches so that no lock is held for long.
 * Sessions and intents are kept clean by the rooms that own them.
 */
export class Housekeeping {
  readonly #platform: PlatformDatabase
  readonly #log: HousekeepingLog
  #misplacedBytes = 0

  constructor(parts: { platform: PlatformDatabase; log: HousekeepingLog }) {
    this.#platform = parts.platform
    this.#log = parts.log
  }

  /** Size of the usage that fits no month when last looked; anything but 0 needs a person. */
  get misplacedBytes(): number {
    return this.#misplacedBytes
  }

  async run(signal?: AbortSignal): Promise<void> {
    await this.#watchPartitions()
    const answers = await this.#inBatches(deleteExpiredAnswers, signal)
    const usageEvents = await this.#inBatches((tx) => deleteOldUsageEvents(tx, USAGE_EVENT_DAYS), signal)
    const { eventDays, jobDays, usageLogMonths } = await this.#platform.transaction(
      JOB,
      (tx) => retention.read(tx),
      { readOnly: true },
    )
    await this.#dropOldMonths(usageLogMonths)
    const events = await this.#inBatches((tx) => deleteOldEvents(tx, eventDays), signal)
    const jobs = await this.#inBatches((tx) => deleteOldJobs(tx, jobDays), signal)
    const tickets = await this.#inBatches(deleteExpiredTickets, signal)
    if (answers + usageEvents + events + jobs + tickets > 0)
      this.#log.info({ answers, usageEvents, events, jobs, tickets }, 'removed what is no longer needed')
  }

  async #watchPartitions(): Promise<void> {
    this.#misplacedBytes = await this.#platform.transaction(JOB, misplacedUsageBytes)
    if (this.#misplacedBytes > 0)
      this.#log.error(
        { bytes: this.#misplacedBytes },
        'usage lies in usage_logs_elsewhere, outside of every month; move it and truncate that partition',
      )
    try {
      const made = await this.#platform.transaction(JOB, (tx) => ensureUsagePartitions(tx, MONTHS_AHEAD))
      if (made > 0) this.#log.info({ made }, 'made partitions for usage')
    } catch (error) {
      // Misplaced calls of a month stand in the way of that month's partition; the rest of the work goes on.
      this.#log.error({ err: error }, 'no partition could be made for usage')
    }
  }

  async #dropOldMonths(months: number): Promise<void> {
    try {
      const dropped = await this.#platform.transaction(JOB, (tx) => dropOldUsagePartitions(tx, months))
      if (dropped.length > 0)
        this.#log.info({ dropped }, 'removed months of usage that are not kept any more')
    } catch (error) {
      // A long reading of usage stands in the way for a while; the next run finds the same months.
      this.#log.error({ err: error }, 'old months of usage could not be removed')
    }
  }

  async #inBatches(step: (tx: Tx) => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
    let removed = 0
    while (signal?.aborted !== true) {
      const count = await this.#platform.transaction(JOB, step)
      if (count === 0) break
      removed += count
    }
    return removed
  }
}
