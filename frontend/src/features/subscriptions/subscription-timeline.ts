import type { SubscriptionEvent, SubscriptionStatus } from './subscription-queries.ts'

/** What happened, as a key of the texts: an event says from where to where, which people read as an act. */
export type Happening =
  | 'requested'
  | 'subscribed'
  | 'granted'
  | 'approved'
  | 'denied'
  | 'requestedAgain'
  | 'reopened'
  | 'suspended'
  | 'resumed'
  | 'cancelled'
  | 'expired'

type Change = Pick<SubscriptionEvent, 'from' | 'to' | 'actorId'>

/** `userId` is whose subscription it is: what they do themselves is called differently. */
export function happeningOf({ from, to, actorId }: Change, userId: string): Happening {
  if (to === 'pending') {
    if (from === null) return 'requested'
    return from === 'denied' && actorId === userId ? 'requestedAgain' : 'reopened'
  }
  if (to !== 'active') return to
  if (from === null || from === 'denied') return actorId === userId ? 'subscribed' : 'granted'
  return from === 'suspended' ? 'resumed' : 'approved'
}

type Step = 'success' | 'info' | 'warning' | 'danger' | 'default'

export const stepOf: Readonly<Record<SubscriptionStatus, Step>> = {
  pending: 'info',
  active: 'success',
  denied: 'danger',
  suspended: 'warning',
  cancelled: 'default',
  expired: 'default',
}
