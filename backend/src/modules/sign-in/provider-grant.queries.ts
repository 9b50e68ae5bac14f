import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

export async function upsertGrant(
  tx: Tx,
  grant: { identityId: string; sealed: Buffer; expiresAt: string | null; dueInSeconds: number },
): Promise<void> {
  await tx.run(sql`
    insert into provider_grants (identity_id, sealed, expires_at, due_at)
    values (${grant.identityId}, ${grant.sealed}, ${grant.expiresAt}, now() + make_interval(secs => ${grant.dueInSeconds}))
    on conflict (identity_id) do update set sealed = excluded.sealed, expires_at = excluded.expires_at, due_at = excluded.due_at,
      version = provider_grants.version + 1`)
}

// From here on as the platform.

const DueGrant = Type.Object({
  identityId: Type.String(),
  userId: Type.String(),
  issuer: Type.String(),
  subject: Type.String(),
  sealed: Type.Unsafe<Buffer>({}),
  version: Type.Integer(),
  platformRole: Type.String(),
})
export type DueGrant = Static<typeof DueGrant>

/** Grants whose time has come; until `leaseSeconds` are over, nobody else gets them: a rotated token must be used once. */
export function claimDueGrants(tx: Tx, limit: number, leaseSeconds: number): Promise<DueGrant[]> {
  return tx.many(sql(DueGrant)`
    update provider_grants g set due_at = now() + make_interval(secs => ${leaseSeconds})
    from identities i join users u on u.id = i.user_id
    where i.id = g.identity_id and g.identity_id in (
      select d.identity_id from provider_grants d join identities di on di.id = d.identity_id join users du on du.id = di.user_id
      where d.due_at <= now() and du.status = 'active' and (d.expires_at is null or d.expires_at > now())
      order by d.due_at limit ${limit} for update of d skip locked)
    returning g.identity_id as "identityId", i.user_id as "userId", i.issuer, i.subject, g.sealed, g.version,
      u.platform_role as "platformRole"`)
}

export async function deleteExpiredGrants(tx: Tx): Promise<void> {
  await tx.run(sql`delete from provider_grants where expires_at <= now()`)
}

interface Claimed {
  readonly identityId: string
  readonly version: number
}

/** False when the person has signed in meanwhile: then what the older token has brought counts for nothing. */
export async function renewGrant(
  tx: Tx,
  claimed: Claimed,
  next: { sealed: Buffer | null; expiresAt: string | null; dueInSeconds: number },
): Promise<boolean> {
  const isNew = next.sealed !== null
  const touched = await tx.run(sql`
    update provider_grants set sealed = coalesce(${next.sealed}, sealed),
      expires_at = case when ${isNew} then ${next.expiresAt}::timestamptz else expires_at end,
      due_at = now() + make_interval(secs => ${next.dueInSeconds}), version = version + 1
    where identity_id = ${claimed.identityId} and version = ${claimed.version}`)
  return touched > 0
}

export async function deleteGrant(tx: Tx, claimed: Claimed): Promise<boolean> {
  return (
    (await tx.run(
      sql`delete from provider_grants where identity_id = ${claimed.identityId} and version = ${claimed.version}`,
    )) > 0
  )
}

/** The provider could not be asked: another try, without a new version. */
export async function postponeGrant(tx: Tx, claimed: Claimed, seconds: number): Promise<void> {
  await tx.run(sql`
    update provider_grants set due_at = now() + make_interval(secs => ${seconds})
    where identity_id = ${claimed.identityId} and version = ${claimed.version}`)
}

const Changed = Type.Object({ id: Type.String() })

/** The role that the groups give now; false when it is the same. */
export async function writeRole(
  tx: Tx,
  userId: string,
  role: string,
  sources: readonly string[],
): Promise<boolean> {
  const isOther = await tx.run(
    sql`select from users where id = ${userId} and platform_role <> ${role} for no key update`,
  )
  await tx.run(sql`
    update users set platform_role = ${role}, role_sources = ${sources}, role_checked_at = now(),
      version = version + ${isOther}::integer, updated_at = case when ${isOther > 0} then now() else updated_at end
    where id = ${userId}`)
  return isOther > 0
}

/** False when the person is no longer active anyway. */
export async function writeDeparture(tx: Tx, userId: string): Promise<boolean> {
  return (
    (await tx.run(sql`
      update users set status = 'departed', version = version + 1, updated_at = now()
      where id = ${userId} and status = 'active'`)) > 0
  )
}

/** Ends every session of a person; answers their ids. */
export async function deleteSessionsOf(tx: Tx, userId: string): Promise<string[]> {
  return (await tx.many(sql(Changed)`delete from sessions where user_id = ${userId} returning id`)).map(
    (row) => row.id,
  )
}
