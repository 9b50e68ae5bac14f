import type { Arguments, Success } from '@litemaas/client'
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import type { Read } from '../people/budget-queries.ts'

export type ApiKey = Success<'listApiKeys'>['data'][number]
export type AdminApiKey = Success<'listAllApiKeys'>['data'][number]
export type KeyStatus = ApiKey['status']
export type KeyRules = Success<'getApiKeyRules'>['data']
export type KeyChange = Arguments<'updateApiKey'>['body']
type OwnListQuery = NonNullable<Arguments<'listApiKeys'>['query']>
type AllListQuery = NonNullable<Arguments<'listAllApiKeys'>['query']>

export const keysQuery = (query: OwnListQuery) =>
  queryOptions({
    queryKey: ['api-keys', 'own', query],
    queryFn: () => api.listApiKeys({ query }),
    placeholderData: keepPreviousData,
  })

export const allKeysQuery = (query: AllListQuery) =>
  queryOptions({
    queryKey: ['api-keys', 'all', query],
    queryFn: () => api.listAllApiKeys({ query }),
    placeholderData: keepPreviousData,
  })

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['api-keys', 'one', id],
    queryFn: async () => (await api.getApiKey({ path: { id } })).data,
  })

export const anyKeyQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['api-keys', 'any', id, read],
    queryFn: async () => (await api.getAnyApiKey({ path: { id }, query: read })).data,
  })

export const keyStatisticsQuery = queryOptions({
  queryKey: ['api-keys', 'statistics'],
  queryFn: async () => (await api.getApiKeyStatistics()).data,
})

export const keyRulesQuery = queryOptions({
  queryKey: ['settings', 'key-rules'],
  queryFn: async () => (await api.getApiKeyRules()).data,
  staleTime: 60_000,
})

const DAY_MS = 86_400_000
export const USAGE_DAYS = 30

/** The last thirty days, by day, of one key: one's own, or where an administrator looks. */
export const keyUsageQuery = (id: string, read?: Read) =>
  queryOptions({
    queryKey: [read === undefined ? 'usage' : 'analytics', 'of-key', id, read],
    queryFn: async () => {
      const from = new Date(Date.now() - (USAGE_DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
      if (read === undefined) return (await api.listUsageDays({ query: { apiKeyId: id, from } })).data
      return (await api.listAdminUsageDays({ query: { apiKeyIds: [id], from, ...read } })).data
    },
  })

/** What was done to the key; for those who may read the trail. */
export const keyHistoryQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['audit', 'of-key', id, read],
    queryFn: async () =>
      (await api.listAuditLogs({ query: { resourceType: 'api_key', resourceId: id, limit: 20, ...read } }))
        .data,
  })

export const myTeamsQuery = queryOptions({
  queryKey: ['teams', 'mine', 'names'],
  queryFn: async () => (await api.listMyTeams({ query: { limit: 100 } })).data,
  staleTime: 60_000,
})

/** What a changed key makes old. */
const STALE = [
  'api-keys',
  'home',
  'usage',
  'analytics',
  'audit',
  'budgets',
  'users',
  'subscriptions',
  'models',
] as const

export function useStaleKeys() {
  const queries = useQueryClient()
  return () => Promise.all(STALE.map((name) => queries.invalidateQueries({ queryKey: [name] })))
}
