import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'
import type { Period } from './ranges.ts'

export type Totals = Success<'listUsageHours'>['data'][number]
export type UsageDay = Success<'listUsageDays'>['data'][number]
export type UsageHour = Success<'listUsageHours'>['data'][number]
export type Failure = Success<'listUsageErrors'>['data'][number]
export type Latency = Success<'getUsageLatency'>['data']
export type Group = Success<'listUsageByModel'>['data'][number]
export type MyCall = Success<'listUsageLogs'>['data'][number]
type AnyCall = Success<'listAdminUsageLogs'>['data'][number]
/** A call; whose it was is told to those who see other people's. */
export type Call = MyCall & Partial<Omit<AnyCall, keyof MyCall>>

/** Sums of a period; who was active is told to those who see other people's. */
export type Summary = Omit<Success<'getUsageSummary'>['data'], 'byKey' | 'byModel' | 'previous'> & {
  readonly activeUsers?: number
}

/** What single calls are looked for by, beside the filters of the page. */
export interface CallQuery extends Partial<Period> {
  readonly outcome?: 'success' | 'error' | 'cancelled'
  readonly errorCode?: string
  readonly requestId?: string
  readonly minCost?: number
  readonly minDurationMs?: number
  readonly sort?: 'at' | '-at'
}

export interface GroupQuery extends Period {
  readonly limit: number
  readonly offset?: number
  readonly sort?: GroupSort
}
export type GroupSort = NonNullable<NonNullable<Arguments<'listUsageByModel'>['query']>['sort']>

export interface Page<Row> {
  readonly data: readonly Row[]
  readonly pagination: { readonly nextCursor: string | null; readonly hasMore: boolean }
}
interface CountedPage<Row> {
  readonly data: readonly Row[]
  readonly pagination: { readonly total: number; readonly hasMore: boolean }
}

export const dimensions = ['organization', 'team', 'user', 'model', 'provider', 'key'] as const
export type Dimension = (typeof dimensions)[number]

/** Where the figures of a page come from: one's own calls, or those of an organization or of all. */
export interface UsageSource {
  /** Begins every query key; differs with the filters. */
  readonly key: readonly unknown[]
  readonly isMine: boolean
  summary(period: Period): Promise<Summary>
  days(period: Period): Promise<readonly UsageDay[]>
  hours(period: Period): Promise<readonly UsageHour[]>
  errors(period: Period): Promise<readonly Failure[]>
  latency(period: Period): Promise<Latency>
  /** The sides from which the calls can be looked at. */
  readonly dimensions: readonly Dimension[]
  groups(dimension: Dimension, query: GroupQuery): Promise<CountedPage<Group>>
  calls(query: CallQuery, limit: number, cursor: string | undefined): Promise<Page<Call>>
  download(query: CallQuery, format: 'csv' | 'json', signal: AbortSignal): Promise<Response>
}

export interface MyFilters {
  readonly modelId?: string
  readonly apiKeyId?: string
}

export function mySource(filters: MyFilters): UsageSource {
  return {
    key: ['usage', filters],
    isMine: true,
    summary: async (period) => (await api.getUsageSummary({ query: { ...filters, ...period } })).data,
    days: async (period) => (await api.listUsageDays({ query: { ...filters, ...period } })).data,
    hours: async (period) => (await api.listUsageHours({ query: { ...filters, ...period } })).data,
    errors: async (period) => (await api.listUsageErrors({ query: { ...filters, ...period } })).data,
    latency: async (period) => (await api.getUsageLatency({ query: { ...filters, ...period } })).data,
    dimensions: ['model', 'key'],
    groups: (dimension, query) =>
      dimension === 'key'
        ? api.listUsageByKey({ query: { ...filters, ...query } })
        : api.listUsageByModel({ query: { ...filters, ...query } }),
    calls: (query, limit, cursor) =>
      api.listUsageLogs({
        query: { ...filters, ...query, limit, ...(cursor === undefined ? {} : { cursor }) },
      }),
    download: (query, format, signal) =>
      api.exportUsage({ query: { ...filters, ...query, format } }, { signal }),
  }
}

/** Which organization, or all: what `useScope().read` gives. */
export type ScopeRead = { readonly scope?: 'platform' } | { readonly organizationId?: string }

export interface AnyFilters {
  readonly organizationIds?: string[]
  readonly teamIds?: string[]
  readonly userIds?: string[]
  readonly modelIds?: string[]
  readonly providers?: string[]
  readonly apiKeyIds?: string[]
}

const groupings = {
  organization: api.listAdminUsageByOrganization,
  team: api.listAdminUsageByTeam,
  user: api.listAdminUsageByUser,
  model: api.listAdminUsageByModel,
  provider: api.listAdminUsageByProvider,
  key: api.listAdminUsageByKey,
} as const

export function anySource(scope: ScopeRead, filters: AnyFilters): UsageSource {
  const base = { ...scope, ...filters }
  return {
    key: ['analytics', base],
    isMine: false,
    summary: async (period) => (await api.getAdminUsageSummary({ query: { ...base, ...period } })).data,
    days: async (period) => (await api.listAdminUsageDays({ query: { ...base, ...period } })).data,
    hours: async (period) => (await api.listAdminUsageHours({ query: { ...base, ...period } })).data,
    errors: async (period) => (await api.listAdminUsageErrors({ query: { ...base, ...period } })).data,
    latency: async (period) => (await api.getAdminUsageLatency({ query: { ...base, ...period } })).data,
    dimensions: 'scope' in scope ? dimensions : dimensions.filter((one) => one !== 'organization'),
    groups: (dimension, query) => groupings[dimension]({ query: { ...base, ...query } }),
    calls: (query, limit, cursor) =>
      api.listAdminUsageLogs({
        query: { ...base, ...query, limit, ...(cursor === undefined ? {} : { cursor }) },
      }),
    download: (query, format, signal) =>
      api.exportAdminUsage({ query: { ...base, ...query, format } }, { signal }),
  }
}
