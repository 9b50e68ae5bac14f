/**
 * The events that may leave the installation; docs/api/events.md says what their `data` holds. What only says "look again"
 * (progress, running sums) and what belongs to the platform is not among them.
 */
export const webhookEvents = [
  'api-key.changed',
  'api-key.created',
  'api-key.deleted',
  'api-key.expiring',
  'api-key.lost',
  'api-key.revoked',
  'api-key.rotated',
  'api-key.updated',
  'budget.warning',
  'invitation.accepted',
  'invitation.created',
  'job.finished',
  'member.joined',
  'member.left',
  'member.removed',
  'member.updated',
  'model.available',
  'model.price-changed',
  'model.unavailable',
  'subscription.activated',
  'subscription.approved',
  'subscription.cancelled',
  'subscription.denied',
  'subscription.expired',
  'subscription.requested',
  'subscription.resumed',
  'subscription.suspended',
  'team.archived',
  'team.joined',
  'team.left',
  'user.limits-changed',
] as const

/** What a test sends. */
export const TEST_EVENT = 'webhook.test'
