import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { ApiKey, SyncState, type ApiKeyListQuery } from './api-key.schemas.ts'
import type { KeyState } from './key-state.ts'

const KeyModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  subscriptionId: Type.String(),
  rpmLimit: Nullable(Type.Integer()),
  tpmLimit: Nullable(Type.Integer()),
  /** As text, because JSON would round it. */
  maxBudgetNano: Nullable(Type.String()),
})

const ApiKeyRow = Type.Object({
  ...Type.Omit(ApiKey, ['models', 'maxBudget', 'spend', 'modelLimits']).properties,
  organizationId: Type.String(),
  userId: Type.String(),
  isDisabled: Type.Boolean(),
  desiredVersion: Type.Integer(),
  models: Type.Array(KeyModel),
  maxBudgetNano: Nullable(Type.BigInt()),
  spendNano: Type.BigInt(),
})
export type ApiKeyRow = Static<typeof ApiKeyRow>

const Total = Type.Object({ total: Type.BigInt() })

const statusAt = (now: Date): Query => sql`case
  when k.revoked_at is not null then 'revoked' when k.is_disabled then 'disabled'
  when k.expires_at <= ${now} then 'expired' else 'active' end`

/** One query for everything that an answer shows, budgets as they are in effect at `now`: a window that is over counts 0. */
const select = (now: Date): Query => sql`
  select k.id, k.organization_id as "organizationId", k.user_id as "userId", k.name, s.hint as "keyHint",
    ${statusAt(now)} as status, k.is_disabled as "isDisabled", k.sync_state as "syncState",
    k.desired_version as "desiredVersion", g.models, b.limit_nano as "maxBudgetNano",
    case when b.reset_at <= ${now} then 0 else b.spent_nano end as "spendNano", b.duration as "budgetDuration",
    b.reset_at as "budgetResetAt", k.rpm_limit as "rpmLimit", k.tpm_limit as "tpmLimit",
    k.max_parallel_requests as "maxParallelRequests", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
    k.created_at as "createdAt", k.version
  from api_keys k
  join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id and b.model_id is null
  cross join lateral (
    select hint from api_key_secrets where organization_id = k.organization_id and api_key_id = k.id
    order by (valid_until is null) desc, created_at desc limit 1) s
  cross join lateral (
    select coalesce(json_agg(json_build_object('id', m.id, 'name', m.name, 'subscriptionId', km.subscription_id,
        'rpmLimit', km.rpm_limit, 'tpmLimit', km.tpm_limit, 'maxBudgetNano', mb.limit_nano::text) order by m.name), '[]') as models
    from api_key_models km join models m on m.id = km.model_id
    left join budgets mb on mb.organization_id = km.organization_id and mb.level = 'key_model'
      and mb.subject_id = km.api_key_id and mb.model_id = km.model_id
    where km.organization_id = k.organization_id and km.api_key_id = k.id) g`

/** With `userId`, only that person's own. */
export function findKey(tx: Tx, id: string, now: Date, userId?: string): Promise<ApiKeyRow | undefined> {
  const whose = userId === undefined ? sql`true` : sql`k.user_id = ${userId}`
  return tx.find(sql(ApiKeyRow)`${select(now)} where k.id = ${id} and ${whose}`)
}

/** One person's keys, newest first. */
export async function listKeys(
  tx: Tx,
  userId: string,
  query: ApiKeyListQuery,
  now: Date,
): Promise<{ rows: ApiKeyRow[]; total: number }> {
  const status = query.status === undefined ? sql`true` : sql`${statusAt(now)} = ${query.status}`
  const where = sql`k.user_id = ${userId} and ${status}`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ApiKeyRow)`
      ${select(now)} where ${where} order by k.created_at desc, k.id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from api_keys k where ${where}`),
  ])
  return { rows, total: Number(total) }
}

const Sync = Type.Object({ syncState: SyncState })

export async function findSyncState(tx: Tx, id: string): Promise<SyncState | undefined> {
  return (await tx.find(sql(Sync)`select sync_state as "syncState" from api_keys where id = ${id}`))
    ?.syncState
}

/** Keys of one person are made one after the other, so that the count below holds until the end of the transaction. */
export async function lockPerson(tx: Tx, organizationId: string, userId: string): Promise<void> {
  await tx.run(
    sql`select pg_advisory_xact_lock(hashtextextended(${`api-keys ${organizationId} ${userId}`}, 0))`,
  )
}

export async function countKeys(tx: Tx, userId: string): Promise<number> {
  const { total } = await tx.one(sql(Total)`
    select count(*) as total from api_keys where user_id = ${userId} and revoked_at is null`)
  return Number(total)
}

const Created = Type.Object({ id: Type.String(), desiredVersion: Type.Integer() })

/** The key hangs on the person's own team, the default one first: its budget binds too. */
export function insertKey(
  tx: Tx,
  userId: string,
  state: KeyState,
  syncState: SyncState,
): Promise<Static<typeof Created>> {
  return tx.one(sql(Created)`
    insert into api_keys (user_id, team_id, name, is_disabled, expires_at, rpm_limit, tpm_limit, max_parallel_requests, sync_state)
    values (${userId},
      (select t.id from team_members tm join teams t on t.organization_id = tm.organization_id and t.id = tm.team_id
        where tm.user_id = ${userId} order by t.is_default desc, tm.created_at, t.id limit 1),
      ${state.name}, ${state.isDisabled}, ${state.expiresAt}, ${state.rpmLimit}, ${state.tpmLimit},
      ${state.maxParallelRequests}, ${syncState})
    returning id, desired_version as "desiredVersion"`)
}

interface Seen {
  readonly id: string
  readonly version: number
}

const Bumped = Type.Object({ desiredVersion: Type.Integer() })

/** Undefined when the key has changed since it was read: somebody else was faster. */
export async function updateKey(
  tx: Tx,
  seen: Seen,
  state: KeyState,
  syncState: SyncState,
): Promise<number | undefined> {
  const row = await tx.find(sql(Bumped)`
    update api_keys set name = ${state.name}, is_disabled = ${state.isDisabled}, expires_at = ${state.expiresAt},
      rpm_limit = ${state.rpmLimit}, tpm_limit = ${state.tpmLimit}, max_parallel_requests = ${state.maxParallelRequests},
      sync_state = ${syncState}, desired_version = desired_version + 1, version = version + 1, updated_at = now()
    where id = ${seen.id} and version = ${seen.version} and revoked_at is null
    returning desired_version as "desiredVersion"`)
  return row?.desiredVersion
}

/** For changes that touch only what hangs on the key. Undefined when it has changed since it was read. */
export async function bumpKey(tx: Tx, seen: Seen, syncState: SyncState): Promise<number | undefined> {
  const row = await tx.find(sql(Bumped)`
    update api_keys set sync_state = ${syncState}, desired_version = desired_version + 1, version = version + 1, updated_at = now()
    where id = ${seen.id} and version = ${seen.version} and revoked_at is null
    returning desired_version as "desiredVersion"`)
  return row?.desiredVersion
}

/** Whatever its version: a revocation must not lose against a change. Undefined when it is revoked already. */
export async function revokeKey(
  tx: Tx,
  id: string,
  at: Date,
  syncState: SyncState,
): Promise<number | undefined> {
  const row = await tx.find(sql(Bumped)`
    update api_keys set revoked_at = ${at}, sync_state = ${syncState}, desired_version = desired_version + 1,
      version = version + 1, updated_at = now()
    where id = ${id} and revoked_at is null returning desired_version as "desiredVersion"`)
  return row?.desiredVersion
}
