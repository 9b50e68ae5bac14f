import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'

/** A budget whose effective limit has just changed: raised for a time, or forgiven what was spent. */
export interface ChangedBudget {
  readonly organizationId: string
  readonly level: string
  readonly subjectId: string
}

/** What other rooms must do then, in the same transaction: SQL and intents, never HTTP. */
export type BudgetFollower = (tx: Tx, caller: Caller, budget: ChangedBudget) => Promise<void>

/** Those who keep a copy of a budget somewhere. Filled while the rooms register; one after the other. */
export class BudgetFollowers {
  readonly #followers: BudgetFollower[] = []

  register(follower: BudgetFollower): void {
    this.#followers.push(follower)
  }

  async run(tx: Tx, caller: Caller, budget: ChangedBudget): Promise<void> {
    for (const follower of this.#followers) await follower(tx, caller, budget)
  }
}
