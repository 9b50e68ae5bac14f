import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'

/** What somebody may do has changed by more than a subscription; already written in the transaction at hand. */
export type AccessChange = { readonly organizationId: string } &
  /** The organization was suspended, or works again. */
  (
    | { readonly kind: 'organization' }
    /** The list of allowed models has changed: the organization's, or one team's. */
    | { readonly kind: 'models'; readonly teamId: string | null }
    /** A membership was disabled or enabled, may call models or no longer, or it has ended for good. */
    | { readonly kind: 'membership'; readonly userId: string; readonly isEnded: boolean }
    /** A team is no more; with `userId` only for that person. */
    | { readonly kind: 'team'; readonly teamId: string; readonly userId: string | null }
  )

/**
 * Does SQL and intents in the transaction of the change, never HTTP. That may be the platform's, which sees the rows of all
 * organizations: each statement names the organization concerned.
 */
type AccessHandler = (tx: Tx, caller: Caller, change: AccessChange) => Promise<void>

/** What must follow such a change. Later rooms build on earlier ones, so they follow first: keys before subscriptions. */
export class AccessHooks {
  readonly #handlers: AccessHandler[] = []

  register(handle: AccessHandler): void {
    this.#handlers.push(handle)
  }

  async run(tx: Tx, caller: Caller, change: AccessChange): Promise<void> {
    for (const handle of this.#handlers.toReversed()) await handle(tx, caller, change)
  }
}
