import { Type, type Static } from '@sinclair/typebox'
import { containing, sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { BudgetDurationText } from './budget-window.ts'
import { BudgetLevel, type BudgetListQuery } from './budget.schemas.ts'
import { platformBudgetAt } from './chain.ts'
import { increaseAt, spentAt } from './reservation.queries.ts'

const Nano = Nullable(Type.BigInt())
const Total = Type.Object({ total: Type.BigInt() })

const amounts = {
  limitNano: Nano,
  softLimitNano: Nano,
  increaseNano: Type.BigInt(),
  spentNano: Type.BigInt(),
  reservedNano: Type.BigInt(),
  usedPermille: Type.BigInt(),
  duration: Nullable(BudgetDurationText),
}

const BudgetRow = Type.Object({
  ...amounts,
  id: Type.String(),
  organizationId: Type.String(),
  level: BudgetLevel,
  subjectId: Type.String(),
  subjectName: Type.String(),
  modelId: Nullable(Type.String()),
  modelName: Nullable(Type.String()),
  userId: Nullable(Type.String()),
  increaseUntil: Nullable(Type.String()),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  version: Type.Integer(),
})
export type BudgetRow = Static<typeof BudgetRow>

/** The share that is spent of a row `b` with limit, in thousandths; a limit of nothing is used up. */
const usedPermille = (now: Date): Query => sql`case when b.limit_nano is null then 0
  when b.limit_nano + ${increaseAt(now)} = 0 then 1000 else ${spentAt(now)} * 1000 / (b.limit_nano + ${increaseAt(now)}) end`

const amountColumns = (
  now: Date,
): Query => sql`b.limit_nano as "limitNano", b.soft_limit_nano as "softLimitNano",
  ${increaseAt(now)} as "increaseNano", ${spentAt(now)} as "spentNano", b.reserved_nano as "reservedNano",
  ${usedPermille(now)} as "usedPermille", b.duration`

const names = sql`
  left join api_keys k on b.level in ('key', 'key_model') and k.organization_id = b.organization_id and k.id = b.subject_id
  left join users u on b.level = 'user' and u.id = b.subject_id
  left join teams t on b.level = 'team' and t.organization_id = b.organization_id and t.id = b.subject_id
  left join organizations o on b.level in ('organization', 'platform') and o.id = b.subject_id
  left join models m on m.id = b.model_id`
const subjectName = sql`coalesce(k.name, u.display_name, t.name, o.name, '')`

const select = (now: Date): Query => sql`
  select b.id, b.organization_id as "organizationId", b.level, b.subject_id as "subjectId", ${subjectName} as "subjectName",
    b.model_id as "modelId", m.name as "modelName", case b.level when 'user' then b.subject_id else k.user_id end as "userId",
    ${amountColumns(now)}, case when b.increase_until > ${now} then b.increase_until end as "increaseUntil",
    b.created_at as "createdAt", b.updated_at as "updatedAt", b.version
  from budgets b ${names}`

/** As in effect at `now`: a window that is over has spent nothing, also before anybody wrote that down. */
export function findBudget(tx: Tx, id: string, now: Date): Promise<BudgetRow | undefined> {
  return tx.find(sql(BudgetRow)`${select(now)} where b.id = ${id}`)
}

/** As `findBudget`, and nobody else changes or reserves from it until the end of the transaction. */
export function lockBudget(tx: Tx, id: string, now: Date): Promise<BudgetRow | undefined> {
  return tx.find(sql(BudgetRow)`${select(now)} where b.id = ${id} for update of b`)
}

const orders: Readonly<Record<NonNullable<BudgetListQuery['sort']>, Query>> = {
  usedPercent: sql`"usedPermille", b.id`,
  '-usedPercent': sql`"usedPermille" desc, b.id`,
  spent: sql`"spentNano", b.id`,
  '-spent': sql`"spentNano" desc, b.id`,
  limit: sql`b.limit_nano nulls last, b.id`,
  '-limit': sql`b.limit_nano desc nulls last, b.id`,
  createdAt: sql`b.created_at, b.id`,
  '-createdAt': sql`b.created_at desc, b.id`,
}

/** Keys whose spending is only counted are left out. */
export async function listBudgets(
  tx: Tx,
  query: BudgetListQuery,
  now: Date,
): Promise<{ rows: BudgetRow[]; total: number }> {
  const { level, subjectId, userId, search, minUsedPercent, sort = '-usedPercent' } = query
  const conditions: Query[] = [
    sql`(b.level not in ('key', 'key_model') or b.limit_nano is not null or b.soft_limit_nano is not null)`,
  ]
  if (level !== undefined) conditions.push(sql`b.level = ${level}`)
  if (subjectId !== undefined) conditions.push(sql`b.subject_id = ${subjectId}`)
  if (userId !== undefined) conditions.push(sql`${userId}::uuid in (k.user_id, u.id)`)
  if (search !== undefined) conditions.push(sql`${subjectName} ilike ${containing(search)}`)
  if (minUsedPercent !== undefined)
    conditions.push(sql`${usedPermille(now)} >= ${Math.ceil(minUsedPercent * 10)}::bigint`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(BudgetRow)`
      ${select(now)} where ${where} order by ${orders[sort]} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from budgets b ${names} where ${where}`),
  ])
  return { rows, total: Number(total) }
}

const MyBudgetRow = Type.Object({
  ...amounts,
  id: Type.String(),
  level: BudgetLevel,
  subjectId: Type.String(),
  subjectName: Type.String(),
  modelId: Nullable(Type.String()),
  modelName: Nullable(Type.String()),
})
export type MyBudgetRow = Static<typeof MyBudgetRow>

/** Everything that limits a person: their keys, themselves, their teams, their organization and the platform. */
export async function listBinding(
  tx: Tx,
  who: { organizationId: string; userId: string },
  query: { limit: number; offset: number },
  now: Date,
): Promise<{ rows: MyBudgetRow[]; total: number }> {
  const { organizationId, userId } = who
  const own = sql`
    select b.id, b.level, b.subject_id as "subjectId", ${subjectName} as "subjectName", b.model_id as "modelId",
      m.name as "modelName", ${amountColumns(now)}
    from budgets b ${names}
    where (b.limit_nano is not null or b.soft_limit_nano is not null) and (
      (k.user_id = ${userId} and k.revoked_at is null) or (b.level = 'user' and b.subject_id = ${userId})
      or (b.level = 'team' and b.subject_id in (
        select team_id from team_members where user_id = ${userId}
        union select team_id from api_keys where user_id = ${userId} and revoked_at is null))
      or (b.level = 'organization' and b.subject_id = ${organizationId}))`
  const all = sql`${own} union all
    select p.id, 'platform', ${organizationId}::uuid, 'platform', null, null, null, null, 0, 0, 0, p.used_permille, p.duration
    from ${platformBudgetAt(now)} where p.is_limited`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(MyBudgetRow)`
      select * from (${all}) budgets
      order by array_position(array['user', 'team', 'organization', 'platform', 'key', 'key_model'], level), "subjectName", id
      limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from (${all}) budgets`),
  ])
  return { rows, total: Number(total) }
}

const WindowRow = Type.Object({
  startedAt: Type.String(),
  endedAt: Type.String(),
  limitNano: Nano,
  spentNano: Type.BigInt(),
  adjustedNano: Type.BigInt(),
})
export type WindowRow = Static<typeof WindowRow>

/** Newest first; with the present row's own window when it is over and nobody has spent since. */
export async function listWindows(
  tx: Tx,
  budgetId: string,
  query: { limit: number; offset: number },
  now: Date,
): Promise<{ rows: WindowRow[]; total: number }> {
  const all = sql`
    select started_at, ended_at, limit_nano, spent_nano, adjusted_nano from budget_windows where budget_id = ${budgetId}
    union all
    select greatest(budget_window_start(duration, reset_at), created_at), reset_at, limit_nano, spent_nano, adjusted_nano
    from budgets where id = ${budgetId} and reset_at <= ${now} and (spent_nano > 0 or adjusted_nano <> 0)`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(WindowRow)`
      select started_at as "startedAt", ended_at as "endedAt", limit_nano as "limitNano", spent_nano as "spentNano",
        adjusted_nano as "adjustedNano"
      from (${all}) windows order by ended_at desc limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from (${all}) windows`),
  ])
  return { rows, total: Number(total) }
}
