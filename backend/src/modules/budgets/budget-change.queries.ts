import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import type { BudgetDuration } from './budget-window.ts'
import { thresholdOf } from './reservation.queries.ts'

const Id = Type.Object({ id: Type.String() })

/** What an administrator decides about a budget. */
export interface BudgetTerms {
  readonly limitNano: bigint | null
  readonly softLimitNano: bigint | null
  readonly duration: BudgetDuration | null
  readonly resetAt: Date | null
}

/** Rejects with the constraint `budgets_subject_key` when there is one already. */
export async function insertBudget(
  tx: Tx,
  budget: BudgetTerms & { level: string; subjectId: string; at: Date },
): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into budgets (level, subject_id, limit_nano, soft_limit_nano, duration, reset_at, created_at, updated_at)
    values (${budget.level}, ${budget.subjectId}, ${budget.limitNano}, ${budget.softLimitNano}, ${budget.duration},
      ${budget.resetAt}, ${budget.at}, ${budget.at})
    returning id`)
  return id
}

/** What was spent in the present window stays spent. Thresholds that are not reached any more can be told again. */
export async function updateTerms(tx: Tx, id: string, terms: BudgetTerms, now: Date): Promise<void> {
  await closeWindow(tx, id, now)
  await tx.run(sql`
    update budgets set limit_nano = ${terms.limitNano}, soft_limit_nano = ${terms.softLimitNano}, duration = ${terms.duration},
      reset_at = ${terms.resetAt}, version = version + 1, updated_at = ${now},
      warned_percent = least(warned_percent, ${thresholdOf(sql`spent_nano`, sql`${terms.limitNano}::bigint`)}),
      is_soft_limit_told = is_soft_limit_told and coalesce(spent_nano >= ${terms.softLimitNano}::bigint, false)
    where id = ${id}`)
}

/** With its history, its reservations and its increases. */
export async function deleteBudget(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from budgets where id = ${id}`)
}

/** Writes a correction down and makes it: what was spent rises by it, or falls. */
export async function adjustSpent(
  tx: Tx,
  adjustment: {
    budgetId: string
    kind: 'reset' | 'opening'
    amountNano: bigint
    reason: string | null
    actorId: string | null
    at: Date
  },
): Promise<void> {
  const { budgetId, kind, amountNano, reason, actorId, at } = adjustment
  await tx.run(sql`
    insert into budget_adjustments (budget_id, kind, amount_nano, reason, actor_id, at)
    values (${budgetId}, ${kind}, ${amountNano}, ${reason}, ${actorId}, ${at})`)
  await tx.run(sql`
    update budgets set spent_nano = spent_nano + ${amountNano}, adjusted_nano = adjusted_nano + ${amountNano}, warned_percent = 0,
      is_soft_limit_told = false, version = version + 1, updated_at = ${at}
    where id = ${budgetId}`)
}

/** Closes a window that is over, although nobody has spent since. */
export async function closeWindow(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run(sql`
    update budgets set spent_nano = 0, warned_percent = 0, is_soft_limit_told = false,
      reset_at = next_budget_reset(duration, ${now})
    where id = ${id} and reset_at <= ${now}`)
}

const IncreaseRow = Type.Object({
  id: Type.String(),
  amountNano: Type.BigInt(),
  reason: Type.String(),
  createdBy: Nullable(Type.String()),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  endedAt: Nullable(Type.String()),
  isActive: Type.Boolean(),
})
export type IncreaseRow = Static<typeof IncreaseRow>

const increaseColumns = (now: Date) => sql`id, amount_nano as "amountNano", reason, created_by as "createdBy",
  created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt",
  (ended_at is null and expires_at > ${now}) as "isActive"`

/** The increase and its copy in the budget's row, which is the one that counts. */
export async function insertIncrease(
  tx: Tx,
  increase: {
    budgetId: string
    amountNano: bigint
    reason: string
    actorId: string | null
    at: Date
    expiresAt: Date
  },
): Promise<IncreaseRow> {
  const { budgetId, amountNano, reason, actorId, at, expiresAt } = increase
  await setIncrease(tx, budgetId, amountNano, expiresAt, at)
  return tx.one(sql(IncreaseRow)`
    insert into budget_increases (budget_id, amount_nano, reason, created_by, created_at, expires_at)
    values (${budgetId}, ${amountNano}, ${reason}, ${actorId}, ${at}, ${expiresAt}) returning ${increaseColumns(at)}`)
}

/** Of an active one, in a budget that is locked. */
export async function endIncrease(
  tx: Tx,
  budgetId: string,
  id: string,
  actorId: string | null,
  at: Date,
): Promise<IncreaseRow> {
  await setIncrease(tx, budgetId, 0n, null, at)
  return tx.one(sql(IncreaseRow)`
    update budget_increases set ended_at = ${at}, ended_by = ${actorId} where id = ${id} returning ${increaseColumns(at)}`)
}

async function setIncrease(
  tx: Tx,
  budgetId: string,
  amountNano: bigint,
  until: Date | null,
  at: Date,
): Promise<void> {
  await tx.run(sql`
    update budgets set increase_nano = ${amountNano}, increase_until = ${until}, version = version + 1, updated_at = ${at},
      warned_percent = least(warned_percent, ${thresholdOf(sql`spent_nano`, sql`(limit_nano + ${amountNano}::bigint)`)})
    where id = ${budgetId}`)
}

/** There is one at most. */
export function findActiveIncrease(tx: Tx, budgetId: string, now: Date): Promise<IncreaseRow | undefined> {
  return tx.find(sql(IncreaseRow)`
    select ${increaseColumns(now)} from budget_increases
    where budget_id = ${budgetId} and ended_at is null and expires_at > ${now}`)
}

/** Newest first. */
export async function listIncreases(
  tx: Tx,
  budgetId: string,
  query: { limit: number; offset: number },
  now: Date,
): Promise<{ rows: IncreaseRow[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(IncreaseRow)`
      select ${increaseColumns(now)} from budget_increases where budget_id = ${budgetId}
      order by created_at desc, id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Type.Object({ total: Type.BigInt() }))`
      select count(*) as total from budget_increases where budget_id = ${budgetId}`),
  ])
  return { rows, total: Number(total) }
}

/** Whether the organization has this person or team, so that a budget can be theirs. */
export async function subjectExists(tx: Tx, level: 'user' | 'team', id: string): Promise<boolean> {
  const query =
    level === 'user'
      ? sql`select from memberships where user_id = ${id}`
      : sql`select from teams where id = ${id}`
  return (await tx.run(query)) > 0
}
