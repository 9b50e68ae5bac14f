import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import type { SyncState } from './api-key.schemas.ts'

export const AffectedKey = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  desiredVersion: Type.Integer(),
  isDisabled: Type.Boolean(),
})
export type AffectedKey = Static<typeof AffectedKey>

const columns = sql`k.id, k.organization_id as "organizationId", k.desired_version as "desiredVersion", k.is_disabled as "isDisabled"`

/** In the order of their ids, so that two cancellations never wait for each other in a ring. */
export function lockKeysOf(tx: Tx, subscriptionId: string): Promise<AffectedKey[]> {
  return tx.many(sql(AffectedKey)`
    select ${columns} from api_keys k
    where k.revoked_at is null
      and exists (select from api_key_models km where km.api_key_id = k.id and km.subscription_id = ${subscriptionId})
    order by k.id for update of k`)
}

export async function takeModelOff(tx: Tx, subscriptionId: string): Promise<void> {
  await tx.run(sql`delete from api_key_models where subscription_id = ${subscriptionId}`)
}

/** A key that is left without models is disabled. */
export function touchKeys(tx: Tx, ids: readonly string[], syncState: SyncState): Promise<AffectedKey[]> {
  return tx.many(sql(AffectedKey)`
    update api_keys k set desired_version = desired_version + 1, version = version + 1, updated_at = now(),
      sync_state = ${syncState},
      is_disabled = k.is_disabled or not exists (
        select from api_key_models km where km.organization_id = k.organization_id and km.api_key_id = k.id)
    where k.id = any (${ids}::uuid[]) returning ${columns}`)
}
