import { abilitiesOfMode } from '#litellm'
import { ApplicationError } from '#platform/errors'
import { nanoFromUsd } from '#platform/http'
import type { DeploymentFacts } from './deployment.queries.ts'
import type { ModelFacts, StoredModelRow } from './model-admin.queries.ts'
import type { CreateModel, UpdateModel } from './model-admin.schemas.ts'
import { codes } from './model.errors.ts'
import { placeOf } from './provider-key.ts'

// Pure: what a request makes of a model and of its deployment. Creation starts from empty ones, an edit from the present.

type Settings = Pick<UpdateModel, keyof UpdateModel & keyof CreateModel>
type Where = Pick<DeploymentFacts, 'providerModel' | 'provider' | 'apiBase'>

const DEFAULT_IMAGE_TOKEN_CEILING = 2048

export function newFacts(body: CreateModel): ModelFacts {
  return changedFacts(
    {
      name: body.name,
      provider: providerOf({
        providerModel: body.providerModel,
        provider: body.provider ?? null,
        apiBase: null,
      }),
      ownDescription: null,
      mode: body.mode ?? 'chat',
      abilities: [],
      contextLength: null,
      maxOutputTokens: null,
      inputPriceNano: null,
      cachedInputPriceNano: null,
      outputPriceNano: null,
      pricePerRequestNano: null,
      isRestricted: false,
      displayOrder: null,
      imageTokenCeiling: DEFAULT_IMAGE_TOKEN_CEILING,
    },
    { abilities: [], ...body },
  )
}

/** What the body leaves out stays. Throws 400 for amounts that are finer than we count. */
export function changedFacts(current: ModelFacts, body: Settings): ModelFacts {
  const mode = body.mode ?? current.mode
  const inputPriceNano = priceOf(body, 'inputPricePerMillion') ?? current.inputPriceNano
  // Embeddings put nothing out.
  const impliedOutput = mode === 'embedding' && inputPriceNano !== null ? 0n : null
  const requested = body.pricePerRequest
  return {
    ...current,
    ownDescription: body.description === undefined ? current.ownDescription : body.description,
    mode,
    abilities: abilitiesOf(current, body, mode),
    contextLength: body.contextLength ?? current.contextLength,
    maxOutputTokens: body.maxOutputTokens ?? current.maxOutputTokens,
    inputPriceNano,
    cachedInputPriceNano: priceOf(body, 'cachedInputPricePerMillion') ?? current.cachedInputPriceNano,
    outputPriceNano: priceOf(body, 'outputPricePerMillion') ?? current.outputPriceNano ?? impliedOutput,
    pricePerRequestNano:
      requested === undefined
        ? current.pricePerRequestNano
        : requested === null
          ? null
          : nanoFromUsd(requested, 'pricePerRequest'),
    isRestricted: body.isRestricted ?? current.isRestricted,
    displayOrder: body.displayOrder === undefined ? current.displayOrder : body.displayOrder,
    imageTokenCeiling: body.imageTokenCeiling ?? current.imageTokenCeiling,
  }
}

type PriceField = 'inputPricePerMillion' | 'cachedInputPricePerMillion' | 'outputPricePerMillion'

function priceOf(body: Settings, field: PriceField): bigint | undefined {
  const usd = body[field]
  return usd === undefined ? undefined : nanoFromUsd(usd, field)
}

function abilitiesOf(current: ModelFacts, body: Settings, mode: string): string[] {
  const former = new Set(abilitiesOfMode(current.mode))
  const kept = body.abilities ?? current.abilities.filter((ability) => !former.has(ability))
  return [...new Set([...kept, ...abilitiesOfMode(mode)])].sort()
}

/** As the synchronisation will read it from LiteLLM. */
export function providerOf({ provider, providerModel }: Where): string {
  const [prefix = '', rest] = (providerModel ?? '').split('/', 2)
  return provider ?? (rest === undefined || prefix === '' ? 'unknown' : prefix)
}

const AT_LITELLM = [
  'providerModel',
  'provider',
  'apiBase',
  'apiKey',
  'mode',
  'abilities',
  'contextLength',
  'maxOutputTokens',
  'inputPricePerMillion',
  'cachedInputPricePerMillion',
  'outputPricePerMillion',
  'rpmLimit',
  'tpmLimit',
  'timeoutSeconds',
  'maxRetries',
] as const satisfies ReadonlyArray<keyof Settings>

/** Whether LiteLLM must be told. */
export const concernsLiteLLM = (body: Settings): boolean =>
  AT_LITELLM.some((field) => body[field] !== undefined)

type DeploymentSettings = Omit<DeploymentFacts, 'id' | 'modelId' | 'litellmId' | 'isAdopted'>

/**
 * The deployment after the edit, still with the key that it had. 422 `PROVIDER_KEY_REQUIRED` when the call would go
 * elsewhere: a key is sent only to the place that it was given for, so it must be given again.
 */
export function changedDeployment<D extends DeploymentSettings & { readonly isAdopted: boolean }>(
  current: D,
  body: Settings,
): D {
  const next = {
    ...current,
    providerModel: body.providerModel ?? current.providerModel,
    provider: body.provider ?? current.provider,
    apiBase: body.apiBase ?? current.apiBase,
    rpmLimit: body.rpmLimit ?? current.rpmLimit,
    tpmLimit: body.tpmLimit ?? current.tpmLimit,
    timeoutSeconds: body.timeoutSeconds ?? current.timeoutSeconds,
    maxRetries: body.maxRetries ?? current.maxRetries,
  }
  // Of an adopted one LiteLLM may hold a key that we do not know.
  const mayHaveKey = current.providerKey !== null || current.isAdopted
  if (mayHaveKey && body.apiKey === undefined && placeOf(next) !== placeOf(current))
    throw ApplicationError.unprocessable(
      'The calls would go to another place: give the provider’s key for it.',
      codes.PROVIDER_KEY_REQUIRED,
      { field: 'apiKey' },
    )
  return next
}

/** To be filled. */
export const emptyDeployment: DeploymentFacts = {
  id: '',
  modelId: '',
  litellmId: '',
  isAdopted: false,
  providerModel: null,
  provider: null,
  apiBase: null,
  rpmLimit: null,
  tpmLimit: null,
  timeoutSeconds: null,
  maxRetries: null,
  providerKey: null,
  providerKeyHint: null,
}

/** Where a new model's calls go, and how. */
export const placement = (body: CreateModel) => ({
  providerModel: body.providerModel,
  provider: body.provider ?? null,
  apiBase: body.apiBase ?? null,
  rpmLimit: body.rpmLimit ?? null,
  tpmLimit: body.tpmLimit ?? null,
  timeoutSeconds: body.timeoutSeconds ?? null,
  maxRetries: body.maxRetries ?? null,
})

/** Opened again, a model is what LiteLLM says of it. */
export function availabilityAfter(
  before: Pick<StoredModelRow, 'availability' | 'isServed'>,
  isDisabled: boolean | undefined,
): string {
  if (isDisabled === true) return 'disabled'
  if (isDisabled === undefined || before.availability !== 'disabled') return before.availability
  return before.isServed ? 'available' : 'unavailable'
}
