// Usage of the past, booked as the usage writer books it: rows, daily sums and budgets in one transaction, each call once.
import { Type } from '@sinclair/typebox'
import { sql } from '@litemaas/backend/database'
import { windowStart, type SeededCall } from './calls.ts'
import type { Installation } from './installation.ts'
import type { PlannedKey } from './plan.ts'

export interface KeyUsage {
  readonly organizationId: string
  readonly userId: string
  readonly apiKeyId: string
  readonly key: PlannedKey
  readonly seed: number
  readonly calls: readonly SeededCall[]
}

const RequestId = Type.Object({ requestId: Type.String() })

/** Answers how many calls were not booked before. */
export async function bookUsage({ platform }: Installation, usage: KeyUsage, now: Date): Promise<number> {
  const { organizationId, userId, apiKeyId, key, seed } = usage
  const rows = usage.calls.map((call) => ({
    ...call,
    at: call.at.toISOString(),
    costNano: call.costNano.toString(),
    requestId: `seed-${String(seed)}-${apiKeyId}-${call.at.toISOString().slice(0, 10)}-${String(call.number)}`,
  }))
  return platform.transaction('seed', async (tx) => {
    const fresh = await tx.many(sql(RequestId)`
      insert into usage_events (organization_id, source, request_id)
      select ${organizationId}::uuid, 'gateway', unnest(${rows.map((row) => row.requestId)}::text[])
      on conflict do nothing returning request_id as "requestId"`)
    const ids = new Set(fresh.map((row) => row.requestId))
    const wanted = rows.filter((row) => ids.has(row.requestId))
    const calls = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as c ("requestId" text, at timestamptz,
      "modelId" uuid, "modelName" text, operation text, "isStream" boolean, outcome text, "statusCode" integer,
      "errorCode" text, "promptTokens" integer, "cachedPromptTokens" integer, "completionTokens" integer,
      "costNano" bigint, "durationMs" integer, "timeToFirstTokenMs" integer)`
    await tx.run(sql`
      insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation,
        is_stream, outcome, status_code, error_code, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano,
        duration_ms, time_to_first_token_ms, metadata)
      select ${organizationId}::uuid, at, "requestId", 'gateway', ${userId}::uuid, ${apiKeyId}::uuid, "modelId", "modelName",
        operation, "isStream", outcome, "statusCode", "errorCode", "promptTokens", "cachedPromptTokens",
        "completionTokens", "costNano", "durationMs", "timeToFirstTokenMs",
        jsonb_build_object('keyName', ${key.name}::text, 'seeded', true)
      from ${calls}`)
    await tx.run(sql`
      insert into usage_daily as d (organization_id, day, user_id, api_key_id, model_id, outcome, model_name, requests, errors,
        prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, duration_ms, duration_calls, first_token_ms,
        first_token_calls, duration_histogram, first_token_histogram)
      select ${organizationId}::uuid, (at at time zone 'UTC')::date, ${userId}::uuid, ${apiKeyId}::uuid, "modelId", outcome,
        max("modelName"), count(*), count(*) filter (where outcome = 'error'), sum("promptTokens"),
        sum("cachedPromptTokens"), sum("completionTokens"), sum("costNano"), sum("durationMs"), count("durationMs"),
        coalesce(sum("timeToFirstTokenMs") filter (where "isStream"), 0),
        count("timeToFirstTokenMs") filter (where "isStream"), latency_histogram(array_agg("durationMs")),
        latency_histogram(array_agg("timeToFirstTokenMs") filter (where "isStream"))
      from ${calls} group by 2, "modelId", outcome
      on conflict on constraint usage_daily_key do update set requests = d.requests + excluded.requests,
        errors = d.errors + excluded.errors, prompt_tokens = d.prompt_tokens + excluded.prompt_tokens,
        cached_prompt_tokens = d.cached_prompt_tokens + excluded.cached_prompt_tokens,
        completion_tokens = d.completion_tokens + excluded.completion_tokens,
        cost_nano = d.cost_nano + excluded.cost_nano, duration_ms = d.duration_ms + excluded.duration_ms,
        duration_calls = d.duration_calls + excluded.duration_calls,
        first_token_ms = d.first_token_ms + excluded.first_token_ms,
        first_token_calls = d.first_token_calls + excluded.first_token_calls,
        duration_histogram = add_latencies(d.duration_histogram, excluded.duration_histogram),
        first_token_histogram = add_latencies(d.first_token_histogram, excluded.first_token_histogram)`)
    const start = windowStart(key.settings.budgetDuration, now)
    await tx.run(sql`
      update budgets set
        spent_nano = case when reset_at <= ${now} then 0 else spent_nano end
          + (select coalesce(sum("costNano"), 0)::bigint from ${calls} where at >= ${start}),
        reset_at = case when reset_at <= ${now} then next_budget_reset(duration, ${now}) else reset_at end
      where organization_id = ${organizationId} and level = 'key' and subject_id = ${apiKeyId} and model_id is null`)
    await tx.run(sql`
      update api_keys set last_used_at = greatest(last_used_at, (select max(at) from ${calls}))
      where organization_id = ${organizationId} and id = ${apiKeyId}`)
    return wanted.length
  })
}
