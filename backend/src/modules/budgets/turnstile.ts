import { ApplicationError } from '#platform/errors'

/** Lets a few in at a time, in the order in which they came; the queue in memory is bounded, and costs no connection. */
export class Turnstile {
  readonly #max: { readonly inside: number; readonly waiting: number }
  readonly #waiting: Array<() => void> = []
  #inside = 0

  constructor(max: { inside: number; waiting: number }) {
    this.#max = max
  }

  /** Rejects with 503 when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#max.inside) this.#inside += 1
    else {
      if (this.#waiting.length >= this.#max.waiting)
        throw ApplicationError.unavailable('Too much at once; please try again shortly.', 'OVERLOADED', 1)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#inside -= 1
    }
  }
}
