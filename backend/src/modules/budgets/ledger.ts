import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import type { Database, PlatformDatabase, Scope, Tx } from '#platform/database'
import { BudgetAccount, type Hold } from './lease.ts'
import { Turnstile } from './turnstile.ts'
import {
  countLiveProcesses,
  listRemaining,
  lowerReservations,
  markEnded,
  removeProcess,
  renew,
  reserve,
  type Granted,
  type HoldFacts,
  type Wanted,
} from './reservation.queries.ts'
import { warn } from './warnings.ts'

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
/** How often at most a budget's end is looked at while its calls are being refused. */
const ENDED_EVERY_MS = 10_000

const isOfPlatform = (link: ChainLink): boolean => link.level === 'platform'

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
    facts: Omit<HoldFacts, 'processId' | 'organizationId'>,
  ): Hold[] | Promise<Hold[]> {
    if (amount === 0n) return []
    const now = this.#now()
    const holds = this.#takeAll(chain, amount, now)
    for (const link of chain) this.#account(link.id).lastCallAt = now
    const known = { ...facts, processId: this.processId, organizationId: scope.organizationId }
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
      const returned = await this.#returnLeases(scope, chain, error.budgetIds)
      if (!returned) throw this.#ended(scope, chain, error)
    }
    try {
      return await this.#reserveInDatabase(scope, chain, amount, facts)
    } catch (error) {
      throw error instanceof DoesNotFit ? this.#ended(scope, chain, error) : error
    }
  }

  #ended(scope: Scope, chain: readonly ChainLink[], error: DoesNotFit): BudgetEnded {
    const level = chain.find((link) => error.budgetIds.includes(link.id))?.level ?? 'key'
    this.#tellEnd(scope, error.budgetIds)
    return new BudgetEnded(level, error.remainingNano)
  }

  /** Beside the refusal, which does not wait for it. */
  #tellEnd(scope: Scope, budgetIds: readonly string[]): void {
    const now = this.#now()
    const due = budgetIds.map((id) => this.#account(id)).filter((one) => one.endToldAt < now - ENDED_EVERY_MS)
    if (due.length === 0) return
    for (const account of due) account.endToldAt = now
    const ids = due.map((one) => one.budgetId)
    this.#options.platform
      .transaction('budget-warning', async (tx) =>
        warn(tx, await markEnded(tx, scope.organizationId, ids, new Date(now))),
      )
      .catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'the end of a budget could not be announced'),
      )
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
    const ofPlatform: Wanted[] = []
    for (const link of chain) {
      const account = this.#account(link.id)
      const hold = account.take(amount, now)
      const want = () => ({ budgetId: link.id, need: amount, block: this.#blockFor(account, amount) })
      if (hold) fromLeases.push(hold)
      else (isOfPlatform(link) ? ofPlatform : wanted).push(want())
    }
    const leasing = [...wanted, ...ofPlatform]
      .filter((one) => one.block > one.need)
      .map((one) => this.#account(one.budgetId))
    const finish = Promise.withResolvers<undefined>()
    for (const account of leasing) account.topUp ??= finish.promise
    const expiresAt = now + this.#options.leaseSeconds * 1000
    try {
      const rows = await this.#grantEverywhere(scope, wanted, ofPlatform, facts, expiresAt)
      return [...fromLeases, ...rows.map((row) => this.#holdOf(row, amount, now, expiresAt))]
    } catch (error) {
      this.putBack(fromLeases)
      throw error
    } finally {
      for (const account of leasing) if (account.topUp === finish.promise) account.topUp = undefined
      finish.resolve(undefined)
    }
  }

  /**
   * The organization's budgets first, under row-level security, and then the platform's, which no organization sees. Whatever
   * keeps the second from being set aside gives back the first.
   */
  async #grantEverywhere(
    scope: Scope,
    wanted: readonly Wanted[],
    ofPlatform: readonly Wanted[],
    facts: HoldFacts,
    expiresAt: number,
  ): Promise<Granted[]> {
    const { database, platform } = this.#options
    const grant = (asked: readonly Wanted[]) => (tx: Tx) => this.#grant(tx, asked, facts, new Date(expiresAt))
    const rows = wanted.length === 0 ? [] : await database.transaction(scope, grant(wanted))
    if (ofPlatform.length === 0) return rows
    try {
      return [...rows, ...(await platform.transaction('platform-budget', grant(ofPlatform)))]
    } catch (error) {
      await this.#giveBack(scope, rows)
      throw error
    }
  }

  async #grant(tx: Tx, wanted: readonly Wanted[], facts: HoldFacts, expiresAt: Date): Promise<Granted[]> {
    const now = new Date(this.#now())
    const rows = await reserve(tx, wanted, facts, now, expiresAt)
    if (rows.length === wanted.length) return rows
    const fitting = new Set(rows.map((row) => row.budgetId))
    const short = wanted.map((one) => one.budgetId).filter((id) => !fitting.has(id))
    const known = await listRemaining(tx, short, now)
    // A budget that was removed in this very moment binds nobody.
    if (known.length === 0) return rows
    const [first = 0n, ...rest] = known.map((one) => one.remaining)
    const least = rest.reduce((smallest, one) => (one < smallest ? one : smallest), first)
    throw new DoesNotFit(
      known.map((one) => one.id),
      least,
    )
  }

  async #giveBack(scope: Scope, rows: readonly Granted[]): Promise<void> {
    if (rows.length === 0) return
    try {
      await this.#options.database.transaction(scope, (tx) => lowerReservations(tx, rows))
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'a reservation could not be given back at once; it follows as idle',
      )
      // Kept as leases that nobody uses: the heartbeat returns them.
      const now = this.#now()
      for (const row of rows) this.#account(row.budgetId).adopt(row.reservationId, row.amount, 0n, now, now)
    }
  }

  #holdOf(row: Granted, amount: bigint, now: number, expiresAt: number): Hold {
    const { budgetId, reservationId } = row
    return row.amount > amount
      ? this.#account(budgetId).adopt(reservationId, row.amount, amount, now, this.#usableUntil(expiresAt))
      : { budgetId, reservationId, amount, lease: undefined }
  }

  /** A cold budget gets exactly what the call needs; a hot one a block. */
  #blockFor(account: BudgetAccount, amount: bigint): bigint {
    const isHot = account.isKnown
    account.isKnown = true
    return isHot ? amount * BLOCK_CALLS : 0n
  }

  async #returnLeases(
    scope: Scope,
    chain: readonly ChainLink[],
    budgetIds: readonly string[],
  ): Promise<boolean> {
    const { database, platform } = this.#options
    const links = chain.filter((link) => budgetIds.includes(link.id))
    const free = links.flatMap((link) =>
      this.#account(link.id)
        .withdraw(() => true)
        .filter((lease) => lease.amount > 0n)
        .map((lease) => ({ ...lease, isOfPlatform: isOfPlatform(link) })),
    )
    const [above, own] = [free.filter((one) => one.isOfPlatform), free.filter((one) => !one.isOfPlatform)]
    if (own.length > 0) await database.transaction(scope, (tx) => lowerReservations(tx, own))
    if (above.length > 0) await platform.transaction('platform-budget', (tx) => lowerReservations(tx, above))
    return free.length > 0
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
