import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import type { FinishedCall } from './usage-record.ts'

/** Remembers that these calls are booked; answers those that were not before. A repeated flush thus books nothing twice. */
export async function claimEvents(tx: Tx, calls: readonly FinishedCall[]): Promise<Set<string>> {
  const rows = await tx.many(sql(Type.Object({ requestId: Type.String() }))`
    insert into usage_events (organization_id, source, request_id)
    select * from jsonb_to_recordset(${JSON.stringify(
      calls.map((call) => ({ o: call.organizationId, s: call.source, r: call.requestId })),
    )}::jsonb) as e (o uuid, s text, r text)
    on conflict do nothing returning request_id as "requestId"`)
  return new Set(rows.map((row) => row.requestId))
}

const whole = (milliseconds: number | null) => (milliseconds === null ? null : Math.round(milliseconds))

/** The rows travel as one JSON array, so that a flush of any size is one statement with one plan. */
export async function insertUsage(tx: Tx, calls: readonly FinishedCall[]): Promise<void> {
  const rows = calls.map((call) => ({
    organization_id: call.organizationId,
    at: new Date(call.startedAt).toISOString(),
    request_id: call.requestId,
    source: call.source,
    user_id: call.userId,
    team_id: call.teamId,
    api_key_id: call.apiKeyId,
    model_id: call.modelId,
    model_name: call.modelName,
    operation: call.operation,
    is_stream: call.isStream,
    outcome: call.outcome,
    status_code: call.statusCode,
    error_code: call.errorCode,
    prompt_tokens: call.promptTokens,
    cached_prompt_tokens: call.cachedPromptTokens,
    completion_tokens: call.completionTokens,
    cost_nano: call.costNano.toString(),
    is_estimated: call.isEstimated,
    duration_ms: whole(call.durationMs),
    time_to_first_token_ms: whole(call.timeToFirstTokenMs),
    end_user: call.endUser,
    tags: call.tags ?? [],
    metadata: call.metadata,
  }))
  await tx.run(sql`
    insert into usage_logs (organization_id, at, request_id, source, user_id, team_id, api_key_id, model_id, model_name, operation,
      is_stream, outcome, status_code, error_code, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, is_estimated,
      duration_ms, time_to_first_token_ms, end_user, tags, metadata)
    select organization_id, at, request_id, source, user_id, team_id, api_key_id, model_id, model_name, operation,
      is_stream, outcome, status_code, error_code, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, is_estimated,
      duration_ms, time_to_first_token_ms, end_user, tags, metadata
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (organization_id uuid, at timestamptz, request_id text, source text,
      user_id uuid, team_id uuid, api_key_id uuid, model_id uuid, model_name text, operation text, is_stream boolean, outcome text,
      status_code integer, error_code text, prompt_tokens integer, cached_prompt_tokens integer, completion_tokens integer,
      cost_nano bigint, is_estimated boolean, duration_ms integer, time_to_first_token_ms integer, end_user text, tags text[], metadata jsonb)`)
}

interface Day {
  organization_id: string
  day: string
  user_id: string
  team_id: string | null
  api_key_id: string
  model_id: string
  model_name: string
  outcome: string
  requests: number
  errors: number
  prompt_tokens: number
  cached_prompt_tokens: number
  completion_tokens: number
  durations: number[]
  first_tokens: number[]
}

const emptyDay = (call: FinishedCall, day: string): Day & { cost: bigint } => ({
  organization_id: call.organizationId,
  day,
  user_id: call.userId,
  team_id: call.teamId,
  api_key_id: call.apiKeyId,
  model_id: call.modelId,
  model_name: call.modelName,
  outcome: call.outcome,
  requests: 0,
  errors: 0,
  prompt_tokens: 0,
  cached_prompt_tokens: 0,
  completion_tokens: 0,
  durations: [],
  first_tokens: [],
  cost: 0n,
})

/** Sums up before it writes: many calls of one key on one day are one upsert. */
export async function addToDays(tx: Tx, calls: readonly FinishedCall[]): Promise<void> {
  const days = new Map<string, ReturnType<typeof emptyDay>>()
  for (const call of calls) {
    const day = new Date(call.startedAt).toISOString().slice(0, 10)
    const name = `${call.organizationId} ${day} ${call.userId} ${call.apiKeyId} ${call.modelId} ${call.teamId ?? ''} ${call.outcome}`
    const sum = days.get(name) ?? emptyDay(call, day)
    sum.requests += 1
    sum.errors += call.outcome === 'error' ? 1 : 0
    sum.prompt_tokens += call.promptTokens
    sum.cached_prompt_tokens += call.cachedPromptTokens
    sum.completion_tokens += call.completionTokens
    if (call.durationMs !== null) sum.durations.push(Math.round(call.durationMs))
    if (call.isStream && call.timeToFirstTokenMs !== null)
      sum.first_tokens.push(Math.round(call.timeToFirstTokenMs))
    sum.cost += call.costNano
    days.set(name, sum)
  }
  const rows = [...days.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { cost, ...day }]) => ({ ...day, cost_nano: cost.toString() }))
  await tx.run(sql`
    insert into usage_daily as d (organization_id, day, user_id, team_id, api_key_id, model_id, model_name, outcome, requests,
      errors, prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, duration_ms, duration_calls, first_token_ms,
      first_token_calls, duration_histogram, first_token_histogram)
    select organization_id, day, user_id, team_id, api_key_id, model_id, model_name, outcome, requests, errors, prompt_tokens,
      cached_prompt_tokens, completion_tokens, cost_nano, (select coalesce(sum(ms), 0) from unnest(durations) as ms),
      cardinality(durations), (select coalesce(sum(ms), 0) from unnest(first_tokens) as ms), cardinality(first_tokens),
      latency_histogram(durations), latency_histogram(first_tokens)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (organization_id uuid, day date, user_id uuid, team_id uuid,
      api_key_id uuid, model_id uuid, model_name text, outcome text, requests bigint, errors bigint, prompt_tokens bigint,
      cached_prompt_tokens bigint, completion_tokens bigint, cost_nano bigint, durations integer[], first_tokens integer[])
    on conflict on constraint usage_daily_key do update set
      requests = d.requests + excluded.requests, errors = d.errors + excluded.errors,
      prompt_tokens = d.prompt_tokens + excluded.prompt_tokens,
      cached_prompt_tokens = d.cached_prompt_tokens + excluded.cached_prompt_tokens,
      completion_tokens = d.completion_tokens + excluded.completion_tokens, cost_nano = d.cost_nano + excluded.cost_nano,
      duration_ms = d.duration_ms + excluded.duration_ms, duration_calls = d.duration_calls + excluded.duration_calls,
      first_token_ms = d.first_token_ms + excluded.first_token_ms,
      first_token_calls = d.first_token_calls + excluded.first_token_calls,
      duration_histogram = add_latencies(d.duration_histogram, excluded.duration_histogram),
      first_token_histogram = add_latencies(d.first_token_histogram, excluded.first_token_histogram),
      model_name = excluded.model_name`)
}

/** At most once a second and key, because a hot key would otherwise rewrite its row at every flush. */
export async function touchKeys(tx: Tx, calls: readonly FinishedCall[]): Promise<void> {
  const last = new Map<string, { organizationId: string; at: number }>()
  for (const call of calls)
    last.set(call.apiKeyId, {
      organizationId: call.organizationId,
      at: Math.max(call.startedAt, last.get(call.apiKeyId)?.at ?? 0),
    })
  const ids = [...last.keys()].sort()
  await tx.run(sql`
    update api_keys k set last_used_at = u.at
    from unnest(${ids.map((id) => last.get(id)?.organizationId)}::uuid[], ${ids}::uuid[],
      ${ids.map((id) => new Date(last.get(id)?.at ?? 0))}::timestamptz[]) as u (organization_id, id, at)
    where k.organization_id = u.organization_id and k.id = u.id
      and (k.last_used_at is null or k.last_used_at < u.at - interval '1 second')`)
}
