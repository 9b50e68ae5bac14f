import { isShorter, type BudgetDuration } from '#modules/budgets'
import { ApplicationError } from '#platform/errors'
import { nanoFromUsd, usdFromNano } from '#platform/http'
import { codes } from './api-key.errors.ts'
import type { AdminLimits } from './api-key.schemas.ts'
import type { KeySettings } from './key-settings.ts'
import type { KeyState, ModelLimit } from './key-state.ts'

// Pure: how far a key may go, by the settings of the installation and by what an administrator has set on this key.

/** Null: no bound. */
export interface KeyBounds {
  readonly code: string
  readonly message: string
  readonly maxBudgetNano: bigint | null
  /** Undefined: any; null: the budget must never start anew. */
  readonly shortestDuration: BudgetDuration | null | undefined
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  readonly latestExpiry: Date | null
  readonly modelLimit: (modelId: string) => ModelLimit
}

const DAY_MS = 86_400_000
const UNBOUNDED: ModelLimit = { maxBudgetNano: null, rpmLimit: null, tpmLimit: null }

const nano = (usd: number | null | undefined, field: string): bigint | null =>
  usd === null || usd === undefined ? null : nanoFromUsd(usd, field)

export const expiryAfter = (days: number | null, now: Date): Date | null =>
  days === null ? null : new Date(now.getTime() + days * DAY_MS)

/** The administrator's maxima for all keys. */
export function settingsBounds(settings: KeySettings, now: Date): KeyBounds {
  const modelLimit: ModelLimit = {
    maxBudgetNano: nano(settings.maximumModelBudget, 'maximumModelBudget'),
    rpmLimit: settings.maximumModelRpmLimit,
    tpmLimit: settings.maximumModelTpmLimit,
  }
  return {
    code: codes.ABOVE_MAXIMUM,
    message: 'This is more than keys may have here.',
    maxBudgetNano: nano(settings.maximumBudget, 'maximumBudget'),
    shortestDuration: settings.shortestBudgetDuration ?? undefined,
    rpmLimit: settings.maximumRpmLimit,
    tpmLimit: settings.maximumTpmLimit,
    maxParallelRequests: settings.maximumParallelRequests,
    latestExpiry: expiryAfter(settings.maximumExpiryDays, now),
    modelLimit: () => modelLimit,
  }
}

/** What an administrator has set on one key. */
export function adminBounds(limits: AdminLimits): KeyBounds {
  const byModel = new Map(limits.modelLimits?.map((one) => [one.modelId, one]))
  return {
    code: codes.ABOVE_ADMIN_LIMIT,
    message: 'An administrator has set a limit here; you may only narrow it.',
    maxBudgetNano: nano(limits.maxBudget, 'maxBudget'),
    shortestDuration: limits.budgetDuration,
    rpmLimit: limits.rpmLimit ?? null,
    tpmLimit: limits.tpmLimit ?? null,
    maxParallelRequests: limits.maxParallelRequests ?? null,
    latestExpiry: limits.expiresAt === undefined ? null : new Date(limits.expiresAt),
    modelLimit: (modelId) => {
      const one = byModel.get(modelId)
      return one
        ? { maxBudgetNano: nano(one.maxBudget, 'maxBudget'), rpmLimit: one.rpmLimit, tpmLimit: one.tpmLimit }
        : UNBOUNDED
    },
  }
}

/** The smaller of two, where null is without end. */
export function tighter<T extends bigint | number | Date>(one: T | null, other: T | null): T | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

/** What a model without a word about it gets: the tightest of all bounds. */
export function tightestModelLimit(bounds: readonly KeyBounds[], modelId: string): ModelLimit {
  return bounds
    .map((one) => one.modelLimit(modelId))
    .reduce(
      (a, b) => ({
        maxBudgetNano: tighter(a.maxBudgetNano, b.maxBudgetNano),
        rpmLimit: tighter(a.rpmLimit, b.rpmLimit),
        tpmLimit: tighter(a.tpmLimit, b.tpmLimit),
      }),
      UNBOUNDED,
    )
}

/** Which parts of a key a request writes; the others stay as they are, also beyond a bound that was set later. */
export type Written = ReadonlySet<string>

/** 422 that names the field and how far it may go. */
export function assertWithin(state: KeyState, written: Written, bounds: KeyBounds): void {
  const refuse = (field: string, maximum: number | string | null): never => {
    throw ApplicationError.unprocessable(bounds.message, bounds.code, { field, maximum })
  }
  const check = (field: string, value: number | null, maximum: number | null) => {
    if (written.has(field) && maximum !== null && (value === null || value > maximum)) refuse(field, maximum)
  }
  const checkMoney = (field: string, value: bigint | null, maximum: bigint | null) => {
    if (maximum !== null && (value === null || value > maximum)) refuse(field, usdFromNano(maximum))
  }
  if (written.has('maxBudget')) checkMoney('maxBudget', state.maxBudgetNano, bounds.maxBudgetNano)
  const { shortestDuration, latestExpiry } = bounds
  if (
    written.has('budgetDuration') &&
    shortestDuration !== undefined &&
    isShorter(state.budgetDuration, shortestDuration)
  )
    refuse('budgetDuration', shortestDuration)
  check('rpmLimit', state.rpmLimit, bounds.rpmLimit)
  check('tpmLimit', state.tpmLimit, bounds.tpmLimit)
  check('maxParallelRequests', state.maxParallelRequests, bounds.maxParallelRequests)
  if (written.has('expiresAt') && latestExpiry !== null) {
    const isLater = state.expiresAt === null || new Date(state.expiresAt) > latestExpiry
    if (isLater) refuse('expiresAt', latestExpiry.toISOString())
  }
  if (!written.has('modelLimits')) return
  for (const modelId of state.modelIds) {
    const limit = state.modelLimits.get(modelId) ?? UNBOUNDED
    const most = bounds.modelLimit(modelId)
    checkMoney('modelLimits', limit.maxBudgetNano, most.maxBudgetNano)
    check('modelLimits', limit.rpmLimit, most.rpmLimit)
    check('modelLimits', limit.tpmLimit, most.tpmLimit)
  }
}
