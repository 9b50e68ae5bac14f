/** The part of a logger that a job needs. */
interface JobLog {
  warn(facts: object, message: string): void
}

interface PeriodicOptions {
  readonly name: string
  /** Asked after each run. */
  readonly everyMs: () => number
  readonly work: (signal: AbortSignal) => Promise<unknown>
  readonly log: JobLog
}

const JITTER = 0.1

/** Runs work at once and then again and again, never twice at the same time; the pause begins when the work has ended. */
export class Periodic {
  readonly #options: PeriodicOptions
  readonly #abort = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #current: Promise<void> | undefined

  constructor(options: PeriodicOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#current || this.#abort.signal.aborted) return
    clearTimeout(this.#timer)
    this.#current = this.#once()
  }

  async #once(): Promise<void> {
    try {
      await this.#options.work(this.#abort.signal)
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#options.log.warn(
          { err: error, job: this.#options.name },
          'a periodic job failed; it is tried again',
        )
    }
    this.#current = undefined
    if (this.#abort.signal.aborted) return
    this.#timer = setTimeout(() => this.start(), this.#options.everyMs() * (1 - JITTER * Math.random()))
  }

  /** Gives the current run up and waits for its end. */
  async stop(): Promise<void> {
    this.#abort.abort()
    clearTimeout(this.#timer)
    await this.#current
  }
}
