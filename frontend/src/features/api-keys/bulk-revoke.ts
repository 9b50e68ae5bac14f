import type { AdminApiKey } from './key-queries.ts'

/** As many as one request takes. */
const BATCH = 100

export interface Batch {
  readonly organizationId: string
  readonly ids: readonly string[]
}

/** In batches of one organization each, because a request reaches into one only. */
export function batchesOf(keys: ReadonlyArray<Pick<AdminApiKey, 'id' | 'organizationId'>>): readonly Batch[] {
  return [...Map.groupBy(keys, (key) => key.organizationId)].flatMap(([organizationId, group]) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_none, index) => ({
      organizationId,
      ids: group.slice(index * BATCH, (index + 1) * BATCH).map(({ id }) => id),
    })),
  )
}
