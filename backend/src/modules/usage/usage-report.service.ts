import { sql, type Tx } from '#platform/database'
import type { ExportDesk, ExportFile } from '#platform/export'
import { cursorPage, decodeCursor, nanoFromUsd, page, usdFromNano } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { exportFields } from './usage-export.ts'
import type { Dimension, UsageFilter } from './usage-filter.ts'
import { listGroups, type GroupRow } from './usage-groups.queries.ts'
import { countFailures, latencies, type LatencyRow } from './usage-latency.queries.ts'
import { listUsage, type LogFilter, type LogRow } from './usage-logs.queries.ts'
import { dayOf, daysOf, hoursOf, parseOpenPeriod, parsePeriod, type Period } from './usage-period.ts'
import { listChecked, sumDays, sumHours, sumTrend } from './usage-read.queries.ts'
import type {
  AdminUsageLog,
  UsageFailure,
  UsageGroup,
  UsageGroupSort,
  UsageLatency,
} from './usage-report.schemas.ts'
import { NOTHING, toPrevious, toTenths, toTotals } from './usage-totals.ts'
import type { UsageDays } from './usage.schemas.ts'

const MAX_DAYS = 400
const MAX_HOURLY_DAYS = 31
const ROOM = '32MB'

export interface PeriodQuery {
  readonly from?: string
  readonly to?: string
}

interface GroupsQuery extends PeriodQuery {
  readonly sort?: UsageGroupSort
  readonly limit: number
  readonly offset: number
}

interface CallsQuery extends PeriodQuery {
  readonly errorCode?: string
  readonly requestId?: string
  readonly minCost?: number
  readonly minDurationMs?: number
  readonly sort?: 'at' | '-at'
}

interface LogsQuery extends CallsQuery {
  readonly limit: number
  readonly cursor?: string
}

interface ExportQuery extends CallsQuery {
  readonly format?: 'csv' | 'json'
}

/**
 * The questions that people and administrators ask alike; they differ in whose calls the answer is about. Every answer is
 * read in one transaction that sees one moment, so its figures agree with each other.
 */
export abstract class UsageReport<Filters> extends BaseService {
  readonly #desk: ExportDesk

  constructor(context: ServiceContext, desk: ExportDesk) {
    super(context)
    this.#desk = desk
  }

  /** Whose calls this caller may see, and which of them the query names. */
  protected abstract filterOf(caller: Caller, query: Filters): UsageFilter

  /** The fields of a call that such a caller sees, in the order in which an export names them. */
  protected abstract readonly fields: ReadonlyArray<keyof AdminUsageLog>

  /** Every day of the period, at most 400. */
  async daily(caller: Caller, query: Filters & PeriodQuery): Promise<UsageDays> {
    const { filter, period, now } = this.question(caller, query)
    const days = daysOf(period, MAX_DAYS)
    const [rows, checked] = await this.analyze(caller, (tx) =>
      Promise.all([sumDays(tx, filter, period), listChecked(tx, period)]),
    )
    const byDay = new Map(rows.map((row) => [row.day, toTotals(row)]))
    const states = new Map(checked.map((row) => [row.day, row.state]))
    const data = days.map((day) => ({
      day,
      completeness: states.get(day) ?? 'unknown',
      ...(byDay.get(day) ?? NOTHING),
    }))
    return { data, asOf: now.toISOString() }
  }

  /** Every hour of the period, at most 31 days. */
  async hourly(caller: Caller, query: Filters & PeriodQuery) {
    const { filter, period, now } = this.question(caller, query)
    const hours = hoursOf(period, MAX_HOURLY_DAYS)
    const rows = await this.analyze(caller, (tx) => sumHours(tx, filter, period))
    const byHour = new Map(rows.map((row) => [row.hour, toTotals(row)]))
    const data = hours.map((hour) => ({ hour: `${hour}:00:00Z`, ...(byHour.get(hour) ?? NOTHING) }))
    return { data, asOf: now.toISOString() }
  }

  /** One page of what each model, key, ... used. */
  async groups(caller: Caller, dimension: Dimension, query: Filters & GroupsQuery) {
    const { filter, period, now } = this.question(caller, query)
    const { limit, offset, sort = '-cost' } = query
    const { rows, total } = await this.analyze(caller, (tx) =>
      listGroups(tx, dimension, filter, period, { limit, offset, sort }),
    )
    return { ...page(rows.map(toGroup), total, query), asOf: now.toISOString() }
  }

  /** At most 100 kinds, the most frequent first. */
  async errors(
    caller: Caller,
    query: Filters & PeriodQuery,
  ): Promise<{ data: UsageFailure[]; asOf: string }> {
    const { filter, period, now } = this.question(caller, query)
    const rows = await this.read(caller, (tx) => countFailures(tx, filter, period))
    const data = rows.map((row) => ({
      ...row,
      requests: Number(row.requests),
      previous: Number(row.previous),
    }))
    return { data, asOf: now.toISOString() }
  }

  async latency(caller: Caller, query: Filters & PeriodQuery): Promise<UsageLatency> {
    const { filter, period, now } = this.question(caller, query)
    const [rows, sums] = await this.analyze(caller, (tx) =>
      Promise.all([latencies(tx, filter, period), sumTrend(tx, filter, period)]),
    )
    const find = (isNow: boolean, measure: LatencyRow['measure']) =>
      rows.find((row) => row.isNow === isNow && row.measure === measure)
    return {
      ...bounds(period),
      duration: toTimes(find(true, 'duration'), sums.averageDurationMs),
      timeToFirstToken: toTimes(find(true, 'firstToken'), sums.averageTimeToFirstTokenMs),
      previous: {
        duration: toTimes(find(false, 'duration'), sums.previousAverageDurationMs),
        timeToFirstToken: toTimes(find(false, 'firstToken'), sums.previousAverageTimeToFirstTokenMs),
      },
      asOf: now.toISOString(),
    }
  }

  /** 400 for a cursor that this server did not make. */
  async logs(caller: Caller, query: Filters & LogsQuery) {
    const filter = this.#callsOf(caller, query, parseOpenPeriod(query))
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    const asOf = this.clock.now().toISOString()
    const { limit, sort } = query
    const rows = await this.read(caller, (tx) =>
      listUsage(tx, filter, { limit, cursor, isOldestFirst: sort === 'at' }),
    )
    return { ...cursorPage(rows.map(toLog), limit), asOf }
  }

  /**
   * All calls of a period as a file. Read piece by piece in transactions of their own, so that a client who reads slowly holds
   * neither rows in memory nor a connection; the first piece is read before anything is answered.
   */
  async export(caller: Caller, query: Filters & ExportQuery): Promise<ExportFile> {
    const now = this.clock.now()
    const asked = parsePeriod(query, now)
    // What is called while the export runs is none of its business, or it might never end.
    const period = asked.from < now && now < asked.to ? { from: asked.from, to: now } : asked
    const filter = this.#callsOf(caller, query, period)
    const isOldestFirst = query.sort === 'at'
    return this.#desk.open(
      caller.credentialId,
      {
        format: query.format ?? 'csv',
        fields: exportFields(this.fields),
        name: `usage-${dayOf(period.from)}-${dayOf(period.to)}`,
      },
      (limit, cursor) =>
        this.read(caller, (tx) => listUsage(tx, filter, { limit: limit - 1, cursor, isOldestFirst })),
    )
  }

  /** A read that groups many rows: with the room to do so in memory, which is many times faster than on disk. */
  protected async analyze<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.read(caller, async (tx) => {
      const [, result] = await Promise.all([
        tx.run(sql`select set_config('work_mem', ${ROOM}, true)`),
        work(tx),
      ])
      return result
    })
  }

  protected question(caller: Caller, query: Filters & PeriodQuery) {
    const now = this.clock.now()
    return { filter: this.filterOf(caller, query), period: parsePeriod(query, now), now }
  }

  #callsOf(caller: Caller, query: Filters & CallsQuery, period: Partial<Period>): LogFilter {
    const { errorCode, requestId, minCost, minDurationMs } = query
    const minCostNano = minCost === undefined ? undefined : nanoFromUsd(minCost, 'minCost')
    return { ...this.filterOf(caller, query), period, errorCode, requestId, minCostNano, minDurationMs }
  }
}

export const bounds = (period: Period) => ({ from: period.from.toISOString(), to: period.to.toISOString() })

const toLog = ({ costNano, ...log }: LogRow): AdminUsageLog => ({ ...log, cost: usdFromNano(costNano) })

function toGroup(row: GroupRow): UsageGroup {
  const { id, name, organizationId, userId, username } = row
  return { id, name, organizationId, userId, username, ...toTotals(row), previous: toPrevious(row) }
}

function toTimes(row: LatencyRow | undefined, mean: number | null): UsageLatency['duration'] {
  if (!row) return { calls: 0, mean: null, p50: null, p95: null, p99: null }
  return { calls: Number(row.calls), mean: toTenths(mean), p50: row.p50, p95: row.p95, p99: row.p99 }
}
