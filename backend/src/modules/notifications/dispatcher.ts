import { deliverToWebhooks } from '#modules/webhooks'
import { Doorbell } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { hasHeldBack, listEvents, readWatermark, type AnnouncedEvent } from '#platform/events'
import type { JobRunner } from '#platform/jobs'
import { beginAnew, lockReader, moveReader } from './dispatch.queries.ts'
import { tellPeople } from './telling.ts'

interface DispatcherOptions {
  readonly platform: PlatformDatabase
  /** Whether mails can be sent at all. */
  readonly hasMail: boolean
  /** Whose end is the platform's business, and no organization's webhook is told of. */
  readonly jobs: Pick<JobRunner, 'platformKinds'>
  readonly log: {
    warn(facts: object, message: string): void
    error(facts: object, message: string): void
  }
}

type Progress = 'more' | 'held back' | 'done'

const JOB = 'notifications'
const BATCH = 500
/** Between two reads: what is announced in one go is told in one go. */
const LEAST_PAUSE_MS = 50
/** How soon to look again while an older transaction is open. */
const HELD_BACK_MS = 100
/** A net below the notifications of the database. */
const POLL_MS = 2000
/** How often one event may fail before it is passed over: one that cannot be told must not silence all others. */
const PATIENCE = 5

/**
 * Reads what was announced, in the order of the live stream and up to the oldest open transaction, and makes of it what
 * people and webhooks are told. Its place moves in the transaction that writes, and one process at a time is at it: nothing
 * is lost, and nothing is told twice, whenever a process dies.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #bell = new Doorbell()
  #failures = 0
  #loop: Promise<void> | undefined
  #isStopping = false

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  wake(): void {
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const progress = await this.#attempt()
      if (this.#isStopping) return
      await new Promise((resolve) => setTimeout(resolve, LEAST_PAUSE_MS))
      if (progress !== 'more') await this.#bell.sleep(progress === 'held back' ? HELD_BACK_MS : POLL_MS)
    }
  }

  async #attempt(): Promise<Progress> {
    const { platform, log } = this.#options
    try {
      const progress = await platform.transaction(JOB, (tx) => this.#dispatch(tx))
      this.#failures = 0
      return progress
    } catch (error) {
      if (this.#isStopping) return 'done'
      // The database being away is nobody's fault, and passes.
      if (!(error instanceof ApplicationError && error.statusCode === 503)) this.#failures += 1
      log.warn({ err: error }, 'events could not be made into notifications; trying again')
      return 'done'
    }
  }

  /** After a failure one by one, so that what cannot be told stands alone. */
  async #dispatch(tx: Tx): Promise<Progress> {
    const reader = await lockReader(tx, JOB)
    if (!reader) return 'done'
    const mark = await readWatermark(tx)
    if (reader.isOfAnotherCluster) {
      await beginAnew(tx, JOB, mark)
      return 'done'
    }
    const limit = this.#failures > 0 ? 1 : BATCH
    const events = await listEvents(tx, reader.cursor, mark, limit)
    const last = events.at(-1)
    if (last) {
      await this.#tell(
        tx,
        events.filter(({ at }) => at >= reader.since),
      )
      const isFull = events.length === limit
      await moveReader(tx, JOB, isFull ? last.cursor : { transaction: mark, sequence: 0n })
      if (isFull) return 'more'
    }
    return (await hasHeldBack(tx, mark)) ? 'held back' : 'done'
  }

  async #tell(tx: Tx, events: readonly AnnouncedEvent[]): Promise<void> {
    const { hasMail, jobs, log } = this.#options
    const hidden: ReadonlySet<unknown> = new Set(jobs.platformKinds)
    if (this.#failures >= PATIENCE) {
      log.error({ events: events.map(({ name }) => name) }, 'an event could not be told, and is passed over')
      return
    }
    await deliverToWebhooks(
      tx,
      events.filter(({ name, data }) => name !== 'job.finished' || !hidden.has(data['kind'])),
    )
    await tellPeople(tx, events, { hasMail })
  }
}
