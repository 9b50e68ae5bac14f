import { Type, type Static } from '@sinclair/typebox'
import { keysWithTheirBudgets } from '#modules/budgets'
import { sql, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'

const Limit = Nullable(Type.Integer())
const Nano = Nullable(Type.BigInt())

const KeyRow = Type.Object({
  keyId: Type.String(),
  name: Type.String(),
  rpmLimit: Limit,
  tpmLimit: Limit,
  maxParallelRequests: Limit,
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
  level: StringEnum(['key', 'key_model', 'user', 'team', 'organization']),
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
  /** Every budget of the chain key, key and model, user, team, organization that exists. */
  readonly budgets: readonly GrantedBudget[]
}

/** What a key may do, in one round trip; undefined when there is no such key in the transaction's organization. */
export async function loadKeyGrant(tx: Tx, keyId: string): Promise<KeyGrant | undefined> {
  // Sent in one flight; the answers come back together.
  const [key, models, budgets] = await Promise.all([
    tx.find(sql(KeyRow)`
      select id as "keyId", name, rpm_limit as "rpmLimit", tpm_limit as "tpmLimit", max_parallel_requests as "maxParallelRequests"
      from api_keys where id = ${keyId}`),
    tx.many(sql(ModelRow)`
      select m.id, m.name, m.mode, m.abilities, m.availability, m.context_length as "contextLength",
        m.max_output_tokens as "maxOutputTokens", m.image_token_ceiling as "imageTokenCeiling",
        m.input_price_nano as "inputPriceNano", m.cached_input_price_nano as "cachedInputPriceNano",
        m.output_price_nano as "outputPriceNano", m.price_per_request_nano as "pricePerRequestNano",
        km.rpm_limit as "rpmLimit", km.tpm_limit as "tpmLimit"
      from api_key_models km
      join subscriptions s on s.organization_id = km.organization_id and s.id = km.subscription_id and s.status = 'active'
      join models m on m.id = km.model_id and m.availability <> 'disabled'
      where km.api_key_id = ${keyId} order by m.name`),
    tx.many(sql(GrantedBudget)`
      select b.id, b.level, b.model_id as "modelId" from ${keysWithTheirBudgets}
      where k.id = ${keyId} order by b.id`),
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
