import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'
import type { Choice } from '../../ui/Typeahead.tsx'
import type { Read } from '../people/budget-queries.ts'

export type Team = Success<'getTeam'>['data']
export type TeamMember = Success<'listTeamMembers'>['data'][number]
export type TeamKey = Success<'listTeamKeys'>['data'][number]

export const myTeamsQuery = (query: NonNullable<Arguments<'listMyTeams'>['query']>) =>
  queryOptions({
    queryKey: ['teams', 'mine', query],
    queryFn: () => api.listMyTeams({ query }),
    placeholderData: keepPreviousData,
  })

export const allTeamsQuery = (query: NonNullable<Arguments<'listTeams'>['query']>) =>
  queryOptions({
    queryKey: ['teams', 'list', query],
    queryFn: () => api.listTeams({ query }),
    placeholderData: keepPreviousData,
  })

export const teamQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['teams', 'one', id, read],
    queryFn: async () => (await api.getTeam({ path: { id }, query: read })).data,
  })

export const teamMembersQuery = (id: string, query: NonNullable<Arguments<'listTeamMembers'>['query']>) =>
  queryOptions({
    queryKey: ['teams', 'members', id, query],
    queryFn: () => api.listTeamMembers({ path: { id }, query }),
    placeholderData: keepPreviousData,
  })

export const teamKeysQuery = (id: string, query: NonNullable<Arguments<'listTeamKeys'>['query']>) =>
  queryOptions({
    queryKey: ['teams', 'keys', id, query],
    queryFn: () => api.listTeamKeys({ path: { id }, query }),
    placeholderData: keepPreviousData,
  })

/** Who could be added, for a typeahead. */
export const searchCandidates =
  (id: string, read: Read) =>
  async (text: string): Promise<readonly Choice[]> => {
    const query = { limit: 20, ...read, ...(text === '' ? {} : { search: text }) }
    const { data } = await api.listTeamCandidates({ path: { id }, query })
    return data.map((one) => ({ value: one.userId, label: one.displayName, description: one.username }))
  }

/** After something about teams was changed. */
export function useChangedTeams() {
  const queries = useQueryClient()
  return async () => {
    const stale = ['teams', 'members', 'users', 'api-keys']
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
}
