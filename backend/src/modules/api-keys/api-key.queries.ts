import { Type, type Static } from '@sinclair/typebox'
import { containing, sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { AdminLimits, ApiKey, ApiKeyStatistics, SyncState, type ApiKeySort } from './api-key.schemas.ts'
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
  ...Type.Omit(ApiKey, [
    'models',
    'maxBudget',
    'softBudget',
    'spend',
    'modelLimits',
    'adminLimits',
    'syncMessage',
  ]).properties,
  organizationId: Type.String(),
  userId: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  adminLimits: AdminLimits,
  /** LiteLLM has lost a secret that nobody knows any more. */
  isLost: Type.Boolean(),
  softBudgetNano: Nullable(Type.BigInt()),
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
  select k.id, k.organization_id as "organizationId", k.user_id as "userId", u.username,
    u.display_name as "displayName", k.name, s.hint as "keyHint", s.is_lost as "isLost",
    case when t.id is not null then json_build_object('id', t.id, 'name', t.name) end as team, k.admin_limits as "adminLimits",
    k.tags, k.metadata, k.allowed_ips as "allowedIps", b.soft_limit_nano as "softBudgetNano", ${statusAt(now)} as status, k.is_disabled as "isDisabled", k.sync_state as "syncState",
    k.desired_version as "desiredVersion", g.models, b.limit_nano as "maxBudgetNano",
    case when b.reset_at <= ${now} then 0 else b.spent_nano end as "spendNano", b.duration as "budgetDuration",
    b.reset_at as "budgetResetAt", k.rpm_limit as "rpmLimit", k.tpm_limit as "tpmLimit",
    k.max_parallel_requests as "maxParallelRequests", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
    k.created_at as "createdAt", k.version
  from api_keys k
  join users u on u.id = k.user_id
  left join teams t on t.organization_id = k.organization_id and t.id = k.team_id
  join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id and b.model_id is null
  cross join lateral (
    select hint, (lost_at is not null and revoked_at is null) as is_lost from api_key_secrets
    where organization_id = k.organization_id and api_key_id = k.id
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

/** Which keys of the organization, and in which order. */
export interface KeyListing {
  readonly userId?: string | undefined
  readonly search?: string | undefined
  readonly status?: ApiKeyRow['status'] | undefined
  readonly modelId?: string | undefined
  readonly teamId?: string | undefined
  readonly tag?: string | undefined
  readonly syncState?: SyncState | undefined
  readonly sort?: ApiKeySort | undefined
  readonly limit: number
  readonly offset: number
}

const orders: Readonly<Record<ApiKeySort, Query>> = {
  createdAt: sql`k.created_at, k.id`,
  '-createdAt': sql`k.created_at desc, k.id`,
  name: sql`lower(k.name), k.id`,
  '-name': sql`lower(k.name) desc, k.id`,
  lastUsedAt: sql`k.last_used_at nulls first, k.id`,
  '-lastUsedAt': sql`k.last_used_at desc nulls last, k.id`,
  spend: sql`"spendNano", k.id`,
  '-spend': sql`"spendNano" desc, k.id`,
  expiresAt: sql`k.expires_at nulls last, k.id`,
  '-expiresAt': sql`k.expires_at desc nulls last, k.id`,
}

function conditionsOf(listing: KeyListing, now: Date): Query {
  const { userId, search, status, modelId, teamId, tag, syncState } = listing
  const conditions: Query[] = [sql`true`]
  if (userId !== undefined) conditions.push(sql`k.user_id = ${userId}`)
  if (status !== undefined) conditions.push(sql`${statusAt(now)} = ${status}`)
  if (teamId !== undefined) conditions.push(sql`k.team_id = ${teamId}`)
  if (tag !== undefined) conditions.push(sql`${tag} = any (k.tags)`)
  if (syncState !== undefined) conditions.push(sql`k.sync_state = ${syncState}`)
  if (search !== undefined)
    conditions.push(sql`(k.name ilike ${containing(search)} or exists (select from api_key_secrets se
      where se.organization_id = k.organization_id and se.api_key_id = k.id and se.revoked_at is null
        and se.hint like ${containing(search).slice(0, -1)}))`)
  if (modelId !== undefined)
    conditions.push(sql`exists (select from api_key_models km
      where km.organization_id = k.organization_id and km.api_key_id = k.id and km.model_id = ${modelId})`)
  return sql.join(conditions, ' and ')
}

export async function listKeys(
  tx: Tx,
  listing: KeyListing,
  now: Date,
): Promise<{ rows: ApiKeyRow[]; total: number }> {
  const where = conditionsOf(listing, now)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ApiKeyRow)`
      ${select(now)} where ${where} order by ${orders[listing.sort ?? '-createdAt']}
      limit ${listing.limit} offset ${listing.offset}`),
    tx.one(sql(Total)`select count(*) as total from api_keys k where ${where}`),
  ])
  return { rows, total: Number(total) }
}

const Statistics = Type.Object({
  ...Type.Omit(ApiKeyStatistics, ['spend', 'maximumActiveKeys']).properties,
  spendNano: Type.BigInt(),
})

export function countByStatus(
  tx: Tx,
  userId: string,
  now: Date,
  soon: Date,
): Promise<Static<typeof Statistics>> {
  return tx.one(sql(Statistics)`
    select count(*)::int as total, count(*) filter (where status = 'active')::int as active,
      count(*) filter (where status = 'disabled')::int as disabled, count(*) filter (where status = 'expired')::int as expired,
      count(*) filter (where status = 'revoked')::int as revoked,
      count(*) filter (where status = 'active' and expires_at <= ${soon})::int as "expiringSoon",
      count(*) filter (where status <> 'revoked' and sync_state <> 'synced')::int as unsynced,
      coalesce(sum(spent) filter (where status <> 'revoked'), 0)::bigint as "spendNano"
    from (
      select ${statusAt(now)} as status, k.expires_at, k.sync_state, case when b.reset_at <= ${now} then 0 else b.spent_nano end as spent
      from api_keys k
      join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id and b.model_id is null
      where k.user_id = ${userId}) keys`)
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

/** The person's own team, the default one first: its budget and its models bind a key too. */
export async function findOwnTeam(tx: Tx, userId: string): Promise<string | null> {
  const team = await tx.find(sql(Type.Object({ id: Type.String() }))`
    select t.id from team_members tm join teams t on t.organization_id = tm.organization_id and t.id = tm.team_id
    where tm.user_id = ${userId} and t.archived_at is null order by t.is_default desc, tm.created_at, t.id limit 1`)
  return team?.id ?? null
}

export function insertKey(
  tx: Tx,
  owner: { userId: string; teamId: string | null },
  state: KeyState,
  adminLimits: AdminLimits,
  syncState: SyncState,
): Promise<Static<typeof Created>> {
  return tx.one(sql(Created)`
    insert into api_keys (user_id, team_id, name, is_disabled, expires_at, rpm_limit, tpm_limit, max_parallel_requests, sync_state,
      tags, metadata, allowed_ips, admin_limits)
    values (${owner.userId}, ${owner.teamId}, ${state.name}, ${state.isDisabled}, ${state.expiresAt}, ${state.rpmLimit},
      ${state.tpmLimit}, ${state.maxParallelRequests}, ${syncState}, ${state.tags}::text[], ${JSON.stringify(state.metadata)}::jsonb,
      ${state.allowedIps}::text[], ${JSON.stringify(adminLimits)}::jsonb)
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
  state: KeyState & { readonly teamId: string | null; readonly adminLimits: AdminLimits },
  syncState: SyncState,
): Promise<number | undefined> {
  const row = await tx.find(sql(Bumped)`
    update api_keys set name = ${state.name}, is_disabled = ${state.isDisabled}, expires_at = ${state.expiresAt},
      rpm_limit = ${state.rpmLimit}, tpm_limit = ${state.tpmLimit}, max_parallel_requests = ${state.maxParallelRequests},
      tags = ${state.tags}::text[], metadata = ${JSON.stringify(state.metadata)}::jsonb, allowed_ips = ${state.allowedIps}::text[],
      team_id = ${state.teamId}, admin_limits = ${JSON.stringify(state.adminLimits)}::jsonb,
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

/** Only what LiteLLM is to know has changed, nothing that the owner could overwrite. Undefined for a revoked key. */
export async function bumpDesired(tx: Tx, id: string, syncState: SyncState): Promise<number | undefined> {
  const row = await tx.find(sql(Bumped)`
    update api_keys set sync_state = ${syncState}, desired_version = desired_version + 1
    where id = ${id} and revoked_at is null returning desired_version as "desiredVersion"`)
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
