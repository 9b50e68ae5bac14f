import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import type { OrganizationRole } from '#platform/services'

// Coming into an organization and its teams, and going; inside the organization's own scope.

const Id = Type.Object({ id: Type.String() })

/** Those of the ids that are teams of the organization and not archived. */
export async function listLiveTeams(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.many(
    sql(Id)`select id from teams where id = any (${ids}::uuid[]) and archived_at is null`,
  )
  return new Set(rows.map((row) => row.id))
}

const Standing = Type.Object({ removedAt: Nullable(Type.String()) })

/** Undefined for who never was a member. */
export function findStanding(tx: Tx, userId: string): Promise<Static<typeof Standing> | undefined> {
  return tx.find(
    sql(Standing)`select removed_at as "removedAt" from memberships where user_id = ${userId} for update`,
  )
}

const Role = Type.Object({ role: Type.Unsafe<OrganizationRole>(Type.String()) })

/** Held until the end of the transaction; undefined for who is no active member. */
export async function findActiveRole(tx: Tx, userId: string): Promise<OrganizationRole | undefined> {
  const row = await tx.find(
    sql(Role)`select role from memberships where user_id = ${userId} and status = 'active' for share`,
  )
  return row?.role
}

/** Whether the person looks after the organization, here or from the platform. Held until the end of the transaction. */
export async function isAdministrator(tx: Tx, userId: string): Promise<boolean> {
  const count = await tx.run(sql`
    select from memberships m join users u on u.id = m.user_id
    where m.user_id = ${userId} and m.status = 'active' and (m.role = 'admin' or u.platform_role = 'admin') for share of m`)
  return count > 0
}

/** Whether the person made this service client, and may still hold its first secret. */
export async function isMaker(tx: Tx, serviceClientId: string, userId: string): Promise<boolean> {
  return (
    (await tx.run(
      sql`select from service_clients where id = ${serviceClientId} and created_by = ${userId}`,
    )) > 0
  )
}

/** False when the person has become a member in the meantime. */
export async function joinOrganization(tx: Tx, userId: string, role: OrganizationRole): Promise<boolean> {
  const count = await tx.run(sql`
    insert into memberships (user_id, role) values (${userId}, ${role})
    on conflict on constraint memberships_user_key do update
      set role = excluded.role, status = 'active', removed_at = null, created_at = now(), updated_at = now(),
        version = memberships.version + 1
      where memberships.removed_at is not null`)
  return count > 0
}

const TeamId = Type.Object({ teamId: Type.String() })

/** The default team, and those of the named ones that still live. */
export async function joinTeams(tx: Tx, userId: string, teamIds: readonly string[]): Promise<string[]> {
  const rows = await tx.many(sql(TeamId)`
    insert into team_members (organization_id, team_id, user_id)
    select organization_id, id, ${userId}::uuid from teams
    where archived_at is null and (is_default or id = any (${teamIds}::uuid[])) order by is_default desc, name
    on conflict on constraint team_members_pkey do nothing
    returning team_id as "teamId"`)
  return rows.map((row) => row.teamId)
}

/** Answers the ids of the teams that the person was in. */
export async function leaveAllTeams(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.many(
    sql(TeamId)`delete from team_members where user_id = ${userId} returning team_id as "teamId"`,
  )
  return rows.map((row) => row.teamId)
}

/** Changes of who governs an organization come one after the other, so that the count below holds until the end. */
export async function lockAdministration(tx: Tx, organizationId: string): Promise<void> {
  await tx.run(
    sql`select pg_advisory_xact_lock(hashtextextended(${`organization-admins ${organizationId}`}, 0))`,
  )
}

/** Whether somebody else who can sign in governs the organization. */
export async function hasOtherAdministrator(tx: Tx, userId: string): Promise<boolean> {
  const count = await tx.run(sql`
    select from memberships m join users u on u.id = m.user_id
    where m.role = 'admin' and m.status = 'active' and u.status = 'active' and m.user_id <> ${userId} limit 1`)
  return count > 0
}

export async function updateMembership(
  tx: Tx,
  userId: string,
  state: { role: OrganizationRole; status: 'active' | 'disabled' },
): Promise<void> {
  await tx.run(sql`
    update memberships set role = ${state.role}, status = ${state.status}, version = version + 1, updated_at = now()
    where user_id = ${userId}`)
}

export async function endMembership(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update memberships set status = 'disabled', removed_at = ${at}, version = version + 1, updated_at = now()
    where user_id = ${userId}`)
}
