import { changed } from '#identity'
import type { SubscriptionTransition } from '#modules/subscriptions'
import { recordAudit } from '#platform/audit'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'
import type { ProxyKeys } from './proxy-keys.ts'
import { lockKeysOf, takeModelOff, touchKeys } from './subscription-follower.queries.ts'

/** States that a subscription does not come back from with its keys; a suspended one does. */
const ended = new Set(['cancelled', 'expired', 'denied', 'pending'])

/** Keys follow the subscription in its own transaction: when it ends they lose the model, otherwise they are told anew. */
export function followSubscriptions(proxy: ProxyKeys, clock: Clock) {
  return async (tx: Tx, caller: Caller, transition: SubscriptionTransition): Promise<void> => {
    if (transition.from === null) return
    const before = new Map((await lockKeysOf(tx, transition.subscriptionId)).map((key) => [key.id, key]))
    if (ended.has(transition.to)) await takeModelOff(tx, transition.subscriptionId)
    if (before.size === 0) return
    for (const key of await touchKeys(tx, [...before.keys()], proxy.stateAfterChange)) {
      const wasDisabled = before.get(key.id)?.isDisabled ?? false
      await proxy.update(tx, key, clock.now())
      await recordAudit(tx, caller, {
        category: 'api-key',
        action: key.isDisabled && !wasDisabled ? 'api_key.disabled' : 'api_key.updated',
        resourceType: 'api_key',
        resourceId: key.id,
        organizationId: key.organizationId,
        before: { isDisabled: wasDisabled },
        after: { isDisabled: key.isDisabled, modelId: transition.modelId, subscription: transition.to },
      })
      await changed(tx, { kind: 'key', id: key.id })
    }
  }
}
