import { Type, type Static } from '@sinclair/typebox'
import { keysWithTheirBudgets } from '#modules/budgets'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

const Abandoned = Type.Object({
  reservationId: Type.String(),
  organizationId: Type.String(),
  level: Type.String(),
  processId: Type.String(),
  amount: Type.BigInt(),
  apiKeyId: Type.String(),
  userId: Type.String(),
  teamId: Nullable(Type.String()),
  modelId: Type.String(),
  proxyTokenHash: Type.String(),
  createdAt: Type.String(),
  expiresAt: Type.String(),
})
export type Abandoned = Static<typeof Abandoned>

/** What processes still hold that have shown no sign of life since then. */
export function listAbandoned(tx: Tx, expiredBefore: Date): Promise<Abandoned[]> {
  return tx.many(sql(Abandoned)`
    select r.id as "reservationId", coalesce(r.key_organization_id, r.organization_id) as "organizationId", b.level, r.process_id as "processId",
      r.amount_nano as amount, r.api_key_id as "apiKeyId", r.user_id as "userId", k.team_id as "teamId", r.model_id as "modelId",
      r.litellm_token_hash as "proxyTokenHash", r.created_at as "createdAt", r.expires_at as "expiresAt"
    from reservations r
    join budgets b on b.organization_id = r.organization_id and b.id = r.budget_id
    left join api_keys k on k.organization_id = coalesce(r.key_organization_id, r.organization_id) and k.id = r.api_key_id
    where r.expires_at < ${expiredBefore}
    order by r.process_id, r.api_key_id limit 1000`)
}

const ChainBudget = Type.Object({ id: Type.String(), modelId: Nullable(Type.String()) })

/** Every budget that pays for calls of this key. */
export function chainOfKey(
  tx: Tx,
  organizationId: string,
  apiKeyId: string,
): Promise<Array<Static<typeof ChainBudget>>> {
  return tx.many(sql(ChainBudget)`
    select b.id, b.model_id as "modelId" from ${keysWithTheirBudgets}
    where k.organization_id = ${organizationId} and k.id = ${apiKeyId}`)
}

const PricedModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  input: Nullable(Type.BigInt()),
  cachedInput: Nullable(Type.BigInt()),
  output: Nullable(Type.BigInt()),
  perRequest: Nullable(Type.BigInt()),
})
export type PricedModel = Static<typeof PricedModel>

export function listPrices(tx: Tx): Promise<PricedModel[]> {
  return tx.many(sql(PricedModel)`
    select id, name, input_price_nano as input, cached_input_price_nano as "cachedInput", output_price_nano as output,
      price_per_request_nano as "perRequest" from models`)
}
