import { ApplicationError } from '#platform/errors'

interface Waiter {
  enter(): void
  refuse(error: Error): void
  readonly expiresAt: number
}

/**
 * A bounded queue with a deadline in front of a scarce resource. What does not fit, or waits too long, is refused with
 * 503 and `Retry-After` at once, so that accepted work keeps its latency (load shedding).
 */
export class Gate {
  readonly #limit: number
  readonly #maxWaiting: number
  readonly #deadlineMs: number
  readonly #waiting: Waiter[] = []
  #inside = 0
  #isWatching = false

  constructor(options: { limit: number; maxWaiting: number; deadlineMs: number }) {
    this.#limit = options.limit
    this.#maxWaiting = options.maxWaiting
    this.#deadlineMs = options.deadlineMs
  }

  get inside(): number {
    return this.#inside
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves when there is room; every entry must be followed by exactly one `leave`. */
  enter(): Promise<void> | undefined {
    if (this.#inside < this.#limit) {
      this.#inside += 1
      return undefined
    }
    if (this.#waiting.length >= this.#maxWaiting) throw overloaded()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ enter: resolve, refuse: reject, expiresAt: performance.now() + this.#deadlineMs })
      this.#watch(this.#deadlineMs)
    })
  }

  leave(): void {
    const next = this.#waiting.shift()
    if (next) next.enter()
    else this.#inside -= 1
  }

  /** One timer at a time, for the waiter whose deadline is next. */
  #watch(delayMs: number): void {
    if (this.#isWatching) return
    this.#isWatching = true
    setTimeout(() => this.#expire(), delayMs)
  }

  #expire(): void {
    const now = performance.now()
    this.#isWatching = false
    while (this.#waiting[0] && this.#waiting[0].expiresAt <= now + 1) {
      this.#waiting.shift()?.refuse(overloaded())
    }
    const first = this.#waiting[0]
    if (first) this.#watch(Math.max(1, first.expiresAt - now))
  }
}

const overloaded = () =>
  ApplicationError.unavailable('Too much at once; please try again shortly.', 'OVERLOADED', 1)
