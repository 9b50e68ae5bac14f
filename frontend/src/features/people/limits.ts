/** Rates that many things share; null: no limit. */
export interface Limits {
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
}

export const limitsOf = ({ rpmLimit, tpmLimit, maxParallelRequests }: Limits): Limits => ({
  rpmLimit,
  tpmLimit,
  maxParallelRequests,
})

export const noLimits: Limits = { rpmLimit: null, tpmLimit: null, maxParallelRequests: null }

/** What of `next` differs from `before`: a change says nothing about what stays. */
export function changesOf<T extends object>(before: T, next: T): Partial<T> {
  const changed: Partial<T> = { ...next }
  for (const name in next)
    if (JSON.stringify(before[name]) === JSON.stringify(next[name])) delete changed[name]
  return changed
}
