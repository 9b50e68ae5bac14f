import { Type, type Static } from '@sinclair/typebox'
import type { CatalogueModel, SyncRun } from '#litellm'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { isUnsettled } from './deployment.queries.ts'
import { ModelSynchronization } from './synchronization.schemas.ts'

const StoredRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  provider: Type.String(),
  description: Type.String(),
  mode: Type.String(),
  abilities: Type.Array(Type.String()),
  contextLength: Nullable(Type.Integer()),
  maxOutputTokens: Nullable(Type.Integer()),
  inputPriceNano: Nullable(Type.BigInt()),
  cachedInputPriceNano: Nullable(Type.BigInt()),
  outputPriceNano: Nullable(Type.BigInt()),
  pricePerRequestNano: Nullable(Type.BigInt()),
  isRestricted: Type.Boolean(),
  availability: Type.String(),
  litellmIds: Type.Array(Type.String()),
})
export type StoredRow = Static<typeof StoredRow>

const columns = sql`id, name, provider, description, mode, abilities, context_length as "contextLength",
  max_output_tokens as "maxOutputTokens", input_price_nano as "inputPriceNano",
  cached_input_price_nano as "cachedInputPriceNano", output_price_nano as "outputPriceNano",
  price_per_request_nano as "pricePerRequestNano", is_restricted as "isRestricted", availability, litellm_ids as "litellmIds"`

const ComparedRow = Type.Object({
  ...StoredRow.properties,
  isServed: Type.Boolean(),
  isHeld: Type.Boolean(),
  removedIds: Type.Array(Type.String()),
})
type ComparedRow = Static<typeof ComparedRow>

/** With what tells whether LiteLLM's list may be out of date about it. */
export function listStored(tx: Tx, graceSeconds: number): Promise<ComparedRow[]> {
  return tx.many(sql(ComparedRow)`
    select ${columns}, is_served as "isServed", ${isHeld(graceSeconds)} as "isHeld",
      array(select d.litellm_id from model_deployments d where d.model_id = models.id and not d.is_wanted) as "removedIds"
    from models order by name`)
}

/** A change of ours is on its way to LiteLLM, or has just arrived there. */
const isHeld = (graceSeconds: number): Query => sql`exists (
  select from model_deployments d where d.model_id = models.id and d.is_wanted and ${isUnsettled(graceSeconds)})`

/** Locks the row, so that what is compared is what is changed. Undefined also while a change of ours is on its way. */
export function lockStored(tx: Tx, name: string, graceSeconds: number): Promise<StoredRow | undefined> {
  return tx.find(sql(StoredRow)`
    select ${columns} from models where name = ${name} and not ${isHeld(graceSeconds)} for update`)
}

/** Undefined when the name is known already. */
export function insertModel(tx: Tx, model: CatalogueModel): Promise<StoredRow | undefined> {
  return tx.find(sql(StoredRow)`
    insert into models (name, provider, description, mode, abilities, context_length, max_output_tokens, input_price_nano,
      cached_input_price_nano, output_price_nano, is_restricted, litellm_ids)
    values (${model.name}, ${model.provider}, ${model.description}, ${model.mode}, ${model.abilities},
      ${model.contextLength}, ${model.maxOutputTokens}, ${model.inputPriceNanoPerMillion},
      ${model.cachedInputPriceNanoPerMillion}, ${model.outputPriceNanoPerMillion}, ${model.isRestrictedHint},
      ${model.litellmIds})
    on conflict (name) do nothing returning ${columns}`)
}

/** What an administrator decides (restriction, closing a model) is not LiteLLM's to change. */
export function updateModel(tx: Tx, id: string, model: CatalogueModel): Promise<StoredRow> {
  return tx.one(sql(StoredRow)`
    update models set provider = ${model.provider}, description = ${model.description}, mode = ${model.mode},
      abilities = ${model.abilities}, context_length = ${model.contextLength}, max_output_tokens = ${model.maxOutputTokens},
      input_price_nano = ${model.inputPriceNanoPerMillion}, cached_input_price_nano = ${model.cachedInputPriceNanoPerMillion},
      output_price_nano = ${model.outputPriceNanoPerMillion}, litellm_ids = ${model.litellmIds},
      is_served = true, removed_at = null,
      availability = case when availability = 'unavailable' then 'available' else availability end,
      updated_at = now(), version = version + 1
    where id = ${id} returning ${columns}`)
}

/** Withdraws what LiteLLM serves no longer; what an administrator has closed stays closed. */
export function withdrawModels(tx: Tx, names: readonly string[], graceSeconds: number): Promise<StoredRow[]> {
  return tx.many(sql(StoredRow)`
    update models set is_served = false, updated_at = now(), version = version + 1,
      availability = case when availability = 'available' then 'unavailable' else availability end
    where name = any (${names}::text[]) and (is_served or availability = 'available') and not ${isHeld(graceSeconds)}
    returning ${columns}`)
}

/** LiteLLM has taken a deployment of it. Undefined when that makes no difference to anybody. */
export function reviveModel(tx: Tx, id: string): Promise<StoredRow | undefined> {
  return tx.find(sql(StoredRow)`
    update models set is_served = true, updated_at = now(), version = version + 1,
      availability = case when availability = 'unavailable' then 'available' else availability end
    where id = ${id} and not is_served and removed_at is null returning ${columns}`)
}

/** What a price is made of. */
export type PricedRow = Pick<
  StoredRow,
  'id' | 'inputPriceNano' | 'cachedInputPriceNano' | 'outputPriceNano' | 'pricePerRequestNano'
>

export async function insertPrice(tx: Tx, row: PricedRow): Promise<void> {
  await tx.run(sql`
    insert into model_prices (model_id, input_price_nano, cached_input_price_nano, output_price_nano, price_per_request_nano)
    values (${row.id}, ${row.inputPriceNano}, ${row.cachedInputPriceNano}, ${row.outputPriceNano}, ${row.pricePerRequestNano})`)
}

export const isSamePrice = (a: PricedRow, b: PricedRow): boolean =>
  a.inputPriceNano === b.inputPriceNano &&
  a.cachedInputPriceNano === b.cachedInputPriceNano &&
  a.outputPriceNano === b.outputPriceNano &&
  a.pricePerRequestNano === b.pricePerRequestNano

const DAYS_KEPT = 90

export async function insertRun(tx: Tx, run: SyncRun): Promise<void> {
  await tx.run(sql`
    insert into model_sync_runs (trigger, started_at, finished_at, result, added, updated, gone, message)
    values (${run.trigger}, ${run.startedAt}, ${run.finishedAt}, ${run.result}, ${run.added}, ${run.updated}, ${run.gone},
      ${run.message})`)
  await tx.run(sql`delete from model_sync_runs where started_at < now() - ${DAYS_KEPT} * interval '1 day'`)
}

const Total = Type.Object({ total: Type.BigInt() })

export async function listRuns(
  tx: Tx,
  query: { limit: number; offset: number },
): Promise<{ rows: ModelSynchronization[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ModelSynchronization)`
      select trigger, started_at as "startedAt", finished_at as "finishedAt", result, added, updated, gone, message
      from model_sync_runs order by started_at desc, id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from model_sync_runs`),
  ])
  return { rows, total: Number(total) }
}
