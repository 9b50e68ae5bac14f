import { Type, type Static } from '@sinclair/typebox'
import type { CatalogueModel, SyncRun } from '#litellm'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { ModelSynchronization } from './model.schemas.ts'

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
  isRestricted: Type.Boolean(),
  availability: Type.String(),
  litellmIds: Type.Array(Type.String()),
})
export type StoredRow = Static<typeof StoredRow>

const columns = sql`id, name, provider, description, mode, abilities, context_length as "contextLength",
  max_output_tokens as "maxOutputTokens", input_price_nano as "inputPriceNano",
  cached_input_price_nano as "cachedInputPriceNano", output_price_nano as "outputPriceNano",
  is_restricted as "isRestricted", availability, litellm_ids as "litellmIds"`

export function listStored(tx: Tx): Promise<StoredRow[]> {
  return tx.many(sql(StoredRow)`select ${columns} from models order by name`)
}

/** Locks the row, so that what is compared is what is changed. */
export function lockStored(tx: Tx, name: string): Promise<StoredRow | undefined> {
  return tx.find(sql(StoredRow)`select ${columns} from models where name = ${name} for update`)
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
      availability = case when availability = 'unavailable' then 'available' else availability end,
      updated_at = now(), version = version + 1
    where id = ${id} returning ${columns}`)
}

/** Withdraws what LiteLLM serves no longer; what was withdrawn or closed before is left as it is. */
export function withdrawModels(tx: Tx, names: readonly string[]): Promise<StoredRow[]> {
  return tx.many(sql(StoredRow)`
    update models set availability = 'unavailable', updated_at = now(), version = version + 1
    where name = any (${names}::text[]) and availability = 'available' returning ${columns}`)
}

export async function insertPrice(tx: Tx, row: StoredRow): Promise<void> {
  await tx.run(sql`
    insert into model_prices (model_id, input_price_nano, cached_input_price_nano, output_price_nano)
    values (${row.id}, ${row.inputPriceNano}, ${row.cachedInputPriceNano}, ${row.outputPriceNano})`)
}

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
