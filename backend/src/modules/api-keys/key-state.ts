import { durationOf, isShorter, type BudgetDuration } from '#modules/budgets'
import { blocksOf } from '#platform/addresses'
import { ApplicationError } from '#platform/errors'
import { nanoFromUsd } from '#platform/http'
import { codes } from './api-key.errors.ts'
import type { CreateApiKey, UpdateApiKey } from './api-key.schemas.ts'
import {
  assertWithin,
  expiryAfter,
  tighter,
  tightestModelLimit,
  type KeyBounds,
  type Written,
} from './key-bounds.ts'
import type { KeySettings } from './key-settings.ts'

// Pure: what a request makes of a key. Creation starts from the defaults of the installation, an update from the present state.

export interface ModelLimit {
  readonly maxBudgetNano: bigint | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
}

type Metadata = Readonly<Record<string, string | number | boolean>>

/** Everything that the owner decides about a key. */
export interface KeyState {
  readonly name: string
  readonly isDisabled: boolean
  readonly modelIds: readonly string[]
  /** By model id; only models of the key. */
  readonly modelLimits: ReadonlyMap<string, ModelLimit>
  readonly maxBudgetNano: bigint | null
  readonly softBudgetNano: bigint | null
  readonly budgetDuration: BudgetDuration | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null
  readonly tags: readonly string[]
  readonly metadata: Metadata
  readonly allowedIps: readonly string[]
}

type Settings = Omit<UpdateApiKey, 'modelIds' | 'isDisabled' | 'version' | 'teamId'>

/** By what a state is judged. */
export interface KeyRules {
  readonly settings: KeySettings
  /** All of them hold. */
  readonly bounds: readonly KeyBounds[]
  readonly now: Date
}

const YEARS_AHEAD = 100
const MAX_METADATA_BYTES = 4096

/** The state of a key that is being made: what the body does not say is the default, and never beyond a maximum. */
export function newKeyState(
  body: Pick<CreateApiKey, 'name'> & Settings,
  modelIds: readonly string[],
  rules: KeyRules,
): KeyState {
  const { settings, bounds, now } = rules
  const most = (pick: (one: KeyBounds) => number | null) =>
    bounds.map(pick).reduce((a, b) => tighter(a, b), null)
  const latest = bounds.map((one) => one.latestExpiry).reduce((a, b) => tighter(a, b), null)
  const budget = settings.defaultBudget === null ? null : nanoFromUsd(settings.defaultBudget, 'defaultBudget')
  const empty: KeyState = {
    name: body.name,
    isDisabled: false,
    modelIds: [],
    modelLimits: new Map(),
    maxBudgetNano: bounds.reduce((least, one) => tighter(least, one.maxBudgetNano), budget),
    softBudgetNano: null,
    budgetDuration: longest(settings.defaultBudgetDuration, bounds),
    rpmLimit: tighter(
      settings.defaultRpmLimit,
      most((one) => one.rpmLimit),
    ),
    tpmLimit: tighter(
      settings.defaultTpmLimit,
      most((one) => one.tpmLimit),
    ),
    maxParallelRequests: tighter(
      settings.defaultMaxParallelRequests,
      most((one) => one.maxParallelRequests),
    ),
    expiresAt: tighter(expiryAfter(settings.defaultExpiryDays, now), latest)?.toISOString() ?? null,
    tags: [],
    metadata: {},
    allowedIps: [],
  }
  return judged(
    withSettings(empty, body, modelIds, rules),
    writtenBy({ ...body, modelLimits: [], expiresAt: null }),
    rules,
  )
}

/** The state after an update; what the body leaves out stays. */
export function changedKeyState(
  current: KeyState,
  body: UpdateApiKey,
  modelIds: readonly string[],
  rules: KeyRules,
): KeyState {
  if (body.isDisabled === false && modelIds.length === 0)
    throw ApplicationError.unprocessable(
      'A key without models stays disabled; give it a model first.',
      codes.KEY_WITHOUT_MODELS,
      { field: 'isDisabled' },
    )
  const next = withSettings(current, body, modelIds, rules)
  const state = { ...next, isDisabled: modelIds.length === 0 || (body.isDisabled ?? current.isDisabled) }
  const hasNewModel = modelIds.some((id) => !current.modelIds.includes(id))
  return judged(state, writtenBy(hasNewModel ? { ...body, modelLimits: [] } : body), rules)
}

const writtenBy = (body: object): Written => new Set(Object.keys(body))

function judged(state: KeyState, written: Written, { settings, bounds }: KeyRules): KeyState {
  for (const one of bounds) assertWithin(state, written, one)
  if (settings.isExpiryRequired && state.expiresAt === null && written.has('expiresAt'))
    throw ApplicationError.unprocessable('Every key needs an expiry here.', codes.EXPIRY_REQUIRED, {
      field: 'expiresAt',
    })
  return state
}

const longest = (wanted: BudgetDuration | null, bounds: readonly KeyBounds[]): BudgetDuration | null =>
  bounds.reduce(
    (long, { shortestDuration: least }) => (least !== undefined && isShorter(long, least) ? least : long),
    wanted,
  )

function withSettings(
  current: KeyState,
  body: Settings,
  modelIds: readonly string[],
  rules: KeyRules,
): KeyState {
  return {
    ...current,
    name: body.name ?? current.name,
    modelIds,
    modelLimits: modelLimitsOf(current, body, modelIds, rules.bounds),
    maxBudgetNano: moneyOf(body.maxBudget, current.maxBudgetNano, 'maxBudget'),
    softBudgetNano: moneyOf(body.softBudget, current.softBudgetNano, 'softBudget'),
    budgetDuration:
      body.budgetDuration === undefined
        ? current.budgetDuration
        : body.budgetDuration && durationOf(body.budgetDuration),
    rpmLimit: body.rpmLimit === undefined ? current.rpmLimit : body.rpmLimit,
    tpmLimit: body.tpmLimit === undefined ? current.tpmLimit : body.tpmLimit,
    maxParallelRequests:
      body.maxParallelRequests === undefined ? current.maxParallelRequests : body.maxParallelRequests,
    expiresAt: body.expiresAt === undefined ? current.expiresAt : expiryOf(body.expiresAt, rules.now),
    tags: body.tags ?? current.tags,
    metadata: body.metadata === undefined ? current.metadata : metadataOf(body.metadata),
    allowedIps: body.allowedIps === undefined ? current.allowedIps : blocksOf(body.allowedIps),
  }
}

const moneyOf = (usd: number | null | undefined, before: bigint | null, field: string): bigint | null =>
  usd === undefined ? before : usd === null ? null : nanoFromUsd(usd, field)

/** Models that are new, or that the body's list leaves out, get what they may have at most. */
function modelLimitsOf(
  current: KeyState,
  body: Settings,
  modelIds: readonly string[],
  bounds: readonly KeyBounds[],
): ReadonlyMap<string, ModelLimit> {
  const wanted =
    body.modelLimits === undefined
      ? new Map(current.modelLimits)
      : givenLimits(body.modelLimits, modelIds, bounds)
  const isUntouched = (id: string) => body.modelLimits === undefined && current.modelIds.includes(id)
  return new Map(
    modelIds.flatMap((id): Array<[string, ModelLimit]> => {
      const limit = wanted.get(id) ?? (isUntouched(id) ? undefined : tightestModelLimit(bounds, id))
      return limit && Object.values(limit).some((one) => one !== null) ? [[id, limit]] : []
    }),
  )
}

function givenLimits(
  given: NonNullable<Settings['modelLimits']>,
  modelIds: readonly string[],
  bounds: readonly KeyBounds[],
): Map<string, ModelLimit> {
  const models = new Set(modelIds)
  const wanted = new Map<string, ModelLimit>()
  for (const [index, limit] of given.entries()) {
    const field = `modelLimits.${index}`
    const modelId = limit.modelId.toLowerCase()
    if (!models.has(modelId))
      throw ApplicationError.unprocessable(
        'A limit is set for a model that the key does not have.',
        codes.MODEL_LIMIT_WITHOUT_MODEL,
        { field: `${field}.modelId` },
      )
    if (wanted.has(modelId))
      throw ApplicationError.validation('Two limits are set for one model.', `${field}.modelId`)
    const most = tightestModelLimit(bounds, modelId)
    wanted.set(modelId, {
      maxBudgetNano: moneyOf(limit.maxBudget, most.maxBudgetNano, `${field}.maxBudget`),
      rpmLimit: limit.rpmLimit === undefined ? most.rpmLimit : limit.rpmLimit,
      tpmLimit: limit.tpmLimit === undefined ? most.tpmLimit : limit.tpmLimit,
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

function metadataOf(metadata: Metadata): Metadata {
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    throw ApplicationError.unprocessable(
      `The metadata may be at most ${MAX_METADATA_BYTES} bytes of JSON.`,
      codes.METADATA_TOO_LARGE,
      { field: 'metadata' },
    )
  return metadata
}
