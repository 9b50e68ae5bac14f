import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Success } from '@litemaas/client'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { FilterToolbar, FoldedFilters } from '../../ui/FilterBar.tsx'
import { NarrowingFilter } from './NarrowingFilter.tsx'
import type { Option } from './narrowing.ts'
import type { Period } from './ranges.ts'
import type { AnyFilters, Dimension, ScopeRead } from './usage-source.ts'

type Options = Success<'getAdminUsageFilters'>['data']

/** Each filter: its name in the API and in the address, and where its options are in the answer. */
export const filterNames = {
  organization: 'organizationIds',
  team: 'teamIds',
  user: 'userIds',
  model: 'modelIds',
  provider: 'providers',
  key: 'apiKeyIds',
} as const satisfies Record<Dimension, keyof AnyFilters>

const places = {
  organization: 'organizations',
  team: 'teams',
  user: 'users',
  model: 'models',
  provider: 'providers',
  key: 'apiKeys',
} as const satisfies Record<Dimension, keyof Options>

interface AnalyticsFiltersProps {
  readonly scope: ScopeRead
  readonly period: Period
  readonly filters: AnyFilters
  readonly dimensions: readonly Dimension[]
  onChange(dimension: Dimension, chosen: readonly string[]): void
  onClear(): void
}

/** Filters that narrow each other: each offers only what still occurs under all the others. */
export function AnalyticsFilters(props: AnalyticsFiltersProps) {
  const { scope, period, filters, dimensions, onChange, onClear } = props
  const { t } = useTranslation('usage')
  const { data } = useQuery({
    queryKey: ['analytics', 'filters', scope, filters, period],
    queryFn: async () =>
      (await api.getAdminUsageFilters({ query: { ...scope, ...filters, ...period } })).data,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  // Names of what is filtered by, which the other filters may leave no call of.
  const { data: all } = useQuery({
    queryKey: ['analytics', 'filters', scope, {}, period],
    queryFn: async () => (await api.getAdminUsageFilters({ query: { ...scope, ...period } })).data,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const optionsOf = (options: Options | undefined, dimension: Dimension): readonly Option[] =>
    options?.[places[dimension]] ?? []
  const nameOf = (dimension: Dimension, id: string): string =>
    [...optionsOf(data, dimension), ...optionsOf(all, dimension)].find((one) => one.id === id)?.name ??
    t(`nobody.${dimension}`)
  return (
    <FilterToolbar onClear={onClear}>
      <FoldedFilters>
        {dimensions.map((dimension) => (
          <NarrowingFilter
            key={dimension}
            label={t(`dimension.${dimension}`)}
            options={optionsOf(data, dimension)}
            chosen={filters[filterNames[dimension]] ?? []}
            nameOf={(id) => nameOf(dimension, id)}
            onChange={(chosen) => onChange(dimension, chosen)}
          />
        ))}
      </FoldedFilters>
    </FilterToolbar>
  )
}
