import { cursorPage, decodeCursor, usdFromNano } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { toKeyBudgets, toLevelBudget } from './usage-budget.answer.ts'
import { listKeyBudgets, listLevelBudgets } from './usage-budget.queries.ts'
import type { UsageBudget } from './usage-budget.schemas.ts'
import { daysOf, parseOpenPeriod, parsePeriod, previousPeriod } from './usage-period.ts'
import { listUsage, sumDays, sumTotals, sumUsage, type Sums, type UsageFilter } from './usage-read.queries.ts'
import type {
  UsageDays,
  UsageLog,
  UsageLogQuery,
  UsageSummary,
  UsageSummaryQuery,
  UsageTotals,
} from './usage.schemas.ts'

const MAX_DAYS = 400

const NOTHING: UsageTotals = {
  requests: 0,
  errors: 0,
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: 0,
  cost: 0,
}

/** What somebody used and what it cost. A person sees their own calls, a key those that were made with it. */
export class UsageStatsService extends BaseService {
  /** 400 for a period that is empty or does not exist. */
  async summary(caller: Caller, query: UsageSummaryQuery): Promise<UsageSummary> {
    const filter = this.#filterOf(caller, query)
    const now = this.clock.now()
    const period = parsePeriod(query, now)
    const [rows, previous] = await this.read(caller, (tx) =>
      Promise.all([sumUsage(tx, filter, period), sumTotals(tx, filter, previousPeriod(period))]),
    )
    const total = rows.find((row) => row.group === 'all')
    return {
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      ...(total ? toTotals(total) : NOTHING),
      byModel: rows.flatMap((row) =>
        row.modelId === null
          ? []
          : [{ modelId: row.modelId, modelName: row.modelName ?? '', ...toTotals(row) }],
      ),
      byKey: rows.flatMap((row) =>
        row.apiKeyId === null
          ? []
          : [{ apiKeyId: row.apiKeyId, apiKeyName: row.apiKeyName, ...toTotals(row) }],
      ),
      previous: toTotals(previous),
      asOf: now.toISOString(),
    }
  }

  /** Every day of the period, at most 400. */
  async daily(caller: Caller, query: UsageSummaryQuery): Promise<UsageDays> {
    const filter = this.#filterOf(caller, query)
    const now = this.clock.now()
    const period = parsePeriod(query, now)
    const days = daysOf(period, MAX_DAYS)
    const rows = await this.read(caller, (tx) => sumDays(tx, filter, period))
    const byDay = new Map(rows.map((row) => [row.day, toTotals(row)]))
    return { data: days.map((day) => ({ day, ...(byDay.get(day) ?? NOTHING) })), asOf: now.toISOString() }
  }

  /** 400 for a cursor that this server did not make. */
  async logs(caller: Caller, query: UsageLogQuery) {
    const filter = this.#filterOf(caller, query)
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    const period = parseOpenPeriod(query)
    const asOf = this.clock.now().toISOString()
    const rows = await this.read(caller, (tx) => listUsage(tx, filter, period, query, cursor))
    const logs = rows.map(({ costNano, ...log }): UsageLog => ({ ...log, cost: usdFromNano(costNano) }))
    return { ...cursorPage(logs, query.limit), asOf }
  }

  async budget(caller: Caller): Promise<UsageBudget> {
    const organizationId = this.organizationOf(caller)
    const userId = this.personOf(caller)
    const onlyKeyId = keyOf(caller)
    const now = this.clock.now()
    const [keys, levels] = await this.read(caller, (tx) =>
      Promise.all([
        listKeyBudgets(tx, userId, onlyKeyId, now),
        listLevelBudgets(tx, { organizationId, userId, onlyKeyId }, now),
      ]),
    )
    // A key stands for itself: whoever holds it need not learn what its owner spends elsewhere.
    const mayShow = (level: string) => level === 'user' && onlyKeyId === undefined
    return {
      keys: toKeyBudgets(keys, now),
      levels: levels.map((row) => toLevelBudget(row, now, mayShow(row.level))),
      asOf: now.toISOString(),
    }
  }

  #filterOf(caller: Caller, query: Pick<UsageSummaryQuery, 'modelId' | 'apiKeyId'>): UsageFilter {
    this.organizationOf(caller)
    const { modelId, apiKeyId } = query
    return { userId: this.personOf(caller), onlyKeyId: keyOf(caller), modelId, apiKeyId }
  }
}

const keyOf = (caller: Caller): string | undefined =>
  caller.kind === 'apiKey' ? caller.credentialId : undefined

const toTotals = (sums: Sums): UsageTotals => ({
  requests: Number(sums.requests),
  errors: Number(sums.errors),
  promptTokens: Number(sums.promptTokens),
  cachedPromptTokens: Number(sums.cachedPromptTokens),
  completionTokens: Number(sums.completionTokens),
  cost: usdFromNano(sums.costNano),
})
