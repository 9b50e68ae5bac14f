import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { conditionsOf, type UsageFilter } from './usage-filter.ts'
import { previousPeriod, splitPeriod, type Period } from './usage-period.ts'
import { callsOf, inDays, timedOutcome } from './usage-source.queries.ts'

const LatencyRow = Type.Object({
  isNow: Type.Boolean(),
  measure: Type.Union([Type.Literal('duration'), Type.Literal('firstToken')]),
  calls: Type.BigInt(),
  p50: Type.Number(),
  p95: Type.Number(),
  p99: Type.Number(),
})
export type LatencyRow = Static<typeof LatencyRow>

/**
 * Period, measure and bucket in one number: the planner guesses 200 values for one computed column, and hashes, but 200 times
 * 200 times 200 for three, and sorts millions of rows on disk.
 */
const slot = (isNow: boolean, bucket: Query): Query =>
  sql`${isNow ? 20_000 : 0}::int + h.measure * 10000 + ${bucket}`

/** The daily histograms. An array begins at its first bucket that has calls. */
const ofDays = (filter: UsageFilter, isNow: boolean, days: Period): Query => sql`
  select ${slot(isNow, sql`array_lower(h.histogram, 1) + u.place::int - 1`)} as slot, u.calls::bigint as calls
  from usage_daily d
  cross join lateral (values (0, d.duration_histogram), (1, d.first_token_histogram)) as h (measure, histogram)
  cross join lateral unnest(h.histogram) with ordinality as u (calls, place)
  where ${conditionsOf(filter)} and ${inDays(days)} and u.calls is not null`

/** Single calls in the same buckets, so that the two add up. */
const ofCalls = (filter: UsageFilter, isNow: boolean, part: Period): Query => sql`
  select ${slot(isNow, sql`latency_bucket(h.ms)`)} as slot, 1::bigint as calls
  from usage_logs l
  cross join lateral (
    values (0, l.duration_ms), (1, case when l.is_stream then l.time_to_first_token_ms end)
  ) as h (measure, ms)
  where ${callsOf(filter, part)} and h.ms is not null`

function bucketsOf(filter: UsageFilter, isNow: boolean, period: Period): Query[] {
  const { days, rest } = splitPeriod(period)
  return [...(days ? [ofDays(filter, isNow, days)] : []), ...rest.map((part) => ofCalls(filter, isNow, part))]
}

/**
 * Percentiles (nearest rank) of a period and of the one before it; no row where nothing was measured. A percentile is the
 * middle of its bucket, within 5 % of the measured value.
 */
export function latencies(tx: Tx, filter: UsageFilter, period: Period): Promise<LatencyRow[]> {
  const timed = { ...filter, outcome: timedOutcome(filter) }
  const parts = [...bucketsOf(timed, true, period), ...bucketsOf(timed, false, previousPeriod(period))]
  return tx.many(sql(LatencyRow)`
    with slots as (
      select slot, sum(calls) as calls from (${sql.join(parts, ' union all ')}) b group by slot
    ), buckets as (
      select slot >= 20000 as is_now, case when slot % 20000 < 10000 then 'duration' else 'firstToken' end as measure,
        latency_of_bucket((slot % 10000)::int) as ms, calls
      from slots
    ), ranked as (
      select *, sum(calls) over (partition by is_now, measure order by ms) as rank,
        sum(calls) over (partition by is_now, measure) as total
      from buckets
    )
    select is_now as "isNow", measure, max(total)::bigint as calls,
      min(ms) filter (where rank >= total * 0.5) as p50, min(ms) filter (where rank >= total * 0.95) as p95,
      min(ms) filter (where rank >= total * 0.99) as p99
    from ranked group by is_now, measure`)
}

const FailureRow = Type.Object({
  outcome: Type.Union([Type.Literal('error'), Type.Literal('cancelled')]),
  statusCode: Type.Integer(),
  errorCode: Nullable(Type.String()),
  requests: Type.BigInt(),
  previous: Type.BigInt(),
  lastAt: Type.String(),
})
export type FailureRow = Static<typeof FailureRow>

const MOST_KINDS = 100

/** Calls that failed or were cancelled, by kind, the most frequent first. */
export function countFailures(tx: Tx, filter: UsageFilter, period: Period): Promise<FailureRow[]> {
  const both = { from: previousPeriod(period).from, to: period.to }
  return tx.many(sql(FailureRow)`
    select * from (
      select outcome, status_code as "statusCode", error_code as "errorCode",
        count(*) filter (where at >= ${period.from.toISOString()}::timestamptz) as requests,
        count(*) filter (where at < ${period.from.toISOString()}::timestamptz) as previous, max(at) as "lastAt"
      from usage_logs where ${callsOf(filter, both)} and outcome <> 'success' group by 1, 2, 3
    ) f where requests > 0
    order by requests desc, outcome, "statusCode", "errorCode" nulls first limit ${MOST_KINDS}`)
}
