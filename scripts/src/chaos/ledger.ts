// The books, held against each other: what every row of usage says together is what the budgets and the days say.

/** Runs a statement past row-level security and answers its rows. */
export type Query = (text: string) => Promise<Record<string, unknown>[]>

const spent = `
  select b.level, b.subject_id as subject, b.spent_nano::text as booked, coalesce(sum(u.cost_nano), 0)::text as used
  from budgets b
  left join usage_logs u on (u.organization_id = b.organization_id or b.level = 'platform') and u.at >= b.created_at and case b.level
    when 'key' then u.api_key_id = b.subject_id
    when 'key_model' then u.api_key_id = b.subject_id and u.model_id = b.model_id
    when 'user' then u.user_id = b.subject_id
    when 'team' then u.team_id = b.subject_id
    when 'platform' then true
    else u.organization_id = b.subject_id end
  where b.duration is null
  group by b.organization_id, b.id having b.spent_nano <> coalesce(sum(u.cost_nano), 0) + b.adjusted_nano`

const reserved = `
  select b.level, b.subject_id as subject, b.reserved_nano::text as booked, coalesce(sum(r.amount_nano), 0)::text as held
  from budgets b left join reservations r on r.organization_id = b.organization_id and r.budget_id = b.id
  group by b.organization_id, b.id having b.reserved_nano <> coalesce(sum(r.amount_nano), 0)`

const overspent = `
  select level, subject_id as subject, limit_nano::text as "limit", spent_nano::text as spent, reserved_nano::text as reserved
  from budgets where spent_nano > limit_nano + increase_nano or spent_nano < 0 or reserved_nano < 0`

const days = `
  with summed as (
    select organization_id, (at at time zone 'UTC')::date as day, user_id, api_key_id, model_id, team_id, outcome,
      count(*) as requests, count(*) filter (where outcome = 'error') as errors, sum(prompt_tokens) as prompt,
      sum(completion_tokens) as completion, sum(cost_nano) as cost, coalesce(sum(duration_ms), 0) as duration,
      count(duration_ms) as measured
    from usage_logs group by 1, 2, 3, 4, 5, 6, 7
  )
  select coalesce(d.api_key_id, s.api_key_id) as subject, d.requests::text as booked, s.requests::text as rows
  from usage_daily d full join summed s
    on (d.organization_id, d.day, d.user_id, d.api_key_id, d.model_id, d.outcome)
      = (s.organization_id, s.day, s.user_id, s.api_key_id, s.model_id, s.outcome)
    -- PostgreSQL joins fully on equalities only; no team is a team of its own here.
    and coalesce(d.team_id, '00000000-0000-0000-0000-000000000000') = coalesce(s.team_id, '00000000-0000-0000-0000-000000000000')
  where (d.requests, d.errors, d.prompt_tokens, d.completion_tokens, d.cost_nano, d.duration_ms, d.duration_calls)
    is distinct from (s.requests, s.errors, s.prompt, s.completion, s.cost, s.duration, s.measured)`

const repeated = `
  select request_id as subject, count(*)::text as rows from usage_logs group by organization_id, source, request_id having count(*) > 1`

const rules = { spent, reserved, overspent, days, repeated }

/** Every place where the books disagree, as one sentence each; none when they are in order. */
export async function ledgerFaults(query: Query): Promise<string[]> {
  const found: string[] = []
  for (const [name, statement] of Object.entries(rules)) {
    for (const row of await query(statement)) found.push(`${name}: ${JSON.stringify(row)}`)
  }
  return found
}
