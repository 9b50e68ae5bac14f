import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

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
  readonly apiKeyId: string
  readonly userId: string
  readonly modelId: string
  readonly proxyTokenHash: string
}

const Granted = Type.Object({ reservationId: Type.String(), budgetId: Type.String(), amount: Type.BigInt() })
export type Granted = Static<typeof Granted>

/**
 * Sets money aside in every budget at once, or in none: rows are locked in id order, a window that is over starts anew,
 * and a budget in which `need` does not fit is missing from the answer (the caller then rolls back). A lease gets whole
 * multiples of `need`, at most one per cent of what remains, and exactly `need` once the budget runs low.
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
        b.limit_nano - b.reserved_nano - case when b.reset_at <= ${now} then 0 else b.spent_nano end as remaining
      from budgets b join wanted w on w.id = b.id
      order by b.organization_id, b.id for update of b
    ), granted as (
      select id, organization_id, case
          when block <= need then need
          when limit_nano is null then block
          when remaining < 20 * need or remaining * 10 < limit_nano then need
          else greatest(need, least(remaining / 100, block) / greatest(need, 1) * need)
        end as amount, block > need as is_lease
      from locked where limit_nano is null or remaining >= need
    ), updated as (
      update budgets b set
        reserved_nano = b.reserved_nano + g.amount,
        spent_nano = case when b.reset_at <= ${now} then 0 else b.spent_nano end,
        reset_at = case when b.reset_at <= ${now} then next_budget_reset(b.duration, ${now}) else b.reset_at end
      from granted g where b.organization_id = g.organization_id and b.id = g.id
    )
    insert into reservations (organization_id, budget_id, kind, process_id, group_id, amount_nano, api_key_id, user_id, model_id,
      litellm_token_hash, expires_at)
    select organization_id, id, case when is_lease then 'lease' else 'call' end, ${facts.processId}, ${facts.processId}, amount,
      ${facts.apiKeyId}, ${facts.userId}, ${facts.modelId}, ${facts.proxyTokenHash}, ${expiresAt}
    from granted
    returning id as "reservationId", budget_id as "budgetId", amount_nano as amount`)
}

/** What is left, neither spent nor set aside, in the tightest of these budgets. */
export async function leastRemaining(tx: Tx, budgetIds: readonly string[], now: Date): Promise<bigint> {
  const { remaining } = await tx.one(sql(Type.Object({ remaining: Type.BigInt() }))`
    select coalesce(greatest(0, min(limit_nano - reserved_nano - case when reset_at <= ${now} then 0 else spent_nano end)), 0)::bigint as remaining
    from budgets where id = any(${budgetIds}::uuid[])`)
  return remaining
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
  readonly organizationId: string
  readonly budgetId: string
  readonly cost: bigint
}

/** Locks the budgets in (organization, id) order and adds what was spent. */
export async function bookSpent(tx: Tx, spent: readonly Spent[], now: Date): Promise<void> {
  await tx.run(sql`
    with deltas as (
      select organization_id, id, sum(cost)::bigint as cost
      from unnest(${spent.map((one) => one.organizationId)}::uuid[], ${spent.map((one) => one.budgetId)}::uuid[],
        ${spent.map((one) => one.cost.toString())}::bigint[]) as d (organization_id, id, cost)
      group by organization_id, id
    ), locked as (
      select b.organization_id, b.id from budgets b join deltas d on d.organization_id = b.organization_id and d.id = b.id
      order by b.organization_id, b.id for update of b
    )
    update budgets b set
      spent_nano = case when b.reset_at <= ${now} then 0 else b.spent_nano end + d.cost,
      reset_at = case when b.reset_at <= ${now} then next_budget_reset(b.duration, ${now}) else b.reset_at end
    from deltas d, locked l
    where l.organization_id = d.organization_id and l.id = d.id and b.organization_id = d.organization_id and b.id = d.id`)
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
