import { Type } from '@sinclair/typebox'
import { sql, type PlatformDatabase, type Tx } from '#platform/database'
import { announce } from '#platform/events'
import type { Clock } from '#platform/clock'

const DAYS_BEFORE = 7
const BATCH = 500

const Expiring = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  expiresAt: Type.String(),
})

/** Reminds owners seven days before a key ends, once for each end. Answers how many were reminded. */
export async function remindOfExpiry(platform: PlatformDatabase, clock: Clock): Promise<number> {
  let reminded = 0
  for (;;) {
    const batch = await platform.transaction('api-key-expiry', (tx) => remindBatch(tx, clock.now()))
    reminded += batch
    if (batch < BATCH) return reminded
  }
}

async function remindBatch(tx: Tx, now: Date): Promise<number> {
  const latest = new Date(now.getTime() + DAYS_BEFORE * 86_400_000)
  const keys = await tx.many(sql(Expiring)`
    with due as (
      select organization_id, id from api_keys
      where revoked_at is null and not is_disabled and expires_at > ${now} and expires_at <= ${latest}
        and reminded_of is distinct from expires_at
      order by expires_at limit ${BATCH} for update skip locked
    )
    update api_keys k set reminded_of = k.expires_at from due d
    where k.organization_id = d.organization_id and k.id = d.id
    returning k.organization_id as "organizationId", k.id, k.user_id as "userId", k.name, k.expires_at as "expiresAt"`)
  for (const { organizationId, id, userId, name, expiresAt } of keys)
    await announce(tx, {
      name: 'api-key.expiring',
      organizationId,
      audience: { userId },
      data: { apiKeyId: id, apiKeyName: name, expiresAt },
    })
  return keys.length
}
