import { matches, DeploymentRow } from './litellm.schemas.ts'
import { parsePriceNanoPerMillion } from './prices.ts'

// Pure: rows of LiteLLM -> models, and what changes compared with the models that we know.

/** One model as clients know it: all deployments of one public name together. */
export interface CatalogueModel {
  readonly name: string
  readonly provider: string
  readonly description: string
  /** What it is for (`chat`, `embeddings` ...) and what every deployment can do (`vision`, `function_calling` ...); sorted. */
  readonly abilities: readonly string[]
  readonly contextLength: number | null
  readonly maxOutputTokens: number | null
  /** nano-USD per million tokens, of the dearest deployment; null when any deployment's price is unknown. */
  readonly inputPriceNanoPerMillion: bigint | null
  readonly cachedInputPriceNanoPerMillion: bigint | null
  readonly outputPriceNanoPerMillion: bigint | null
  /** LiteLLM's word: chat, embedding, completion, image_generation ... */
  readonly mode: string
  /** What the proxy's configuration proposes; the administrator decides. */
  readonly isRestrictedHint: boolean
  /** Ids of the deployments; sorted. */
  readonly litellmIds: readonly string[]
}

export interface RejectedRow {
  /** The public name, or the row's place when it has none. */
  readonly name: string
  readonly reason: 'malformed' | 'wildcard' | 'invalid_name' | 'invalid_price'
}

export interface Catalogue {
  readonly models: readonly CatalogueModel[]
  readonly rejected: readonly RejectedRow[]
}

const MAX_NAME = 200
const MAX_DESCRIPTION = 2000
const MAX_TOKENS = 2_000_000_000
const hasControlCharacter = /[\p{Cc}\p{Cf}]/u

/** Reads the rows of `/model/info`. A row that cannot be used is rejected with its reason and hides no other. */
export function readCatalogue(rows: readonly unknown[]): Catalogue {
  const rejected: RejectedRow[] = []
  const usable: DeploymentRow[] = []
  rows.forEach((row, index) => {
    if (!matches(DeploymentRow, row))
      rejected.push({ name: nameOf(row) ?? `row ${index + 1}`, reason: 'malformed' })
    else {
      const reason = objection(row)
      if (reason) rejected.push({ name: row.model_name.slice(0, MAX_NAME), reason })
      else usable.push(row)
    }
  })
  const groups = Map.groupBy(usable, (row) => row.model_name)
  const models = [...groups]
    .map(([name, deployments]) => merge(name, deployments))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { models, rejected }
}

const nameOf = (row: unknown): string | undefined => {
  const name = typeof row === 'object' && row !== null && 'model_name' in row ? row.model_name : undefined
  return typeof name === 'string' && name !== '' ? name.slice(0, MAX_NAME) : undefined
}

function objection({
  model_name: name,
  model_info: facts,
}: DeploymentRow): RejectedRow['reason'] | undefined {
  if (name.includes('*')) return 'wildcard'
  if (name === '' || name.length > MAX_NAME || name.trim() !== name || hasControlCharacter.test(name))
    return 'invalid_name'
  const prices = [facts.input_cost_per_token, facts.output_cost_per_token, facts.cache_read_input_token_cost]
  return prices.some((price) => typeof price === 'string' && parsePriceNanoPerMillion(price) === undefined)
    ? 'invalid_price'
    : undefined
}

function merge(name: string, deployments: readonly DeploymentRow[]): CatalogueModel {
  const facts = deployments.map((deployment) => deployment.model_info)
  const input = dearest(facts.map((row) => priceOf(row.input_cost_per_token)))
  const mode = facts.map((row) => row.mode).find((one) => typeof one === 'string' && one !== '') ?? 'chat'
  return {
    name,
    provider: distinct(deployments.map(providerOf)).join(', ').slice(0, 100),
    description: (
      facts.map((row) => row.litemaas?.description ?? row.description ?? '').find((text) => text !== '') ?? ''
    ).slice(0, MAX_DESCRIPTION),
    abilities: distinct([...abilitiesOf(facts), ...abilitiesOfMode(mode)]),
    contextLength: smallest(facts.map((row) => row.max_input_tokens ?? row.max_tokens)),
    maxOutputTokens: smallest(facts.map((row) => row.max_output_tokens ?? row.max_tokens)),
    inputPriceNanoPerMillion: input,
    // A deployment without its own price for cached input asks the price of input for it.
    cachedInputPriceNanoPerMillion: facts.some((row) => typeof row.cache_read_input_token_cost === 'string')
      ? dearest(
          facts.map((row) => priceOf(row.cache_read_input_token_cost) ?? priceOf(row.input_cost_per_token)),
        )
      : null,
    outputPriceNanoPerMillion: dearest(facts.map((row) => outputPriceOf(row))),
    mode,
    isRestrictedHint: facts.some((row) => row.litemaas?.restricted === true),
    litellmIds: distinct(facts.map((row) => row.id)),
  }
}

type DeploymentFacts = DeploymentRow['model_info']

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort()

function providerOf({ litellm_params: parameters, model_info: facts }: DeploymentRow): string {
  const [prefix, rest] = (parameters?.model ?? '').split('/', 2)
  return (
    facts.litellm_provider ||
    parameters?.custom_llm_provider ||
    (rest === undefined ? '' : prefix) ||
    'unknown'
  )
}

/** LiteLLM's modes in the words of abilities, so that one filter finds all that a model is good for. */
const ofModes: Readonly<Record<string, readonly string[]>> = {
  chat: ['chat'],
  responses: ['chat'],
  completion: ['completion'],
  embedding: ['embeddings'],
  rerank: ['reranking'],
  image_generation: ['image_generation'],
  audio_transcription: ['audio_transcription'],
  audio_speech: ['audio_speech'],
  ocr: ['document_conversion'],
}
export const abilitiesOfMode = (mode: string): readonly string[] => ofModes[mode] ?? []
/** Flags that go by another name here. */
const renamedFlags: Readonly<Record<string, string>> = { convert: 'document_conversion' }
const MAX_ABILITY = 100

/** Only what all deployments can do is promised, because any of them may answer. */
function abilitiesOf(facts: readonly DeploymentFacts[]): string[] {
  const [first = new Set<string>(), ...others] = facts.map(
    (row) =>
      new Set(
        Object.entries(row).flatMap(([key, value]) =>
          key.startsWith('supports_') && key.length <= MAX_ABILITY && value === true
            ? [renamedFlags[key.slice(9)] ?? key.slice(9)]
            : [],
        ),
      ),
  )
  return [...first].filter((ability) => others.every((set) => set.has(ability))).sort()
}

const priceOf = (price: string | null | undefined): bigint | undefined =>
  typeof price === 'string' ? parsePriceNanoPerMillion(price) : undefined

/** Embeddings put nothing out; LiteLLM often leaves their output price away. */
function outputPriceOf(row: DeploymentFacts): bigint | undefined {
  return (
    priceOf(row.output_cost_per_token) ??
    (row.mode === 'embedding' && priceOf(row.input_cost_per_token) !== undefined ? 0n : undefined)
  )
}

/** Never too low: unknown when one is unknown. */
function dearest(prices: readonly (bigint | undefined)[]): bigint | null {
  let highest = 0n
  for (const price of prices) {
    if (price === undefined) return null
    if (price > highest) highest = price
  }
  return highest
}

function smallest(sizes: readonly (number | null | undefined)[]): number | null {
  const known = sizes.filter(
    (size): size is number => typeof size === 'number' && size >= 1 && size <= MAX_TOKENS,
  )
  return known.length === 0 ? null : Math.floor(Math.min(...known))
}

export interface StoredModel {
  readonly model: CatalogueModel
  readonly isAvailable: boolean
  /** A change of ours is on its way to LiteLLM, so that what it lists now is out of date. */
  readonly isHeld?: boolean
  /** Ids of deployments that we removed: while only they are listed, the model has not come back. */
  readonly removedIds?: readonly string[]
}

export interface CatalogueChanges {
  readonly added: readonly CatalogueModel[]
  /** Known ones whose facts differ, or that have come back. */
  readonly updated: readonly CatalogueModel[]
  /** Names that LiteLLM serves no longer. */
  readonly gone: readonly string[]
}

export function compareCatalogue(
  stored: readonly StoredModel[],
  models: readonly CatalogueModel[],
): CatalogueChanges {
  const known = new Map(stored.map((row) => [row.model.name, row]))
  const served = new Set(models.map((model) => model.name))
  return {
    added: models.filter((model) => !known.has(model.name)),
    updated: models.filter((model) => {
      const row = known.get(model.name)
      if (row === undefined || row.isHeld || isRemoved(row, model)) return false
      return !row.isAvailable || !isSameModel(row.model, model)
    }),
    gone: stored
      .filter((row) => row.isAvailable && !row.isHeld && !served.has(row.model.name))
      .map((row) => row.model.name),
  }
}

const isRemoved = ({ removedIds = [] }: StoredModel, model: CatalogueModel): boolean =>
  removedIds.length > 0 && model.litellmIds.every((id) => removedIds.includes(id))

/** `isRestrictedHint` is a proposal for new models only, and is no difference. */
function isSameModel(a: CatalogueModel, b: CatalogueModel): boolean {
  const same = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((item) => y.includes(item))
  return (
    a.provider === b.provider &&
    a.description === b.description &&
    a.contextLength === b.contextLength &&
    a.maxOutputTokens === b.maxOutputTokens &&
    a.inputPriceNanoPerMillion === b.inputPriceNanoPerMillion &&
    a.cachedInputPriceNanoPerMillion === b.cachedInputPriceNanoPerMillion &&
    a.outputPriceNanoPerMillion === b.outputPriceNanoPerMillion &&
    a.mode === b.mode &&
    same(a.abilities, b.abilities) &&
    same(a.litellmIds, b.litellmIds)
  )
}
