import type { PlatformDatabase } from '#platform/database'
import { CHAIN_START, chainHash, type ChainedRow } from './chain.ts'
import { linkRows, listHeads, listUnchained, moveHeads, type Head, type Link } from './chain.queries.ts'

const BATCH = 500
const JOB = 'audit-chain'

/** Another process was faster; everything of this batch is undone. */
class ChainMoved extends Error {
  constructor() {
    super('the audit chain was continued elsewhere')
  }
}

/**
 * Puts every row that is not yet in its organization's chain at the end of it; answers how many. Rows become visible when
 * they are committed, in whatever order of their numbers, so a row that comes late is simply found by a later run: nothing
 * is skipped. Of several processes that do this at once one wins, because each moves a chain's end only from where it has
 * seen it; hashes are computed outside of any transaction.
 */
export async function extendChains(platform: PlatformDatabase, signal?: AbortSignal): Promise<number> {
  let linked = 0
  while (signal?.aborted !== true) {
    const count = await extendOnce(platform)
    linked += count
    if (count < BATCH) break
  }
  return linked
}

async function extendOnce(platform: PlatformDatabase): Promise<number> {
  const seen = await platform.transaction(
    JOB,
    async (tx) => {
      const rows = await listUnchained(tx, BATCH)
      return { rows, heads: await listHeads(tx, [...new Set(rows.map((row) => row.organizationId))]) }
    },
    { readOnly: true },
  )
  if (seen.rows.length === 0) return 0
  const { links, moves } = continueChains(seen.rows, seen.heads)
  try {
    await platform.transaction(JOB, async (tx) => {
      if ((await moveHeads(tx, moves)) < moves.length) throw new ChainMoved()
      if ((await linkRows(tx, links)) < links.length) throw new ChainMoved()
    })
  } catch (error) {
    if (error instanceof ChainMoved) return 0
    throw error
  }
  return links.length
}

function continueChains(rows: readonly ChainedRow[], heads: readonly Head[]) {
  const ends = new Map(heads.map((head) => [head.organizationId, head]))
  const links: Link[] = []
  const moves = new Map<string, { from: bigint; to: Link }>()
  for (const row of rows) {
    const { organizationId, id } = row
    const end = ends.get(organizationId) ?? { organizationId, position: 0n, hash: CHAIN_START }
    const link = { organizationId, id, position: end.position + 1n, hash: chainHash(end.hash, row) }
    links.push(link)
    moves.set(organizationId, { from: moves.get(organizationId)?.from ?? end.position, to: link })
    ends.set(organizationId, link)
  }
  return { links, moves: [...moves.values()] }
}
