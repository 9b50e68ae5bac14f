import { AsyncLocalStorage } from 'node:async_hooks'
import type { Progress } from './job.queries.ts'

const LEAST_PAUSE_MS = 200

/** Writes how far a job is, at most five times a second, however often the job says so. The last word always counts. */
export class ProgressReporter {
  readonly #write: (progress: Progress) => Promise<void>
  /** A job may report from inside a transaction, and the timer must not inherit it. */
  readonly #outside = AsyncLocalStorage.snapshot()
  #latest: Progress
  #written: Progress
  #lastAt = -Infinity
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #isClosed = false

  constructor(initial: Progress, write: (progress: Progress) => Promise<void>) {
    this.#latest = initial
    this.#written = initial
    this.#write = write
  }

  get latest(): Progress {
    return this.#latest
  }

  report(progress: Progress): void {
    this.#latest = progress
    if (!this.#isClosed) this.#outside(() => this.#schedule())
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return
    const pause = Math.max(0, this.#lastAt + LEAST_PAUSE_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#writing = this.#writeLatest()
    }, pause)
  }

  async #writeLatest(): Promise<void> {
    const progress = this.#latest
    this.#lastAt = performance.now()
    // Progress that could not be written is not worth a failure: the next one says more.
    await this.#write(progress).catch(() => undefined)
    this.#written = progress
    this.#writing = undefined
    if (this.#latest !== this.#written && !this.#isClosed) this.#schedule()
  }

  /** Ends the writing; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#writing
  }
}
