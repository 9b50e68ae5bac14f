import type { Success } from '@litemaas/client'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import { auditQueryOf, type AuditFilters } from './audit-search.ts'

export type AuditEntry = Success<'listAuditLogs'>['data'][number]
export type AuditChoices = Success<'listAuditFilters'>['data']

/** Which organization's trail; empty for one's own. */
interface Read {
  readonly organizationId?: string
  readonly scope?: 'platform'
}

const PAGE = 50

export const auditQuery = (filters: AuditFilters, read: Read) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filters, read],
    queryFn: ({ pageParam }) =>
      api.listAuditLogs({
        query: {
          ...auditQueryOf(filters, Date.now()),
          ...read,
          limit: PAGE,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
      }),
    initialPageParam: '',
    getNextPageParam: ({ pagination }) => pagination.nextCursor,
    placeholderData: keepPreviousData,
  })

export const auditChoicesQuery = (filters: AuditFilters, read: Read) =>
  queryOptions({
    queryKey: ['audit', 'filters', filters, read],
    queryFn: async () =>
      (await api.listAuditFilters({ query: { ...auditQueryOf(filters, Date.now()), ...read } })).data,
    placeholderData: keepPreviousData,
  })

/** The browser itself fetches and saves it, however large it is. */
export function exportAddress(filters: AuditFilters, read: Read, format: 'csv' | 'json'): string {
  const parts = Object.entries({ ...auditQueryOf(filters, Date.now()), ...read, format })
  return `/api/v1/admin/audit-logs/export?${new URLSearchParams(parts).toString()}`
}
