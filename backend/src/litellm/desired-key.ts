import { createHash } from 'node:crypto'
import type { KeyRow } from './litellm.schemas.ts'
import type { KeyFields } from './litellm.client.ts'
import { parseDecimalNano, usdNumber } from './prices.ts'

/** Everything that LiteLLM is told about a key. It is always sent whole, never as a difference. */
export interface DesiredKey {
  /** SHA-256 (hex) of the key's value: the name under which LiteLLM knows it. */
  readonly hash: string
  readonly alias: string
  /** Public model names; none means that the key may call nothing. */
  readonly models: readonly string[]
  readonly maxBudgetNanoUsd: bigint | null
  readonly budgetDuration: string | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  /** ISO 8601. */
  readonly expiresAt: string | null
  readonly isBlocked: boolean
  readonly metadata: KeyMetadata
  readonly userId: string
}

export interface KeyMetadata {
  readonly installation: string
  readonly organizationId: string
  readonly keyId: string
  readonly version: number
}

/** LiteLLM reads an empty list as "all models". */
const NO_MODELS = 'no-default-models'
/** LiteLLM's clock decides when a key ends there; ours decides here. Less than this apart is the same moment. */
const EXPIRY_TOLERANCE_MS = 5 * 60_000

export function keyHash(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

export const aliasPrefix = (installation: string): string => `litemaas-${installation}-`

/** The alias of a secret: chosen by us, so that a repeated creation meets itself. */
export const keyAlias = (installation: string, secretId: string): string =>
  `${aliasPrefix(installation)}${secretId}`

/** True when the object says twice, in alias and metadata, that this installation made it. Nothing else is ever deleted. */
export function isOurs(key: KeyRow, installation: string): boolean {
  return (
    (key.key_alias ?? '').startsWith(aliasPrefix(installation)) &&
    key.metadata?.['installation'] === installation
  )
}

const isExpired = (key: DesiredKey, now: Date): boolean =>
  key.expiresAt !== null && Date.parse(key.expiresAt) <= now.getTime()

/** Some of LiteLLM's limits take 0 for "none", so a limit of nothing is said as a block. */
function mayCallNothing(key: DesiredKey): boolean {
  const limits = [key.rpmLimit, key.tpmLimit, key.maxParallelRequests]
  return key.models.length === 0 || key.maxBudgetNanoUsd === 0n || limits.includes(0)
}

/** The desired state in LiteLLM's words, for `update`. `generate` takes it without the `duration` that clears. */
export function keyFields(key: DesiredKey, now: Date): KeyFields {
  return {
    key_alias: key.alias,
    models: key.models.length === 0 ? [NO_MODELS] : [...key.models],
    max_budget: key.maxBudgetNanoUsd === null ? null : usdNumber(key.maxBudgetNanoUsd),
    budget_duration: key.budgetDuration,
    rpm_limit: key.rpmLimit,
    tpm_limit: key.tpmLimit,
    max_parallel_requests: key.maxParallelRequests,
    duration: duration(key, now),
    blocked: key.isBlocked || mayCallNothing(key) || isExpired(key, now),
    metadata: { ...key.metadata },
    user_id: key.userId,
  }
}

/** As `keyFields`, for a key that does not exist yet: there is no expiry to clear. */
export function newKeyFields(key: DesiredKey, now: Date): KeyFields {
  const { duration: lifetime, ...fields } = keyFields(key, now)
  return key.expiresAt === null ? fields : { ...fields, duration: lifetime }
}

function duration(key: DesiredKey, now: Date): string {
  if (key.expiresAt === null) return '-1'
  const seconds = Math.ceil((Date.parse(key.expiresAt) - now.getTime()) / 1000)
  return `${Math.max(1, seconds)}s`
}

/** Names of the fields in which LiteLLM's key is not what it should be; empty when they agree. */
export function driftedFields(key: DesiredKey, actual: KeyRow, now: Date): string[] {
  const wanted = keyFields(key, now)
  const isSame: Readonly<Record<string, boolean>> = {
    key_alias: actual.key_alias === key.alias,
    models: sameNames(wanted['models'] as readonly string[], actual.models ?? []),
    max_budget: sameBudget(key.maxBudgetNanoUsd, actual.max_budget),
    budget_duration: (actual.budget_duration ?? null) === key.budgetDuration,
    rpm_limit: (actual.rpm_limit ?? null) === key.rpmLimit,
    tpm_limit: (actual.tpm_limit ?? null) === key.tpmLimit,
    max_parallel_requests: (actual.max_parallel_requests ?? null) === key.maxParallelRequests,
    expires: sameExpiry(key, actual, now),
    blocked: (actual.blocked ?? false) === wanted['blocked'],
    metadata: Object.entries(key.metadata).every(([name, value]) => actual.metadata?.[name] === value),
    user_id: (actual.user_id ?? null) === key.userId,
  }
  return Object.keys(isSame).filter((field) => !isSame[field])
}

function sameNames(wanted: readonly string[], actual: readonly string[]): boolean {
  const names = new Set(actual)
  return names.size === new Set(wanted).size && wanted.every((name) => names.has(name))
}

function sameBudget(wanted: bigint | null, actual: string | null | undefined): boolean {
  if (actual === null || actual === undefined) return wanted === null
  const nano = parseDecimalNano(actual)
  if (wanted === null || nano === undefined) return false
  // It went through a float and may come back a nano off.
  const difference = nano > wanted ? nano - wanted : wanted - nano
  return difference <= 1n
}

function sameExpiry(key: DesiredKey, actual: KeyRow, now: Date): boolean {
  if (key.expiresAt === null) return (actual.expires ?? null) === null
  if (!actual.expires) return false
  const wanted = Date.parse(key.expiresAt)
  const ends = Date.parse(actual.expires)
  const latest = now.getTime() + EXPIRY_TOLERANCE_MS
  return Math.abs(wanted - ends) <= EXPIRY_TOLERANCE_MS || (wanted <= now.getTime() && ends <= latest)
}
