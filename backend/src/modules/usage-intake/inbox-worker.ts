import { Doorbell } from '#platform/clock'
import type { SpendInbox } from './inbox.ts'

/** At most this long after a report its calls are in the usage, also when another process took it in. */
const DRAIN_EVERY_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/** Books what is reported, at once where this process took it in, until it is stopped. */
export class InboxWorker {
  readonly #inbox: Pick<SpendInbox, 'drain'>
  readonly #log: { warn(facts: object, message: string): void }
  readonly #bell = new Doorbell()
  readonly #abort = new AbortController()
  #loop: Promise<void> | undefined

  constructor(inbox: Pick<SpendInbox, 'drain'>, log: { warn(facts: object, message: string): void }) {
    this.#inbox = inbox
    this.#log = log
  }

  /** Looks for work now. */
  wake(): void {
    this.#bell.ring()
  }

  start(): void {
    this.#loop ??= this.#work()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    this.#bell.ring()
    await this.#loop
  }

  async #work(): Promise<void> {
    const { signal } = this.#abort
    let pauseMs = DRAIN_EVERY_MS
    while (!signal.aborted) {
      try {
        await this.#inbox.drain(signal)
        pauseMs = DRAIN_EVERY_MS
      } catch (error) {
        this.#log.warn({ err: error }, 'reported calls could not be booked; trying again')
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
      }
      await this.#bell.sleep(pauseMs)
    }
  }
}
