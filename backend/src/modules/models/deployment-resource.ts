import type { DesiredResource, Resource } from '#litellm'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Tx } from '#platform/database'
import type { Cipher } from '#platform/encryption'
import { announce } from '#platform/events'
import { reviveModel } from './catalogue.queries.ts'
import { listDesired, markApplied, markFailed, type DesiredRow } from './deployment.queries.ts'
import { usdPerToken } from './model.answer.ts'
import { modelCameBack } from './model-events.ts'
import { openProviderKey } from './provider-key.ts'

/** Each of our deployments is one deployment of LiteLLM. */
export const RESOURCE_KIND = 'model_deployment'

/** What should exist at LiteLLM for each of our deployments; asked by the outbox at delivery. */
export function deploymentResource(cipher: Cipher): Resource {
  return {
    kind: RESOURCE_KIND,
    counterpart: 'deployment',
    async loadDesired(tx, ids) {
      return (await listDesired(tx, ids)).map((row) => toDesired(row, cipher))
    },
    async recordApplied(tx, id, version) {
      const applied = await markApplied(tx, id, version)
      if (applied?.isWanted) await reviveAndTell(tx, applied.modelId)
    },
    recordFailed: tellFailure,
    recordLost: async (tx, id) => {
      await markFailed(tx, id, Number.MAX_SAFE_INTEGER)
      return true
    },
    // Compared by the synchronisation of the catalogue, which reads LiteLLM's list anyway.
    listDesired: () => Promise.resolve({ items: [], nextCursor: null }),
  }
}

async function reviveAndTell(tx: Tx, modelId: string): Promise<void> {
  const row = await reviveModel(tx, modelId)
  if (row) await modelCameBack(tx, row)
}

async function tellFailure(tx: Tx, id: string, version: number): Promise<void> {
  const failed = await markFailed(tx, id, version)
  if (!failed) return
  await announce(tx, {
    name: 'model.sync-failed',
    audience: { platform: true },
    data: { modelId: failed.modelId },
    organizationId: PLATFORM_ORGANIZATION_ID,
  })
}

function toDesired(row: DesiredRow, cipher: Cipher): DesiredResource {
  const { id, desiredVersion: version } = row
  const deployment = row.isWanted
    ? {
        litellmId: row.litellmId,
        name: row.name,
        parameters: parametersOf(row, cipher),
        facts: factsOf(row),
        isAdopted: row.isAdopted,
      }
    : null
  return { id, organizationId: PLATFORM_ORGANIZATION_ID, version, key: null, deployment }
}

const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const costsOf = (row: DesiredRow) => ({
  input_cost_per_token: usdPerToken(row.inputPriceNano),
  output_cost_per_token: usdPerToken(row.outputPriceNano),
  cache_read_input_token_cost: usdPerToken(row.cachedInputPriceNano),
})

/** `litellm_params`: where the call goes, and what LiteLLM books for it. */
function parametersOf(row: DesiredRow, cipher: Cipher): Record<string, unknown> {
  const { providerKey } = row
  return present({
    model: row.providerModel,
    custom_llm_provider: row.provider,
    api_base: row.apiBase,
    api_key: providerKey === null ? null : openProviderKey(cipher, { ...row, providerKey }),
    rpm: row.rpmLimit,
    tpm: row.tpmLimit,
    timeout: row.timeoutSeconds,
    max_retries: row.maxRetries,
    ...costsOf(row),
  })
}

/** Abilities that follow from the mode, and are no flags of their own. */
const OF_MODES = new Set([
  'chat',
  'completion',
  'embeddings',
  'reranking',
  'image_generation',
  'audio_transcription',
  'audio_speech',
])
/** Told as absent where a model does not have them, because an update only changes what it names. */
const KNOWN_FLAGS = [
  'vision',
  'function_calling',
  'parallel_function_calling',
  'tool_choice',
  'response_schema',
  'system_messages',
  'native_streaming',
  'prompt_caching',
  'audio_input',
  'audio_output',
  'pdf_input',
  'reasoning',
  'tokenize',
  'document_conversion',
  'web_search',
]

/** `model_info`: what the catalogue reads again. */
function factsOf(row: DesiredRow): Record<string, unknown> {
  const flags = [...KNOWN_FLAGS, ...row.abilities].filter((ability) => !OF_MODES.has(ability))
  return {
    ...present({
      mode: row.mode,
      max_input_tokens: row.contextLength,
      max_output_tokens: row.maxOutputTokens,
      ...costsOf(row),
    }),
    ...Object.fromEntries(flags.map((flag) => [`supports_${flag}`, row.abilities.includes(flag)])),
    litemaas: { restricted: row.isRestricted, description: row.description },
  }
}
