import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, type Cursor } from '#platform/http'
import { dayOf, splitPeriod, type Period } from './usage-period.ts'
import { UsageLog, type UsageLogQuery } from './usage.schemas.ts'

/** Whose usage, and which part of it. */
export interface UsageFilter {
  readonly userId: string
  /** The key that the request was made with: nothing else may be seen. */
  readonly onlyKeyId: string | undefined
  readonly modelId: string | undefined
  readonly apiKeyId: string | undefined
}

const sums = {
  requests: Type.BigInt(),
  errors: Type.BigInt(),
  promptTokens: Type.BigInt(),
  cachedPromptTokens: Type.BigInt(),
  completionTokens: Type.BigInt(),
  costNano: Type.BigInt(),
}

const Sums = Type.Object(sums)
export type Sums = Static<typeof Sums>

const SumsRow = Type.Object({
  ...sums,
  group: Type.Union([Type.Literal('all'), Type.Literal('model'), Type.Literal('key')]),
  modelId: Nullable(Type.String()),
  modelName: Nullable(Type.String()),
  apiKeyId: Nullable(Type.String()),
  apiKeyName: Nullable(Type.String()),
})
export type SumsRow = Static<typeof SumsRow>

const DayRow = Type.Object({ ...sums, day: Type.String() })
export type DayRow = Static<typeof DayRow>

const TOP = 20

const sumColumns = sql`
  coalesce(sum(requests), 0)::bigint as "requests", coalesce(sum(errors), 0)::bigint as "errors",
  coalesce(sum(prompt_tokens), 0)::bigint as "promptTokens",
  coalesce(sum(cached_prompt_tokens), 0)::bigint as "cachedPromptTokens",
  coalesce(sum(completion_tokens), 0)::bigint as "completionTokens", coalesce(sum(cost_nano), 0)::bigint as "costNano"`

function ownRows({ userId, onlyKeyId, modelId, apiKeyId }: UsageFilter): Query {
  const conditions: Query[] = [sql`user_id = ${userId}`]
  if (onlyKeyId !== undefined) conditions.push(sql`api_key_id = ${onlyKeyId}`)
  if (apiKeyId !== undefined) conditions.push(sql`api_key_id = ${apiKeyId}`)
  if (modelId !== undefined) conditions.push(sql`model_id = ${modelId}`)
  return sql.join(conditions, ' and ')
}

/** Daily sums for whole days and single calls for what is left: both are written in one transaction, so they agree. */
function sourceOf(filter: UsageFilter, period: Period): Query {
  const { days, rest } = splitPeriod(period)
  const own = ownRows(filter)
  const columns = sql`model_id, model_name, api_key_id, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano`
  const daily = (part: Period) => sql`
    select day, requests, errors, ${columns} from usage_daily
    where ${own} and day >= ${dayOf(part.from)}::date and day < ${dayOf(part.to)}::date`
  const single = (part: Period) => sql`
    select (at at time zone 'UTC')::date as day, 1 as requests, (outcome = 'error')::int as errors, ${columns} from usage_logs
    where ${own} and at >= ${part.from.toISOString()}::timestamptz and at < ${part.to.toISOString()}::timestamptz`
  return sql.join([...(days ? [daily(days)] : []), ...rest.map(single)], ' union all ')
}

/** All in one statement, so that the lists add up to the whole: the total, and the dearest models and keys. */
export function sumUsage(tx: Tx, filter: UsageFilter, period: Period): Promise<SumsRow[]> {
  return tx.many(sql(SumsRow)`
    with source as (${sourceOf(filter, period)}),
    sums as (
      select case grouping(model_id, api_key_id) when 3 then 'all' when 1 then 'model' else 'key' end as "group",
        model_id, api_key_id, max(model_name) as model_name, ${sumColumns}
      from source group by grouping sets ((), (model_id), (api_key_id))
    ), ranked as (
      select *, row_number() over (partition by "group" order by "costNano" desc, "requests" desc, model_id, api_key_id) as rank
      from sums
    )
    select r."group", r.model_id as "modelId", coalesce(m.name, r.model_name) as "modelName", r.api_key_id as "apiKeyId",
      k.name as "apiKeyName", r."requests", r."errors", r."promptTokens", r."cachedPromptTokens", r."completionTokens", r."costNano"
    from ranked r left join models m on m.id = r.model_id left join api_keys k on k.id = r.api_key_id
    where r.rank <= ${TOP} order by r.rank`)
}

export function sumTotals(tx: Tx, filter: UsageFilter, period: Period): Promise<Sums> {
  return tx.one(sql(Sums)`with source as (${sourceOf(filter, period)}) select ${sumColumns} from source`)
}

/** Only days with usage. */
export function sumDays(tx: Tx, filter: UsageFilter, period: Period): Promise<DayRow[]> {
  return tx.many(sql(DayRow)`
    with source as (${sourceOf(filter, period)}) select day, ${sumColumns} from source group by day order by day`)
}

const LogRow = Type.Object({ ...Type.Omit(UsageLog, ['cost']).properties, costNano: Type.BigInt() })
export type LogRow = Static<typeof LogRow>

/** Newest first, from the cursor on; one row more than `limit` when there are more. */
export function listUsage(
  tx: Tx,
  filter: UsageFilter,
  period: Partial<Period>,
  query: Pick<UsageLogQuery, 'outcome' | 'limit'>,
  cursor: Cursor | undefined,
): Promise<LogRow[]> {
  const conditions: Query[] = [ownRows(filter)]
  if (period.from) conditions.push(sql`at >= ${period.from.toISOString()}::timestamptz`)
  if (period.to) conditions.push(sql`at < ${period.to.toISOString()}::timestamptz`)
  if (query.outcome !== undefined) conditions.push(sql`outcome = ${query.outcome}`)
  if (cursor) conditions.push(sql`(at, id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`)
  return tx.many(sql(LogRow)`
    select l.id, l.at, l.request_id as "requestId", l.model_id as "modelId", l.model_name as "modelName",
      l.api_key_id as "apiKeyId", coalesce(k.name, l.metadata ->> 'keyName') as "apiKeyName", l.operation,
      l.is_stream as "isStream", l.outcome, l.status_code as "statusCode", l.error_code as "errorCode",
      l.prompt_tokens as "promptTokens", l.cached_prompt_tokens as "cachedPromptTokens",
      l.completion_tokens as "completionTokens", l.cost_nano as "costNano", l.is_estimated as "isEstimated",
      l.duration_ms as "durationMs", l.time_to_first_token_ms as "timeToFirstTokenMs"
    from (
      select * from usage_logs where ${sql.join(conditions, ' and ')}
      order by at desc, id desc limit ${query.limit + 1}
    ) l left join api_keys k on k.organization_id = l.organization_id and k.id = l.api_key_id
    order by l.at desc, l.id desc`)
}
