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
const acts = {
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
} as const satisfies Record<string, Act>

export type ActName = keyof typeof acts

export const actOf = (name: ActName): Act => acts[name]

/** 409 `SUBSCRIPTION_STATE` when the act does not lead from the one state to the other. */
export function assertEdge(name: ActName, from: SubscriptionStatus, to: SubscriptionStatus): void {
  const act = actOf(name)
  if (act.from.includes(from) && act.to.includes(to)) return
  throw ApplicationError.conflict(
    `A subscription that is ${from} cannot be ${act.participle}.`,
    codes.SUBSCRIPTION_STATE,
    { status: from },
  )
}
