import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { Cursor } from '#platform/http'
import { conditionsOf, type UsageFilter } from './usage-filter.ts'
import type { Period } from './usage-period.ts'
import { AdminUsageLog } from './usage-report.schemas.ts'

const LogRow = Type.Object({ ...Type.Omit(AdminUsageLog, ['cost']).properties, costNano: Type.BigInt() })
export type LogRow = Static<typeof LogRow>

/** Which of the calls, beside whose. Amounts are nano-USD. */
export interface LogFilter extends UsageFilter {
  readonly period: Partial<Period>
  readonly errorCode: string | undefined
  readonly requestId: string | undefined
  readonly minCostNano: bigint | undefined
  readonly minDurationMs: number | undefined
}

export interface LogPage {
  readonly isOldestFirst: boolean
  readonly limit: number
  readonly cursor: Cursor | undefined
}

function logConditions(filter: LogFilter): Query[] {
  const { period, errorCode, requestId, minCostNano, minDurationMs } = filter
  const conditions: Query[] = [conditionsOf(filter)]
  if (period.from) conditions.push(sql`at >= ${period.from.toISOString()}::timestamptz`)
  if (period.to) conditions.push(sql`at < ${period.to.toISOString()}::timestamptz`)
  if (errorCode !== undefined) conditions.push(sql`error_code = ${errorCode}`)
  if (requestId !== undefined) conditions.push(sql`request_id = ${requestId}`)
  if (minCostNano !== undefined) conditions.push(sql`cost_nano >= ${minCostNano}`)
  if (minDurationMs !== undefined) conditions.push(sql`duration_ms >= ${minDurationMs}`)
  // Without it the planner cannot use the index of the few calls that failed.
  if (filter.outcome === 'error' || filter.outcome === 'cancelled') conditions.push(sql`outcome <> 'success'`)
  return conditions
}

/** From the cursor on; one row more than `limit` when there are more. The calls are chosen before their names are looked up. */
export function listUsage(tx: Tx, filter: LogFilter, page: LogPage): Promise<LogRow[]> {
  const { cursor, isOldestFirst, limit } = page
  const conditions = logConditions(filter)
  if (cursor) {
    const after = sql`(${cursor.at}::timestamptz, ${cursor.id}::uuid)`
    conditions.push(isOldestFirst ? sql`(at, id) > ${after}` : sql`(at, id) < ${after}`)
  }
  const order = isOldestFirst ? sql`at, id` : sql`at desc, id desc`
  return tx.many(sql(LogRow)`
    select r.id, r.at, r.request_id as "requestId", r.source, r.organization_id as "organizationId", r.user_id as "userId",
      u.username, r.team_id as "teamId", t.name as "teamName", r.model_id as "modelId", r.model_name as "modelName",
      m.provider, r.api_key_id as "apiKeyId", coalesce(k.name, r.metadata ->> 'keyName') as "apiKeyName", r.operation,
      r.is_stream as "isStream", r.outcome, r.status_code as "statusCode", r.error_code as "errorCode",
      r.prompt_tokens as "promptTokens", r.cached_prompt_tokens as "cachedPromptTokens",
      r.completion_tokens as "completionTokens", r.cost_nano as "costNano", r.is_estimated as "isEstimated",
      r.duration_ms as "durationMs", r.time_to_first_token_ms as "timeToFirstTokenMs", r.end_user as "endUser"
    from (
      select * from usage_logs where ${sql.join(conditions, ' and ')} order by ${order} limit ${limit + 1}
    ) r
    left join users u on u.id = r.user_id
    left join teams t on t.organization_id = r.organization_id and t.id = r.team_id
    left join models m on m.id = r.model_id
    left join api_keys k on k.organization_id = r.organization_id and k.id = r.api_key_id
    order by ${isOldestFirst ? sql`r.at, r.id` : sql`r.at desc, r.id desc`}`)
}
