import { Type } from '@sinclair/typebox'
import { changed } from '#identity'
import type { Clock } from '#platform/clock'
import { sql, type Tx } from '#platform/database'
import type { SyncState } from './api-key.schemas.ts'
import type { ProxyKeys } from './proxy-keys.ts'

/** To be called, as the platform, in the transaction in which a person stops or comes back. Answers how many keys followed. */
export type OwnerFollower = (tx: Tx, userId: string) => Promise<number>

/** Keys are refused here as soon as their owner is; this tells the proxy too, whichever organization they belong to. */
export function followOwners(proxy: ProxyKeys, clock: Clock): OwnerFollower {
  return async (tx, userId) => {
    const keys = await touchKeysOfPerson(tx, userId, proxy.stateAfterChange)
    for (const key of keys) {
      await proxy.update(tx, key, clock.now())
      await changed(tx, { kind: 'key', id: key.id })
    }
    tx.afterCommit(() => proxy.wake())
    return keys.length
  }
}

const TouchedKey = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  desiredVersion: Type.Integer(),
})

/** By way of the memberships, because keys are indexed by organization first. */
function touchKeysOfPerson(tx: Tx, userId: string, syncState: SyncState) {
  return tx.many(sql(TouchedKey)`
    update api_keys k set desired_version = desired_version + 1, version = k.version + 1, updated_at = now(), sync_state = ${syncState}
    from memberships m
    where m.user_id = ${userId} and k.organization_id = m.organization_id and k.user_id = m.user_id and k.revoked_at is null
    returning k.organization_id as "organizationId", k.id, k.desired_version as "desiredVersion"`)
}
