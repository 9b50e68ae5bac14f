import { Type, type Static } from '@sinclair/typebox'
import { keysWithTheirBudgets, platformBudgetAt } from '#modules/budgets'
import { sql, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'
import { isAllowedModel } from './allowed-model.ts'

const Limit = Nullable(Type.Integer())
const Nano = Nullable(Type.BigInt())

const KeyRow = Type.Object({
  keyId: Type.String(),
  name: Type.String(),
  rpmLimit: Limit,
  tpmLimit: Limit,
  maxParallelRequests: Limit,
  teamId: Nullable(Type.String()),
  userRpmLimit: Limit,
  userTpmLimit: Limit,
  userMaxParallelRequests: Limit,
  teamRpmLimit: Limit,
  teamTpmLimit: Limit,
  teamMaxParallelRequests: Limit,
  organizationRpmLimit: Limit,
  organizationTpmLimit: Limit,
  organizationMaxParallelRequests: Limit,
  /** CIDR blocks; none: from everywhere. */
  allowedIps: Type.Array(Type.String()),
})

const ModelRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mode: Type.String(),
  abilities: Type.Array(Type.String()),
  /** `unavailable` while LiteLLM does not serve it; closed models are not granted at all. */
  availability: StringEnum(['available', 'unavailable']),
  contextLength: Limit,
  maxOutputTokens: Limit,
  imageTokenCeiling: Type.Integer(),
  inputPriceNano: Nano,
  cachedInputPriceNano: Nano,
  outputPriceNano: Nano,
  pricePerRequestNano: Nano,
  rpmLimit: Limit,
  tpmLimit: Limit,
})

const GrantedBudget = Type.Object({
  id: Type.String(),
  level: StringEnum(['key', 'key_model', 'user', 'team', 'organization', 'platform']),
  /** Only at level `key_model`. */
  modelId: Nullable(Type.String()),
})
type GrantedBudget = Static<typeof GrantedBudget>

/** nano-USD per million tokens, and per request; null when unknown. Cached input without a price of its own costs the input price. */
interface ModelPrices {
  readonly input: bigint | null
  readonly cachedInput: bigint | null
  readonly output: bigint | null
  readonly perRequest: bigint | null
}

type Prices = 'inputPriceNano' | 'cachedInputPriceNano' | 'outputPriceNano' | 'pricePerRequestNano'
/** A model that the key may call; its limits are the key's own for this model. */
type GrantedModel = Omit<Static<typeof ModelRow>, Prices> & { readonly prices: ModelPrices }

/** Everything that a call with this key is checked against. */
export interface KeyGrant extends Static<typeof KeyRow> {
  readonly models: readonly GrantedModel[]
  /** Every budget of the chain key, key and model, user, team, organization, platform that exists. */
  readonly budgets: readonly GrantedBudget[]
}

/** What a key may do, in one round trip; undefined when there is no such key in the transaction's organization. */
export async function loadKeyGrant(tx: Tx, keyId: string, now: Date): Promise<KeyGrant | undefined> {
  // Sent in one flight; the answers come back together.
  const [key, models, budgets] = await Promise.all([
    tx.find(sql(KeyRow)`
      select k.id as "keyId", k.name, k.rpm_limit as "rpmLimit", k.tpm_limit as "tpmLimit",
        k.max_parallel_requests as "maxParallelRequests", k.team_id as "teamId", ms.rpm_limit as "userRpmLimit",
        ms.tpm_limit as "userTpmLimit", ms.max_parallel_requests as "userMaxParallelRequests", t.rpm_limit as "teamRpmLimit",
        t.tpm_limit as "teamTpmLimit", t.max_parallel_requests as "teamMaxParallelRequests",
        o.rpm_limit as "organizationRpmLimit", o.tpm_limit as "organizationTpmLimit",
        o.max_parallel_requests as "organizationMaxParallelRequests", k.allowed_ips as "allowedIps"
      from api_keys k
      join memberships ms on ms.organization_id = k.organization_id and ms.user_id = k.user_id
      join organizations o on o.id = k.organization_id
      left join teams t on t.organization_id = k.organization_id and t.id = k.team_id
      where k.id = ${keyId}`),
    tx.many(sql(ModelRow)`
      select m.id, m.name, m.mode, m.abilities, m.availability, m.context_length as "contextLength",
        m.max_output_tokens as "maxOutputTokens", m.image_token_ceiling as "imageTokenCeiling",
        m.input_price_nano as "inputPriceNano", m.cached_input_price_nano as "cachedInputPriceNano",
        m.output_price_nano as "outputPriceNano", m.price_per_request_nano as "pricePerRequestNano",
        km.rpm_limit as "rpmLimit", km.tpm_limit as "tpmLimit"
      from api_key_models km
      join subscriptions s on s.organization_id = km.organization_id and s.id = km.subscription_id and s.status = 'active'
      join models m on m.id = km.model_id and m.availability <> 'disabled'
      join api_keys k on k.organization_id = km.organization_id and k.id = km.api_key_id
      where km.api_key_id = ${keyId} and ${isAllowedModel} order by m.name`),
    tx.many(sql(GrantedBudget)`
      select b.id, b.level, b.model_id as "modelId" from ${keysWithTheirBudgets}
      where k.id = ${keyId}
      union all select p.id, 'platform', null from ${platformBudgetAt(now)} order by 1`),
  ])
  return key && { ...key, models: models.map(toModel), budgets }
}

function toModel(row: Static<typeof ModelRow>): GrantedModel {
  const { inputPriceNano, cachedInputPriceNano, outputPriceNano, pricePerRequestNano, ...model } = row
  return {
    ...model,
    prices: {
      input: inputPriceNano,
      cachedInput: cachedInputPriceNano,
      output: outputPriceNano,
      perRequest: pricePerRequestNano,
    },
  }
}
