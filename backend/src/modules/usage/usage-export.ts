import type { ExportField } from '#platform/export'
import { usdFromNano } from '#platform/http'
import type { LogRow } from './usage-logs.queries.ts'
import type { AdminUsageLog } from './usage-report.schemas.ts'

/** The columns of a file of calls. */
export const exportFields = (names: ReadonlyArray<keyof AdminUsageLog>): Array<ExportField<LogRow>> =>
  names.map((name) =>
    name === 'cost'
      ? { name, json: (call) => usdFromNano(call.costNano), csv: (call) => decimal(call.costNano) }
      : { name, json: (call) => call[name] },
  )

/** US dollars with all nine decimals: spreadsheets read no exponents. */
function decimal(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}
