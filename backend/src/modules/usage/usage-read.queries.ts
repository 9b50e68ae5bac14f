import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'
import { conditionsOf, type UsageFilter } from './usage-filter.ts'
import { dayOf, type Period } from './usage-period.ts'
import {
  callsOf,
  lastKeyName,
  PreviousSums,
  sourceOf,
  sumColumns,
  Sums,
  trendColumns,
  trendNames,
  trendSourceOf,
} from './usage-source.queries.ts'

const Trend = Type.Object({ ...Sums.properties, ...PreviousSums.properties })
export type Trend = Static<typeof Trend>

const SumsRow = Type.Object({
  ...Trend.properties,
  group: Type.Union([Type.Literal('all'), Type.Literal('model'), Type.Literal('key')]),
  modelId: Nullable(Type.String()),
  modelName: Nullable(Type.String()),
  apiKeyId: Nullable(Type.String()),
  apiKeyName: Nullable(Type.String()),
})
export type SumsRow = Static<typeof SumsRow>

const DayRow = Type.Object({ ...Sums.properties, day: Type.String() })
export type DayRow = Static<typeof DayRow>

const HourRow = Type.Object({ ...Sums.properties, hour: Type.String() })
export type HourRow = Static<typeof HourRow>

const TOP = 20

/** All in one statement, so that the lists add up to the whole: the total, and the dearest models and keys. */
export function sumUsage(tx: Tx, filter: UsageFilter, period: Period): Promise<SumsRow[]> {
  return tx.many(sql(SumsRow)`
    with source as (${trendSourceOf(conditionsOf(filter), period)}),
    sums as (
      select case grouping(model_id, api_key_id) when 3 then 'all' when 1 then 'model' else 'key' end as "group",
        model_id, organization_id, api_key_id, max(model_name) as model_name, ${trendColumns(filter)}
      from source group by grouping sets ((), (model_id), (organization_id, api_key_id))
    ), ranked as (
      select *, row_number() over (partition by "group" order by "costNano" desc, "requests" desc, model_id, api_key_id) as rank
      from sums where "group" = 'all' or "requests" > 0
    )
    select r."group", r.model_id as "modelId", coalesce(m.name, r.model_name) as "modelName", r.api_key_id as "apiKeyId",
      coalesce(k.name, ${lastKeyName}) as "apiKeyName", ${trendNames}
    from ranked r left join models m on m.id = r.model_id
      left join api_keys k on k.organization_id = r.organization_id and k.id = r.api_key_id
    where r.rank <= ${TOP} order by r.rank`)
}

/** A period and the one before it. */
export function sumTrend(tx: Tx, filter: UsageFilter, period: Period): Promise<Trend> {
  return tx.one(sql(Trend)`
    with source as (${trendSourceOf(conditionsOf(filter), period)}) select ${trendColumns(filter)} from source`)
}

const Active = Type.Object({
  activeUsers: Type.BigInt(),
  activeApiKeys: Type.BigInt(),
  activeModels: Type.BigInt(),
  previousActiveUsers: Type.BigInt(),
  previousActiveApiKeys: Type.BigInt(),
  previousActiveModels: Type.BigInt(),
})
export type Active = Static<typeof Active>

/** How many people called, with how many keys and which models. Grouped first, because counting distinct values sorts. */
export function countActive(tx: Tx, filter: UsageFilter, period: Period): Promise<Active> {
  return tx.one(sql(Active)`
    with used as (
      select is_now, user_id, api_key_id, model_id from (${trendSourceOf(conditionsOf(filter), period)}) t group by 1, 2, 3, 4
    )
    select count(distinct user_id) filter (where is_now) as "activeUsers",
      count(distinct api_key_id) filter (where is_now) as "activeApiKeys",
      count(distinct model_id) filter (where is_now) as "activeModels",
      count(distinct user_id) filter (where not is_now) as "previousActiveUsers",
      count(distinct api_key_id) filter (where not is_now) as "previousActiveApiKeys",
      count(distinct model_id) filter (where not is_now) as "previousActiveModels"
    from used`)
}

/** Only days with usage. */
export function sumDays(tx: Tx, filter: UsageFilter, period: Period): Promise<DayRow[]> {
  return tx.many(sql(DayRow)`
    with source as (${sourceOf(conditionsOf(filter), period)})
    select day, ${sumColumns(filter)} from source group by day order by day`)
}

const Checked = Type.Object({ day: Type.String(), state: StringEnum(['complete', 'partial', 'unknown']) })
export type Checked = Static<typeof Checked>

/** What is known about each day of a period, the worst of all sources; no row for days that nobody checked. */
export function listChecked(tx: Tx, { from, to }: Period): Promise<Checked[]> {
  return tx.many(sql(Checked)`
    select day, case when bool_and(state = 'complete') then 'complete' when bool_or(state = 'partial') then 'partial'
      else 'unknown' end as state
    from usage_days_checked
    where day >= ${dayOf(from)}::date and day <= ${dayOf(to)}::date group by day`)
}

/** Only hours with usage, as `YYYY-MM-DDTHH`. From the calls themselves: there are no sums finer than a day. */
export function sumHours(tx: Tx, filter: UsageFilter, period: Period): Promise<HourRow[]> {
  return tx.many(sql(HourRow)`
    with source as (
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour, 1 as requests, (outcome = 'error')::int as errors,
        prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, outcome, duration_ms,
        (duration_ms is not null)::int as duration_calls,
        case when is_stream then time_to_first_token_ms end as first_token_ms,
        (is_stream and time_to_first_token_ms is not null)::int as first_token_calls
      from usage_logs where ${callsOf(filter, period)}
    )
    select hour, ${sumColumns(filter)} from source group by hour order by hour`)
}
