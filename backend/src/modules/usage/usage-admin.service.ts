import type { Caller } from '#platform/services'
import type { UsageFilter, UsageScope } from './usage-filter.ts'
import { listOptions, type OptionRow } from './usage-options.queries.ts'
import { countActive, sumTrend } from './usage-read.queries.ts'
import {
  AdminUsageLog,
  type AdminUsageQuery,
  type AdminUsageSummary,
  type UsageOptions,
} from './usage-report.schemas.ts'
import { bounds, UsageReport } from './usage-report.service.ts'
import { toPrevious, toTotals } from './usage-totals.ts'

type AdminFilters = Omit<AdminUsageQuery, 'from' | 'to'>

const MOST_OPTIONS = 500

/**
 * Everybody's usage, for those who answer for it: an organization's administrators see the organization, its managers the
 * teams that they are in. Across organizations, the door has widened the caller's reach, and recorded it.
 */
export class AdminUsageService extends UsageReport<AdminFilters> {
  protected readonly fields = Object.keys(AdminUsageLog.properties) as Array<keyof AdminUsageLog>

  async summary(caller: Caller, query: AdminUsageQuery): Promise<AdminUsageSummary> {
    const { filter, period, now } = this.question(caller, query)
    const [sums, active] = await this.analyze(caller, (tx) =>
      Promise.all([sumTrend(tx, filter, period), countActive(tx, filter, period)]),
    )
    return {
      ...bounds(period),
      ...toTotals(sums),
      activeUsers: Number(active.activeUsers),
      activeApiKeys: Number(active.activeApiKeys),
      activeModels: Number(active.activeModels),
      previous: {
        ...toPrevious(sums),
        activeUsers: Number(active.previousActiveUsers),
        activeApiKeys: Number(active.previousActiveApiKeys),
        activeModels: Number(active.previousActiveModels),
      },
      asOf: now.toISOString(),
    }
  }

  /** For each filter, what could be chosen beside what is chosen for the others. */
  async options(caller: Caller, query: AdminUsageQuery): Promise<UsageOptions> {
    const { filter, period, now } = this.question(caller, query)
    const rows = await this.analyze(caller, (tx) => listOptions(tx, filter, period, MOST_OPTIONS))
    const of = (dimension: OptionRow['dimension']) =>
      rows
        .filter((row) => row.dimension === dimension)
        .map(({ id, name, requests }) => ({ id, name, requests: Number(requests) }))
    return {
      organizations: of('organization'),
      teams: of('team'),
      users: of('user'),
      models: of('model'),
      providers: of('provider'),
      apiKeys: of('apiKey'),
      asOf: now.toISOString(),
    }
  }

  protected filterOf(caller: Caller, query: AdminFilters): UsageFilter {
    if (caller.reach !== 'platform') this.organizationOf(caller)
    const { organizationIds, teamIds, userIds, modelIds, providers, apiKeyIds, outcome } = query
    const scope = this.#scopeOf(caller)
    return { scope, organizationIds, teamIds, userIds, modelIds, providers, apiKeyIds, outcome }
  }

  #scopeOf(caller: Caller): UsageScope {
    return caller.permissions.has('usage:read-all')
      ? { kind: 'all' }
      : { kind: 'teamsOf', userId: this.personOf(caller) }
  }
}
