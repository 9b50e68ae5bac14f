import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { TeamKey, type TeamKeyListQuery } from './team.schemas.ts'

const TeamKeyRow = Type.Object({ ...Type.Omit(TeamKey, ['spend']).properties, spendNano: Type.BigInt() })
type TeamKeyRow = Static<typeof TeamKeyRow>

const Total = Type.Object({ total: Type.BigInt() })

const statusAt = (now: Date): Query => sql`case
  when k.revoked_at is not null then 'revoked' when k.is_disabled then 'disabled'
  when k.expires_at <= ${now} then 'expired' else 'active' end`

const sortColumns: Readonly<Record<string, Query>> = {
  createdAt: sql`k.created_at`,
  lastUsedAt: sql`k.last_used_at`,
  spend: sql`"spendNano"`,
  name: sql`lower(k.name)`,
}

function orderOf(sort = '-createdAt'): Query {
  const isDescending = sort.startsWith('-')
  const column = sortColumns[isDescending ? sort.slice(1) : sort] ?? sql`k.created_at`
  return isDescending ? sql`${column} desc nulls last, k.id` : sql`${column} asc nulls last, k.id`
}

/** The keys that count on the team, spend as it is in effect at `now`. */
export async function listTeamKeys(
  tx: Tx,
  teamId: string,
  query: TeamKeyListQuery,
  now: Date,
): Promise<{ rows: TeamKeyRow[]; total: number }> {
  const conditions = [sql`k.team_id = ${teamId}`]
  if (query.status !== undefined) conditions.push(sql`${statusAt(now)} = ${query.status}`)
  if (query.userId !== undefined) conditions.push(sql`k.user_id = ${query.userId}`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(TeamKeyRow)`
      select k.id, k.name, s.hint as "keyHint", ${statusAt(now)} as status, k.user_id as "userId", u.username,
        u.display_name as "displayName",
        array(select m.name from api_key_models km join models m on m.id = km.model_id
          where km.organization_id = k.organization_id and km.api_key_id = k.id order by m.name) as models,
        coalesce(case when b.reset_at <= ${now} then 0 else b.spent_nano end, 0)::bigint as "spendNano",
        k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.created_at as "createdAt"
      from api_keys k
      join users u on u.id = k.user_id
      left join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id and b.model_id is null
      cross join lateral (
        select hint from api_key_secrets where organization_id = k.organization_id and api_key_id = k.id
        order by (valid_until is null) desc, created_at desc limit 1) s
      where ${where} order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from api_keys k where ${where}`),
  ])
  return { rows, total: Number(total) }
}
