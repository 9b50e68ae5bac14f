import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { AdminModel, type AdminModelListQuery } from './model-admin.schemas.ts'
import { RESOURCE_KIND } from './deployment-resource.ts'
import { filtersOf, orderOf } from './model.filters.ts'
import { factColumns } from './model.queries.ts'

// On the platform's connection: the catalogue and its use over all organizations.

const Nano = Nullable(Type.BigInt())
const AdminRow = Type.Object({
  ...Type.Omit(AdminModel, [
    'inputPricePerMillion',
    'cachedInputPricePerMillion',
    'outputPricePerMillion',
    'pricePerRequest',
  ]).properties,
  inputPriceNano: Nano,
  cachedInputPriceNano: Nano,
  outputPriceNano: Nano,
  pricePerRequestNano: Nano,
})
export type AdminRow = Static<typeof AdminRow>

const columns = sql`${factColumns}, m.display_order as "displayOrder", m.image_token_ceiling as "imageTokenCeiling",
  m.litellm_ids as "litellmIds", m.restriction_job_id as "restrictionJobId", m.removed_at as "removedAt",
  m.updated_at as "updatedAt", m.version, d.deployments, s.active as "activeSubscriptions",
  s.pending as "pendingSubscriptions", k.keys, u.requests as "requestsLast30Days"`

const joins = sql`
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('litellmId', d.litellm_id, 'isAdopted', d.is_adopted,
        'providerModel', d.provider_model, 'provider', d.provider, 'apiBase', d.api_base,
        'providerKeyHint', d.provider_key_hint, 'rpmLimit', d.rpm_limit, 'tpmLimit', d.tpm_limit,
        'timeoutSeconds', d.timeout_seconds, 'maxRetries', d.max_retries, 'syncState', d.sync_state,
        'syncMessage', case when d.sync_state <> 'synced' then (
          select left(i.last_error, 1000) from litellm_intents i
          where i.resource_kind = ${RESOURCE_KIND} and i.resource_id = d.id and i.last_error is not null
          order by i.sequence desc limit 1) end)
      order by d.created_at, d.id), '[]') as deployments
    from model_deployments d where d.model_id = m.id and d.is_wanted
  ) d
  cross join lateral (
    select count(*) filter (where s.status = 'active')::int as active,
      count(*) filter (where s.status = 'pending')::int as pending
    from subscriptions s where s.model_id = m.id
  ) s
  cross join lateral (select ${liveKeys()}::int as keys) k
  cross join lateral (
    select coalesce(sum(u.requests), 0)::int as requests from usage_daily u
    where u.model_id = m.id and u.day > current_date - 30
  ) u`

function liveKeys(): Query {
  return sql`(select count(*) from api_key_models km
    join api_keys k on k.organization_id = km.organization_id and k.id = km.api_key_id
    where km.model_id = m.id and k.revoked_at is null)`
}

const ownSorts: Readonly<Record<string, Query>> = {
  activeSubscriptions: sql.identifier('s.active'),
  pendingSubscriptions: sql.identifier('s.pending'),
  keys: sql.identifier('k.keys'),
  requestsLast30Days: sql.identifier('u.requests'),
}

const Total = Type.Object({ total: Type.BigInt() })

export async function listAdminModels(
  tx: Tx,
  query: AdminModelListQuery,
): Promise<{ rows: AdminRow[]; total: number }> {
  const conditions = [sql`true`, ...filtersOf(query)]
  if (query.isRemoved !== undefined) conditions.push(sql`(m.removed_at is not null) = ${query.isRemoved}`)
  if (query.syncState !== undefined)
    conditions.push(sql`exists (select from model_deployments d
      where d.model_id = m.id and d.is_wanted and d.sync_state = ${query.syncState})`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(AdminRow)`
      select ${columns} from models m ${joins} where ${where}
      order by ${orderOf(query.sort, ownSorts)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from models m where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findAdminModel(tx: Tx, id: string): Promise<AdminRow | undefined> {
  return tx.find(sql(AdminRow)`select ${columns} from models m ${joins} where m.id = ${id}`)
}

/** Everything about a model that administration writes. */
const Stored = Type.Object({
  id: Type.String(),
  name: Type.String(),
  provider: Type.String(),
  ownDescription: Nullable(Type.String()),
  mode: Type.String(),
  abilities: Type.Array(Type.String()),
  contextLength: Nullable(Type.Integer()),
  maxOutputTokens: Nullable(Type.Integer()),
  inputPriceNano: Nano,
  cachedInputPriceNano: Nano,
  outputPriceNano: Nano,
  pricePerRequestNano: Nano,
  isRestricted: Type.Boolean(),
  displayOrder: Nullable(Type.Integer()),
  imageTokenCeiling: Type.Integer(),
  availability: Type.String(),
  isServed: Type.Boolean(),
  isRemoved: Type.Boolean(),
  litellmIds: Type.Array(Type.String()),
  version: Type.Integer(),
})
export type StoredModelRow = Static<typeof Stored>
export type ModelFacts = Omit<
  StoredModelRow,
  'id' | 'availability' | 'isServed' | 'isRemoved' | 'litellmIds' | 'version'
>

const stored = sql`id, name, provider, own_description as "ownDescription", mode, abilities,
  context_length as "contextLength", max_output_tokens as "maxOutputTokens", input_price_nano as "inputPriceNano",
  cached_input_price_nano as "cachedInputPriceNano", output_price_nano as "outputPriceNano",
  price_per_request_nano as "pricePerRequestNano", is_restricted as "isRestricted", display_order as "displayOrder",
  image_token_ceiling as "imageTokenCeiling", availability, is_served as "isServed",
  removed_at is not null as "isRemoved", litellm_ids as "litellmIds", version`

export function lockModel(tx: Tx, id: string): Promise<StoredModelRow | undefined> {
  return tx.find(sql(Stored)`select ${stored} from models where id = ${id} for update`)
}

export function lockModelByName(tx: Tx, name: string): Promise<StoredModelRow | undefined> {
  return tx.find(sql(Stored)`select ${stored} from models where name = ${name} for update`)
}

export function findStored(tx: Tx, id: string): Promise<StoredModelRow | undefined> {
  return tx.find(sql(Stored)`select ${stored} from models where id = ${id}`)
}

/** Not served until LiteLLM has it. Undefined when somebody else has just made one of this name. */
export function insertAdminModel(tx: Tx, facts: ModelFacts): Promise<StoredModelRow | undefined> {
  return tx.find(sql(Stored)`
    insert into models (name, provider, own_description, mode, abilities, context_length, max_output_tokens,
      input_price_nano, cached_input_price_nano, output_price_nano, price_per_request_nano, is_restricted, display_order,
      image_token_ceiling, availability, is_served)
    values (${facts.name}, ${facts.provider}, ${facts.ownDescription}, ${facts.mode}, ${facts.abilities},
      ${facts.contextLength}, ${facts.maxOutputTokens}, ${facts.inputPriceNano}, ${facts.cachedInputPriceNano},
      ${facts.outputPriceNano}, ${facts.pricePerRequestNano}, ${facts.isRestricted}, ${facts.displayOrder},
      ${facts.imageTokenCeiling}, 'unavailable', false)
    on conflict (name) do nothing returning ${stored}`)
}

export function updateAdminModel(
  tx: Tx,
  id: string,
  facts: ModelFacts,
  availability: string,
): Promise<StoredModelRow> {
  return tx.one(sql(Stored)`
    update models set provider = ${facts.provider}, own_description = ${facts.ownDescription}, mode = ${facts.mode},
      abilities = ${facts.abilities}, context_length = ${facts.contextLength},
      max_output_tokens = ${facts.maxOutputTokens}, input_price_nano = ${facts.inputPriceNano},
      cached_input_price_nano = ${facts.cachedInputPriceNano}, output_price_nano = ${facts.outputPriceNano},
      price_per_request_nano = ${facts.pricePerRequestNano}, is_restricted = ${facts.isRestricted},
      display_order = ${facts.displayOrder}, image_token_ceiling = ${facts.imageTokenCeiling},
      availability = ${availability}, removed_at = null, updated_at = now(), version = version + 1
    where id = ${id} returning ${stored}`)
}

export function markRemoved(tx: Tx, id: string): Promise<StoredModelRow> {
  return tx.one(sql(Stored)`
    update models set removed_at = now(), is_served = false, availability = 'unavailable', updated_at = now(),
      version = version + 1
    where id = ${id} returning ${stored}`)
}

export async function setRestrictionJob(tx: Tx, id: string, jobId: string): Promise<void> {
  await tx.run(sql`update models set restriction_job_id = ${jobId} where id = ${id}`)
}

const Keys = Type.Object({ keys: Type.Integer() })

export async function countLiveKeys(tx: Tx, id: string): Promise<number> {
  const { keys } = await tx.one(sql(Keys)`select ${liveKeys()}::int as keys from models m where m.id = ${id}`)
  return keys
}
