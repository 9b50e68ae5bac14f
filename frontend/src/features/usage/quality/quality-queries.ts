import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Success } from '@litemaas/client'
import { api } from '../../../app/api.ts'
import type { Period } from '../ranges.ts'

export type KnownDay = Success<'listUsageCompleteness'>['data'][number]
export type Recount = Success<'listUsageRecounts'>['data'][number]
export type RecountDifference = Success<'listUsageRecountDifferences'>['data'][number]
export type LedgerCheck = Success<'listLedgerChecks'>['data'][number]
export type LedgerDifference = Success<'listLedgerDifferences'>['data'][number]
export type Report = Success<'listUsageIntake'>['data'][number]

interface Place {
  readonly limit: number
  readonly offset: number
}

/** Days that are asked for by their first and last. */
export const completenessQuery = (period: Period) =>
  queryOptions({
    queryKey: ['analytics', 'completeness', period],
    queryFn: async () => (await api.listUsageCompleteness({ query: { ...period } })).data,
    placeholderData: keepPreviousData,
  })

/** Comparisons are jobs, so what is told of jobs makes them stale. */
export const recountsQuery = (place: Place) =>
  queryOptions({
    queryKey: ['jobs', 'recounts', place],
    queryFn: () => api.listUsageRecounts({ query: { ...place } }),
    placeholderData: keepPreviousData,
  })

export const recountQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'recount', id],
    queryFn: async () => (await api.getUsageRecount({ path: { id } })).data,
  })

export const recountDifferencesQuery = (id: string, place: Place) =>
  queryOptions({
    queryKey: ['jobs', 'recount', id, 'differences', place],
    queryFn: () => api.listUsageRecountDifferences({ path: { id }, query: { ...place } }),
    placeholderData: keepPreviousData,
  })

export const ledgerChecksQuery = (place: Place) =>
  queryOptions({
    queryKey: ['analytics', 'ledger-checks', place],
    queryFn: () => api.listLedgerChecks({ query: { ...place } }),
    placeholderData: keepPreviousData,
  })

export const ledgerDifferencesQuery = (id: string, place: Place) =>
  queryOptions({
    queryKey: ['analytics', 'ledger-differences', id, place],
    queryFn: () => api.listLedgerDifferences({ path: { id }, query: { ...place } }),
    placeholderData: keepPreviousData,
  })

export const intakeQuery = (state: Report['state'] | undefined, place: Place) =>
  queryOptions({
    queryKey: ['analytics', 'intake', state, place],
    queryFn: () => api.listUsageIntake({ query: { ...place, ...(state === undefined ? {} : { state }) } }),
    placeholderData: keepPreviousData,
  })
