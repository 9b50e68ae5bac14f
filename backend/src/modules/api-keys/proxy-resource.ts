import { keyAlias, type DesiredResource, type Resource } from '#litellm'
import type { Clock } from '#platform/clock'
import { RESOURCE_KIND } from './proxy-keys.ts'
import {
  listDesiredRows,
  loadDesiredRows,
  markApplied,
  markFailed,
  markLost,
  type DesiredRow,
} from './proxy-resource.queries.ts'

const PAGE = 500
/** LiteLLM keeps these limits in 32 bits. */
const LARGEST = 2 ** 31 - 1

/** What should exist at the proxy for each of our secrets; asked by the outbox at delivery, and by the reconciler. */
export function apiKeyResource(clock: Clock): Resource {
  return {
    kind: RESOURCE_KIND,
    async loadDesired(tx, ids) {
      return (await loadDesiredRows(tx, ids, clock.now())).map(toDesired)
    },
    recordApplied: (tx, id, version) => markApplied(tx, id, version, RESOURCE_KIND),
    recordFailed: (tx, id, version) => markFailed(tx, id, version),
    recordLost: (tx, id) => markLost(tx, id, clock.now()),
    async listDesired(tx, cursor) {
      const rows = await listDesiredRows(tx, cursor, clock.now(), PAGE)
      return {
        items: rows.map(toDesired),
        nextCursor: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null,
      }
    },
  }
}

/**
 * LiteLLM counts in whole minutes and notices the end of a call late; we count evenly, with the limit as the burst. What we
 * let through is never more than twice the limit in any minute, so twice is what LiteLLM is told: it then never refuses a
 * call that we have admitted, with a `Retry-After` that contradicts ours, and still bounds calls made directly to it.
 */
const loosened = (limit: number | null): number | null =>
  limit === null ? null : Math.min(limit * 2, LARGEST)

function toDesired(row: DesiredRow): DesiredResource {
  const { id, organizationId, version } = row
  if (!row.isWanted) return { id, organizationId, version, key: null }
  return {
    id,
    organizationId,
    version,
    isLost: row.isLost,
    key: {
      hash: row.hash,
      alias: keyAlias(row.installation, id),
      models: row.models,
      maxBudgetNanoUsd: row.maxBudgetNano,
      // LiteLLM knows no calendar years. With months it never refuses what a year's budget admits.
      budgetDuration: row.budgetDuration === '1y' ? '1mo' : row.budgetDuration,
      rpmLimit: loosened(row.rpmLimit),
      tpmLimit: loosened(row.tpmLimit),
      maxParallelRequests: loosened(row.maxParallelRequests),
      expiresAt: row.expiresAt,
      isBlocked: row.isBlocked,
      metadata: { installation: row.installation, organizationId, keyId: row.keyId, version },
      userId: row.userId,
    },
  }
}
