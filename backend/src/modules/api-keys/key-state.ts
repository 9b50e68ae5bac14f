import { ApplicationError } from '#platform/errors'
import { nanoFromUsd } from '#platform/http'
import type { BudgetDuration } from '#modules/budgets'
import { codes } from './api-key.errors.ts'
import type { CreateApiKey, UpdateApiKey } from './api-key.schemas.ts'

// Pure: what a request makes of a key. Creation starts from an empty state, an update from the present one.

export interface ModelLimit {
  readonly maxBudgetNano: bigint | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
}

/** Everything that the owner decides about a key. */
export interface KeyState {
  readonly name: string
  readonly isDisabled: boolean
  readonly modelIds: readonly string[]
  /** By model id; only models of the key. */
  readonly modelLimits: ReadonlyMap<string, ModelLimit>
  readonly maxBudgetNano: bigint | null
  readonly budgetDuration: BudgetDuration | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null
}

type Settings = Pick<UpdateApiKey, keyof UpdateApiKey & keyof CreateApiKey>

const YEARS_AHEAD = 100

/** The state of a key that is being made. Throws 400 and 422. */
export function newKeyState(body: CreateApiKey, modelIds: readonly string[], now: Date): KeyState {
  const empty: KeyState = {
    name: body.name,
    isDisabled: false,
    modelIds: [],
    modelLimits: new Map(),
    maxBudgetNano: null,
    budgetDuration: null,
    rpmLimit: null,
    tpmLimit: null,
    maxParallelRequests: null,
    expiresAt: null,
  }
  return withSettings(empty, body, modelIds, now)
}

/** The state after an update; what the body leaves out stays. Throws 400 and 422. */
export function changedKeyState(
  current: KeyState,
  body: UpdateApiKey,
  modelIds: readonly string[],
  now: Date,
): KeyState {
  if (body.isDisabled === false && modelIds.length === 0)
    throw ApplicationError.unprocessable(
      'A key without models stays disabled; give it a model first.',
      codes.KEY_WITHOUT_MODELS,
      {
        field: 'isDisabled',
      },
    )
  const next = withSettings(current, body, modelIds, now)
  return { ...next, isDisabled: modelIds.length === 0 || (body.isDisabled ?? current.isDisabled) }
}

function withSettings(current: KeyState, body: Settings, modelIds: readonly string[], now: Date): KeyState {
  return {
    ...current,
    name: body.name ?? current.name,
    modelIds,
    modelLimits: modelLimitsOf(current, body, modelIds),
    maxBudgetNano: body.maxBudget === undefined ? current.maxBudgetNano : nanoOf(body.maxBudget, 'maxBudget'),
    budgetDuration:
      body.budgetDuration === undefined ? current.budgetDuration : durationOf(body.budgetDuration),
    rpmLimit: body.rpmLimit === undefined ? current.rpmLimit : body.rpmLimit,
    tpmLimit: body.tpmLimit === undefined ? current.tpmLimit : body.tpmLimit,
    maxParallelRequests:
      body.maxParallelRequests === undefined ? current.maxParallelRequests : body.maxParallelRequests,
    expiresAt: body.expiresAt === undefined ? current.expiresAt : expiryOf(body.expiresAt, now),
  }
}

const nanoOf = (usd: number | null, field: string): bigint | null =>
  usd === null ? null : nanoFromUsd(usd, field)

const durationOf = (text: BudgetDuration | '30d' | null): BudgetDuration | null =>
  text === '30d' ? '1mo' : text

function modelLimitsOf(
  current: KeyState,
  body: Settings,
  modelIds: readonly string[],
): ReadonlyMap<string, ModelLimit> {
  const models = new Set(modelIds)
  if (body.modelLimits === undefined)
    return new Map([...current.modelLimits].filter(([modelId]) => models.has(modelId)))
  const wanted = new Map<string, ModelLimit>()
  for (const [index, limit] of body.modelLimits.entries()) {
    const field = `modelLimits.${index}`
    const modelId = limit.modelId.toLowerCase()
    if (!models.has(modelId))
      throw ApplicationError.unprocessable(
        'A limit is set for a model that the key does not have.',
        codes.MODEL_LIMIT_WITHOUT_MODEL,
        {
          field: `${field}.modelId`,
        },
      )
    if (wanted.has(modelId))
      throw ApplicationError.validation('Two limits are set for one model.', `${field}.modelId`)
    wanted.set(modelId, {
      maxBudgetNano: nanoOf(limit.maxBudget ?? null, `${field}.maxBudget`),
      rpmLimit: limit.rpmLimit ?? null,
      tpmLimit: limit.tpmLimit ?? null,
    })
  }
  return wanted
}

function expiryOf(text: string | null, now: Date): string | null {
  if (text === null) return null
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw ApplicationError.validation("The field 'expiresAt' is not a time.", 'expiresAt', text)
  const latest = new Date(now)
  latest.setUTCFullYear(latest.getUTCFullYear() + YEARS_AHEAD)
  if (at <= now || at > latest)
    throw ApplicationError.unprocessable(
      `A key expires in the future, at most ${YEARS_AHEAD} years ahead.`,
      codes.EXPIRY_OUT_OF_RANGE,
      { field: 'expiresAt' },
    )
  return at.toISOString()
}
