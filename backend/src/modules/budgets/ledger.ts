import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import type { Database, PlatformDatabase, Scope } from '#platform/database'
import { BudgetAccount, type Hold } from './lease.ts'
import { Turnstile } from './turnstile.ts'
import {
  countLiveProcesses,
  leastRemaining,
  lowerReservations,
  removeProcess,
  renew,
  reserve,
  type HoldFacts,
  type Wanted,
} from './reservation.queries.ts'

/** One budget of a call's chain. */
export interface ChainLink {
  readonly id: string
  readonly level: string
}

export interface LedgerOptions {
  readonly database: Database
  readonly platform: PlatformDatabase
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  readonly leaseSeconds: number
}

/** A budget without calls for this long is cold: its leases go back, and its next call reserves exactly. */
const IDLE_MS = 10_000
const BLOCK_CALLS = 50n
/** A lease is not used in its last moments (a sixth of its life), so that clocks and the sweeper never disagree about it. */
const SAFETY_SHARE = 6
/** Reservations at once: calls of one budget queue for its row anyway, and other work needs connections too. */
const MAX_RESERVING = 4
const MAX_WAITING = 5000

class DoesNotFit extends Error {
  readonly budgetIds: readonly string[]
  readonly remainingNano: bigint
  constructor(budgetIds: readonly string[], remainingNano: bigint) {
    super('a budget has too little left')
    this.budgetIds = budgetIds
    this.remainingNano = remainingNano
  }
}

/** A budget of the chain has too little left for a call. For whoever asked, not for the wire: it holds an amount. */
export class BudgetEnded extends Error {
  readonly level: string
  /** nano-USD. */
  readonly remainingNano: bigint
  constructor(level: string, remainingNano: bigint) {
    super(`the budget of the ${level} has too little left`)
    this.level = level
    this.remainingNano = remainingNano
  }
}

/**
 * Sets money aside before a call. What was spent plus everything set aside never passes a limit, because every
 * nano-dollar promised here was first reserved in PostgreSQL: exactly for one call, or as a lease for the next ones.
 */
export class BudgetLedger {
  readonly processId = randomUUID()
  readonly #options: LedgerOptions
  readonly #accounts = new Map<string, BudgetAccount>()
  readonly #turnstile = new Turnstile({ inside: MAX_RESERVING, waiting: MAX_WAITING })
  #timer: NodeJS.Timeout | undefined
  #liveProcesses = 1

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  get liveProcesses(): number {
    return this.#liveProcesses
  }

  /**
   * Holds `amount` (nano-USD) in every budget of the chain. Without waiting when leases cover it. Rejects with
   * {@link BudgetEnded}, which names the level; then nothing is held.
   */
  reserve(
    scope: Scope,
    chain: readonly ChainLink[],
    amount: bigint,
    facts: Omit<HoldFacts, 'processId'>,
  ): Hold[] | Promise<Hold[]> {
    if (amount === 0n) return []
    const now = this.#now()
    const holds = this.#takeAll(chain, amount, now)
    for (const link of chain) this.#account(link.id).lastCallAt = now
    const known = { ...facts, processId: this.processId }
    return holds ?? this.#turnstile.pass(async () => this.#reserveSlowly(scope, chain, amount, known))
  }

  /** From leases alone, all or nothing. */
  #takeAll(chain: readonly ChainLink[], amount: bigint, now: number): Hold[] | undefined {
    const holds: Hold[] = []
    for (const link of chain) {
      const hold = this.#account(link.id).take(amount, now)
      if (!hold) {
        this.putBack(holds)
        return undefined
      }
      holds.push(hold)
    }
    return holds
  }

  /** Undoes holds of leases, when the call did not take place and nothing was written. */
  putBack(holds: readonly Hold[]): void {
    for (const hold of holds) if (hold.lease) hold.lease.outstanding -= hold.amount
  }

  async #reserveSlowly(
    scope: Scope,
    chain: readonly ChainLink[],
    amount: bigint,
    facts: HoldFacts,
  ): Promise<Hold[]> {
    // Somebody is fetching a lease for one of these budgets already: what they bring may be enough.
    await chain.map((link) => this.#account(link.id).topUp).find((promise) => promise !== undefined)
    const holds = this.#takeAll(chain, amount, this.#now())
    if (holds) return holds
    try {
      return await this.#reserveInDatabase(scope, chain, amount, facts)
    } catch (error) {
      if (!(error instanceof DoesNotFit)) throw error
      // Our own leases may be what is missing: taken by a call meanwhile, or idle.
      const taken = this.#takeAll(chain, amount, this.#now())
      if (taken) return taken
      const returned = await this.#returnLeases(scope, error.budgetIds)
      if (!returned) throw this.#ended(chain, error)
    }
    try {
      return await this.#reserveInDatabase(scope, chain, amount, facts)
    } catch (error) {
      throw error instanceof DoesNotFit ? this.#ended(chain, error) : error
    }
  }

  #ended(chain: readonly ChainLink[], error: DoesNotFit): BudgetEnded {
    const level = chain.find((link) => error.budgetIds.includes(link.id))?.level ?? 'key'
    return new BudgetEnded(level, error.remainingNano)
  }

  async #reserveInDatabase(
    scope: Scope,
    chain: readonly ChainLink[],
    amount: bigint,
    facts: HoldFacts,
  ): Promise<Hold[]> {
    const now = this.#now()
    const fromLeases: Hold[] = []
    const wanted: Wanted[] = []
    for (const link of chain) {
      const account = this.#account(link.id)
      const hold = account.take(amount, now)
      if (hold) fromLeases.push(hold)
      else wanted.push({ budgetId: link.id, need: amount, block: this.#blockFor(account, amount) })
    }
    const leasing = wanted.filter((one) => one.block > one.need).map((one) => this.#account(one.budgetId))
    const finish = Promise.withResolvers<undefined>()
    for (const account of leasing) account.topUp ??= finish.promise
    try {
      return [...fromLeases, ...(await this.#grant(scope, wanted, amount, facts, now))]
    } catch (error) {
      this.putBack(fromLeases)
      throw error
    } finally {
      for (const account of leasing) if (account.topUp === finish.promise) account.topUp = undefined
      finish.resolve(undefined)
    }
  }

  async #grant(
    scope: Scope,
    wanted: readonly Wanted[],
    amount: bigint,
    facts: HoldFacts,
    now: number,
  ): Promise<Hold[]> {
    if (wanted.length === 0) return []
    const expiresAt = now + this.#options.leaseSeconds * 1000
    const granted = await this.#options.database.transaction(scope, async (tx) => {
      const rows = await reserve(tx, wanted, facts, new Date(now), new Date(expiresAt))
      if (rows.length < wanted.length) {
        const fitting = new Set(rows.map((row) => row.budgetId))
        const short = wanted.map((one) => one.budgetId).filter((id) => !fitting.has(id))
        throw new DoesNotFit(short, await leastRemaining(tx, short, new Date(now)))
      }
      return rows
    })
    return granted.map((row) =>
      row.amount > amount
        ? this.#account(row.budgetId).adopt(
            row.reservationId,
            row.amount,
            amount,
            now,
            this.#usableUntil(expiresAt),
          )
        : { budgetId: row.budgetId, reservationId: row.reservationId, amount, lease: undefined },
    )
  }

  /** A cold budget gets exactly what the call needs; a hot one a block. */
  #blockFor(account: BudgetAccount, amount: bigint): bigint {
    const isHot = account.isKnown
    account.isKnown = true
    return isHot ? amount * BLOCK_CALLS : 0n
  }

  async #returnLeases(scope: Scope, budgetIds: readonly string[]): Promise<boolean> {
    const leases = budgetIds.flatMap((id) => this.#account(id).withdraw(() => true))
    const free = leases.filter((lease) => lease.amount > 0n)
    if (free.length === 0) return false
    await this.#options.database.transaction(scope, (tx) => lowerReservations(tx, free))
    return true
  }

  #account(budgetId: string): BudgetAccount {
    const known = this.#accounts.get(budgetId)
    if (known) return known
    const account = new BudgetAccount(budgetId)
    this.#accounts.set(budgetId, account)
    return account
  }

  #usableUntil(expiresAt: number): number {
    return expiresAt - (this.#options.leaseSeconds * 1000) / SAFETY_SHARE
  }

  #now(): number {
    return this.#options.clock.now().getTime()
  }

  /** Shows signs of life, returns idle leases, forgets idle budgets. */
  async heartbeat(): Promise<void> {
    const now = this.#now()
    const expiresAt = now + this.#options.leaseSeconds * 1000
    const idle = [...this.#accounts.values()].flatMap((account) =>
      account.withdraw((lease) => lease.lastUsedAt < now - IDLE_MS || lease.expiresAt <= now),
    )
    if (idle.length > 0)
      await this.#options.platform.transaction('budget-heartbeat', (tx) => lowerReservations(tx, idle))
    this.#liveProcesses = await this.#options.platform.transaction('budget-heartbeat', async (tx) => {
      await renew(tx, this.processId, new Date(now), new Date(expiresAt))
      return Math.max(1, await countLiveProcesses(tx, new Date(now - this.#options.leaseSeconds * 1000)))
    })
    for (const account of this.#accounts.values()) {
      for (const lease of account.leases)
        if (lease.expiresAt > now) lease.expiresAt = this.#usableUntil(expiresAt)
      if (account.leases.length === 0 && account.lastCallAt < now - IDLE_MS)
        this.#accounts.delete(account.budgetId)
    }
  }

  async start(): Promise<void> {
    await this.heartbeat()
    const everyMs = Math.min(5000, (this.#options.leaseSeconds * 1000) / 3)
    this.#timer = setInterval(() => {
      this.heartbeat().catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'the budget heartbeat failed'),
      )
    }, everyMs)
  }

  /** Returns every lease. Calls in flight must have been settled and written before. */
  async stop(): Promise<void> {
    if (!this.#timer) return
    clearInterval(this.#timer)
    const leases = [...this.#accounts.values()].flatMap((account) => account.withdraw(() => true))
    await this.#options.platform.transaction('budget-heartbeat', async (tx) => {
      if (leases.length > 0) await lowerReservations(tx, leases)
      await removeProcess(tx, this.processId)
    })
  }
}
