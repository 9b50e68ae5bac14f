// `npm run audit:verify`: follows every organization's audit trail and says where one is broken. Reads only.
import { verifyChains, type ChainReport } from '@litemaas/backend/audit'
import { PlatformDatabase } from '@litemaas/backend/database'
import { platformUrl } from '../launcher/platform-url.ts'

const EXPLANATIONS = {
  changed: 'this row, or the one before it, is not what was written',
  missing: 'a row is missing here',
  'end moved': 'the trail does not end where it is recorded to end',
} as const

function print(reports: readonly ChainReport[]): void {
  const header = ['organization', 'rows', 'not yet chained', 'state', 'last hash']
  const lines = reports.map((report) => [
    report.organizationName,
    String(report.verified),
    String(report.unchained),
    report.break ? 'BROKEN' : 'ok',
    report.head,
  ])
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)),
  )
  for (const line of [header, ...lines])
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function explain({ organizationId, organizationName, break: broken }: ChainReport): void {
  if (!broken) return
  const row = broken.rowId === undefined ? '' : ` (row ${broken.rowId})`
  console.error(
    `The trail of ${organizationName} (${organizationId}) is broken at position ${String(broken.position)}${row}: ${EXPLANATIONS[broken.reason]}.`,
  )
}

try {
  const database = new PlatformDatabase({
    url: await platformUrl(),
    max: 1,
    applicationName: 'litemaas-audit-verify',
    statementTimeoutMs: 60_000,
    onError: () => undefined,
  })
  try {
    const reports = await verifyChains(database)
    print(reports)
    for (const report of reports) explain(report)
    if (reports.some((report) => report.break)) process.exitCode = 1
  } finally {
    await database.close()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
