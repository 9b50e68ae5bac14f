// `npm run usage:check [days]`: whether calls, daily sums, budgets and reservations agree. Records what it finds; mends nothing.
import { PlatformDatabase } from '@litemaas/backend/database'
import { checkLedger, type LedgerReport } from '@litemaas/backend/ledger'
import { platformUrl } from '../launcher/platform-url.ts'

function print({ fromDay, organizations, differences }: LedgerReport): void {
  for (const { organizationId, kind, what, subjectId, day, expected, actual } of differences) {
    const place = day === null ? '' : ` on ${day}`
    console.error(
      `${kind} ${what} of ${subjectId}${place} in ${organizationId}: expected ${String(expected)}, found ${String(actual)}`,
    )
  }
  const verdict = differences.length === 0 ? 'the ledger holds' : `${String(differences.length)} differences`
  console.log(`${verdict}: ${String(organizations)} organizations, days since ${fromDay}`)
}

try {
  const days = process.argv[2] === undefined ? undefined : Number(process.argv[2])
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= 4000))
    throw new Error('The number of days must be between 1 and 4000.')
  const platform = new PlatformDatabase({
    url: await platformUrl(),
    max: 1,
    applicationName: 'litemaas-usage-check',
    statementTimeoutMs: 600_000,
    onError: () => undefined,
  })
  try {
    const log = { error: () => undefined }
    const report = await checkLedger({ platform, now: () => new Date(), log }, 'command', days)
    print(report)
    if (report.differences.length > 0) process.exitCode = 1
  } finally {
    await platform.close()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
