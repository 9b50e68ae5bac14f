import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { ownersWithTheirBudgets } from '#modules/budgets'

const Owner = Type.Object({
  keyHash: Type.String(),
  organizationId: Type.String(),
  apiKeyId: Type.String(),
  userId: Type.String(),
  teamId: Nullable(Type.String()),
  keyName: Type.String(),
})
export type Owner = Static<typeof Owner>

/** Whose these secrets are or were: as the key is now, or as it was when it was deleted. */
export function ownersOf(tx: Tx, keyHashes: readonly string[]): Promise<Owner[]> {
  return tx.many(sql(Owner)`
    select o.token_hash as "keyHash", o.organization_id as "organizationId", o.api_key_id as "apiKeyId",
      coalesce(k.user_id, o.user_id) as "userId", case when k.id is null then o.team_id else k.team_id end as "teamId",
      coalesce(k.name, o.key_name) as "keyName"
    from litellm_token_owners o
    left join api_keys k on k.organization_id = o.organization_id and k.id = o.api_key_id
    where o.token_hash = any (${keyHashes}::text[])`)
}

/** The same by key: in service mode LiteLLM knows the service's own key only, and the gateway's mark names ours. */
export function ownersByKey(tx: Tx, apiKeyIds: readonly string[]): Promise<Owner[]> {
  return tx.many(sql(Owner)`
    select distinct on (o.api_key_id) '' as "keyHash", o.organization_id as "organizationId", o.api_key_id as "apiKeyId",
      coalesce(k.user_id, o.user_id) as "userId", case when k.id is null then o.team_id else k.team_id end as "teamId",
      coalesce(k.name, o.key_name) as "keyName"
    from litellm_token_owners o
    left join api_keys k on k.organization_id = o.organization_id and k.id = o.api_key_id
    where o.api_key_id::text = any (${apiKeyIds}::text[])
    order by o.api_key_id, o.created_at desc`)
}

const PricedModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  litellmIds: Type.Array(Type.String()),
  input: Nullable(Type.BigInt()),
  cachedInput: Nullable(Type.BigInt()),
  output: Nullable(Type.BigInt()),
  perRequest: Nullable(Type.BigInt()),
})
export type PricedModel = Static<typeof PricedModel>

/** Models that bear one of these names or deployment ids at LiteLLM. */
export function modelsOf(
  tx: Tx,
  names: readonly string[],
  deploymentIds: readonly string[],
): Promise<PricedModel[]> {
  return tx.many(sql(PricedModel)`
    select id, name, litellm_ids as "litellmIds", input_price_nano as input, cached_input_price_nano as "cachedInput",
      output_price_nano as output, price_per_request_nano as "perRequest"
    from models where name = any (${names}::text[]) or litellm_ids && ${deploymentIds}::text[]`)
}

const Payer = Type.Object({
  organizationId: Type.String(),
  apiKeyId: Type.String(),
  budgetId: Type.String(),
  modelId: Nullable(Type.String()),
  /** Epoch milliseconds; null where the budget never starts anew. */
  windowStartsAt: Nullable(Type.Number()),
})
export type Payer = Static<typeof Payer>

/** Every budget that may have to pay for calls of these keys, and since when its present window runs. */
export function payersOf(tx: Tx, owners: readonly Owner[], now: Date): Promise<Payer[]> {
  return tx.many(sql(Payer)`
    with owners as (
      select * from unnest(${owners.map((one) => one.organizationId)}::uuid[], ${owners.map((one) => one.apiKeyId)}::uuid[],
        ${owners.map((one) => one.userId)}::uuid[], ${owners.map((one) => one.teamId)}::uuid[])
        as o (organization_id, api_key_id, user_id, team_id)
    )
    select distinct o.organization_id as "organizationId", o.api_key_id as "apiKeyId", b.id as "budgetId", b.model_id as "modelId",
      extract(epoch from case when b.reset_at <= ${now} then b.reset_at
        else budget_window_start(b.duration, b.reset_at) end)::float8 * 1000 as "windowStartsAt"
    from ${ownersWithTheirBudgets}`)
}

/** Claims of the gateway's calls: the row that came first keeps the call. Answers the id of the row that has it. */
export async function claimCalls(
  tx: Tx,
  claims: ReadonlyArray<{ callId: string; requestId: string }>,
): Promise<ReadonlyMap<string, string>> {
  if (claims.length === 0) return new Map()
  const sorted = claims.toSorted((a, b) => (a.callId < b.callId ? -1 : 1))
  const callIds = sorted.map((one) => one.callId)
  await tx.run(sql`
    insert into gateway_call_rows (call_id, request_id)
    select distinct on (c) c, r from unnest(${callIds}::text[], ${sorted.map((one) => one.requestId)}::text[])
      with ordinality as u (c, r, n) order by c, n
    on conflict do nothing`)
  const rows = await tx.many(sql(Type.Object({ callId: Type.String(), requestId: Type.String() }))`
    select call_id as "callId", request_id as "requestId" from gateway_call_rows where call_id = any (${callIds}::text[])`)
  return new Map(rows.map((row) => [row.callId, row.requestId]))
}
