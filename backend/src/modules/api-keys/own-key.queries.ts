import { Type, type Static } from '@sinclair/typebox'
import type { KnownApiKey } from '#identity'
import { sql, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'

const OwnKey = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  secretId: Type.String(),
  userId: Type.String(),
  teamId: Nullable(Type.String()),
  pepperVersion: Type.String(),
  proxyTokenHash: Type.String(),
  isUsable: Type.Boolean(),
  usableUntil: Nullable(Type.String()),
  platformRole: StringEnum(['admin', 'adminReadonly', 'user']),
  organizationRole: StringEnum(['admin', 'manager', 'member', 'viewer']),
})

/**
 * One's own key as if its secret had been shown: for calls that its owner makes after signing in. Undefined where there is no
 * such key, or it is somebody else's.
 */
export function findOwnKey(
  tx: Tx,
  id: string,
  userId: string,
  now: Date,
): Promise<(KnownApiKey & Static<typeof OwnKey>) | undefined> {
  return tx.find(sql(OwnKey)`
    select k.organization_id as "organizationId", k.id, s.id as "secretId", k.user_id as "userId", k.team_id as "teamId",
      s.pepper_version as "pepperVersion", s.litellm_token_hash as "proxyTokenHash",
      k.revoked_at is null and not k.is_disabled and (k.expires_at is null or k.expires_at > ${now})
        and u.status = 'active' and m.status = 'active' and o.status = 'active' as "isUsable",
      k.expires_at as "usableUntil", u.platform_role as "platformRole", m.role as "organizationRole"
    from api_keys k
    join users u on u.id = k.user_id
    join memberships m on m.organization_id = k.organization_id and m.user_id = k.user_id
    join organizations o on o.id = k.organization_id
    cross join lateral (
      select id, pepper_version, litellm_token_hash from api_key_secrets
      where organization_id = k.organization_id and api_key_id = k.id
      order by (valid_until is null) desc, created_at desc limit 1) s
    where k.id = ${id} and k.user_id = ${userId}`)
}
