import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { columns, joins } from './subscription.queries.ts'
import { SubscriptionRequest, type SubscriptionStatus } from './subscription.schemas.ts'

const Ids = Type.Object({ organizationId: Type.String(), id: Type.String() })
export type SubscriptionKey = Static<typeof Ids>

/** On the platform's connection: what has reached its end, in all organizations. */
export function listExpired(tx: Tx, now: Date, limit: number): Promise<SubscriptionKey[]> {
  return tx.many(sql(Ids)`
    select s.organization_id as "organizationId", s.id from subscriptions s
    where s.status in ('active', 'suspended') and s.expires_at <= ${now} order by s.expires_at limit ${limit}`)
}

const OrganizationCount = Type.Object({ organizationId: Type.String(), count: Type.Integer() })

/** On the platform's connection: which organizations have subscriptions to a model in a state, and how many. */
export function countByOrganization(
  tx: Tx,
  modelId: string,
  status: SubscriptionStatus,
): Promise<Array<Static<typeof OrganizationCount>>> {
  return tx.many(sql(OrganizationCount)`
    select s.organization_id as "organizationId", count(*)::int as "count" from subscriptions s
    where s.model_id = ${modelId} and s.status = ${status} group by 1 order by 1`)
}

/** In the caller's organization, in the order of their ids, so that two of these never wait for each other in a ring. */
export function listOfModel(
  tx: Tx,
  modelId: string,
  status: SubscriptionStatus,
  limit: number,
): Promise<SubscriptionRequest[]> {
  return tx.many(sql(SubscriptionRequest)`
    select ${columns} from subscriptions s ${joins} where s.model_id = ${modelId} and s.status = ${status}
    order by s.id limit ${limit} for update of s`)
}
