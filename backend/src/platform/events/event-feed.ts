import { Doorbell } from '#platform/clock'
import type { PlatformDatabase } from '#platform/database'
import type { EventCursor } from './cursor.ts'
import {
  hasHeldBack,
  listEvents,
  listEventsOf,
  readWatermark,
  type AnnouncedEvent,
  type Viewer,
} from './event.queries.ts'

interface EventFeedOptions {
  readonly platform: PlatformDatabase
  readonly log: { warn(facts: object, message: string): void }
}

type Hear = (events: readonly AnnouncedEvent[]) => void

const JOB = 'event-feed'
const BATCH = 1000
/** Between two reads, however many transactions announce something. */
const LEAST_PAUSE_MS = 10
/** How soon to look again while an older transaction is open. */
const HELD_BACK_MS = 40
/** A net below the notifications. */
const POLL_MS = 2000

/**
 * Reads what was announced, once for all who follow it in this process. The order is that of (transaction, sequence), and
 * reading stops at the oldest open transaction, so nothing can appear later in front of what was read.
 */
export class EventFeed {
  readonly #options: EventFeedOptions
  readonly #hearers = new Set<Hear>()
  readonly #bell = new Doorbell()
  /** Undefined while nobody follows. */
  #position: EventCursor | undefined
  #joining: Promise<void> | undefined
  #loop: Promise<void> | undefined
  #isStopping = false

  constructor(options: EventFeedOptions) {
    this.#options = options
  }

  /** Where this process has read to. */
  get position(): EventCursor | undefined {
    return this.#position
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Something may have been announced. */
  wake(): void {
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    await this.#loop
  }

  /** From the answered place on, `hear` is told everything, everybody's, in order. Whoever hears must filter. */
  async follow(hear: Hear): Promise<EventCursor> {
    for (;;) {
      const position = this.#position
      if (position !== undefined) {
        this.#hearers.add(hear)
        return position
      }
      this.#joining ??= this.#join().finally(() => {
        this.#joining = undefined
      })
      await this.#joining
    }
  }

  async #join(): Promise<void> {
    const mark = await this.#options.platform.transaction(JOB, readWatermark, { readOnly: true })
    this.#position = { transaction: mark, sequence: 0n }
  }

  unfollow(hear: Hear): void {
    this.#hearers.delete(hear)
    if (this.#hearers.size === 0) this.#position = undefined
  }

  /** The present end of everything that can be read. */
  watermark(): Promise<bigint> {
    return this.#options.platform.transaction(JOB, readWatermark, { readOnly: true })
  }

  /** A page of what one viewer has missed. */
  missedBy(
    viewer: Viewer,
    range: { after: EventCursor; before: bigint; names: readonly string[]; limit: number },
  ): Promise<AnnouncedEvent[]> {
    return this.#options.platform.transaction(JOB, (tx) => listEventsOf(tx, viewer, range), {
      readOnly: true,
    })
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const startedAt = performance.now()
      const next = await this.#read()
      if (this.#isStopping) return
      const pause = LEAST_PAUSE_MS - (performance.now() - startedAt)
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
      if (next !== 'more') await this.#bell.sleep(next === 'held back' ? HELD_BACK_MS : POLL_MS)
    }
  }

  async #read(): Promise<'more' | 'held back' | 'done'> {
    const from = this.#position
    if (from === undefined) return 'done'
    try {
      const { events, mark, isHeld } = await this.#options.platform.transaction(
        JOB,
        async (tx) => {
          const watermark = await readWatermark(tx)
          const [read, held] = await Promise.all([
            listEvents(tx, from, watermark, BATCH),
            hasHeldBack(tx, watermark),
          ])
          return { events: read, mark: watermark, isHeld: held }
        },
        { readOnly: true },
      )
      // Everybody has left, and perhaps somebody new come, since.
      if (this.#position !== from) return 'more'
      const isFull = events.length === BATCH
      this.#position = isFull ? (events.at(-1)?.cursor ?? from) : { transaction: mark, sequence: 0n }
      if (events.length > 0) for (const hear of this.#hearers) hear(events)
      return isFull ? 'more' : isHeld ? 'held back' : 'done'
    } catch (error) {
      if (!this.#isStopping) this.#options.log.warn({ err: error }, 'live events could not be read')
      return 'done'
    }
  }
}
