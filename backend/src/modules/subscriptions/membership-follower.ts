import { Type } from '@sinclair/typebox'
import type { AccessChange } from '#modules/organizations'
import { sql, type Tx } from '#platform/database'
import type { Caller } from '#platform/services'
import { findSubscription, nothingElse } from './subscription.queries.ts'
import type { SubscriptionService } from './subscription.service.ts'

const Id = Type.Object({ id: Type.String() })

const lockLiveOf = (tx: Tx, userId: string) =>
  tx.many(sql(Id)`
    select id from subscriptions where user_id = ${userId} and status in ('pending', 'active', 'suspended')
    order by id for update`)

/** Who has left an organization has no right to its models, and gets none back by coming again. */
export function followMemberships(service: Pick<SubscriptionService, 'transition'>) {
  return async (tx: Tx, caller: Caller, change: AccessChange): Promise<void> => {
    if (change.kind !== 'membership' || !change.isEnded) return
    for (const { id } of await lockLiveOf(tx, change.userId)) {
      const subject = await findSubscription(tx, id)
      if (!subject) continue
      const facts = { reason: undefined, version: undefined, also: nothingElse }
      await service.transition(tx, caller, subject, { act: 'remove', to: 'cancelled', ...facts })
    }
  }
}
