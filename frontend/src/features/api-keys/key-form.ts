import type { FormErrors } from '../../ui/form-errors.ts'
import { changesOf } from '../people/limits.ts'
import { durationOf, windowOf, type BudgetWindow } from '../people/budget-queries.ts'
import type { ApiKey, KeyChange, KeyRules } from './key-queries.ts'

/** Limits for one model of the key; null: none of its own. */
export interface ModelLimit {
  readonly modelId: string
  readonly maxBudget: number | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
}

/** A key as its form holds it. */
export interface KeyDraft {
  readonly name: string
  readonly models: readonly ChosenModel[]
  readonly maxBudget: number | null
  readonly softBudget: number | null
  readonly window: BudgetWindow
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  readonly modelLimits: readonly ModelLimit[]
  /** `YYYY-MM-DD`, the last day on which the key works; empty: for ever. */
  readonly lastDay: string
  readonly teamId: string
  /** Separated by commas. */
  readonly tags: string
  /** One in each line. */
  readonly allowedIps: string
  /** `name: value`, one in each line. */
  readonly metadata: string
}

export interface ChosenModel {
  readonly id: string
  readonly name: string
  /** Nobody has subscribed to it yet; that is done before the key is made. */
  readonly needsSubscription?: boolean
}

const DAY_MS = 86_400_000
const dayOf = (at: number | string) => new Date(at).toISOString().slice(0, 10)

/** A key is good until the end of its last day, UTC. */
const endOf = (lastDay: string) => (lastDay === '' ? null : `${lastDay}T23:59:59.000Z`)

/** A new key, with what the installation gives to keys for which nothing else is said. */
export function emptyDraft(
  name: string,
  rules: KeyRules,
  models: readonly ChosenModel[] = [],
  now = Date.now(),
): KeyDraft {
  return {
    name,
    models,
    maxBudget: rules.defaultBudget,
    softBudget: null,
    window: windowOf(rules.defaultBudgetDuration),
    rpmLimit: rules.defaultRpmLimit,
    tpmLimit: rules.defaultTpmLimit,
    maxParallelRequests: rules.defaultMaxParallelRequests,
    modelLimits: [],
    lastDay: rules.defaultExpiryDays === null ? '' : dayOf(now + rules.defaultExpiryDays * DAY_MS - DAY_MS),
    teamId: '',
    tags: '',
    allowedIps: '',
    metadata: '',
  }
}

export function draftOf(key: ApiKey): KeyDraft {
  const { name, models, maxBudget, softBudget, rpmLimit, tpmLimit, maxParallelRequests, modelLimits } = key
  return {
    name,
    models,
    maxBudget,
    softBudget,
    window: windowOf(key.budgetDuration),
    rpmLimit,
    tpmLimit,
    maxParallelRequests,
    modelLimits,
    lastDay: key.expiresAt === null ? '' : dayOf(key.expiresAt),
    teamId: key.team?.id ?? '',
    tags: key.tags.join(', '),
    allowedIps: key.allowedIps.join('\n'),
    metadata: Object.entries(key.metadata)
      .map(([entry, value]) => `${entry}: ${String(value)}`)
      .join('\n'),
  }
}

/** The first and the last day that may be chosen. */
export function expiryBounds(rules: Pick<KeyRules, 'maximumExpiryDays'>, now = Date.now()) {
  const most = rules.maximumExpiryDays
  return { min: dayOf(now), ...(most === null ? {} : { max: dayOf(now + (most - 1) * DAY_MS) }) }
}

const listOf = (text: string, separator: RegExp): string[] => [
  ...new Set(
    text
      .split(separator)
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  ),
]

type Metadata = Record<string, string | number | boolean>

/** Numbers and yes or no stay what they are. */
function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(text) ? Number(text) : text
}

const metadataOf = (text: string): Metadata =>
  Object.fromEntries(
    listOf(text, /\n/).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim(), valueOf(line.slice(colon + 1).trim())]
    }),
  )

/** The draft in the API's words; all of it. */
function bodyOf(draft: KeyDraft) {
  const models = new Set(draft.models.map(({ id }) => id))
  return {
    name: draft.name.trim(),
    modelIds: draft.models.map(({ id }) => id),
    maxBudget: draft.maxBudget,
    softBudget: draft.softBudget,
    budgetDuration: durationOf(draft.window),
    rpmLimit: draft.rpmLimit,
    tpmLimit: draft.tpmLimit,
    maxParallelRequests: draft.maxParallelRequests,
    modelLimits: draft.modelLimits
      .filter(
        ({ modelId, maxBudget, rpmLimit, tpmLimit }) =>
          models.has(modelId) && (maxBudget !== null || rpmLimit !== null || tpmLimit !== null),
      )
      .map(({ modelId, maxBudget, rpmLimit, tpmLimit }) => ({ modelId, maxBudget, rpmLimit, tpmLimit })),
    expiresAt: endOf(draft.lastDay),
    ...(draft.teamId === '' ? {} : { teamId: draft.teamId }),
    tags: listOf(draft.tags, /[,\n]/),
    allowedIps: listOf(draft.allowedIps, /[\s,]+/),
    metadata: metadataOf(draft.metadata),
  }
}

/** For a new key: what was not touched is left to the installation's defaults. */
export function creationOf(initial: KeyDraft, draft: KeyDraft) {
  const { name, modelIds, ...rest } = bodyOf(draft)
  const { name: _name, modelIds: _models, ...before } = bodyOf(initial)
  return { name, modelIds, ...changesOf(before, rest) }
}

/** Only what was changed; nothing when nothing was. */
export function changeOf(initial: KeyDraft, draft: KeyDraft): KeyChange | undefined {
  const change = changesOf(bodyOf(initial), bodyOf(draft))
  return Object.keys(change).length === 0 ? undefined : change
}

interface Words {
  readonly nameMissing: string
  readonly modelsMissing: string
  readonly notWhole: string
  readonly metadataOdd: string
  readonly dateGone: string
}

const METADATA_LINE = /^[A-Za-z0-9_.-]{1,64}\s*:/

/** What the server would refuse for its form alone. */
export function complaintsAbout(draft: KeyDraft, words: Words, { isNew }: { isNew: boolean }): FormErrors {
  const isOdd = (limit: number | null) => limit !== null && (!Number.isInteger(limit) || limit < 0)
  const today = dayOf(Date.now())
  return {
    ...(draft.name.trim() === '' ? { name: words.nameMissing } : {}),
    ...(isNew && draft.models.length === 0 ? { modelIds: words.modelsMissing } : {}),
    ...(isOdd(draft.rpmLimit) ? { rpmLimit: words.notWhole } : {}),
    ...(isOdd(draft.tpmLimit) ? { tpmLimit: words.notWhole } : {}),
    ...(isOdd(draft.maxParallelRequests) ? { maxParallelRequests: words.notWhole } : {}),
    ...(isNew && draft.lastDay !== '' && draft.lastDay < today ? { expiresAt: words.dateGone } : {}),
    ...(listOf(draft.metadata, /\n/).every((line) => METADATA_LINE.test(line))
      ? {}
      : { metadata: words.metadataOdd }),
  }
}
