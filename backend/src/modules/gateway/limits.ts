import { ApplicationError } from '#platform/errors'
import type { Scope } from '#platform/database'
import type { Grant, GrantedModel } from './grants.ts'
import { isLimited, type Limited } from './limited.ts'
import { Rate, type RateState } from './rate.ts'
import type { SharedLimits, SharedPlaces, SharedRate } from './shared-limits.ts'

interface Counters {
  readonly requests: Rate
  readonly tokens: Rate
  inFlight: number
}

/** What one call has taken of its limits, until it is over. */
export interface Admission {
  readonly requests: RateState | undefined
  readonly tokens: RateState | undefined
  /** Corrects the reserved tokens to those used, and ends the call's place among the parallel ones. Once. */
  finish(usedTokens: number): void
}

export interface LimitsParts {
  readonly liveProcesses: () => number
  readonly shared: SharedLimits
  /** A place that could not be given back expires by itself. */
  readonly onError: (error: unknown) => void
}

/** Smaller limits cannot be divided among processes without becoming wrong. */
const DIVISIBLE_FROM = 60
const MAX_COUNTERS = 10_000

const WHOSE: Readonly<Record<Limited['level'], string>> = {
  key: 'this key',
  key_model: 'this key for this model',
  user: 'this person',
  team: 'this team',
  organization: 'this organization',
}

const refused = (what: string, level: Limited['level'], waitMs: number) =>
  new ApplicationError(
    'RATE_LIMITED',
    `The limit of ${what} of ${WHOSE[level]} is reached; try again later.`,
    { details: { level }, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) },
  )

/**
 * Requests and tokens per minute and calls in parallel, of keys, models on keys, people, teams and organizations. One process
 * counts in memory. Several
 * take their shares of the larger limits, and count the others together.
 */
export class Limits {
  readonly #counters = new Map<string, Counters>()
  readonly #parts: LimitsParts

  constructor(parts: LimitsParts) {
    this.#parts = parts
  }

  /** Takes one request and `tokens` of every limit, or rejects with 429 and takes nothing. Waits only where processes must agree. */
  admit(
    scope: Scope,
    grant: Grant,
    model: GrantedModel,
    tokens: number,
    now: number,
  ): Admission | Promise<Admission> {
    const limited = limitsOf(grant, model)
    const processes = this.#parts.liveProcesses()
    if (processes <= 1) return this.#admitHere(limited, tokens, now)
    const here = limited.map((one) => ({
      ...one,
      parallel: null,
      rpm: share(one.rpm, processes),
      tpm: share(one.tpm, processes),
    }))
    return this.#admitTogether(scope, limited, this.#admitHere(here, tokens, now), tokens)
  }

  #admitHere(limits: readonly Limited[], tokens: number, now: number): Admission {
    const undo: Array<() => void> = []
    const take = (what: string, level: Limited['level'], waitMs: number, back: () => void) => {
      if (waitMs > 0) {
        for (const step of undo) step()
        throw refused(what, level, waitMs)
      }
      undo.push(back)
    }
    const counted = limits.map((one) => ({ ...one, counters: this.#countersOf(one.name) }))
    for (const { counters, level, rpm, tpm, parallel } of counted) {
      take(
        `${String(parallel)} calls in parallel`,
        level,
        parallel !== null && counters.inFlight >= parallel ? 1000 : 0,
        () => (counters.inFlight -= 1),
      )
      counters.inFlight += 1
      if (rpm !== null)
        take('requests per minute', level, counters.requests.take(rpm, 1, now), () =>
          counters.requests.putBack(rpm, 1),
        )
      if (tpm !== null)
        take('tokens per minute', level, counters.tokens.take(tpm, tokens, now), () =>
          counters.tokens.putBack(tpm, tokens),
        )
    }
    return {
      requests: tightest(
        counted.map(({ counters, rpm }) => (rpm === null ? undefined : counters.requests.state(rpm, now))),
      ),
      tokens: tightest(
        counted.map(({ counters, tpm }) => (tpm === null ? undefined : counters.tokens.state(tpm, now))),
      ),
      finish: (usedTokens) => {
        for (const { counters, tpm } of counted) {
          counters.inFlight -= 1
          if (tpm !== null) counters.tokens.putBack(tpm, tokens - usedTokens)
        }
      },
    }
  }

  async #admitTogether(
    scope: Scope,
    limited: readonly Limited[],
    local: Admission,
    tokens: number,
  ): Promise<Admission> {
    const rates: SharedRate[] = limited.flatMap(({ name, rpm, tpm }) => [
      ...(isIndivisible(rpm) ? [{ name: `${name} requests`, limit: rpm, cost: 1 }] : []),
      ...(isIndivisible(tpm) ? [{ name: `${name} tokens`, limit: tpm, cost: tokens }] : []),
    ])
    const places: SharedPlaces[] = limited.flatMap(({ name, parallel }) =>
      parallel === null ? [] : [{ name, limit: parallel }],
    )
    if (rates.length === 0 && places.length === 0) return local
    const { shared, onError } = this.#parts
    const taken = await shared.take(scope, rates, places).catch((error: unknown) => {
      local.finish(0)
      throw error
    })
    if ('waitMs' in taken) {
      local.finish(0)
      const level = limited.find((one) => taken.name.startsWith(one.name))?.level ?? 'key'
      throw refused(
        taken.name.endsWith('tokens')
          ? 'tokens per minute'
          : taken.name.endsWith('requests')
            ? 'requests per minute'
            : 'calls in parallel',
        level,
        taken.waitMs,
      )
    }
    return {
      ...local,
      finish: (usedTokens) => {
        local.finish(usedTokens)
        const unused = rates
          .filter((rate) => rate.name.endsWith('tokens'))
          .map((rate) => ({ ...rate, cost: tokens - usedTokens }))
        shared.finish(scope, taken, unused).catch(onError)
      },
    }
  }

  #countersOf(name: string): Counters {
    const known = this.#counters.get(name)
    if (known) return known
    if (this.#counters.size >= MAX_COUNTERS) this.#forgetIdle()
    const counters = { requests: new Rate(), tokens: new Rate(), inFlight: 0 }
    this.#counters.set(name, counters)
    return counters
  }

  #forgetIdle(): void {
    const now = Date.now()
    for (const [name, one] of this.#counters)
      if (one.inFlight === 0 && one.requests.isIdle(now) && one.tokens.isIdle(now))
        this.#counters.delete(name)
  }
}

function limitsOf(grant: Grant, model: GrantedModel): readonly Limited[] {
  const ofModel: Limited = {
    name: `${grant.keyId} ${model.id}`,
    level: 'key_model',
    rpm: model.rpmLimit,
    tpm: model.tpmLimit,
    parallel: null,
  }
  return isLimited(ofModel) ? [ofModel, ...grant.limited] : grant.limited
}

const isIndivisible = (limit: number | null): limit is number => limit !== null && limit < DIVISIBLE_FROM

/** This process's part of a limit; null where all count together, or there is none. */
const share = (limit: number | null, processes: number): number | null =>
  limit === null || limit < DIVISIBLE_FROM ? null : Math.floor(limit / processes)

function tightest(states: ReadonlyArray<RateState | undefined>): RateState | undefined {
  return states.reduce(
    (best, state) => (state && (!best || state.remaining < best.remaining) ? state : best),
    undefined,
  )
}
