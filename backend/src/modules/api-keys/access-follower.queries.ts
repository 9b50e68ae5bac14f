import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { isAllowedModel } from './allowed-model.ts'
import { AffectedKey } from './subscription-follower.queries.ts'

// Always in the order of the ids, so that two changes never wait for each other in a ring.

const lockKeys = (tx: Tx, organizationId: string, condition: Query): Promise<AffectedKey[]> =>
  tx.many(sql(AffectedKey)`
    select k.id, k.organization_id as "organizationId", k.desired_version as "desiredVersion", k.is_disabled as "isDisabled"
    from api_keys k where k.organization_id = ${organizationId} and k.revoked_at is null and ${condition}
    order by k.id for update of k`)

export const lockKeysOfOrganization = (tx: Tx, organizationId: string): Promise<AffectedKey[]> =>
  lockKeys(tx, organizationId, sql`true`)

export const lockKeysOfPerson = (tx: Tx, organizationId: string, userId: string): Promise<AffectedKey[]> =>
  lockKeys(tx, organizationId, sql`k.user_id = ${userId}`)

/** With `userId` only that person's. */
export const lockKeysOfTeam = (
  tx: Tx,
  organizationId: string,
  teamId: string,
  userId: string | null,
): Promise<AffectedKey[]> =>
  lockKeys(
    tx,
    organizationId,
    sql`k.team_id = ${teamId} and (${userId}::uuid is null or k.user_id = ${userId})`,
  )

const hasForbiddenModel = sql`exists (
  select from api_key_models km
  where km.organization_id = k.organization_id and km.api_key_id = k.id and not ${isAllowedModel})`

/** Keys with a model that the organization, or their team, may use no longer. */
export const lockKeysBeyondTheirModels = (
  tx: Tx,
  organizationId: string,
  teamId: string | null,
): Promise<AffectedKey[]> =>
  lockKeys(
    tx,
    organizationId,
    sql`(${teamId}::uuid is null or k.team_id = ${teamId}) and ${hasForbiddenModel}`,
  )

const Taken = Type.Object({ apiKeyId: Type.String(), modelId: Type.String() })

export function takeForbiddenModelsOff(
  tx: Tx,
  apiKeyIds: readonly string[],
): Promise<Array<Static<typeof Taken>>> {
  return tx.many(sql(Taken)`
    delete from api_key_models km using api_keys k
    where k.organization_id = km.organization_id and k.id = km.api_key_id and k.id = any (${apiKeyIds}::uuid[])
      and not ${isAllowedModel}
    returning km.api_key_id as "apiKeyId", km.model_id as "modelId"`)
}
