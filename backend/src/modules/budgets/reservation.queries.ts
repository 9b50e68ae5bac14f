import { Type, type Static } from '@sinclair/typebox'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Query, type Tx } from '#platform/database'

/** What one call, or one process's lease, asks of one budget. Amounts are nano-USD. */
export interface Wanted {
  readonly budgetId: string
  readonly need: bigint
  /** How much more than `need` a lease may take; 0 asks for exactly `need`. */
  readonly block: bigint
}

/** Whose call it is, for the sweeper. */
export interface HoldFacts {
  readonly processId: string
  readonly organizationId: string | null
  readonly apiKeyId: string
  readonly userId: string
  readonly modelId: string
  readonly proxyTokenHash: string
}

const Granted = Type.Object({ reservationId: Type.String(), budgetId: Type.String(), amount: Type.BigInt() })
export type Granted = Static<typeof Granted>

/** Of a budget row `b`: what was spent in the window that holds `now`. */
export const spentAt = (now: Date): Query => sql`case when b.reset_at <= ${now} then 0 else b.spent_nano end`
/** Of a budget row `b`: how much more than its limit may be spent at `now`. */
export const increaseAt = (now: Date): Query =>
  sql`case when b.increase_until > ${now} then b.increase_nano else 0 end`
/** Which of the thresholds of 70, 90 and 100 per cent an amount has reached; 0 is none. */
export const thresholdOf = (spent: Query, most: Query): Query => sql`case
  when ${most} is null then 0 when ${spent} >= ${most} then 100 when ${spent} * 10 >= ${most} * 9 then 90
  when ${spent} * 10 >= ${most} * 7 then 70 else 0 end`
const resetAt = (now: Date): Query =>
  sql`case when b.reset_at <= ${now} then next_budget_reset(b.duration, ${now}) else b.reset_at end`

/**
 * Sets money aside in every budget at once, or in none: rows are locked in id order, a window that is over starts anew,
 * and a budget in which `need` does not fit is missing from the answer (the caller then rolls back). A lease gets whole
 * multiples of `need`, at most one per cent of what remains, and exactly `need` once the budget runs low. What a temporary
 * increase adds is never leased: it ends for every process at the same moment.
 */
export function reserve(
  tx: Tx,
  wanted: readonly Wanted[],
  facts: HoldFacts,
  now: Date,
  expiresAt: Date,
): Promise<Granted[]> {
  return tx.many(sql(Granted)`
    with wanted as (
      select * from unnest(${wanted.map((one) => one.budgetId)}::uuid[], ${wanted.map((one) => one.need.toString())}::bigint[],
        ${wanted.map((one) => one.block.toString())}::bigint[]) as w (id, need, block)
    ), locked as (
      select b.id, b.organization_id, b.limit_nano, w.need, w.block,
        b.limit_nano - b.reserved_nano - ${spentAt(now)} as remaining, ${increaseAt(now)} as extra
      from budgets b join wanted w on w.id = b.id
      order by b.organization_id, b.id for update of b
    ), granted as (
      select id, organization_id, case
          when block <= need then need
          when limit_nano is null then block
          when remaining < 20 * need or remaining * 10 < limit_nano then need
          else greatest(need, least(remaining / 100, block) / greatest(need, 1) * need)
        end as amount, block > need as is_lease
      from locked where limit_nano is null or remaining + extra >= need
    ), updated as (
      update budgets b set
        reserved_nano = b.reserved_nano + g.amount,
        spent_nano = ${spentAt(now)},
        warned_percent = case when b.reset_at <= ${now} then 0 else b.warned_percent end,
        is_soft_limit_told = b.is_soft_limit_told and (b.reset_at is null or b.reset_at > ${now}),
        reset_at = ${resetAt(now)}
      from granted g where b.organization_id = g.organization_id and b.id = g.id
    )
    insert into reservations (organization_id, budget_id, kind, process_id, group_id, amount_nano, key_organization_id, api_key_id,
      user_id, model_id, litellm_token_hash, expires_at)
    select organization_id, id, case when is_lease then 'lease' else 'call' end, ${facts.processId}, ${facts.processId}, amount,
      ${facts.organizationId}, ${facts.apiKeyId}, ${facts.userId}, ${facts.modelId}, ${facts.proxyTokenHash}, ${expiresAt}
    from granted
    returning id as "reservationId", budget_id as "budgetId", amount_nano as amount`)
}

const Remaining = Type.Object({ id: Type.String(), remaining: Type.BigInt() })

/** What is left in each of these budgets, neither spent nor set aside; those that exist no more are missing. */
export function listRemaining(
  tx: Tx,
  budgetIds: readonly string[],
  now: Date,
): Promise<Array<Static<typeof Remaining>>> {
  return tx.many(sql(Remaining)`
    select b.id, coalesce(greatest(0, b.limit_nano + ${increaseAt(now)} - b.reserved_nano - ${spentAt(now)}), 0)::bigint as remaining
    from budgets b where b.id = any(${budgetIds}::uuid[])`)
}

/** How much of a reservation is taken away: given back, or about to be booked as spent. */
export interface Taken {
  readonly reservationId: string
  readonly amount: bigint
}

/**
 * Lowers reservations and what their budgets have reserved, by the same amounts. A lease keeps what is settled but not yet
 * written, so giving back and booking never count the same money twice. Empty reservations go.
 */
export async function lowerReservations(tx: Tx, taken: readonly Taken[]): Promise<void> {
  const ids = taken.map((one) => one.reservationId)
  // Budgets before reservations, everywhere: two writers then never wait for each other in a circle.
  const locked = tx.run(sql`
    select from budgets b
    where (b.organization_id, b.id) in (select organization_id, budget_id from reservations where id = any(${ids}::uuid[]))
    order by b.organization_id, b.id for update`)
  const lowered = tx.run(sql`
    with taken as (
      select id, sum(amount)::bigint as amount
      from unnest(${ids}::uuid[], ${taken.map((one) => one.amount.toString())}::bigint[]) as t (id, amount) group by id
    ), before as (
      select r.organization_id, r.id, r.budget_id, least(r.amount_nano, t.amount) as amount
      from reservations r join taken t on t.id = r.id order by r.id for update of r
    ), lowered as (
      update reservations r set amount_nano = r.amount_nano - b.amount
      from before b where r.organization_id = b.organization_id and r.id = b.id
    ), sums as (
      select organization_id, budget_id, sum(amount)::bigint as amount from before group by organization_id, budget_id
    )
    update budgets b set reserved_nano = b.reserved_nano - s.amount
    from sums s where b.organization_id = s.organization_id and b.id = s.budget_id`)
  const emptied = tx.run(sql`delete from reservations where id = any(${ids}::uuid[]) and amount_nano = 0`)
  await Promise.all([locked, lowered, emptied])
}

/** What a call cost, in every budget of its chain. A window that is over starts anew first. */
export interface Spent {
  /** Of the key that made the call; the platform's budget is found all the same. */
  readonly organizationId: string
  readonly budgetId: string
  readonly cost: bigint
}

/** A budget that has just passed a threshold. */
export const Passed = Type.Object({
  organizationId: Type.String(),
  budgetId: Type.String(),
  level: Type.String(),
  subjectId: Type.String(),
  modelId: Type.Union([Type.String(), Type.Null()]),
  /** 70, 90 or 100; 0 when only the soft limit was passed. */
  percent: Type.Integer(),
  isSoft: Type.Boolean(),
})
export type Passed = Static<typeof Passed>

/**
 * Locks the budgets in (organization, id) order, adds what was spent, and answers those that have passed a threshold or
 * their soft limit for the first time in their window.
 */
export function addSpent(tx: Tx, spent: readonly Spent[], now: Date): Promise<Passed[]> {
  return tx.many(sql(Passed)`
    with deltas as (
      select organization_id, id, sum(cost)::bigint as cost
      from unnest(${spent.map((one) => one.organizationId)}::uuid[], ${spent.map((one) => one.budgetId)}::uuid[],
        ${spent.map((one) => one.cost.toString())}::bigint[]) as d (organization_id, id, cost)
      group by organization_id, id
    ), locked as (
      select b.organization_id, b.id, b.level, b.subject_id, b.model_id, d.cost,
        b.limit_nano + ${increaseAt(now)} as most, b.soft_limit_nano as soft,
        case when b.reset_at <= ${now} then 0 else b.warned_percent end as warned,
        b.is_soft_limit_told and (b.reset_at is null or b.reset_at > ${now}) as is_told, ${spentAt(now)} as before
      from budgets b join deltas d on d.id = b.id and b.organization_id in (d.organization_id, ${PLATFORM_ORGANIZATION_ID})
      order by b.organization_id, b.id for update of b
    ), sums as (
      select organization_id, id, level, subject_id, model_id, most, soft, warned, is_told,
        max(before) + sum(cost)::bigint as after
      from locked group by organization_id, id, level, subject_id, model_id, most, soft, warned, is_told
    ), next as (
      select *, coalesce(is_told or after >= soft, false) as told, greatest(warned, ${thresholdOf(sql`after`, sql`most`)}) as percent
      from sums
    ), updated as (
      update budgets b set spent_nano = n.after, warned_percent = n.percent, is_soft_limit_told = n.told, reset_at = ${resetAt(now)}
      from next n where b.organization_id = n.organization_id and b.id = n.id
    )
    select organization_id as "organizationId", id as "budgetId", level, subject_id as "subjectId", model_id as "modelId",
      case when percent > warned then percent else 0 end as percent, (told and not is_told) as "isSoft"
    from next where percent > warned or (told and not is_told)`)
}

/**
 * Calls are being refused for want of money: where at least nine tenths are spent or set aside, that is the end of the
 * budget. Answers those for which it was not known yet.
 */
export function markEnded(
  tx: Tx,
  organizationId: string | null,
  budgetIds: readonly string[],
  now: Date,
): Promise<Passed[]> {
  return tx.many(sql(Passed)`
    update budgets b set warned_percent = 100
    where b.id = any(${budgetIds}::uuid[]) and b.organization_id in (${organizationId}, ${PLATFORM_ORGANIZATION_ID})
      and b.warned_percent < 100 and (b.reset_at is null or b.reset_at > ${now})
      and (b.spent_nano + b.reserved_nano) * 10 >= (b.limit_nano + ${increaseAt(now)}) * 9
    returning b.organization_id as "organizationId", b.id as "budgetId", b.level, b.subject_id as "subjectId",
      b.model_id as "modelId", 100 as percent, false as "isSoft"`)
}

/** A sign of life of everything that this process holds. */
export async function renew(tx: Tx, processId: string, now: Date, expiresAt: Date): Promise<void> {
  await tx.run(
    sql`update reservations set expires_at = ${expiresAt} where process_id = ${processId} and expires_at > ${now}`,
  )
  await tx.run(sql`
    insert into processes (id, heartbeat_at) values (${processId}, ${now})
    on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`)
}

/** How many processes have shown a sign of life since then. */
export async function countLiveProcesses(tx: Tx, since: Date): Promise<number> {
  const { count } = await tx.one(
    sql(
      Type.Object({ count: Type.Integer() }),
    )`select count(*)::int as count from processes where heartbeat_at > ${since}`,
  )
  return count
}

export async function removeProcess(tx: Tx, processId: string): Promise<void> {
  await tx.run(sql`delete from processes where id = ${processId}`)
}
