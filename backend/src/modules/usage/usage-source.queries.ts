import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query } from '#platform/database'
import { Nullable } from '#platform/http'
import { conditionsOf, type Outcome, type UsageFilter } from './usage-filter.ts'
import { dayOf, previousPeriod, splitPeriod, type Period } from './usage-period.ts'

/** Columns of every sum. Amounts are nano-USD, times milliseconds. */
export const Sums = Type.Object({
  requests: Type.BigInt(),
  errors: Type.BigInt(),
  cancelled: Type.BigInt(),
  promptTokens: Type.BigInt(),
  cachedPromptTokens: Type.BigInt(),
  completionTokens: Type.BigInt(),
  costNano: Type.BigInt(),
  averageDurationMs: Nullable(Type.Number()),
  averageTimeToFirstTokenMs: Nullable(Type.Number()),
})
export type Sums = Static<typeof Sums>

/** The same of the period before. */
export const PreviousSums = Type.Object({
  previousRequests: Type.BigInt(),
  previousErrors: Type.BigInt(),
  previousCancelled: Type.BigInt(),
  previousPromptTokens: Type.BigInt(),
  previousCachedPromptTokens: Type.BigInt(),
  previousCompletionTokens: Type.BigInt(),
  previousCostNano: Type.BigInt(),
  previousAverageDurationMs: Nullable(Type.Number()),
  previousAverageTimeToFirstTokenMs: Nullable(Type.Number()),
})
export type PreviousSums = Static<typeof PreviousSums>

const within = ({ from, to }: Period): Query =>
  sql`at >= ${from.toISOString()}::timestamptz and at < ${to.toISOString()}::timestamptz`

/** The condition on `usage_logs` for the calls of a period. */
export const callsOf = (filter: UsageFilter, period: Period): Query =>
  sql`${conditionsOf(filter)} and ${within(period)}`

const facts = sql`organization_id, user_id, team_id, api_key_id, model_id, model_name, outcome`

const ofDays = (conditions: Query, period: Period): Query => sql`
  select day, ${facts}, requests, errors, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, duration_ms,
    duration_calls, first_token_ms, first_token_calls
  from usage_daily where ${conditions} and ${inDays(period)}`

/** The condition on `usage_daily` for the whole days of a period. */
export const inDays = ({ from, to }: Period): Query =>
  sql`day >= ${dayOf(from)}::date and day < ${dayOf(to)}::date`

const ofCalls = (conditions: Query, period: Period): Query => sql`
  select (at at time zone 'UTC')::date as day, ${facts}, 1 as requests, (outcome = 'error')::int as errors, prompt_tokens,
    cached_prompt_tokens, completion_tokens, cost_nano, coalesce(duration_ms, 0) as duration_ms,
    (duration_ms is not null)::int as duration_calls,
    case when is_stream then coalesce(time_to_first_token_ms, 0) else 0 end as first_token_ms,
    (is_stream and time_to_first_token_ms is not null)::int as first_token_calls
  from usage_logs where ${conditions} and ${within(period)}`

/** Daily sums for whole days and single calls for what is left: both are written in one transaction, so they agree. */
export function sourceOf(conditions: Query, period: Period): Query {
  const { days, rest } = splitPeriod(period)
  const parts = [
    ...(days ? [ofDays(conditions, days)] : []),
    ...rest.map((part) => ofCalls(conditions, part)),
  ]
  return sql.join(parts, ' union all ')
}

/** A period and the one of equal length before it in one pass, told apart by `is_now`. */
export function trendSourceOf(conditions: Query, period: Period): Query {
  return sql`
    select true as is_now, n.* from (${sourceOf(conditions, period)}) n
    union all select false, p.* from (${sourceOf(conditions, previousPeriod(period))}) p`
}

const sum = (column: Query, where: Query) => sql`coalesce(sum(${column}) filter (where ${where}), 0)::bigint`
const average = (total: Query, calls: Query, where: Query) =>
  sql`(sum(${total}) filter (where ${where})::numeric / nullif(sum(${calls}) filter (where ${where}), 0))::double precision`

/**
 * The outcome whose times are told. Unless another one is asked for, the times of calls that were answered: how long a
 * failure took says nothing about the model.
 */
export const timedOutcome = ({ outcome }: UsageFilter): Outcome => outcome ?? 'success'

/** The sums of those rows of a source that `where` names. */
export function sumColumns(filter: UsageFilter, where: Query = sql`true`): Query {
  const timed = sql`${where} and outcome = ${timedOutcome(filter)}`
  return sql`
    ${sum(sql`requests`, where)} as "requests", ${sum(sql`errors`, where)} as "errors",
    ${sum(sql`requests`, sql`${where} and outcome = 'cancelled'`)} as "cancelled",
    ${sum(sql`prompt_tokens`, where)} as "promptTokens", ${sum(sql`cached_prompt_tokens`, where)} as "cachedPromptTokens",
    ${sum(sql`completion_tokens`, where)} as "completionTokens", ${sum(sql`cost_nano`, where)} as "costNano",
    ${average(sql`duration_ms`, sql`duration_calls`, timed)} as "averageDurationMs",
    ${average(sql`first_token_ms`, sql`first_token_calls`, timed)} as "averageTimeToFirstTokenMs"`
}

/** The sums of both periods of a `trendSourceOf`. */
export function trendColumns(filter: UsageFilter): Query {
  const where = sql`not is_now`
  const timed = sql`${where} and outcome = ${timedOutcome(filter)}`
  return sql`${sumColumns(filter, sql`is_now`)},
    ${sum(sql`requests`, where)} as "previousRequests", ${sum(sql`errors`, where)} as "previousErrors",
    ${sum(sql`requests`, sql`${where} and outcome = 'cancelled'`)} as "previousCancelled",
    ${sum(sql`prompt_tokens`, where)} as "previousPromptTokens",
    ${sum(sql`cached_prompt_tokens`, where)} as "previousCachedPromptTokens",
    ${sum(sql`completion_tokens`, where)} as "previousCompletionTokens",
    ${sum(sql`cost_nano`, where)} as "previousCostNano",
    ${average(sql`duration_ms`, sql`duration_calls`, timed)} as "previousAverageDurationMs",
    ${average(sql`first_token_ms`, sql`first_token_calls`, timed)} as "previousAverageTimeToFirstTokenMs"`
}

/** The names of `trendColumns`, of rows called `r`. */
export const trendNames: Query = sql`r."requests", r."errors", r."cancelled", r."promptTokens", r."cachedPromptTokens",
  r."completionTokens", r."costNano", r."averageDurationMs", r."averageTimeToFirstTokenMs", r."previousRequests",
  r."previousErrors", r."previousCancelled", r."previousPromptTokens", r."previousCachedPromptTokens",
  r."previousCompletionTokens", r."previousCostNano", r."previousAverageDurationMs", r."previousAverageTimeToFirstTokenMs"`

/** What the key of row `r` was called when it was last used: its own row may be gone. */
export const lastKeyName: Query = sql`(
  select l.metadata ->> 'keyName' from usage_logs l
  where l.organization_id = r.organization_id and l.api_key_id = r.api_key_id order by l.at desc limit 1)`
