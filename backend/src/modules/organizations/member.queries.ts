import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Member, type MemberListQuery } from './member.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

const status = sql`case when m.removed_at is not null then 'removed' else m.status end`

const select = sql`
  select m.user_id as "userId", m.organization_id as "organizationId", u.username, u.display_name as "displayName", u.email,
    m.role, ${status} as status, u.last_sign_in_at as "lastSignInAt", m.created_at as "joinedAt", m.version,
    (select coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'role', tm.role) order by t.name), '[]')
      from team_members tm join teams t on t.organization_id = tm.organization_id and t.id = tm.team_id
      where tm.organization_id = m.organization_id and tm.user_id = m.user_id) as teams,
    (select count(*)::int from api_keys k
      where k.organization_id = m.organization_id and k.user_id = m.user_id and k.revoked_at is null) as keys
  from memberships m join users u on u.id = m.user_id`

const sortColumns: Readonly<Record<string, Query>> = {
  displayName: sql`lower(u.display_name)`,
  username: sql`u.username`,
  role: sql`array_position(array['admin', 'manager', 'member', 'viewer'], m.role)`,
  joinedAt: sql`m.created_at`,
  lastSignInAt: sql`u.last_sign_in_at`,
}

function orderOf(sort = 'displayName'): Query {
  const isDescending = sort.startsWith('-')
  const column = sortColumns[isDescending ? sort.slice(1) : sort] ?? sql`lower(u.display_name)`
  return isDescending
    ? sql`${column} desc nulls last, m.organization_id, m.user_id`
    : sql`${column} asc nulls last, m.organization_id, m.user_id`
}

function conditionsOf(query: MemberListQuery): Query {
  const conditions: Query[] = [
    query.status === undefined ? sql`m.removed_at is null` : sql`${status} = ${query.status}`,
  ]
  if (query.search !== undefined)
    conditions.push(
      sql`position(lower(${query.search}) in lower(u.display_name || ' ' || u.username || ' ' || coalesce(u.email, ''))) > 0`,
    )
  if (query.role !== undefined) conditions.push(sql`m.role = ${query.role}`)
  if (query.teamId !== undefined)
    conditions.push(sql`exists (select from team_members tm
      where tm.organization_id = m.organization_id and tm.user_id = m.user_id and tm.team_id = ${query.teamId})`)
  return sql.join(conditions, ' and ')
}

export async function listMembers(
  tx: Tx,
  query: MemberListQuery,
): Promise<{ rows: Member[]; total: number }> {
  const where = conditionsOf(query)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(Member)`
      ${select} where ${where} order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`
      select count(*) as total from memberships m join users u on u.id = m.user_id where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findMember(tx: Tx, userId: string): Promise<Member | undefined> {
  return tx.find(sql(Member)`${select} where m.user_id = ${userId}`)
}
