import type { SubscriptionStatus } from './subscription-queries.ts'

/** What a reviewer can do; the server decides whether. */
export const reviewActs = ['approve', 'deny', 'suspend', 'resume', 'revert', 'remove'] as const
export type ReviewAct = (typeof reviewActs)[number]

const from: Readonly<Record<ReviewAct, readonly SubscriptionStatus[]>> = {
  approve: ['pending'],
  deny: ['pending'],
  suspend: ['active'],
  resume: ['suspended'],
  revert: ['active', 'denied'],
  remove: ['active', 'suspended'],
}

export const actsOn = (status: SubscriptionStatus): readonly ReviewAct[] =>
  reviewActs.filter((act) => from[act].includes(status))

/** What takes something from a person is not done without saying why. */
export const needsReason = (act: ReviewAct): boolean => act !== 'approve' && act !== 'resume'

export const isDanger = (act: ReviewAct): boolean => act === 'deny' || act === 'suspend' || act === 'remove'
