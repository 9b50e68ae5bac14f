import { DetailError } from './errors.ts'
import { json, type Handler } from './exchange.ts'
import { queryInteger, type JsonObject } from './json.ts'
import type { State } from './state.ts'

interface DailyRow {
  date: string
  api_key: string
  model: string
  model_group: string
  provider: string
  endpoint: string
  prompt_tokens: number
  completion_tokens: number
  cached_tokens: number
  spend: number
  successes: number
  failures: number
}

interface Metrics {
  spend: number
  prompt_tokens: number
  completion_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  total_tokens: number
  successful_requests: number
  failed_requests: number
  api_requests: number
}

function noMetrics(): Metrics {
  return {
    spend: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    total_tokens: 0,
    successful_requests: 0,
    failed_requests: 0,
    api_requests: 0,
  }
}

function addTo(metrics: Metrics, row: DailyRow): void {
  metrics.spend += row.spend
  metrics.prompt_tokens += row.prompt_tokens
  metrics.completion_tokens += row.completion_tokens
  metrics.cache_read_input_tokens += row.cached_tokens
  metrics.total_tokens += row.prompt_tokens + row.completion_tokens
  metrics.successful_requests += row.successes
  metrics.failed_requests += row.failures
  metrics.api_requests += row.successes + row.failures
}

interface KeyEntry {
  metrics: Metrics
  metadata: JsonObject
}

interface Entry extends KeyEntry {
  api_key_breakdown: Record<string, KeyEntry>
}

interface Day {
  date: string
  metrics: Metrics
  breakdown: {
    models: Record<string, Entry>
    model_groups: Record<string, Entry>
    providers: Record<string, Entry>
    endpoints: Record<string, Entry>
    mcp_servers: Record<string, Entry>
    entities: Record<string, Entry>
    api_keys: Record<string, KeyEntry>
  }
}

function keyMetadata(state: State, hash: string): JsonObject {
  const key = state.keys.get(hash) ?? state.deletedKeys.get(hash)
  return { key_alias: key?.key_alias ?? null, team_id: key?.team_id ?? null }
}

function addEntry(state: State, entries: Record<string, Entry>, name: string, row: DailyRow): void {
  const entry = (entries[name] ??= { metrics: noMetrics(), metadata: {}, api_key_breakdown: {} })
  addTo(entry.metrics, row)
  const metadata = keyMetadata(state, row.api_key)
  addTo((entry.api_key_breakdown[row.api_key] ??= { metrics: noMetrics(), metadata }).metrics, row)
}

function dayOf(days: Map<string, Day>, date: string): Day {
  const known = days.get(date)
  if (known !== undefined) return known
  const breakdown = {
    models: {},
    model_groups: {},
    providers: {},
    endpoints: {},
    mcp_servers: {},
    entities: {},
    api_keys: {},
  }
  const made: Day = { date, metrics: noMetrics(), breakdown }
  days.set(date, made)
  return made
}

function gather(state: State, rows: readonly DailyRow[]): { results: Day[]; totals: Metrics } {
  const days = new Map<string, Day>()
  const totals = noMetrics()
  for (const row of rows) {
    const day = dayOf(days, row.date)
    addTo(day.metrics, row)
    addTo(totals, row)
    addEntry(state, day.breakdown.models, row.model, row)
    addEntry(state, day.breakdown.model_groups, row.model_group, row)
    addEntry(state, day.breakdown.providers, row.provider, row)
    addEntry(state, day.breakdown.endpoints, row.endpoint, row)
    const metadata = keyMetadata(state, row.api_key)
    addTo((day.breakdown.api_keys[row.api_key] ??= { metrics: noMetrics(), metadata }).metrics, row)
  }
  return { results: [...days.values()], totals }
}

/** `/user/daily/activity`, paged over raw rows as LiteLLM pages (a day may be split), or aggregated and unpaged. */
export function dailyActivity(isAggregated: boolean): Handler {
  return ({ state, query }) => {
    const start = query.get('start_date')
    const end = query.get('end_date')
    if (start === null || end === null) {
      throw new DetailError(400, { error: 'Please provide start_date and end_date' })
    }
    const conditions = ['date >= ?', 'date <= ?']
    const values: string[] = [start, end]
    const filters: [string, string][] = [
      ['model', 'model'],
      ['api_key', 'api_key'],
    ]
    if (state.profile !== '1.81') filters.push(['user_id', 'user_id'])
    for (const [name, column] of filters) {
      const value = query.get(name)
      if (value === null) continue
      conditions.push(`${column} = ?`)
      values.push(value)
    }
    const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
    const size = queryInteger(query, 'page_size', 50, 1000)
    const all = state.storage
      .statement(
        `select * from daily where ${conditions.join(' and ')} order by date desc, api_key, model, user_id, endpoint`,
      )
      .all(...values) as unknown as DailyRow[]
    const rows = isAggregated ? all : all.slice((page - 1) * size, page * size)
    const { results, totals } = gather(state, rows)
    const pages = isAggregated ? 1 : Math.ceil(all.length / size)
    return json({
      results,
      metadata: {
        total_spend: totals.spend,
        total_prompt_tokens: totals.prompt_tokens,
        total_completion_tokens: totals.completion_tokens,
        total_tokens: totals.total_tokens,
        total_api_requests: totals.api_requests,
        total_successful_requests: totals.successful_requests,
        total_failed_requests: totals.failed_requests,
        total_cache_read_input_tokens: totals.cache_read_input_tokens,
        total_cache_creation_input_tokens: totals.cache_creation_input_tokens,
        page: isAggregated ? 1 : page,
        total_pages: pages,
        has_more: !isAggregated && page < pages,
      },
    })
  }
}
