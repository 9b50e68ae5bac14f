import type { Caller } from '#platform/services'
import { toKeyBudgets, toLevelBudget } from './usage-budget.answer.ts'
import { listKeyBudgets, listLevelBudgets } from './usage-budget.queries.ts'
import type { UsageBudget } from './usage-budget.schemas.ts'
import type { UsageFilter } from './usage-filter.ts'
import { sumUsage } from './usage-read.queries.ts'
import { bounds, UsageReport } from './usage-report.service.ts'
import { NOTHING, toPrevious, toTotals } from './usage-totals.ts'
import { UsageLog, type UsageSummary, type UsageSummaryQuery } from './usage.schemas.ts'

type OwnFilters = Pick<UsageSummaryQuery, 'modelId' | 'apiKeyId' | 'outcome'>

/** What somebody used and what it cost. A person sees their own calls, a key those that were made with it. */
export class UsageStatsService extends UsageReport<OwnFilters> {
  protected readonly fields = Object.keys(UsageLog.properties) as Array<keyof UsageLog>

  /** 400 for a period that is empty or does not exist. */
  async summary(caller: Caller, query: UsageSummaryQuery): Promise<UsageSummary> {
    const { filter, period, now } = this.question(caller, query)
    const rows = await this.read(caller, (tx) => sumUsage(tx, filter, period))
    const total = rows.find((row) => row.group === 'all')
    return {
      ...bounds(period),
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
      previous: total ? toPrevious(total) : NOTHING,
      asOf: now.toISOString(),
    }
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

  protected filterOf(caller: Caller, query: OwnFilters): UsageFilter {
    this.organizationOf(caller)
    const { modelId, apiKeyId, outcome } = query
    return {
      scope: { kind: 'own', userId: this.personOf(caller), onlyKeyId: keyOf(caller) },
      modelIds: modelId === undefined ? undefined : [modelId],
      apiKeyIds: apiKeyId === undefined ? undefined : [apiKeyId],
      outcome,
    }
  }
}

const keyOf = (caller: Caller): string | undefined =>
  caller.kind === 'apiKey' ? caller.credentialId : undefined
