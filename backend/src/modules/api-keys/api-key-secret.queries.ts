import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

const LiveSecret = Type.Object({
  id: Type.String(),
  proxyTokenHash: Type.String(),
  /** Set on the one that a rotation has replaced and that still works. */
  validUntil: Nullable(Type.String()),
  /** LiteLLM has lost it, and nobody knows its value any more. */
  isLost: Type.Boolean(),
})
export type LiveSecret = Static<typeof LiveSecret>

const Id = Type.Object({ id: Type.String() })

export async function insertSecret(
  tx: Tx,
  secret: { apiKeyId: string; digest: Buffer; pepperVersion: string; hint: string; proxyTokenHash: string },
): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into api_key_secrets (api_key_id, digest, pepper_version, hint, litellm_token_hash, created_at)
    values (${secret.apiKeyId}, ${secret.digest}, ${secret.pepperVersion}, ${secret.hint}, ${secret.proxyTokenHash},
      clock_timestamp())
    returning id`)
  return id
}

/** One, or two during a rotation's overlap. */
export function listLiveSecrets(tx: Tx, apiKeyId: string, now: Date): Promise<LiveSecret[]> {
  return tx.many(sql(LiveSecret)`
    select id, litellm_token_hash as "proxyTokenHash", valid_until as "validUntil", lost_at is not null as "isLost"
    from api_key_secrets
    where api_key_id = ${apiKeyId} and revoked_at is null and (valid_until is null or valid_until > ${now})
    order by created_at`)
}

/** All that are not revoked yet, also those whose time is over: LiteLLM may still hold them. */
export function revokeSecrets(tx: Tx, apiKeyId: string, at: Date): Promise<LiveSecret[]> {
  return tx.many(sql(LiveSecret)`
    update api_key_secrets set revoked_at = ${at} where api_key_id = ${apiKeyId} and revoked_at is null
    returning id, litellm_token_hash as "proxyTokenHash", valid_until as "validUntil", lost_at is not null as "isLost"`)
}

export async function revokeSecret(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update api_key_secrets set revoked_at = ${at} where id = ${id}`)
}

export async function endSecret(tx: Tx, id: string, validUntil: Date): Promise<void> {
  await tx.run(sql`update api_key_secrets set valid_until = ${validUntil} where id = ${id}`)
}

const Desired = Type.Object({ desiredVersion: Type.Integer() })

/** The state that a secret of the key should have at the proxy; undefined for a revoked key, and for a secret that is lost. */
export async function findDesiredVersion(
  tx: Tx,
  apiKeyId: string,
  secretId: string,
): Promise<number | undefined> {
  const row = await tx.find(sql(Desired)`
    select k.desired_version as "desiredVersion" from api_keys k
    join api_key_secrets s on s.organization_id = k.organization_id and s.api_key_id = k.id
    where k.id = ${apiKeyId} and s.id = ${secretId} and k.revoked_at is null and s.lost_at is null`)
  return row?.desiredVersion
}
