import { liveKeySpend } from './bookings.ts'
import { stringOf } from './json.ts'
import type { ModelCall } from './model-call.ts'

/** Headers that LiteLLM puts on the answer of a call; `cost` is null while a stream has none yet. */
export function callHeaders(call: ModelCall, cost: number | null): Record<string, string> {
  const { exchange, model } = call
  const { key } = exchange.identity
  const elapsed = Date.now() - exchange.startedAt.getTime()
  const headers: Record<string, string> = {
    'x-litellm-call-id': exchange.callId,
    'x-litellm-model-id': model.model_id,
    'x-litellm-model-group': call.modelName,
    'x-litellm-model-name': stringOf(model.litellm_params['model']) ?? call.modelName,
    'x-litellm-model-api-base': stringOf(model.litellm_params['api_base']) ?? '',
    'x-litellm-version': exchange.state.version,
    'x-litellm-key-spend': String(liveKeySpend(exchange)),
    'x-litellm-response-duration-ms': String(elapsed),
    'x-litellm-overhead-duration-ms': '0.5',
    'x-litellm-attempted-retries': '0',
    'x-litellm-attempted-fallbacks': '0',
    'llm_provider-content-type': 'application/json',
    ...call.limitHeaders,
  }
  if (cost !== null) {
    headers['x-litellm-response-cost'] = String(cost)
    headers['x-litellm-response-cost-original'] = String(cost)
    headers['x-litellm-response-cost-discount-amount'] = '0.0'
    headers['x-litellm-response-cost-margin-amount'] = '0.0'
    headers['x-litellm-response-cost-margin-percent'] = '0.0'
  }
  if (key !== null && key.max_budget !== null) headers['x-litellm-key-max-budget'] = String(key.max_budget)
  if (key !== null && key.rpm_limit !== null) headers['x-litellm-key-rpm-limit'] = String(key.rpm_limit)
  if (key !== null && key.tpm_limit !== null) headers['x-litellm-key-tpm-limit'] = String(key.tpm_limit)
  return headers
}
