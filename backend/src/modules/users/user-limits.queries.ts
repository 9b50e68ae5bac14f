import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { BulkLimits } from './user-limits.schemas.ts'

const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])

const LimitsRow = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  rpmLimit: Nullable(Type.Integer()),
  tpmLimit: Nullable(Type.Integer()),
  maxParallelRequests: Nullable(Type.Integer()),
  maxBudgetNano: Nullable(Type.BigInt()),
  budgetDuration: Nullable(Type.String()),
  version: Type.Integer(),
})
export type LimitsRow = Static<typeof LimitsRow>

const select = sql`
  select m.user_id as "userId", u.username, m.rpm_limit as "rpmLimit", m.tpm_limit as "tpmLimit",
    m.max_parallel_requests as "maxParallelRequests", b.limit_nano as "maxBudgetNano", b.duration as "budgetDuration", m.version
  from memberships m join users u on u.id = m.user_id
  left join budgets b on b.organization_id = m.organization_id and b.level = 'user' and b.subject_id = m.user_id and b.model_id is null`

/** Held until the end of the transaction, in the order of ids, so that two bulk changes never wait for each other in a ring. */
export function lockLimits(tx: Tx, userId: string): Promise<LimitsRow | undefined> {
  return tx.find(sql(LimitsRow)`${select} where m.user_id = ${userId} for no key update of m`)
}

export function listLimits(tx: Tx, userIds: readonly string[]): Promise<LimitsRow[]> {
  return tx.many(
    sql(LimitsRow)`${select} where m.user_id = any (${userIds}::uuid[]) order by u.username, m.user_id`,
  )
}

/** One more than `most` says that there are too many. */
export function listLimitsBy(
  tx: Tx,
  filter: NonNullable<BulkLimits['filter']>,
  most: number,
): Promise<LimitsRow[]> {
  const conditions: Query[] = [sql`m.status = 'active'`]
  if (filter.role !== undefined) conditions.push(sql`m.role = ${filter.role}`)
  if (filter.teamId !== undefined)
    conditions.push(
      sql`exists (select from team_members t where t.user_id = m.user_id and t.team_id = ${filter.teamId})`,
    )
  return tx.many(sql(LimitsRow)`
    ${select} where ${sql.join(conditions, ' and ')} order by u.username, m.user_id limit ${most + 1}`)
}

export async function isTeam(tx: Tx, id: string): Promise<boolean> {
  return (await tx.run(sql`select from teams where id = ${id}`)) > 0
}

export interface LimitsState {
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  readonly maxBudgetNano: bigint | null
  readonly budgetDuration: string | null
}

export async function writeLimits(tx: Tx, userId: string, next: LimitsState): Promise<void> {
  await tx.run(sql`
    update memberships set rpm_limit = ${next.rpmLimit}, tpm_limit = ${next.tpmLimit},
      max_parallel_requests = ${next.maxParallelRequests}, version = version + 1, updated_at = now()
    where user_id = ${userId}`)
}

/** What was spent stays spent: only the limit and the window change. A window that goes on keeps its end. */
export async function writeBudget(tx: Tx, userId: string, next: LimitsState, now: Date): Promise<void> {
  await tx.run(sql`
    insert into budgets (level, subject_id, limit_nano, duration, reset_at)
    values ('user', ${userId}, ${next.maxBudgetNano}, ${next.budgetDuration}, next_budget_reset(${next.budgetDuration}, ${now}))
    on conflict (organization_id, level, subject_id, model_id) do update set limit_nano = excluded.limit_nano,
      duration = excluded.duration, version = budgets.version + 1,
      reset_at = case when budgets.duration = excluded.duration then budgets.reset_at else excluded.reset_at end`)
}
