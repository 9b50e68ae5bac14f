import { aliasPrefix, driftedFields, isOurs } from './desired-key.ts'
import type { KeyRow } from './litellm.schemas.ts'
import type { DesiredResource } from './registry.ts'

// Pure: what should be, what is, and what follows. Nothing here reads or writes anything.

export interface Drift {
  readonly resource: DesiredResource
  /** LiteLLM's names of what differs. */
  readonly fields: readonly string[]
}

export interface KeyDifferences {
  readonly missing: readonly DesiredResource[]
  readonly drifted: readonly Drift[]
}

/** Keys of LiteLLM that carry this installation's alias, by hash. Whatever has no hash cannot be addressed. */
export function indexKeys(keys: Iterable<KeyRow>, installation: string): Map<string, KeyRow> {
  const prefix = aliasPrefix(installation)
  const byHash = new Map<string, KeyRow>()
  for (const key of keys)
    if (key.token && (key.key_alias ?? '').startsWith(prefix)) byHash.set(key.token, key)
  return byHash
}

/** What LiteLLM lacks or has differently. Rows that should not exist there are not its business. */
export function compareKeys(
  desired: Iterable<DesiredResource>,
  actual: ReadonlyMap<string, KeyRow>,
  now: Date,
): KeyDifferences {
  const missing: DesiredResource[] = []
  const drifted: Drift[] = []
  for (const resource of desired) {
    if (!resource.key) continue
    const row = actual.get(resource.key.hash)
    if (!row) {
      missing.push(resource)
      continue
    }
    const fields = driftedFields(resource.key, row, now)
    if (fields.length > 0) drifted.push({ resource, fields })
  }
  return { missing, drifted }
}

export interface OrphanRules {
  readonly installation: string
  readonly now: Date
  /** Younger ones are left alone: they may be in the middle of being made. */
  readonly minAgeSeconds: number
}

export interface Orphans {
  /** Hashes of keys that we made and no longer want. */
  readonly removable: readonly string[]
  /** Hashes of keys with our alias that do not say in their metadata that they are ours: never deleted, only reported. */
  readonly foreign: readonly string[]
  /** More than one run may delete: something is wrong, and nothing is deleted. */
  readonly isTooMany: boolean
}

const MAX_REMOVED = 20
const MAX_REMOVED_SHARE = 0.05

export function findOrphans(
  actual: ReadonlyMap<string, KeyRow>,
  wanted: ReadonlySet<string>,
  rules: OrphanRules,
): Orphans {
  const removable: string[] = []
  const foreign: string[] = []
  for (const [hash, key] of actual) {
    if (wanted.has(hash)) continue
    if (!isOurs(key, rules.installation)) foreign.push(hash)
    else if (ageSeconds(key, rules.now) >= rules.minAgeSeconds) removable.push(hash)
  }
  const allowed = Math.max(MAX_REMOVED, Math.floor(actual.size * MAX_REMOVED_SHARE))
  return { removable, foreign, isTooMany: removable.length > allowed }
}

/** Unknown age counts as young. */
function ageSeconds(key: KeyRow, now: Date): number {
  const created = Date.parse(key.created_at ?? '')
  return Number.isNaN(created) ? -1 : (now.getTime() - created) / 1000
}
