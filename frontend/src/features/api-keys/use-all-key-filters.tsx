import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import type { useList } from '../../app/use-list.ts'
import type { Filter } from '../../ui/FilterBar.tsx'
import { SearchedFilter } from '../../ui/SearchedFilter.tsx'
import type { Choice } from '../../ui/Typeahead.tsx'
import { useModelFilter, useStatusFilter } from './use-key-filters.ts'

const syncStates = ['synced', 'pending', 'failed'] as const

/** By what all keys are sorted out; people are too many for a menu and are found by typing. */
export function useAllKeyFilters(list: ReturnType<typeof useList>) {
  const { t } = useTranslation('api-keys')
  const { can } = useSession()
  const scope = useScope()
  const status = useStatusFilter()
  const model = useModelFilter()
  const mayTeams = can('teams:read-all') && !scope.isAll
  const { data: teams = [] } = useQuery({
    queryKey: ['teams', 'names', scope.read],
    queryFn: async () => (await api.listTeams({ query: { limit: 100, ...scope.read } })).data,
    enabled: mayTeams,
    staleTime: 60_000,
  })
  const filters: readonly Filter[] = [
    status,
    ...model,
    ...(teams.length > 0
      ? [
          {
            name: 'teamId',
            label: t('filter.team'),
            options: teams.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
    {
      name: 'syncState',
      label: t('filter.sync'),
      options: syncStates.map((value) => ({ value, label: t(`syncState.${value}`) })),
    },
  ]
  return { filters, person: can('users:read') ? <PersonFilter list={list} /> : null }
}

function PersonFilter({ list }: { list: ReturnType<typeof useList> }) {
  const { t } = useTranslation('api-keys')
  const searchPeople = usePeopleSearch()
  const scope = useScope()
  const { userId } = list.filters
  const chosenId = typeof userId === 'string' ? userId : undefined
  const { data: person } = useQuery({
    queryKey: ['users', 'name', chosenId, scope.read],
    queryFn: async () => (await api.getUser({ path: { id: chosenId ?? '' }, query: scope.read })).data,
    enabled: chosenId !== undefined,
    staleTime: 60_000,
  })
  return (
    <SearchedFilter
      name="userId"
      label={t('filter.person')}
      queryKey={['users', 'for-keys', scope.read]}
      search={searchPeople}
      chosen={chosenId === undefined ? undefined : { value: chosenId, label: person?.displayName ?? '…' }}
      onChange={(value) => list.setFilter('userId', value)}
    />
  )
}

/** People of where one looks, by any part of their name. */
export function usePeopleSearch(): (text: string) => Promise<readonly Choice[]> {
  const scope = useScope()
  return async (text) => {
    const search = text === '' ? {} : { search: text }
    const { data } = await api.listUsers({
      query: { limit: 20, sort: 'displayName', ...search, ...scope.read },
    })
    return data.map(({ id, displayName, username }) => ({
      value: id,
      label: displayName,
      description: username,
    }))
  }
}
