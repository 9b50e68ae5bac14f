import { Type, type Static } from '@sinclair/typebox'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

export async function listOrganizationIds(tx: Tx): Promise<string[]> {
  return (
    await tx.many(sql(Type.Object({ id: Type.String() }))`select id from organizations order by id`)
  ).map((row) => row.id)
}

const Found = Type.Object({
  kind: Type.String(),
  subjectId: Type.String(),
  day: Nullable(Type.String()),
  what: Type.String(),
  expected: Type.BigInt(),
  actual: Type.BigInt(),
})
export type Found = Static<typeof Found>

/** Where the daily sums of an organization are not the sums of its calls. Both are read in one statement, hence at one moment. */
export function dailyDifferences(
  tx: Tx,
  organizationId: string,
  from: string,
  most: number,
): Promise<Found[]> {
  return tx.many(sql(Found)`
    with calls as (
      select (at at time zone 'UTC')::date as day, user_id, api_key_id, model_id, count(*) as requests,
        count(*) filter (where outcome = 'error') as errors, sum(prompt_tokens)::bigint as prompt_tokens,
        sum(cached_prompt_tokens)::bigint as cached_prompt_tokens, sum(completion_tokens)::bigint as completion_tokens,
        sum(cost_nano)::bigint as cost_nano
      from usage_logs where organization_id = ${organizationId} and at >= timezone('UTC', ${from}::date::timestamp)
      group by 1, 2, 3, 4
    ), sums as (
      select day, user_id, api_key_id, model_id, sum(requests)::bigint as requests, sum(errors)::bigint as errors,
        sum(prompt_tokens)::bigint as prompt_tokens, sum(cached_prompt_tokens)::bigint as cached_prompt_tokens,
        sum(completion_tokens)::bigint as completion_tokens, sum(cost_nano)::bigint as cost_nano
      from usage_daily where organization_id = ${organizationId} and day >= ${from}::date group by 1, 2, 3, 4
    )
    select 'daily_sum' as kind, api_key_id as "subjectId", day, f.what, f.expected, f.actual
    from calls c full join sums s using (day, user_id, api_key_id, model_id)
    cross join lateral (values
      ('requests', coalesce(c.requests, 0), coalesce(s.requests, 0)),
      ('errors', coalesce(c.errors, 0), coalesce(s.errors, 0)),
      ('promptTokens', coalesce(c.prompt_tokens, 0), coalesce(s.prompt_tokens, 0)),
      ('cachedPromptTokens', coalesce(c.cached_prompt_tokens, 0), coalesce(s.cached_prompt_tokens, 0)),
      ('completionTokens', coalesce(c.completion_tokens, 0), coalesce(s.completion_tokens, 0)),
      ('costNano', coalesce(c.cost_nano, 0), coalesce(s.cost_nano, 0))) as f (what, expected, actual)
    where f.expected <> f.actual
    order by day, api_key_id limit ${most}`)
}

/** What budgets have set aside, and what their reservations come to. */
export function reservedDifferences(tx: Tx, organizationId: string, most: number): Promise<Found[]> {
  return tx.many(sql(Found)`
    select 'budget_reserved' as kind, b.id as "subjectId", null::date as day, b.level as what,
      coalesce(r.amount, 0) as expected, b.reserved_nano as actual
    from budgets b
    left join (
      select budget_id, sum(amount_nano)::bigint as amount from reservations where organization_id = ${organizationId} group by 1
    ) r on r.budget_id = b.id
    where b.organization_id = ${organizationId} and b.reserved_nano <> coalesce(r.amount, 0)
    order by b.id limit ${most}`)
}

/**
 * What budgets have spent, and what the calls come to that they had to pay for since they last began to count: within the
 * bounds that calls leave open which were under way when a budget was made or started anew. Where calls are not kept any
 * more, budgets that count since before the oldest one cannot be checked.
 */
export function spentDifferences(tx: Tx, organizationId: string, most: number): Promise<Found[]> {
  // The platform's budget pays for the calls of all organizations.
  const isTheirs =
    organizationId === PLATFORM_ORGANIZATION_ID ? sql`true` : sql`organization_id = ${organizationId}`
  return tx.many(sql(Found)`
    with oldest as (
      select (select min(day) from usage_daily where ${isTheirs}) as day, (select min(at) from usage_logs where ${isTheirs}) as at
    ), checked as (
      select b.id, b.level, b.subject_id, b.model_id, b.spent_nano, b.counted_since, b.counted_from_nano, b.created_at,
        budget_window_start(b.duration, b.reset_at) as window_start
      from budgets b, oldest
      where b.organization_id = ${organizationId}
        and (oldest.day is null or oldest.day >= (oldest.at at time zone 'UTC')::date or b.counted_since >= oldest.at)
    ), calls as (
      select organization_id, at, coalesce(booked_at, at) as booked_at, metadata ? 'via' as is_reported, user_id, team_id, api_key_id,
        model_id, cost_nano
      from usage_logs
      where ${isTheirs} and cost_nano > 0 and at >= (select min(counted_since) from checked) - interval '40 days'
    ), paid as (
      select b.id, c.cost_nano, c.booked_at >= b.counted_since + interval '5 seconds'
          and c.at >= b.created_at + interval '5 seconds' as is_certain
      from calls c
      cross join lateral (values ('key', c.api_key_id), ('key_model', c.api_key_id), ('user', c.user_id), ('team', c.team_id),
        ('organization', c.organization_id), ('platform', ${PLATFORM_ORGANIZATION_ID}::uuid)) as chain (level, subject_id)
      join checked b on b.level = chain.level and b.subject_id = chain.subject_id
        and (b.model_id is null or b.model_id = c.model_id)
      where c.booked_at >= b.counted_since - interval '5 seconds'
        and (not c.is_reported or b.window_start is null or c.at >= b.window_start)
    ), sums as (
      select id, sum(cost_nano)::bigint as most, coalesce(sum(cost_nano) filter (where is_certain), 0)::bigint as least
      from paid group by id
    ), bounds as (
      select b.id, b.level, b.spent_nano, b.counted_from_nano + coalesce(s.least, 0) as least,
        b.counted_from_nano + coalesce(s.most, 0) as most
      from checked b left join sums s on s.id = b.id
    )
    select 'budget_spent' as kind, id as "subjectId", null::date as day, level as what,
      case when spent_nano > most then most else least end as expected, spent_nano as actual
    from bounds where spent_nano not between least and most
    order by id limit ${most}`)
}

export interface CheckRun {
  readonly id: string
  readonly trigger: 'nightly' | 'command'
  readonly fromDay: string
  readonly startedAt: Date
  readonly organizations: number
  readonly differences: number
}

export async function insertCheck(tx: Tx, run: CheckRun): Promise<void> {
  await tx.run(sql`
    insert into ledger_checks (id, trigger, from_day, started_at, organizations, differences)
    values (${run.id}, ${run.trigger}, ${run.fromDay}, ${run.startedAt}, ${run.organizations}, ${run.differences})`)
}

export async function insertFound(
  tx: Tx,
  checkId: string,
  organizationId: string,
  found: readonly Found[],
): Promise<void> {
  const rows = found.map((one) => ({
    ...one,
    expected: one.expected.toString(),
    actual: one.actual.toString(),
  }))
  await tx.run(sql`
    insert into ledger_differences (organization_id, check_id, kind, subject_id, day, what, expected, actual)
    select ${organizationId}, ${checkId}, kind, "subjectId", day, what, expected, actual
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (kind text, "subjectId" uuid, day date, what text, expected bigint, actual bigint)`)
}

/** Whether a check has already begun since then. */
export async function wasCheckedSince(tx: Tx, since: Date): Promise<boolean> {
  return (
    (await tx.run(
      sql`select from ledger_checks where trigger = 'nightly' and started_at >= ${since} limit 1`,
    )) > 0
  )
}

/** Old runs go; what they found goes with them. */
export function forgetOldChecks(tx: Tx): Promise<number> {
  return tx.run(sql`delete from ledger_checks where started_at < now() - interval '400 days'`)
}
