import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { announce } from '#platform/events'
import { Nullable } from '#platform/http'
import { isAllowedModel } from './allowed-model.ts'

// On the platform's connection: across organizations, for the outbox and the reconciler.

const DesiredRow = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  version: Type.Integer(),
  installation: Type.String(),
  keyId: Type.String(),
  userId: Type.String(),
  hash: Type.String(),
  isWanted: Type.Boolean(),
  isLost: Type.Boolean(),
  isBlocked: Type.Boolean(),
  models: Type.Array(Type.String()),
  maxBudgetNano: Nullable(Type.BigInt()),
  budgetDuration: Nullable(Type.String()),
  rpmLimit: Nullable(Type.Integer()),
  tpmLimit: Nullable(Type.Integer()),
  maxParallelRequests: Nullable(Type.Integer()),
  expiresAt: Nullable(Type.String()),
})
export type DesiredRow = Static<typeof DesiredRow>

/** A secret whose time is over is of no use any more; an expired key may be given more time by its owner. */
const isWanted = (now: Date): Query =>
  sql`(s.revoked_at is null and k.revoked_at is null and (s.valid_until is null or s.valid_until > ${now}))`

/**
 * What LiteLLM may let the key spend in the window: its limit, a temporary increase, and what was forgiven here, because
 * LiteLLM goes on counting it.
 */
const spendable = (
  now: Date,
): Query => sql`(b.limit_nano + case when b.increase_until > ${now} then b.increase_nano else 0 end
  + case when b.reset_at <= ${now} then 0 else greatest(0, -b.adjusted_nano) end)`

const select = (now: Date): Query => sql`
  select s.id, s.organization_id as "organizationId", k.desired_version as version,
    (select value #>> '{}' from settings where key = 'installation') as installation, k.id as "keyId",
    k.user_id as "userId", s.litellm_token_hash as hash, ${isWanted(now)} as "isWanted", s.lost_at is not null as "isLost",
    (k.is_disabled or u.status <> 'active' or ms.status <> 'active' or ms.role = 'viewer' or o.status <> 'active') as "isBlocked",
    array(
      select m.name from api_key_models km
      join subscriptions sub on sub.organization_id = km.organization_id and sub.id = km.subscription_id and sub.status = 'active'
      join models m on m.id = km.model_id and m.availability <> 'disabled'
      where km.organization_id = k.organization_id and km.api_key_id = k.id and ${isAllowedModel} order by m.name) as models,
    ${spendable(now)} as "maxBudgetNano", b.duration as "budgetDuration", k.rpm_limit as "rpmLimit", k.tpm_limit as "tpmLimit",
    k.max_parallel_requests as "maxParallelRequests", least(k.expires_at, s.valid_until) as "expiresAt"
  from api_key_secrets s
  join api_keys k on k.organization_id = s.organization_id and k.id = s.api_key_id
  join users u on u.id = k.user_id
  join memberships ms on ms.organization_id = k.organization_id and ms.user_id = k.user_id
  join organizations o on o.id = k.organization_id
  join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id and b.model_id is null`

export function loadDesiredRows(tx: Tx, ids: readonly string[], now: Date): Promise<DesiredRow[]> {
  return tx.many(sql(DesiredRow)`${select(now)} where s.id = any (${ids}::uuid[])`)
}

export function listDesiredRows(
  tx: Tx,
  after: string | null,
  now: Date,
  limit: number,
): Promise<DesiredRow[]> {
  const beyond = after === null ? sql`true` : sql`s.id > ${after}`
  return tx.many(
    sql(DesiredRow)`${select(now)} where ${isWanted(now)} and ${beyond} order by s.id limit ${limit}`,
  )
}

/** Two secrets of one key may be delivered at once: the lock lets the second see what the first has settled. */
async function lockKeyOf(tx: Tx, secretId: string): Promise<void> {
  await tx.run(sql`
    select k.id from api_keys k join api_key_secrets s on s.organization_id = k.organization_id and s.api_key_id = k.id
    where s.id = ${secretId} for update of k`)
}

const ofSecret = (secretId: string): Query =>
  sql`exists (select from api_key_secrets s where s.id = ${secretId} and s.organization_id = k.organization_id and s.api_key_id = k.id)`

/** The key is in agreement when this version is the present one and nothing waits for any of its secrets. */
export async function markApplied(tx: Tx, secretId: string, version: number, kind: string): Promise<void> {
  await lockKeyOf(tx, secretId)
  await tx.run(sql`update api_key_secrets set lost_at = null where id = ${secretId} and lost_at is not null`)
  await tx.run(sql`
    update api_keys k set synced_version = greatest(k.synced_version, ${version}::int),
      sync_state = case when k.desired_version > ${version}::int or exists (
          select from litellm_intents i
          join api_key_secrets other on other.id = i.resource_id and other.organization_id = k.organization_id
          where other.api_key_id = k.id and i.resource_kind = ${kind} and i.state in ('pending', 'leased', 'dead'))
        then k.sync_state else 'synced' end
    where ${ofSecret(secretId)}`)
}

/** With `version`, only while that is still the present one. */
export async function markFailed(tx: Tx, secretId: string, version: number | null): Promise<void> {
  await tx.run(sql`
    update api_keys k set sync_state = 'failed'
    where ${ofSecret(secretId)} and (${version}::int is null or k.desired_version <= ${version}::int)`)
}

const LostKey = Type.Object({
  organizationId: Type.String(),
  apiKeyId: Type.String(),
  apiKeyName: Type.String(),
  userId: Type.String(),
})

/** Answers whether it was not known before; then its owner is told. */
export async function markLost(tx: Tx, secretId: string, at: Date): Promise<boolean> {
  await markFailed(tx, secretId, null)
  const key = await tx.find(sql(LostKey)`
    update api_key_secrets s set lost_at = ${at} from api_keys k
    where s.id = ${secretId} and s.lost_at is null and k.organization_id = s.organization_id and k.id = s.api_key_id
    returning s.organization_id as "organizationId", k.id as "apiKeyId", k.name as "apiKeyName", k.user_id as "userId"`)
  if (!key) return false
  const { organizationId, userId, ...data } = key
  await announce(tx, { name: 'api-key.lost', audience: { userId }, data, organizationId })
  return true
}
