import { randomUUID } from 'node:crypto'
import type { ProxyError } from './errors.ts'
import type { Exchange, Identity } from './exchange.ts'
import { numberOf, objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import type { CallUsage, ModelCall } from './model-call.ts'
import type { KeyRow, ModelRow } from './rows.ts'
import type { Booking, SpendLog } from './spend.ts'

interface Prices {
  input: number
  output: number
  cachedInput: number
}

function pricesOf(row: ModelRow): Prices {
  const price = (name: string): number | null =>
    numberOf(row.model_info[name]) ?? numberOf(row.litellm_params[name])
  const input = price('input_cost_per_token') ?? 0
  return {
    input,
    output: price('output_cost_per_token') ?? 0,
    cachedInput: price('cache_read_input_token_cost') ?? input,
  }
}

/** Cost in USD, as LiteLLM's floats have it. */
export function costOf(row: ModelRow, usage: CallUsage): number {
  const { input, output, cachedInput } = pricesOf(row)
  const cached = Math.min(usage.cachedTokens, usage.promptTokens)
  return (usage.promptTokens - cached) * input + cached * cachedInput + usage.completionTokens * output
}

/** The end user that the caller names in `user`. */
export function endUserOf(body: JsonObject): string {
  return stringOf(body['user']) ?? ''
}

function headerOf(exchange: Exchange, name: string): string | null {
  const value = exchange.headers[name]
  return typeof value === 'string' ? value : null
}

/** The caller's own correlation values, from the header `x-litellm-spend-logs-metadata`. */
function spendLogsMetadata(exchange: Exchange): unknown {
  const text = headerOf(exchange, 'x-litellm-spend-logs-metadata')
  if (text === null) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function tagsOf(exchange: Exchange, body: JsonObject): string[] {
  const header = headerOf(exchange, 'x-litellm-tags')
  const fromHeader = header === null ? [] : header.split(',').map((tag) => tag.trim())
  return [...stringsOf(objectOf(body['metadata'])['tags']), ...fromHeader]
}

function keyMetadata(key: KeyRow | null, identity: Identity, spendBefore: number | null): JsonObject {
  return {
    user_api_key: identity.keyHash,
    user_api_key_alias: key?.key_alias ?? null,
    user_api_key_spend: spendBefore,
    user_api_key_max_budget: key?.max_budget ?? null,
    user_api_key_user_id: identity.userId,
    user_api_key_team_id: key?.team_id ?? null,
    user_api_key_org_id: key?.organization_id ?? null,
    user_api_key_auth_metadata: key?.metadata ?? {},
  }
}

export function liveKeySpend({ state, identity }: Exchange): number {
  const { key } = identity
  if (key === null) return 0
  return state.spend.live('key', key.token, state.keys.get(key.token)?.spend ?? key.spend)
}

function logOf(
  exchange: Exchange,
  parts: { callType: string; requestId: string; modelName: string; model: ModelRow | null; body: JsonObject },
): SpendLog {
  const { identity, startedAt } = exchange
  const { model } = parts
  const end = new Date()
  return {
    request_id: parts.requestId,
    call_type: parts.callType,
    api_key: identity.keyHash,
    spend: 0,
    total_tokens: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    startTime: startedAt.toISOString(),
    endTime: end.toISOString(),
    completionStartTime: end.toISOString(),
    request_duration_ms: end.getTime() - startedAt.getTime(),
    model: model === null ? parts.modelName : (stringOf(model.litellm_params['model']) ?? parts.modelName),
    model_id: model?.model_id ?? '',
    model_group: parts.modelName,
    custom_llm_provider: model === null ? '' : (stringOf(model.model_info['litellm_provider']) ?? 'openai'),
    api_base: model === null ? '' : (stringOf(model.litellm_params['api_base']) ?? ''),
    user: identity.userId ?? '',
    metadata: {},
    cache_hit: 'False',
    cache_key: 'Cache OFF',
    request_tags: tagsOf(exchange, parts.body),
    team_id: identity.key?.team_id ?? null,
    organization_id: identity.key?.organization_id ?? null,
    end_user: endUserOf(parts.body),
    requester_ip_address: exchange.address,
    messages: {},
    response: {},
    session_id: exchange.callId,
    status: 'success',
    proxy_server_request: {},
  }
}

/** Books a finished (or abandoned) call and frees its place; returns the cost in USD. */
export function book(call: ModelCall, responseId: string, usage: CallUsage): number {
  const { exchange, model } = call
  const { identity, state } = exchange
  const cost = costOf(model, usage)
  const prices = pricesOf(model)
  const spendBefore = liveKeySpend(exchange)
  const log = logOf(exchange, { ...call, requestId: responseId })
  log.spend = cost
  log.prompt_tokens = usage.promptTokens
  log.completion_tokens = usage.completionTokens
  log.total_tokens = usage.promptTokens + usage.completionTokens
  log.completionStartTime = (call.firstChunkAt ?? new Date(log.endTime)).toISOString()
  log.metadata = {
    ...keyMetadata(identity.key, identity, spendBefore),
    status: 'success',
    error_information: null,
    spend_logs_metadata: spendLogsMetadata(exchange),
    usage_object: {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      total_tokens: log.total_tokens,
      prompt_tokens_details: { cached_tokens: usage.cachedTokens },
    },
    cost_breakdown: {
      input_cost: cost - usage.completionTokens * prices.output,
      output_cost: usage.completionTokens * prices.output,
      total_cost: cost,
      tool_usage_cost: 0,
      original_cost: cost,
    },
    additional_usage_values: { cache_read_input_tokens: usage.cachedTokens, cache_creation_input_tokens: 0 },
  }
  const booking: Booking = {
    log,
    endpoint: exchange.path,
    cachedTokens: usage.cachedTokens,
    keyAlias: identity.key?.key_alias ?? null,
    isKeyKnown: identity.key !== null,
    errorCode: null,
    errorMessage: null,
  }
  state.spend.book(booking)
  state.limits.release(call.scopes, log.total_tokens)
  return cost
}

export function bookRefusal(
  exchange: Exchange,
  callType: string,
  modelName: string,
  body: JsonObject,
  error: ProxyError,
): void {
  const log = logOf(exchange, { callType, requestId: randomUUID(), modelName, model: null, body })
  log.status = 'failure'
  const { key } = exchange.identity
  log.metadata = {
    ...keyMetadata(key, exchange.identity, liveKeySpend(exchange)),
    status: 'failure',
    spend_logs_metadata: spendLogsMetadata(exchange),
    error_information: {
      error_code: String(error.status),
      error_class: 'ProxyException',
      error_message: error.message,
      traceback: '',
    },
  }
  exchange.state.spend.book({
    log,
    endpoint: exchange.path,
    cachedTokens: 0,
    keyAlias: key?.key_alias ?? null,
    isKeyKnown: key !== null,
    errorCode: String(error.status),
    errorMessage: error.message,
  })
}
