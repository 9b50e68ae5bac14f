import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import {
  TeamCandidate,
  TeamMember,
  type TeamCandidateListQuery,
  type TeamMemberListQuery,
  type TeamRole,
} from './team.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })
const UserId = Type.Object({ userId: Type.String() })

const select = sql`
  select tm.user_id as "userId", u.username, u.display_name as "displayName", tm.role, tm.created_at as "joinedAt", tm.version
  from team_members tm join users u on u.id = tm.user_id`

const orders: Readonly<Record<string, Query>> = {
  displayName: sql`lower(u.display_name), tm.user_id`,
  '-displayName': sql`lower(u.display_name) desc, tm.user_id`,
  joinedAt: sql`tm.created_at, tm.user_id`,
  '-joinedAt': sql`tm.created_at desc, tm.user_id`,
}

export async function listTeamMembers(
  tx: Tx,
  teamId: string,
  query: TeamMemberListQuery,
): Promise<{ rows: TeamMember[]; total: number }> {
  const conditions = [sql`tm.team_id = ${teamId}`]
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in lower(u.display_name || ' ' || u.username)) > 0`)
  if (query.role !== undefined) conditions.push(sql`tm.role = ${query.role}`)
  const where = sql.join(conditions, ' and ')
  const order = orders[query.sort ?? 'displayName'] ?? sql`tm.user_id`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(TeamMember)`
      ${select} where ${where} order by ${order} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`
      select count(*) as total from team_members tm join users u on u.id = tm.user_id where ${where}`),
  ])
  return { rows, total: Number(total) }
}

/** Active members of the organization who are not in the team, by name. */
export async function listTeamCandidates(
  tx: Tx,
  team: { readonly id: string; readonly organizationId: string },
  query: TeamCandidateListQuery,
): Promise<{ rows: TeamCandidate[]; total: number }> {
  const conditions = [
    sql`m.organization_id = ${team.organizationId}`,
    sql`m.status = 'active'`,
    sql`not exists (select from team_members tm
      where tm.organization_id = m.organization_id and tm.team_id = ${team.id} and tm.user_id = m.user_id)`,
  ]
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in lower(u.display_name || ' ' || u.username)) > 0`)
  const from = sql`from memberships m join users u on u.id = m.user_id where ${sql.join(conditions, ' and ')}`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(TeamCandidate)`
      select m.user_id as "userId", u.username, u.display_name as "displayName" ${from}
      order by lower(u.display_name), m.user_id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total ${from}`),
  ])
  return { rows, total: Number(total) }
}

export function findTeamMember(tx: Tx, teamId: string, userId: string): Promise<TeamMember | undefined> {
  return tx.find(sql(TeamMember)`${select} where tm.team_id = ${teamId} and tm.user_id = ${userId}`)
}

/** Those of the ids who are active members of the organization; held, so that nobody is removed meanwhile. */
export async function holdMembers(tx: Tx, userIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.many(sql(UserId)`
    select user_id as "userId" from memberships where user_id = any (${userIds}::uuid[]) and status = 'active'
    order by user_id for share`)
  return new Set(rows.map((row) => row.userId))
}

/** False when the person is in the team already. */
export async function insertTeamMember(
  tx: Tx,
  teamId: string,
  userId: string,
  role: TeamRole,
): Promise<boolean> {
  const count = await tx.run(sql`
    insert into team_members (team_id, user_id, role) values (${teamId}, ${userId}, ${role})
    on conflict on constraint team_members_pkey do nothing`)
  return count > 0
}

/** False when the row has changed since it was read. */
export async function updateTeamMember(
  tx: Tx,
  teamId: string,
  seen: { userId: string; version: number },
  role: TeamRole,
): Promise<boolean> {
  const count = await tx.run(sql`
    update team_members set role = ${role}, version = version + 1
    where team_id = ${teamId} and user_id = ${seen.userId} and version = ${seen.version}`)
  return count > 0
}

/** False when somebody was faster. */
export async function deleteTeamMember(tx: Tx, teamId: string, userId: string): Promise<boolean> {
  return (await tx.run(sql`delete from team_members where team_id = ${teamId} and user_id = ${userId}`)) > 0
}
