import type { CatalogueModel, ModelChange, NewModel } from './catalogue-queries.ts'

/** What stands in the form; an empty text or null is something that was not written. */
export interface ModelDraft {
  readonly name: string
  readonly providerModel: string
  readonly provider: string
  readonly apiBase: string
  readonly apiKey: string
  readonly mode: string
  readonly description: string
  readonly abilities: readonly string[]
  readonly isRestricted: boolean
  readonly contextLength: number | null
  readonly maxOutputTokens: number | null
  readonly imageTokenCeiling: number | null
  readonly inputPricePerMillion: number | null
  readonly outputPricePerMillion: number | null
  readonly cachedInputPricePerMillion: number | null
  readonly pricePerRequest: number | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly timeoutSeconds: number | null
  readonly maxRetries: number | null
  readonly displayOrder: number | null
}

export const modes = [
  'chat',
  'completion',
  'embedding',
  'responses',
  'rerank',
  'image_generation',
  'audio_transcription',
  'audio_speech',
  'ocr',
] as const

/** What LiteLLM knows models to be able to do; others may be written. */
export const abilities = [
  'vision',
  'function_calling',
  'parallel_function_calling',
  'tool_choice',
  'response_schema',
  'reasoning',
  'system_messages',
  'prompt_caching',
  'native_streaming',
  'pdf_input',
  'audio_input',
  'audio_output',
  'web_search',
] as const

/** What a model is for, which the API lists among its abilities; it follows from the mode. */
export const purposes = [
  'chat',
  'embeddings',
  'reranking',
  'image_generation',
  'audio_transcription',
  'audio_speech',
  'document_conversion',
] as const

export const isAbility = (word: string): boolean => /^[a-z][a-z0-9_]{0,59}$/.test(word)

interface Preset {
  readonly id: string
  /** Its own name, the same in every language. */
  readonly name: string
  readonly prefix: string
  /** Where it listens, for those that are not in one known place. */
  readonly apiBase?: string
}

/** Providers that people mostly add; whatever else LiteLLM knows is written by its prefix. */
export const presets: readonly Preset[] = [
  { id: 'openai', name: 'OpenAI', prefix: 'openai/' },
  { id: 'azure', name: 'Azure OpenAI', prefix: 'azure/', apiBase: 'https://example.openai.azure.com' },
  { id: 'anthropic', name: 'Anthropic', prefix: 'anthropic/' },
  { id: 'hosted_vllm', name: 'vLLM', prefix: 'hosted_vllm/', apiBase: 'https://vllm.example.com/v1' },
  { id: 'ollama', name: 'Ollama', prefix: 'ollama_chat/', apiBase: 'https://ollama.example.com' },
  { id: 'mistral', name: 'Mistral', prefix: 'mistral/' },
  { id: 'gemini', name: 'Google Gemini', prefix: 'gemini/' },
  { id: 'watsonx', name: 'IBM watsonx', prefix: 'watsonx/', apiBase: 'https://us-south.ml.cloud.ibm.com' },
]

export const presetOf = (providerModel: string): Preset | undefined =>
  presets.find(({ prefix }) => providerModel.startsWith(prefix))

/** The upstream name with the prefix of another provider. */
export function withPreset(providerModel: string, id: string): string {
  const rest = providerModel.slice(presetOf(providerModel)?.prefix.length ?? 0)
  return (presets.find((one) => one.id === id)?.prefix ?? '') + rest
}

export const emptyDraft: ModelDraft = {
  name: '',
  providerModel: 'openai/',
  provider: '',
  apiBase: '',
  apiKey: '',
  mode: 'chat',
  description: '',
  abilities: [],
  isRestricted: false,
  contextLength: null,
  maxOutputTokens: null,
  imageTokenCeiling: null,
  inputPricePerMillion: null,
  outputPricePerMillion: null,
  cachedInputPricePerMillion: null,
  pricePerRequest: null,
  rpmLimit: null,
  tpmLimit: null,
  timeoutSeconds: null,
  maxRetries: null,
  displayOrder: null,
}

const isOwnAbility = (word: string): boolean => !purposes.some((one) => one === word)

export function draftOf(model: CatalogueModel): ModelDraft {
  const [deployment] = model.deployments
  return {
    ...emptyDraft,
    name: model.name,
    providerModel: deployment?.providerModel ?? '',
    provider: '',
    apiBase: deployment?.apiBase ?? '',
    mode: model.mode,
    description: model.description,
    abilities: model.abilities.filter(isOwnAbility),
    isRestricted: model.isRestricted,
    contextLength: model.contextLength,
    maxOutputTokens: model.maxOutputTokens,
    imageTokenCeiling: model.imageTokenCeiling,
    inputPricePerMillion: model.inputPricePerMillion,
    outputPricePerMillion: model.outputPricePerMillion,
    cachedInputPricePerMillion: model.cachedInputPricePerMillion,
    pricePerRequest: model.pricePerRequest,
    rpmLimit: deployment?.rpmLimit ?? null,
    tpmLimit: deployment?.tpmLimit ?? null,
    timeoutSeconds: deployment?.timeoutSeconds ?? null,
    maxRetries: deployment?.maxRetries ?? null,
    displayOrder: model.displayOrder,
  }
}

const isWritten = (value: unknown): boolean =>
  value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

/** Only what was written; the server has its own defaults for the rest. */
export function newModelOf(draft: ModelDraft): NewModel {
  const written = Object.entries(trimmed(draft)).filter(([, value]) => isWritten(value))
  return Object.fromEntries(written) as unknown as NewModel
}

/** What can be taken back by writing nothing: LiteLLM's words again, no price for a request, the order of names. */
const nullable: ReadonlySet<string> = new Set(['description', 'pricePerRequest', 'displayOrder'])

/** Only what differs, because what LiteLLM keeps is told to it, and not every model may be. */
export function changesOf(before: ModelDraft, after: ModelDraft): ModelChange {
  const old = new Map(Object.entries(trimmed(before)))
  const changes = Object.entries(trimmed(after))
    .filter(([name, value]) => name !== 'name' && JSON.stringify(value) !== JSON.stringify(old.get(name)))
    .map(([name, value]) => [name, !isWritten(value) && nullable.has(name) ? null : value])
  return Object.fromEntries(changes) as ModelChange
}

export type Complaint = 'required' | 'url' | 'key' | 'upstream' | 'kept' | 'negative' | 'whole'

const whole = [
  'contextLength',
  'maxOutputTokens',
  'imageTokenCeiling',
  'rpmLimit',
  'tpmLimit',
  'timeoutSeconds',
  'maxRetries',
  'displayOrder',
] as const
const prices = [
  'inputPricePerMillion',
  'outputPricePerMillion',
  'cachedInputPricePerMillion',
  'pricePerRequest',
] as const
const mayBeZero: ReadonlySet<string> = new Set(['maxRetries', 'displayOrder'])

/** What is wrong with it, by field. `before` is given when a model is edited. */
export function complaintsAbout(draft: ModelDraft, before?: ModelDraft): Record<string, Complaint> {
  const found: Record<string, Complaint> = {}
  const { name, providerModel, apiBase, apiKey } = trimmed(draft)
  if (name === '') found['name'] = 'required'
  const wasUnknown = before?.providerModel === ''
  if (providerModel === '' && !wasUnknown) found['providerModel'] = 'required'
  else if (providerModel.endsWith('/')) found['providerModel'] = 'upstream'
  if (apiBase !== '' && !/^https?:\/\/\S+$/.test(apiBase)) found['apiBase'] = 'url'
  if (apiKey !== '' && !/^\S{8,}$/.test(apiKey)) found['apiKey'] = 'key'
  for (const field of whole) {
    const value = draft[field]
    if (value === null) continue
    if (!Number.isInteger(value)) found[field] = 'whole'
    else if (value < (mayBeZero.has(field) ? 0 : 1)) found[field] = 'negative'
  }
  for (const field of prices) if ((draft[field] ?? 0) < 0) found[field] = 'negative'
  if (before)
    for (const field of [...whole, ...prices, 'apiBase', 'providerModel'] as const)
      if (isWritten(before[field]) && !isWritten(draft[field]) && !nullable.has(field))
        found[field] ??= 'kept'
  return found
}

function trimmed(draft: ModelDraft): ModelDraft {
  const entries = Object.entries(draft).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? value.trim() : value,
  ])
  return Object.fromEntries(entries) as ModelDraft
}
