import { ApplicationError } from '#platform/errors'
import type { Grant, GrantedModel } from './grants.ts'
import { Rate, type RateState } from './rate.ts'

interface Counters {
  readonly requests: Rate
  readonly tokens: Rate
  inFlight: number
}

interface Limit {
  readonly counters: Counters
  readonly rpm: number | null
  readonly tpm: number | null
  readonly parallel: number | null
}

/** What one call has taken of its limits, until it is over. */
export interface Admission {
  readonly requests: RateState | undefined
  readonly tokens: RateState | undefined
  /** Corrects the reserved tokens to those used, and ends the call's place among the parallel ones. Once. */
  finish(usedTokens: number): void
}

/** Small limits cannot be divided among processes without becoming wrong. */
const DIVISIBLE_FROM = 60
const MAX_IDLE = 10_000

/**
 * Requests and tokens per minute and calls in parallel, per key and per key and model, in memory. With several processes
 * each takes its share of the larger limits.
 */
export class Limits {
  readonly #counters = new Map<string, Counters>()
  readonly #liveProcesses: () => number

  constructor(liveProcesses: () => number) {
    this.#liveProcesses = liveProcesses
  }

  /** Takes one request and `tokens` of every limit, or throws 429 and takes nothing. */
  admit(grant: Grant, model: GrantedModel, tokens: number, now: number): Admission {
    const limits = this.#limitsOf(grant, model)
    const undo: Array<() => void> = []
    const refuse = (what: string, waitMs: number): never => {
      for (const step of undo) step()
      throw ApplicationError.rateLimited(`The limit of ${what} is reached; try again later.`, Math.max(1, Math.ceil(waitMs / 1000)))
    }
    for (const { counters, rpm, tpm, parallel } of limits) {
      if (parallel !== null && counters.inFlight >= parallel) refuse(`${parallel} calls in parallel`, 1000)
      counters.inFlight += 1
      undo.push(() => (counters.inFlight -= 1))
      if (rpm !== null) {
        const wait = counters.requests.take(rpm, 1, now)
        if (wait > 0) refuse('requests per minute', wait)
        undo.push(() => counters.requests.putBack(rpm, 1))
      }
      if (tpm !== null) {
        const wait = counters.tokens.take(tpm, tokens, now)
        if (wait > 0) refuse('tokens per minute', wait)
        undo.push(() => counters.tokens.putBack(tpm, tokens))
      }
    }
    return {
      requests: tightest(limits.map((limit) => (limit.rpm === null ? undefined : limit.counters.requests.state(limit.rpm, now)))),
      tokens: tightest(limits.map((limit) => (limit.tpm === null ? undefined : limit.counters.tokens.state(limit.tpm, now)))),
      finish: (usedTokens) => {
        for (const { counters, tpm } of limits) {
          counters.inFlight -= 1
          if (tpm !== null) counters.tokens.putBack(tpm, tokens - usedTokens)
        }
      },
    }
  }

  #limitsOf(grant: Grant, model: GrantedModel): Limit[] {
    const limits: Limit[] = []
    if (grant.rpmLimit !== null || grant.tpmLimit !== null || grant.maxParallelRequests !== null)
      limits.push({
        counters: this.#countersOf(grant.keyId),
        rpm: this.#share(grant.rpmLimit),
        tpm: this.#share(grant.tpmLimit),
        parallel: grant.maxParallelRequests,
      })
    if (model.rpmLimit !== null || model.tpmLimit !== null)
      limits.push({
        counters: this.#countersOf(`${grant.keyId} ${model.id}`),
        rpm: this.#share(model.rpmLimit),
        tpm: this.#share(model.tpmLimit),
        parallel: null,
      })
    return limits
  }

  #share(limit: number | null): number | null {
    return limit === null || limit < DIVISIBLE_FROM ? limit : Math.floor(limit / this.#liveProcesses())
  }

  #countersOf(name: string): Counters {
    const known = this.#counters.get(name)
    if (known) return known
    if (this.#counters.size >= MAX_IDLE) this.#forgetIdle()
    const counters = { requests: new Rate(), tokens: new Rate(), inFlight: 0 }
    this.#counters.set(name, counters)
    return counters
  }

  #forgetIdle(): void {
    const now = Date.now()
    for (const [name, one] of this.#counters)
      if (one.inFlight === 0 && one.requests.isIdle(now) && one.tokens.isIdle(now)) this.#counters.delete(name)
  }
}

function tightest(states: ReadonlyArray<RateState | undefined>): RateState | undefined {
  return states.reduce((best, state) => (state && (!best || state.remaining < best.remaining) ? state : best), undefined)
}
