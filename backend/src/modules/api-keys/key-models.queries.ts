import { Type, type Static } from '@sinclair/typebox'
import { nextResetOrNull } from '#modules/budgets'
import { visibleModel } from '#modules/organizations'
import { sql, type Tx } from '#platform/database'
import type { KeyState } from './key-state.ts'

const Entitlement = Type.Object({ modelId: Type.String(), subscriptionId: Type.String() })
/** The subscription that lets a key have a model. */
export type Entitlement = Static<typeof Entitlement>

/**
 * The person's active subscriptions to these models. They are held until the end of the transaction: a cancellation waits,
 * and then finds the key that came to have the model.
 */
export function holdEntitlements(
  tx: Tx,
  userId: string,
  modelIds: readonly string[],
): Promise<Entitlement[]> {
  return tx.many(sql(Entitlement)`
    select model_id as "modelId", id as "subscriptionId" from subscriptions
    where user_id = ${userId} and status = 'active' and model_id = any (${modelIds}::uuid[])
      and ${visibleModel(sql`subscriptions.model_id`)} order by id for share`)
}

const OwnSubscription = Type.Object({ modelId: Type.String(), status: Type.String() })

export function findOwnSubscription(
  tx: Tx,
  userId: string,
  id: string,
): Promise<Static<typeof OwnSubscription> | undefined> {
  return tx.find(sql(OwnSubscription)`
    select model_id as "modelId", status from subscriptions where id = ${id} and user_id = ${userId}`)
}

const Id = Type.Object({ id: Type.String() })

export async function listKnownModels(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.many(sql(Id)`
    select id from models where id = any (${ids}::uuid[]) and ${visibleModel(sql`models.id`)}`)
  return new Set(rows.map((row) => row.id))
}

/** Makes the key's models and their limits what the state says. */
export async function putModels(
  tx: Tx,
  apiKeyId: string,
  state: KeyState,
  entitlements: readonly Entitlement[],
): Promise<void> {
  const limitOf = (modelId: string) => state.modelLimits.get(modelId)
  await tx.run(sql`
    delete from api_key_models where api_key_id = ${apiKeyId} and model_id <> all (${state.modelIds}::uuid[])`)
  await tx.run(sql`
    insert into api_key_models (api_key_id, model_id, subscription_id, rpm_limit, tpm_limit)
    select ${apiKeyId}::uuid, m.model_id, m.subscription_id, m.rpm_limit, m.tpm_limit
    from unnest(${entitlements.map((one) => one.modelId)}::uuid[], ${entitlements.map((one) => one.subscriptionId)}::uuid[],
      ${entitlements.map((one) => limitOf(one.modelId)?.rpmLimit ?? null)}::int[],
      ${entitlements.map((one) => limitOf(one.modelId)?.tpmLimit ?? null)}::int[])
      as m (model_id, subscription_id, rpm_limit, tpm_limit)
    on conflict (organization_id, api_key_id, model_id) do update
      set subscription_id = excluded.subscription_id, rpm_limit = excluded.rpm_limit, tpm_limit = excluded.tpm_limit`)
}

/**
 * Makes the key's budgets what the state says. What was spent in the present window stays spent, whatever becomes of limit
 * and duration, so that nobody gets a fresh budget by editing; a limit that is taken away goes on counting.
 */
export async function putBudgets(tx: Tx, apiKeyId: string, state: KeyState, now: Date): Promise<void> {
  const resetAt = nextResetOrNull(state.budgetDuration, now)
  const limited = [...state.modelLimits].flatMap(([modelId, { maxBudgetNano }]) =>
    maxBudgetNano === null ? [] : [{ modelId, maxBudgetNano }],
  )
  await tx.run(sql`
    insert into budgets (level, subject_id, model_id, limit_nano, soft_limit_nano, duration, reset_at)
    select b.level, ${apiKeyId}::uuid, b.model_id, b.limit_nano, case b.level when 'key' then ${state.softBudgetNano}::bigint end,
      ${state.budgetDuration}::text, ${resetAt}::timestamptz
    from unnest(${['key', ...limited.map(() => 'key_model')]}::text[], ${[null, ...limited.map((one) => one.modelId)]}::uuid[],
      ${[state.maxBudgetNano, ...limited.map((one) => one.maxBudgetNano)].map((nano) => nano?.toString() ?? null)}::bigint[])
      as b (level, model_id, limit_nano)
    on conflict on constraint budgets_subject_key do update
      set limit_nano = excluded.limit_nano, soft_limit_nano = excluded.soft_limit_nano, duration = excluded.duration,
        reset_at = excluded.reset_at, spent_nano = case when budgets.reset_at <= ${now} then 0 else budgets.spent_nano end,
        warned_percent = case when budgets.reset_at <= ${now} or budgets.limit_nano is distinct from excluded.limit_nano then 0
          else budgets.warned_percent end,
        is_soft_limit_told = budgets.is_soft_limit_told and (budgets.reset_at is null or budgets.reset_at > ${now})
          and budgets.soft_limit_nano is not distinct from excluded.soft_limit_nano,
        version = budgets.version + 1, updated_at = ${now}`)
  await tx.run(sql`
    update budgets set limit_nano = null, duration = ${state.budgetDuration}, reset_at = ${resetAt}, version = version + 1,
      spent_nano = case when reset_at <= ${now} then 0 else spent_nano end
    where level = 'key_model' and subject_id = ${apiKeyId} and model_id <> all (${limited.map((one) => one.modelId)}::uuid[])`)
}
