import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import type { ScopeRead } from '../usage/usage-source.ts'

/** Most of it is not announced to administrators, so the page looks again. */
const REFRESH_MS = 30_000
const SLOW_REFRESH_MS = 120_000
const kept = { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS } as const

/** Budgets used this far deserve a look. */
const NEARLY_USED_PERCENT = 80
const SHOWN = 5

export const requestCountsQuery = (scope: ScopeRead) =>
  queryOptions({
    queryKey: ['requests', 'counts', scope],
    queryFn: async () => (await api.getApprovalStatistics({ query: { ...scope } })).data,
    ...kept,
  })

export const oldestRequestsQuery = (scope: ScopeRead) =>
  queryOptions({
    queryKey: ['requests', 'oldest', scope],
    queryFn: () =>
      api.listSubscriptionRequests({
        query: { ...scope, status: 'pending', sort: 'requestedAt', limit: SHOWN },
      }),
    ...kept,
  })

export const fullestBudgetsQuery = (scope: ScopeRead) =>
  queryOptions({
    queryKey: ['budgets', 'fullest', scope],
    queryFn: () =>
      api.listBudgets({
        query: { ...scope, minUsedPercent: NEARLY_USED_PERCENT, sort: '-usedPercent', limit: SHOWN },
      }),
    ...kept,
  })

export const latestJobsQuery = (scope: ScopeRead) =>
  queryOptions({
    queryKey: ['jobs', 'latest', scope],
    queryFn: async () =>
      (await api.listAllJobs({ query: { ...scope, sort: '-createdAt', limit: SHOWN } })).data,
    ...kept,
  })

export const modelCountsQuery = queryOptions({
  queryKey: ['models', 'counts'],
  queryFn: async () => (await api.getModelStatistics()).data,
  ...kept,
})

/** LiteLLM itself is asked. */
export const driftQuery = queryOptions({
  queryKey: ['catalogue', 'drift'],
  queryFn: async () => (await api.getModelDrift()).data,
  staleTime: SLOW_REFRESH_MS,
  refetchInterval: SLOW_REFRESH_MS,
  retry: false,
})

export const lastSynchronizationQuery = queryOptions({
  queryKey: ['models', 'last-synchronization'],
  queryFn: async () => (await api.listModelSynchronizations({ query: { limit: 1 } })).data[0] ?? null,
  ...kept,
})

export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: () => api.getReadiness(),
  refetchInterval: REFRESH_MS,
  retry: false,
})

export const lastBackupQuery = queryOptions({
  queryKey: ['backups', 'last'],
  queryFn: async () =>
    (await api.listBackups({ query: { source: 'litemaas', sort: '-createdAt', limit: 1 } })).data[0] ?? null,
  ...kept,
})

export const deadReportsQuery = queryOptions({
  queryKey: ['analytics', 'dead-reports'],
  queryFn: async () => (await api.listUsageIntake({ query: { state: 'dead', limit: 1 } })).pagination.total,
  ...kept,
})

export const lastLedgerCheckQuery = queryOptions({
  queryKey: ['analytics', 'last-ledger-check'],
  queryFn: async () => (await api.listLedgerChecks({ query: { limit: 1 } })).data[0] ?? null,
  ...kept,
})
