const WINDOW_MS = 60_000

/** What a client may know about one of its limits. */
export interface RateState {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/**
 * A rate per minute by the generic cell rate algorithm: one number, no counters to reset. The burst is the whole limit, and
 * capacity comes back evenly, so that two adjacent minutes never see more than twice the limit.
 */
export class Rate {
  /** When the bucket will be full again, epoch milliseconds. */
  #fullAt = 0

  /** Takes `cost` units; answers how many milliseconds to wait when they do not fit, else 0. */
  take(limit: number, cost: number, now: number): number {
    if (limit === 0) return WINDOW_MS
    const after = Math.max(this.#fullAt, now) + (cost * WINDOW_MS) / limit
    const excess = after - now - WINDOW_MS
    // Half a millisecond forgives what floating point makes of limit / limit.
    if (excess > 0.5) return excess
    this.#fullAt = after
    return 0
  }

  /** Gives units back that were taken and not used. */
  putBack(limit: number, cost: number): void {
    if (limit > 0) this.#fullAt -= (cost * WINDOW_MS) / limit
  }

  state(limit: number, now: number): RateState {
    const usedMs = Math.max(0, this.#fullAt - now)
    return {
      limit,
      remaining: Math.max(0, Math.floor(limit - (usedMs * limit) / WINDOW_MS + 1e-6)),
      resetSeconds: Math.ceil(usedMs / 1000),
    }
  }

  isIdle(now: number): boolean {
    return this.#fullAt <= now
  }
}
