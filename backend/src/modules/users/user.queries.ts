import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { User, UserDetail, type UserListQuery } from './user.schemas.ts'

// The same statements run under row-level security, where they see the current organization, and across all of them for an
// audited look of the platform. Rows of a person are reached by way of their memberships, in the order of the indexes.

const { spendThisMonth: _spend, ...summary } = User.properties
const UserRow = Type.Object({ ...summary, spendNano: Type.BigInt() })
export type UserRow = Static<typeof UserRow>

/** `all`: everybody, member of something or not. */
export type Reach = 'organization' | 'all'

const Total = Type.Object({ total: Type.BigInt() })

const monthOf = (now: Date): string => `${now.toISOString().slice(0, 7)}-01`

/** The policy of users shows oneself everywhere; a list of an organization's people holds its people only. */
const isInReach = (reach: Reach): Query =>
  reach === 'all' ? sql`true` : sql`exists (select from memberships m where m.user_id = u.id)`

const columns = (now: Date): Query => sql`u.id, u.username, u.email, u.display_name as "displayName",
  u.platform_role as "platformRole", u.status, u.created_at as "createdAt", u.last_sign_in_at as "lastSignInAt", u.version,
  (select coalesce(json_agg(json_build_object('organizationId', o.id, 'organizationName', o.name, 'role', ms.role,
      'status', ms.status, 'rpmLimit', ms.rpm_limit, 'tpmLimit', ms.tpm_limit,
      'maxParallelRequests', ms.max_parallel_requests) order by o.name, o.id), '[]')
    from memberships ms join organizations o on o.id = ms.organization_id where ms.user_id = u.id) as memberships,
  (select count(k.id) from memberships ms
    join api_keys k on k.organization_id = ms.organization_id and k.user_id = ms.user_id and k.revoked_at is null
    where ms.user_id = u.id)::integer as "keyCount",
  (select count(s.id) from memberships ms
    join subscriptions s on s.organization_id = ms.organization_id and s.user_id = ms.user_id and s.status = 'active'
    where ms.user_id = u.id)::integer as "subscriptionCount",
  (select coalesce(sum(d.cost_nano), 0) from memberships ms
    join usage_daily d on d.organization_id = ms.organization_id and d.user_id = ms.user_id and d.day >= ${monthOf(now)}::date
    where ms.user_id = u.id)::bigint as "spendNano"`

const sorts: Readonly<Record<string, Query>> = {
  displayName: sql`lower(u.display_name)`,
  username: sql`u.username`,
  email: sql`u.email`,
  createdAt: sql`u.created_at`,
  lastSignInAt: sql`u.last_sign_in_at`,
  spendThisMonth: sql`coalesce(spend.nano, 0)`,
}

interface Order {
  readonly key: Query
  readonly direction: Query
}

function orderOf(sort = 'displayName'): Order {
  const isDescending = sort.startsWith('-')
  return {
    key: sorts[isDescending ? sort.slice(1) : sort] ?? sql`lower(u.display_name)`,
    direction: isDescending ? sql`desc nulls last` : sql`asc nulls last`,
  }
}

/** Only where the order asks for everybody's figure: one pass over the month instead of one look per person. */
const spendJoin = (query: UserListQuery, now: Date): Query =>
  query.sort?.endsWith('spendThisMonth') === true
    ? sql`left join (select d.user_id, sum(d.cost_nano) as nano from usage_daily d where d.day >= ${monthOf(now)}::date
        group by d.user_id) spend on spend.user_id = u.id`
    : sql``

/** What is not leakproof waits for the policy, row by row; the look-up of names stands outside of it. */
const matches = (needle: string, reach: Reach): Query =>
  reach === 'all'
    ? sql`strpos(u.search_text, lower(${needle})) > 0`
    : sql`u.id in (select found.id from lookup.search_people(${needle}) found)`

function conditionsOf(query: UserListQuery, reach: Reach): Query {
  const all: Query[] = [isInReach(reach)]
  const add = <T>(value: T | undefined, condition: (value: T) => Query) => {
    if (value !== undefined) all.push(condition(value))
  }
  add(query.search, (needle) => matches(needle.trim(), reach))
  add(query.status, (status) => sql`u.status = ${status}`)
  add(query.platformRole, (role) => sql`u.platform_role = ${role}`)
  add(
    query.role,
    (role) => sql`exists (select from memberships m where m.user_id = u.id and m.role = ${role})`,
  )
  add(
    query.teamId,
    (id) => sql`exists (select from team_members t where t.user_id = u.id and t.team_id = ${id})`,
  )
  add(query.lastSignInAfter, (at) => sql`u.last_sign_in_at > ${at}`)
  add(query.lastSignInBefore, (at) => sql`(u.last_sign_in_at is null or u.last_sign_in_at < ${at})`)
  return sql.join(all, ' and ')
}

export async function listUsers(
  tx: Tx,
  query: UserListQuery,
  reach: Reach,
  now: Date,
): Promise<{ rows: UserRow[]; total: number }> {
  const where = conditionsOf(query, reach)
  const { key, direction } = orderOf(query.sort)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(UserRow)`
      with page as (
        select u.id, ${key} as key from users u ${spendJoin(query, now)} where ${where}
        order by ${key} ${direction}, u.id limit ${query.limit} offset ${query.offset})
      select ${columns(now)} from page join users u on u.id = page.id order by page.key ${direction}, u.id`),
    tx.one(sql(Total)`select count(*) as total from users u where ${where}`),
  ])
  return { rows, total: Number(total) }
}

const {
  budgets: _budgets,
  spendInAll: _all,
  roleWarnings: _warnings,
  spendThisMonth: _month,
  ...detail
} = UserDetail.properties
const BudgetRow = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  limitNano: Type.Union([Type.String(), Type.Null()]),
  spentNano: Type.String(),
  duration: Type.Union([Type.String(), Type.Null()]),
  resetAt: Type.Union([Type.String(), Type.Null()]),
})
const UserDetailRow = Type.Object({
  ...detail,
  spendNano: Type.BigInt(),
  spendInAllNano: Type.BigInt(),
  budgets: Type.Array(BudgetRow),
})
export type UserDetailRow = Static<typeof UserDetailRow>

/** JSON carries times as PostgreSQL writes them; this writes them as the driver does. */
const iso = (column: Query): Query =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

export function findUser(tx: Tx, id: string, reach: Reach, now: Date): Promise<UserDetailRow | undefined> {
  const identities =
    reach === 'all'
      ? sql`(select coalesce(json_agg(json_build_object('issuer', i.issuer, 'subject', i.subject,
            'lastSeenAt', ${iso(sql`i.last_seen_at`)}) order by i.created_at, i.id), '[]')
          from identities i where i.user_id = u.id)`
      : sql`null::json`
  return tx.find(sql(UserDetailRow)`
    select ${columns(now)}, u.is_email_verified as "isEmailVerified", u.language, u.role_sources as "roleSources",
      u.role_checked_at as "roleCheckedAt", ${identities} as identities,
      (select coalesce(json_agg(json_build_object('id', t.id, 'organizationId', t.organization_id, 'name', t.name, 'role', tm.role)
          order by t.name, t.id), '[]')
        from team_members tm join teams t on t.organization_id = tm.organization_id and t.id = tm.team_id
        where tm.user_id = u.id) as teams,
      (select coalesce(json_agg(json_build_object('id', b.id, 'organizationId', b.organization_id, 'limitNano', b.limit_nano::text,
          'spentNano', (case when b.reset_at <= ${now} then 0 else b.spent_nano end)::text, 'duration', b.duration,
          'resetAt', ${iso(sql`b.reset_at`)}) order by b.organization_id), '[]')
        from memberships ms join budgets b on b.organization_id = ms.organization_id and b.level = 'user'
          and b.subject_id = ms.user_id and b.model_id is null
        where ms.user_id = u.id) as budgets,
      (select coalesce(sum(d.cost_nano), 0) from memberships ms
        join usage_daily d on d.organization_id = ms.organization_id and d.user_id = ms.user_id
        where ms.user_id = u.id)::bigint as "spendInAllNano"
    from users u where u.id = ${id} and ${isInReach(reach)}`)
}

/** Whether the person is one of those whom the caller may look at. */
export async function isKnownUser(tx: Tx, id: string, reach: Reach): Promise<boolean> {
  return (await tx.run(sql`select from users u where u.id = ${id} and ${isInReach(reach)}`)) > 0
}
