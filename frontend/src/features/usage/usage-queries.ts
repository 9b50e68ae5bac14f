import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Period } from './ranges.ts'
import type { CallQuery, Dimension, GroupQuery, UsageSource } from './usage-source.ts'

/** Other people's calls are not announced one by one, so pages about them look again. */
const OTHERS_REFRESH_MS = 30_000

const kept = { placeholderData: keepPreviousData } as const
const freshness = (source: UsageSource) => (source.isMine ? {} : { refetchInterval: OTHERS_REFRESH_MS })

export const summaryQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'summary', period],
    queryFn: () => source.summary(period),
    ...kept,
    ...freshness(source),
  })

/** What is over does not change with every call. */
export const earlierSummaryQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'earlier', period],
    queryFn: () => source.summary(period),
    staleTime: 60_000,
    ...kept,
  })

export const daysQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'days', period],
    queryFn: () => source.days(period),
    ...kept,
    ...freshness(source),
  })

export const hoursQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'hours', period],
    queryFn: () => source.hours(period),
    ...kept,
    ...freshness(source),
  })

export const errorsQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'errors', period],
    queryFn: () => source.errors(period),
    ...kept,
    ...freshness(source),
  })

export const latencyQuery = (source: UsageSource, period: Period) =>
  queryOptions({
    queryKey: [...source.key, 'latency', period],
    queryFn: () => source.latency(period),
    ...kept,
    ...freshness(source),
  })

export const groupsQuery = (source: UsageSource, dimension: Dimension, query: GroupQuery) =>
  queryOptions({
    queryKey: [...source.key, 'by', dimension, query],
    queryFn: () => source.groups(dimension, query),
    ...kept,
    ...freshness(source),
  })

export const callsQuery = (
  source: UsageSource,
  query: CallQuery,
  limit: number,
  cursor: string | undefined,
) =>
  queryOptions({
    queryKey: [...source.key, 'calls', query, limit, cursor],
    queryFn: () => source.calls(query, limit, cursor),
    ...kept,
    // The list would move away under somebody who reads on.
    ...(cursor === undefined ? freshness(source) : {}),
  })
