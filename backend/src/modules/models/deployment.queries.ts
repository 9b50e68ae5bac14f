import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

// On the platform's connection: the application role sees no deployment.

const Text = Nullable(Type.String())
const Whole = Nullable(Type.Integer())

const Deployment = Type.Object({
  id: Type.String(),
  modelId: Type.String(),
  litellmId: Type.String(),
  isAdopted: Type.Boolean(),
  providerModel: Text,
  provider: Text,
  apiBase: Text,
  rpmLimit: Whole,
  tpmLimit: Whole,
  timeoutSeconds: Whole,
  maxRetries: Whole,
  providerKey: Nullable(Type.Unsafe<Buffer>({})),
  providerKeyHint: Text,
  desiredVersion: Type.Integer(),
})
export type Deployment = Static<typeof Deployment>

const columns = sql`d.id, d.model_id as "modelId", d.litellm_id as "litellmId", d.is_adopted as "isAdopted",
  d.provider_model as "providerModel", d.provider, d.api_base as "apiBase", d.rpm_limit as "rpmLimit",
  d.tpm_limit as "tpmLimit", d.timeout_seconds as "timeoutSeconds", d.max_retries as "maxRetries",
  d.provider_key as "providerKey", d.provider_key_hint as "providerKeyHint", d.desired_version as "desiredVersion"`

export type DeploymentFacts = Omit<Deployment, 'desiredVersion'>

/** Locked, oldest first. */
export function lockDeployments(tx: Tx, modelId: string): Promise<Deployment[]> {
  return tx.many(sql(Deployment)`
    select ${columns} from model_deployments d where d.model_id = ${modelId} and d.is_wanted
    order by d.created_at, d.id for update`)
}

const KnownId = Type.Object({ litellmId: Type.String() })

/** LiteLLM's ids of those that we answer for or have removed. */
export async function listKnownIds(tx: Tx, modelId: string): Promise<string[]> {
  const rows = await tx.many(sql(KnownId)`
    select litellm_id as "litellmId" from model_deployments where model_id = ${modelId}`)
  return rows.map((row) => row.litellmId)
}

/** An adopted one may have been removed here before; then it is taken up again. */
export function insertDeployment(tx: Tx, row: DeploymentFacts): Promise<Deployment> {
  return tx.one(sql(Deployment)`
    with d as (
      insert into model_deployments (id, model_id, litellm_id, is_adopted, provider_model, provider, api_base, rpm_limit,
        tpm_limit, timeout_seconds, max_retries, provider_key, provider_key_hint)
      values (${row.id}, ${row.modelId}, ${row.litellmId}, ${row.isAdopted}, ${row.providerModel}, ${row.provider},
        ${row.apiBase}, ${row.rpmLimit}, ${row.tpmLimit}, ${row.timeoutSeconds}, ${row.maxRetries}, ${row.providerKey},
        ${row.providerKeyHint})
      on conflict (litellm_id) do update set is_wanted = true, model_id = excluded.model_id, sync_state = 'pending',
        desired_version = model_deployments.desired_version + 1, updated_at = now()
      returning *)
    select ${columns} from d`)
}

export function updateDeployment(tx: Tx, row: DeploymentFacts): Promise<Deployment> {
  return tx.one(sql(Deployment)`
    with d as (
      update model_deployments set provider_model = ${row.providerModel}, provider = ${row.provider},
        api_base = ${row.apiBase}, rpm_limit = ${row.rpmLimit}, tpm_limit = ${row.tpmLimit},
        timeout_seconds = ${row.timeoutSeconds}, max_retries = ${row.maxRetries}, provider_key = ${row.providerKey},
        provider_key_hint = ${row.providerKeyHint}, sync_state = 'pending', desired_version = desired_version + 1,
        updated_at = now()
      where id = ${row.id} returning *)
    select ${columns} from d`)
}

/** From now on it must not exist at LiteLLM; its provider's key is forgotten. */
export function dropDeployment(tx: Tx, id: string): Promise<Deployment> {
  return tx.one(sql(Deployment)`
    with d as (
      update model_deployments set is_wanted = false, sync_state = 'pending', desired_version = desired_version + 1,
        provider_key = null, provider_key_hint = null, updated_at = now()
      where id = ${id} returning *)
    select ${columns} from d`)
}

const Desired = Type.Object({
  ...Deployment.properties,
  isWanted: Type.Boolean(),
  name: Type.String(),
  mode: Type.String(),
  abilities: Type.Array(Type.String()),
  contextLength: Whole,
  maxOutputTokens: Whole,
  inputPriceNano: Nullable(Type.BigInt()),
  cachedInputPriceNano: Nullable(Type.BigInt()),
  outputPriceNano: Nullable(Type.BigInt()),
  description: Type.String(),
  isRestricted: Type.Boolean(),
})
export type DesiredRow = Static<typeof Desired>

export function listDesired(tx: Tx, ids: readonly string[]): Promise<DesiredRow[]> {
  return tx.many(sql(Desired)`
    select ${columns}, d.is_wanted as "isWanted", m.name, m.mode, m.abilities, m.context_length as "contextLength",
      m.max_output_tokens as "maxOutputTokens", m.input_price_nano as "inputPriceNano",
      m.cached_input_price_nano as "cachedInputPriceNano", m.output_price_nano as "outputPriceNano",
      coalesce(m.own_description, m.description) as "description", m.is_restricted as "isRestricted"
    from model_deployments d join models m on m.id = d.model_id where d.id = any (${ids}::uuid[])`)
}

const Applied = Type.Object({ modelId: Type.String(), isWanted: Type.Boolean(), isAdopted: Type.Boolean() })

/** Undefined when there is a newer state by now. */
export function markApplied(
  tx: Tx,
  id: string,
  version: number,
): Promise<Static<typeof Applied> | undefined> {
  return tx.find(sql(Applied)`
    update model_deployments set synced_version = greatest(synced_version, ${version}::int), sync_state = 'synced',
      applied_at = now()
    where id = ${id} and desired_version <= ${version}::int
    returning model_id as "modelId", is_wanted as "isWanted", is_adopted as "isAdopted"`)
}

const ModelId = Type.Object({ modelId: Type.String() })

export function markFailed(tx: Tx, id: string, version: number): Promise<Static<typeof ModelId> | undefined> {
  return tx.find(sql(ModelId)`
    update model_deployments set sync_state = 'failed' where id = ${id} and desired_version <= ${version}::int
    returning model_id as "modelId"`)
}

/** What was told to LiteLLM so lately that its list may not show it yet, or is still to be told. */
export const isUnsettled = (graceSeconds: number): Query =>
  sql`(d.sync_state = 'pending' or d.sync_state = 'synced' and d.applied_at > now() - ${graceSeconds} * interval '1 second')`

const Stray = Type.Object({
  id: Type.String(),
  litellmId: Type.String(),
  desiredVersion: Type.Integer(),
  isWanted: Type.Boolean(),
})

/** Ours that LiteLLM should list and does not, and those that it should not list and does; locked. */
export function lockStrays(
  tx: Tx,
  listedIds: readonly string[],
  graceSeconds: number,
): Promise<Array<Static<typeof Stray>>> {
  return tx.many(sql(Stray)`
    select d.id, d.litellm_id as "litellmId", d.desired_version as "desiredVersion", d.is_wanted as "isWanted"
    from model_deployments d
    where d.sync_state = 'synced' and not ${isUnsettled(graceSeconds)}
      and d.is_wanted <> (d.litellm_id = any (${listedIds}::text[])) and (not d.is_adopted or not d.is_wanted)
    order by d.id limit 50 for update`)
}

/** It is to be told again. */
export async function markPending(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`update model_deployments set sync_state = 'pending' where id = ${id}`)
}

const SyncRow = Type.Object({ name: Type.String(), syncState: Type.String() })

export function listUnsynced(tx: Tx): Promise<Array<Static<typeof SyncRow>>> {
  return tx.many(sql(SyncRow)`
    select m.name, d.sync_state as "syncState" from model_deployments d join models m on m.id = d.model_id
    where d.sync_state <> 'synced' order by m.name limit 1000`)
}
