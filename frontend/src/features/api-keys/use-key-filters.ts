import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Filter } from '../../ui/FilterBar.tsx'
import { useModelChoices } from '../people/model-choices.ts'
import { myTeamsQuery } from './key-queries.ts'

const statuses = ['active', 'disabled', 'expired', 'revoked'] as const

export function useStatusFilter(): Filter {
  const { t } = useTranslation('api-keys')
  return {
    name: 'status',
    label: t('column.state'),
    options: statuses.map((value) => ({ value, label: t(`status.${value}`) })),
  }
}

export function useModelFilter(): readonly Filter[] {
  const { t } = useTranslation('api-keys')
  const { choices = [] } = useModelChoices()
  return choices.length === 0
    ? []
    : [
        {
          name: 'modelId',
          label: t('filter.model'),
          options: choices.map(({ value, label }) => ({ value, label })),
        },
      ]
}

/** By what one's own keys are sorted out. */
export function useKeyFilters(): readonly Filter[] {
  const { t } = useTranslation('api-keys')
  const status = useStatusFilter()
  const model = useModelFilter()
  const { data: teams = [] } = useQuery(myTeamsQuery)
  const team: Filter = {
    name: 'teamId',
    label: t('filter.team'),
    options: teams.map(({ id, name }) => ({ value: id, label: name })),
  }
  return [status, ...model, ...(teams.length > 0 ? [team] : [])]
}
