import { randomUUID } from 'node:crypto'
import { numberOf, objectOf, stringOf, type JsonObject } from './json.ts'
import type { SpendLog } from './spend.ts'

/** A row of the spend logs with honest defaults for whatever is not given. */
export function plantedLog(given: JsonObject): SpendLog {
  const text = (name: string, otherwise = ''): string => stringOf(given[name]) ?? otherwise
  const startTime = text('startTime', new Date().toISOString())
  const endTime = text('endTime', startTime)
  const promptTokens = numberOf(given['prompt_tokens']) ?? 0
  const completionTokens = numberOf(given['completion_tokens']) ?? 0
  return {
    request_id: text('request_id', `chatcmpl-${randomUUID()}`),
    call_type: text('call_type', 'acompletion'),
    api_key: text('api_key'),
    spend: numberOf(given['spend']) ?? 0,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    startTime,
    endTime,
    completionStartTime: stringOf(given['completionStartTime']) ?? endTime,
    request_duration_ms: Date.parse(endTime) - Date.parse(startTime),
    model: text('model', 'planted/model'),
    model_id: text('model_id'),
    model_group: text('model_group'),
    custom_llm_provider: text('custom_llm_provider', 'openai'),
    api_base: '',
    user: text('user'),
    metadata: objectOf(given['metadata']),
    cache_hit: given['cache_hit'] === 'True' ? 'True' : 'False',
    cache_key: 'Cache OFF',
    request_tags: [],
    team_id: null,
    organization_id: null,
    end_user: text('end_user'),
    requester_ip_address: null,
    messages: {},
    response: {},
    session_id: randomUUID(),
    status: given['status'] === 'failure' ? 'failure' : 'success',
    proxy_server_request: {},
  }
}
