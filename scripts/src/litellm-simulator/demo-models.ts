import type { JsonObject } from './json.ts'
import type { ModelRow } from './rows.ts'

/** A model that a fresh simulator offers. Prices are USD per token. */
export interface DemoModel {
  name: string
  mode: 'chat' | 'embedding'
  provider: string
  maxInputTokens: number
  maxOutputTokens: number
  inputCostPerToken: number
  outputCostPerToken: number
  cachedInputCostPerToken?: number
  supports?: readonly string[]
  isRestricted: boolean
  description: string
}

export const demoModels: readonly DemoModel[] = [
  {
    name: 'granite-4-small',
    mode: 'chat',
    provider: 'openai',
    maxInputTokens: 131_072,
    maxOutputTokens: 8192,
    inputCostPerToken: 1.5e-7,
    outputCostPerToken: 6e-7,
    cachedInputCostPerToken: 7.5e-8,
    supports: ['function_calling', 'tool_choice', 'response_schema', 'system_messages', 'native_streaming'],
    isRestricted: false,
    description: 'A small general model for chat, summaries and tool calls. Open to everybody.',
  },
  {
    name: 'acme/confidential-70b',
    mode: 'chat',
    provider: 'openai',
    maxInputTokens: 65_536,
    maxOutputTokens: 8192,
    inputCostPerToken: 9e-7,
    outputCostPerToken: 2.7e-6,
    supports: ['function_calling', 'system_messages', 'native_streaming'],
    isRestricted: true,
    description: 'A large model for confidential work. An administrator approves who may use it.',
  },
  {
    name: 'text-embedding-small',
    mode: 'embedding',
    provider: 'openai',
    maxInputTokens: 8191,
    maxOutputTokens: 0,
    inputCostPerToken: 2e-8,
    outputCostPerToken: 0,
    isRestricted: false,
    description: 'Turns text into vectors of 384 numbers for search and clustering.',
  },
  {
    name: 'storyteller-long',
    mode: 'chat',
    provider: 'openai',
    maxInputTokens: 32_768,
    maxOutputTokens: 4096,
    inputCostPerToken: 2.5e-7,
    outputCostPerToken: 1e-6,
    supports: ['system_messages', 'native_streaming'],
    isRestricted: false,
    description: 'Answers at length: about 400 words, good for trying streams.',
  },
  {
    name: 'vision-mini',
    mode: 'chat',
    provider: 'openai',
    maxInputTokens: 128_000,
    maxOutputTokens: 16_384,
    inputCostPerToken: 1.5e-7,
    outputCostPerToken: 6e-7,
    supports: ['vision', 'function_calling', 'tool_choice', 'parallel_function_calling', 'system_messages'],
    isRestricted: false,
    description: 'Reads images beside text, and calls functions.',
  },
]

/** The row of a demo model, as if an administrator had added it. `id` is its stable deployment id. */
export function demoModelRow(model: DemoModel, id: string, now: string): ModelRow {
  const info: JsonObject = {
    id,
    mode: model.mode,
    max_tokens: model.mode === 'embedding' ? model.maxInputTokens : model.maxOutputTokens,
    max_input_tokens: model.maxInputTokens,
    max_output_tokens: model.mode === 'embedding' ? null : model.maxOutputTokens,
    input_cost_per_token: model.inputCostPerToken,
    output_cost_per_token: model.outputCostPerToken,
    litellm_provider: model.provider,
    litemaas: { restricted: model.isRestricted, description: model.description },
  }
  if (model.cachedInputCostPerToken !== undefined)
    info['cache_read_input_token_cost'] = model.cachedInputCostPerToken
  for (const ability of model.supports ?? []) info[`supports_${ability}`] = true
  return {
    model_id: id,
    model_name: model.name,
    litellm_params: {
      model: `${model.provider}/${model.name}`,
      api_base: 'http://models.example.internal/v1',
      input_cost_per_token: model.inputCostPerToken,
      output_cost_per_token: model.outputCostPerToken,
    },
    model_info: info,
    created_at: now,
    created_by: 'default_user_id',
    updated_at: now,
    updated_by: 'default_user_id',
  }
}
