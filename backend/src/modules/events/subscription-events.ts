import type { Tx } from '#platform/database'
import { announceAll, type NewEvent } from '#platform/events'
import type { Caller } from '#platform/services'

interface Transition {
  readonly subscriptionId: string
  readonly userId: string
  readonly modelId: string
  readonly from: string | null
  readonly to: string
}

/** Tells the person what became of their subscription, and reviewers what waits for them or waits no longer. */
export async function announceSubscription(tx: Tx, caller: Caller, transition: Transition): Promise<void> {
  const { subscriptionId: id, userId, modelId, from, to } = transition
  const name = `subscription.${nameOf(from, to)}`
  const data = { id, userId, modelId, from, status: to, isOwn: caller.userId === userId }
  // A job's transaction knows no organization; its caller does.
  const where = caller.organizationId === null ? {} : { organizationId: caller.organizationId }
  const events: NewEvent[] = [{ name, audience: { userId }, data, ...where }]
  if (from === 'pending' || to === 'pending')
    events.push({ name, audience: { permission: 'approvals:read' }, data, ...where })
  await announceAll(tx, events)
}

function nameOf(from: string | null, to: string): string {
  if (to === 'pending') return 'requested'
  if (to !== 'active') return to
  return from === 'pending' ? 'approved' : from === 'suspended' ? 'resumed' : 'activated'
}
