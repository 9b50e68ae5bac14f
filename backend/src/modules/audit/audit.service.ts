import { verifyChains } from '#platform/audit'
import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { ExportDesk, ExportFile } from '#platform/export'
import { cursorPage, decodeCursor } from '#platform/http'
import type { Job, JobRunner, RunningJob } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './audit.errors.ts'
import { findAuditLog, listAuditLogs, listFilterOptions, type OptionRow } from './audit.queries.ts'
import {
  AuditLog,
  type AuditExportQuery,
  type AuditFilterOptions,
  type AuditFilters,
  type AuditLogQuery,
} from './audit.schemas.ts'

export const VERIFICATION = 'audit.verify'

const exportFields = (Object.keys(AuditLog.properties) as Array<keyof AuditLog>).map((name) => ({
  name,
  json: (row: AuditLog) => row[name],
}))

/** The trail as auditors read it. Nobody writes here: rows come with the changes that they record. */
export class AuditService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #jobs: Pick<JobRunner, 'enqueue'>
  readonly #desk: ExportDesk

  constructor(context: ServiceContext, parts: { jobs: Pick<JobRunner, 'enqueue'>; desk: ExportDesk }) {
    super(context)
    this.#platform = context.platformDatabase
    this.#jobs = parts.jobs
    this.#desk = parts.desk
  }

  /** 400 for a cursor that this server did not make. */
  async list(caller: Caller, query: AuditLogQuery) {
    this.organizationOf(caller)
    const { limit, cursor: text, ...filters } = query
    const cursor = text === undefined ? undefined : decodeCursor(text)
    const rows = await this.read(caller, (tx) => listAuditLogs(tx, filters, limit, cursor))
    return cursorPage(rows, limit)
  }

  async get(caller: Caller, id: string): Promise<AuditLog> {
    this.organizationOf(caller)
    const row = await this.read(caller, (tx) => findAuditLog(tx, id))
    if (!row) throw new ApplicationError(codes.AUDIT_LOG_NOT_FOUND, 'No such row.', { details: { id } })
    return row
  }

  async filterOptions(caller: Caller, filters: AuditFilters): Promise<AuditFilterOptions> {
    this.organizationOf(caller)
    const rows = await this.read(caller, (tx) => listFilterOptions(tx, filters))
    const named = (kind: OptionRow['kind']) =>
      rows.filter((row) => row.kind === kind).map((row) => ({ name: row.value, count: Number(row.count) }))
    return {
      categories: named('category'),
      actions: named('action'),
      resourceTypes: named('resourceType'),
      actors: rows.flatMap((row) =>
        row.kind === 'actor'
          ? [{ id: row.value, name: row.actorName ?? row.value, count: Number(row.count) }]
          : [],
      ),
    }
  }

  /** Every row under the filters, newest first, as a file that is read while it is sent. */
  export(caller: Caller, { format, ...filters }: AuditExportQuery): Promise<ExportFile> {
    this.organizationOf(caller)
    const name = `audit-${this.clock.now().toISOString().slice(0, 10)}`
    return this.#desk.open(
      caller.credentialId,
      { format: format ?? 'csv', fields: exportFields, name },
      (limit, cursor) => this.read(caller, (tx) => listAuditLogs(tx, filters, limit - 1, cursor)),
    )
  }

  /** Starts a job that follows every chain to its end. */
  verify(caller: Caller): Promise<Job> {
    return this.transaction(caller, async (tx) => {
      const job = await this.#jobs.enqueue(tx, caller, { kind: VERIFICATION, params: {} })
      await this.audit(tx, caller, {
        category: 'audit',
        action: 'audit.verification_requested',
        resourceType: 'job',
        resourceId: job.id,
      })
      return job
    })
  }

  /** The job: what became of each organization's chain. */
  async runVerification(job: RunningJob) {
    const reports = await verifyChains(this.#platform)
    job.progress(reports.length, reports.length)
    const broken = reports.filter((report) => report.break !== undefined)
    if (broken.length > 0) this.log.error({ broken: broken.length }, 'the audit trail was tampered with')
    return {
      isIntact: broken.length === 0,
      chains: reports.map((report) => ({
        organizationId: report.organizationId,
        organizationName: report.organizationName,
        verified: Number(report.verified),
        unchained: Number(report.unchained),
        head: report.head,
        break: report.break && { ...report.break, position: Number(report.break.position) },
      })),
    }
  }
}
