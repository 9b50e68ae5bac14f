import { ApplicationError } from '#platform/errors'
import type { SubscribableModel } from './subscription.queries.ts'
import type { Subscription, SubscriptionRequest, SubscriptionStatus } from './subscription.schemas.ts'
import type { StateFacts } from './subscription.states.ts'

/** For reviewers: who was faster. */
export const deciderOf = ({ decidedBy, decidedByName, decidedAt }: SubscriptionRequest): StateFacts =>
  decidedBy === null ? {} : { decidedBy: { id: decidedBy, displayName: decidedByName }, decidedAt }

/** `isHeld`: a reviewer has taken the model away from the person, and nobody has given it back since. */
export const entryStatus = (model: SubscribableModel, isHeld: boolean): SubscriptionStatus =>
  model.isRestricted || isHeld ? 'pending' : 'active'

export const changedMeanwhile = () =>
  ApplicationError.conflict(
    'This was changed in the meantime; read it again and repeat your change.',
    'VERSION_CONFLICT',
  )

export const auditFacts = (before: SubscriptionRequest | undefined, after: SubscriptionRequest) => ({
  category: 'subscription',
  resourceType: 'subscription',
  resourceId: after.id,
  before,
  after,
})

/** Without what only reviewers see. */
export function toSubscription(row: SubscriptionRequest): Subscription {
  return {
    id: row.id,
    modelId: row.modelId,
    modelName: row.modelName,
    status: row.status,
    reason: row.reason,
    requestedAt: row.requestedAt,
    decidedAt: row.decidedAt,
    decisionReason: row.decisionReason,
    expiresAt: row.expiresAt,
    version: row.version,
  }
}
