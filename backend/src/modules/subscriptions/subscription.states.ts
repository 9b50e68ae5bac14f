import { ApplicationError } from '#platform/errors'
import { codes } from './subscription.errors.ts'
import type { SubscriptionStatus } from './subscription.schemas.ts'

interface Act {
  readonly from: readonly SubscriptionStatus[]
  readonly to: readonly SubscriptionStatus[]
  /** Name of the audit row. */
  readonly audit: string
  readonly participle: string
}

/** Every way from one state to another. What is not here does not happen. */
export const acts = {
  approve: { from: ['pending'], to: ['active'], audit: 'subscription.approved', participle: 'approved' },
  deny: { from: ['pending'], to: ['denied'], audit: 'subscription.denied', participle: 'denied' },
  cancel: {
    from: ['pending', 'active', 'suspended'],
    to: ['cancelled'],
    audit: 'subscription.cancelled',
    participle: 'cancelled',
  },
  requestAgain: {
    from: ['denied'],
    // At once, when the model is restricted no longer.
    to: ['pending', 'active'],
    audit: 'subscription.requested_again',
    participle: 'requested again',
  },
  // A reviewer takes a decision back; it is to be made anew.
  revert: {
    from: ['active', 'denied'],
    to: ['pending'],
    audit: 'subscription.reverted',
    participle: 'taken back',
  },
  suspend: {
    from: ['active'],
    to: ['suspended'],
    audit: 'subscription.suspended',
    participle: 'suspended',
  },
  resume: { from: ['suspended'], to: ['active'], audit: 'subscription.resumed', participle: 'resumed' },
  // By a reviewer; its person cancels it.
  remove: {
    from: ['pending', 'active', 'suspended'],
    to: ['cancelled'],
    audit: 'subscription.removed',
    participle: 'removed',
  },
  // The model became restricted, or open.
  restrict: {
    from: ['active'],
    to: ['pending'],
    audit: 'subscription.restricted',
    participle: 'restricted',
  },
  open: { from: ['pending'], to: ['active'], audit: 'subscription.opened', participle: 'opened' },
  expire: {
    from: ['active', 'suspended'],
    to: ['expired'],
    audit: 'subscription.expired',
    participle: 'ended',
  },
} as const satisfies Record<string, Act>

export type ActName = keyof typeof acts

export const actOf = (name: ActName): Act => acts[name]

/** What else a refused reviewer may know, e.g. who was faster. */
export type StateFacts = Readonly<Record<string, unknown>>

/** 409 `SUBSCRIPTION_STATE` when the act does not lead from the one state to the other. */
export function assertEdge(
  name: ActName,
  from: SubscriptionStatus,
  to: SubscriptionStatus,
  facts: StateFacts = {},
): void {
  const act = actOf(name)
  if (act.from.includes(from) && act.to.includes(to)) return
  throw ApplicationError.conflict(
    `A subscription that is ${from} cannot be ${act.participle}.`,
    codes.SUBSCRIPTION_STATE,
    { status: from, ...facts },
  )
}
