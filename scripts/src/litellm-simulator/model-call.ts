import { authorizeCall, credential, identify } from './auth.ts'
import { bookRefusal, endUserOf } from './bookings.ts'
import { ProxyError, wrapped } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { isObject, numberOf, objectOf, stringOf, type JsonObject } from './json.ts'
import type { Scope } from './limits.ts'
import { deployments } from './models.ts'
import type { ModelRow } from './rows.ts'

export type CallType =
  | 'acompletion'
  | 'atext_completion'
  | 'aembedding'
  | 'aresponses'
  | 'anthropic_messages'
  | 'atranscription'
  | 'aspeech'
  | 'aimage_generation'
  | 'aimage_edit'
  | 'arerank'
  | 'amoderation'

/** What a call used, as it is reported and booked. */
export interface CallUsage {
  promptTokens: number
  completionTokens: number
  cachedTokens: number
}

/** An admitted call to a model. */
export interface ModelCall {
  exchange: Exchange
  callType: CallType
  body: JsonObject
  modelName: string
  model: ModelRow
  scopes: Scope[]
  limitHeaders: Record<string, string>
  firstChunkAt: Date | null
}

function scopesOf({ state, identity }: Exchange, modelName: string): Scope[] {
  const { key } = identity
  if (key === null) return []
  const scopes: Scope[] = [
    {
      name: 'api_key',
      id: key.token,
      requests: key.rpm_limit,
      tokens: key.tpm_limit,
      parallel: key.max_parallel_requests,
    },
  ]
  const requests = numberOf(objectOf(key.metadata['model_rpm_limit'])[modelName])
  const tokens = numberOf(objectOf(key.metadata['model_tpm_limit'])[modelName])
  if (requests !== null || tokens !== null) {
    scopes.push({ name: 'model_per_key', id: `${key.token}:${modelName}`, requests, tokens, parallel: null })
  }
  const owners = [
    ['user', key.user_id === null ? undefined : state.users.get(key.user_id), key.user_id],
    ['team', key.team_id === null ? undefined : state.teams.get(key.team_id), key.team_id],
  ] as const
  for (const [name, row, id] of owners) {
    if (row === undefined || id === null) continue
    scopes.push({
      name,
      id,
      requests: row.rpm_limit,
      tokens: row.tpm_limit,
      parallel: row.max_parallel_requests,
    })
  }
  return scopes
}

/**
 * Identifies the caller and admits the call: rights, expiry, budgets, rate limits, then the model's existence. A
 * refusal becomes a failure row in the logs.
 */
export function admit(exchange: Exchange, callType: CallType): ModelCall {
  const body = isObject(exchange.body) ? exchange.body : {}
  const modelName = exchange.params['model'] ?? stringOf(body['model']) ?? ''
  try {
    exchange.identity = identify(exchange.state, credential(exchange.headers))
    authorizeCall(exchange, modelName, endUserOf(body))
  } catch (error) {
    if (error instanceof ProxyError) bookRefusal(exchange, '', modelName, body, error)
    throw error
  }
  const scopes = scopesOf(exchange, modelName)
  try {
    const limitHeaders = exchange.state.limits.admit(scopes)
    const model = chooseDeployment(exchange, modelName)
    if (model !== undefined) {
      return { exchange, callType, body, modelName, model, scopes, limitHeaders, firstChunkAt: null }
    }
    exchange.state.limits.release(scopes, 0)
    throw unknownModel(exchange, modelName)
  } catch (error) {
    if (error instanceof ProxyError) bookRefusal(exchange, callType, modelName, body, error)
    throw error
  }
}

function unknownModel({ path, state }: Exchange, modelName: string): ProxyError {
  const route = path.replace(/^\/v1/, '')
  const message = `${route}: Invalid model name passed in model=${modelName || 'None'}. Call \`/v1/models\` to view available models for your key.`
  if (state.profile === '1.81') return wrapped(400, 'None', message)
  return new ProxyError(400, 'invalid_request_error', message, null)
}

function chooseDeployment({ state, callId }: Exchange, modelName: string): ModelRow | undefined {
  const rows = deployments(state, modelName)
  return rows[callId.charCodeAt(callId.length - 1) % Math.max(1, rows.length)]
}

/** The usage to report and book: a planted one, else what was counted. */
export function reportedUsage(call: ModelCall, counted: CallUsage): CallUsage {
  const planted = call.exchange.fault?.usage
  if (planted === undefined || planted === null) return counted
  return {
    promptTokens: planted.prompt_tokens,
    completionTokens: planted.completion_tokens,
    cachedTokens: planted.prompt_tokens_details?.cached_tokens ?? 0,
  }
}

/** Refuses a prompt that exceeds the model's context, as the provider would; frees the call's place. */
export function checkContext(call: ModelCall, promptTokens: number): void {
  const limit = numberOf(call.model.model_info['max_input_tokens'])
  if (limit === null || promptTokens <= limit) return
  reject(
    call,
    `litellm.ContextWindowExceededError: This model's maximum context length is ${limit} tokens. However, your messages resulted in ${promptTokens} tokens.`,
  )
}

/** Refuses an admitted call with the provider's 400; it costs nothing and becomes a failure row. */
export function reject(call: ModelCall, message: string, param: string | null = null): never {
  call.exchange.state.limits.release(call.scopes, 0)
  const error = new ProxyError(400, 'invalid_request_error', message, param)
  bookRefusal(call.exchange, call.callType, call.modelName, call.body, error)
  throw error
}

/** Refuses an admitted call that lacks a member. */
export function rejectMissing(call: ModelCall, name: string): never {
  const route = call.exchange.path.replace(/^\/v1/, '')
  reject(call, `${route}: Missing required parameter: '${name}'.`, name)
}
