import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { Filter } from '../../ui/FilterBar.tsx'
import type { SubscriptionRequest } from './request-queries.ts'

const MOST_MODELS = 100
const DAYS = [1, 7, 30, 90] as const

/** By model, kind of access and time; by person where a link from their page has brought somebody here. */
export function useRequestFilters(
  userId: unknown,
  rows: readonly SubscriptionRequest[] | undefined,
): readonly Filter[] {
  const { t } = useTranslation('requests')
  const { data: models = [] } = useQuery({
    queryKey: ['models', 'names'],
    queryFn: async () => (await api.listModels({ query: { limit: MOST_MODELS, sort: 'name' } })).data,
    staleTime: 60_000,
  })
  const name = rows?.find((row) => row.userId === userId)?.displayName
  return [
    {
      name: 'modelId',
      label: t('filter.model'),
      options: models.map((model) => ({ value: model.id, label: model.name })),
    },
    {
      name: 'isRestricted',
      label: t('filter.access'),
      options: [
        { value: 'true', label: t('restricted') },
        { value: 'false', label: t('filter.open') },
      ],
    },
    {
      name: 'within',
      label: t('filter.time'),
      options: DAYS.map((days) => ({ value: String(days), label: t('filter.days', { count: days }) })),
    },
    ...(typeof userId === 'string'
      ? [{ name: 'userId', label: t('filter.person'), options: [{ value: userId, label: name ?? userId }] }]
      : []),
  ]
}
