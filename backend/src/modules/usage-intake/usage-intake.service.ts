import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './usage-intake.errors.ts'
import {
  listChecks,
  listDays,
  listIntake,
  listLedgerDifferences,
  lockIntake,
  redriveIntake,
} from './usage-intake.queries.ts'
import type {
  CompletenessQuery,
  IntakeItem,
  IntakeListQuery,
  LedgerCheck,
  LedgerCheckListQuery,
  LedgerDifference,
  LedgerDifferenceListQuery,
  UsageDayState,
} from './usage-intake.schemas.ts'

const JOB = 'usage-intake-administration'
const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MOST_DAYS = 400

/** What administrators see of the ledger's sources and proofs. */
export class UsageIntakeService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #wake: () => void

  /** @param wake has the inbox look for work */
  constructor(context: ServiceContext, wake: () => void) {
    super(context)
    this.#platform = context.platformDatabase
    this.#wake = wake
  }

  /** One item for each day; 422 `RANGE_INVALID` for more than 400 of them, or none. */
  async completeness(query: CompletenessQuery): Promise<UsageDayState[]> {
    const to = query.to ?? this.clock.now().toISOString().slice(0, 10)
    const from = query.from ?? new Date(Date.parse(to) - DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10)
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (days < 1 || days > MOST_DAYS)
      throw ApplicationError.unprocessable(`Ask for 1 to ${MOST_DAYS} days.`, codes.RANGE_INVALID, {
        field: 'from',
      })
    const rows = await this.#read((tx) => listDays(tx, from, to))
    return rows.map(({ rowsSeen, ...row }) => ({
      ...row,
      source: 'litellm',
      rowsSeen: rowsSeen === null ? null : Number(rowsSeen),
    }))
  }

  async intake(query: IntakeListQuery): Promise<PageOf<IntakeItem>> {
    const { rows, total } = await this.#read((tx) => listIntake(tx, query))
    return page(rows, total, query)
  }

  /** Tries again to book what was laid aside; 409 `INTAKE_STATE` for anything else. */
  async redrive(caller: Caller, id: string): Promise<IntakeItem> {
    const item = await this.#platform.transaction(JOB, async (tx) => {
      const before = await lockIntake(tx, id)
      if (!before) throw ApplicationError.notFound('intake', id)
      if (before.state !== 'dead' && before.state !== 'unattributed')
        throw ApplicationError.conflict('Only what was laid aside can be tried again.', codes.INTAKE_STATE, {
          state: before.state,
        })
      const after = await redriveIntake(tx, id)
      await this.audit(tx, caller, {
        category: 'usage',
        action: 'usage_intake.redriven',
        resourceType: 'usage_intake',
        resourceId: id,
        before: { state: before.state, reason: before.reason },
        after: { state: after.state },
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
      return after
    })
    this.#wake()
    return item
  }

  async checks(query: LedgerCheckListQuery): Promise<PageOf<LedgerCheck>> {
    const { rows, total } = await this.#read((tx) => listChecks(tx, query))
    return page(rows, total, query)
  }

  async differences(id: string, query: LedgerDifferenceListQuery): Promise<PageOf<LedgerDifference>> {
    const found = await this.#read((tx) => listLedgerDifferences(tx, id, query))
    if (!found) throw new ApplicationError('LEDGER_CHECK_NOT_FOUND', 'No such check.', { details: { id } })
    const data = found.rows.map((row) => ({
      ...row,
      expected: Number(row.expected),
      actual: Number(row.actual),
    }))
    return page(data, found.total, query)
  }

  #read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#platform.transaction(JOB, work, { readOnly: true })
  }
}
