import { randomUUID } from 'node:crypto'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase } from '#platform/database'
import { announce } from '#platform/events'
import {
  dailyDifferences,
  forgetOldChecks,
  insertCheck,
  insertFound,
  listOrganizationIds,
  reservedDifferences,
  spentDifferences,
  wasCheckedSince,
  type Found,
} from './ledger-check.queries.ts'

export interface LedgerCheckOptions {
  readonly platform: PlatformDatabase
  readonly now: () => Date
  readonly log: { error(facts: object, message: string): void }
}

/** One place where the ledger contradicts itself; amounts are nano-USD. */
export type LedgerDifference = Found & { readonly organizationId: string }

export interface LedgerReport {
  readonly id: string
  /** `YYYY-MM-DD`: the first day whose sums were compared. */
  readonly fromDay: string
  readonly organizations: number
  readonly differences: readonly LedgerDifference[]
}

const JOB = 'ledger-check'
const DAY_MS = 86_400_000
/** Shorter than any usage is kept. */
const DAYS = 28
/** Of each kind in each organization: more would say nothing new. */
const MOST = 1000

/**
 * Whether calls = daily sums = what budgets have spent, and reservations = what budgets have set aside, in every
 * organization. What is found is recorded, logged, and told to the platform's administrators; nothing is mended.
 */
export async function checkLedger(
  options: LedgerCheckOptions,
  trigger: 'nightly' | 'command',
  days = DAYS,
): Promise<LedgerReport> {
  const { platform, now, log } = options
  const startedAt = now()
  const fromDay = new Date(startedAt.getTime() - days * DAY_MS).toISOString().slice(0, 10)
  const organizationIds = await platform.transaction(JOB, listOrganizationIds, { readOnly: true })
  const differences: LedgerDifference[] = []
  for (const organizationId of organizationIds)
    for (const find of [
      (tx: Parameters<typeof reservedDifferences>[0]) => dailyDifferences(tx, organizationId, fromDay, MOST),
      (tx: Parameters<typeof reservedDifferences>[0]) => reservedDifferences(tx, organizationId, MOST),
      (tx: Parameters<typeof reservedDifferences>[0]) => spentDifferences(tx, organizationId, MOST),
    ]) {
      const found = await platform.transaction(JOB, find, { readOnly: true })
      differences.push(...found.map((one) => ({ ...one, organizationId })))
    }
  const id = randomUUID()
  const organizations = organizationIds.length
  await platform.transaction(JOB, async (tx) => {
    await insertCheck(tx, {
      id,
      trigger,
      fromDay,
      startedAt,
      organizations,
      differences: differences.length,
    })
    for (const [organizationId, found] of Map.groupBy(differences, (one) => one.organizationId))
      await insertFound(tx, id, organizationId, found)
    await forgetOldChecks(tx)
    if (differences.length > 0)
      await announce(tx, {
        name: 'ledger.difference',
        audience: { platform: true },
        data: { checkId: id, differences: differences.length },
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
  })
  if (differences.length > 0)
    log.error({ check: id, differences: differences.length }, 'the ledger contradicts itself')
  return { id, fromDay, organizations, differences }
}

/** Once in each day (UTC), in whichever process comes first. */
export async function checkLedgerNightly(options: LedgerCheckOptions): Promise<LedgerReport | undefined> {
  const today = new Date(Math.floor(options.now().getTime() / DAY_MS) * DAY_MS)
  const isDone = await options.platform.transaction(JOB, (tx) => wasCheckedSince(tx, today), {
    readOnly: true,
  })
  return isDone ? undefined : await checkLedger(options, 'nightly')
}
