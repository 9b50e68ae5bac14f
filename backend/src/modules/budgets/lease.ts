/** A block of one budget that this process may sub-allocate in memory. Amounts are nano-USD. */
export interface Lease {
  readonly reservationId: string
  /** Still set aside in the database for this lease; shrinks by what is settled. */
  amount: bigint
  /** Promised to calls in flight. */
  outstanding: bigint
  /** Epoch milliseconds; after it nothing may be taken, because the sweeper may own the row. */
  expiresAt: number
  lastUsedAt: number
}

/** What one call holds in one budget. */
export interface Hold {
  readonly budgetId: string
  readonly reservationId: string
  readonly amount: bigint
  /** Undefined: a reservation of this call's own. */
  readonly lease: Lease | undefined
}

/** This process's view of one budget. */
export class BudgetAccount {
  readonly budgetId: string
  readonly leases: Lease[] = []
  /** When the previous call came; a budget that is called again soon is worth a lease. */
  lastCallAt = 0
  /** False until the first call: a cold budget gets exactly what that call needs. */
  isKnown = false
  /** When it was last said that this budget has ended, epoch milliseconds. */
  endToldAt = 0
  /** One request for a new lease at a time; others wait for its outcome. */
  topUp: Promise<void> | undefined

  constructor(budgetId: string) {
    this.budgetId = budgetId
  }

  /** Takes from a lease without touching the database; undefined when none has enough. */
  take(amount: bigint, now: number): Hold | undefined {
    for (const lease of this.leases) {
      if (lease.expiresAt <= now || lease.amount - lease.outstanding < amount) continue
      lease.outstanding += amount
      lease.lastUsedAt = now
      return { budgetId: this.budgetId, reservationId: lease.reservationId, amount, lease }
    }
    return undefined
  }

  /** Adopts a fresh reservation as a lease, with `amount` of it already promised to the call that asked. */
  adopt(reservationId: string, total: bigint, amount: bigint, now: number, expiresAt: number): Hold {
    const lease: Lease = { reservationId, amount: total, outstanding: amount, expiresAt, lastUsedAt: now }
    this.leases.push(lease)
    return { budgetId: this.budgetId, reservationId, amount, lease }
  }

  /** Removes and returns the leases that `isWanted` names and that no call is using. */
  withdraw(isWanted: (lease: Lease) => boolean): Lease[] {
    const gone = this.leases.filter((lease) => lease.outstanding === 0n && isWanted(lease))
    for (const lease of gone) this.leases.splice(this.leases.indexOf(lease), 1)
    return gone
  }
}

/** The call is over: `cost` leaves the lease for good (the usage writer books it), the rest is free again. */
export function settleHold(hold: Hold, cost: bigint): void {
  if (!hold.lease) return
  hold.lease.outstanding -= hold.amount
  hold.lease.amount -= cost
}
