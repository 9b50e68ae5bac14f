import type { PlatformDatabase } from '#platform/database'
import { CHAIN_START, chainHash } from './chain.ts'
import { listChains, listLinked, type Chain } from './chain.queries.ts'

/** Where a chain is broken, and how. */
export interface ChainBreak {
  readonly position: bigint
  /** Undefined where the row itself is missing. */
  readonly rowId: string | undefined
  readonly reason: 'changed' | 'missing' | 'end moved'
}

/** What became of one organization's audit trail. */
export interface ChainReport {
  readonly organizationId: string
  readonly organizationName: string
  /** Rows that were followed, up to the break if there is one. */
  readonly verified: bigint
  /** Rows that are too young to be in the chain. */
  readonly unchained: bigint
  /** Hash of the last row, in hex: kept elsewhere, it proves later that the trail was not written anew. */
  readonly head: string
  readonly break: ChainBreak | undefined
}

const PAGE = 1000
const JOB = 'audit-verify'

/** Follows every organization's chain from its first row to its end. Reads only; rows that come meanwhile are left out. */
export async function verifyChains(platform: PlatformDatabase): Promise<ChainReport[]> {
  const chains = await platform.transaction(JOB, listChains, { readOnly: true })
  const reports: ChainReport[] = []
  for (const chain of chains) reports.push(await verifyChain(platform, chain))
  return reports
}

async function verifyChain(platform: PlatformDatabase, chain: Chain): Promise<ChainReport> {
  const { organizationId, organizationName, unchained } = chain
  const last = chain.lastPosition ?? 0n
  const end = chain.headPosition ?? 0n
  let position = 0n
  let hash: Buffer = CHAIN_START
  const report = (broken?: ChainBreak): ChainReport => ({
    organizationId,
    organizationName,
    verified: position,
    unchained,
    head: hash.toString('hex'),
    break: broken,
  })
  while (position < last) {
    const from = position
    const rows = await platform.transaction(JOB, (tx) => listLinked(tx, organizationId, from, last, PAGE), {
      readOnly: true,
    })
    for (const row of rows) {
      if (row.position !== position + 1n)
        return report({ position: position + 1n, rowId: undefined, reason: 'missing' })
      if (!chainHash(hash, row).equals(row.hash))
        return report({ position: row.position, rowId: row.id, reason: 'changed' })
      position = row.position
      hash = row.hash
    }
    if (rows.length === 0) return report({ position: position + 1n, rowId: undefined, reason: 'missing' })
  }
  if (end > last) return report({ position: last + 1n, rowId: undefined, reason: 'missing' })
  if (end < last || !(chain.headHash ?? CHAIN_START).equals(hash))
    return report({ position: end, rowId: undefined, reason: 'end moved' })
  return report()
}
