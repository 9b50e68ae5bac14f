import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type Organization = Success<'getOrganization'>['data']
export type CurrentOrganization = Success<'getCurrentOrganization'>['data']
export type Member = Success<'listMembers'>['data'][number]
export type Invitation = Success<'listInvitations'>['data'][number]

export const organizationsQuery = (query: NonNullable<Arguments<'listOrganizations'>['query']>) =>
  queryOptions({
    queryKey: ['organizations', 'list', query],
    queryFn: () => api.listOrganizations({ query }),
    placeholderData: keepPreviousData,
  })

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', 'one', id],
    queryFn: async () => (await api.getOrganization({ path: { id } })).data,
  })

export const organizationModelsQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', 'models', id],
    queryFn: async () => (await api.getOrganizationModels({ path: { id } })).data,
  })

export const currentOrganizationQuery = queryOptions({
  queryKey: ['organizations', 'current'],
  queryFn: async () => (await api.getCurrentOrganization()).data,
})

export const membersQuery = (query: NonNullable<Arguments<'listMembers'>['query']>) =>
  queryOptions({
    queryKey: ['members', 'list', query],
    queryFn: () => api.listMembers({ query }),
    placeholderData: keepPreviousData,
  })

export const invitationsQuery = (query: NonNullable<Arguments<'listInvitations'>['query']>) =>
  queryOptions({
    queryKey: ['members', 'invitations', query],
    queryFn: () => api.listInvitations({ query }),
    placeholderData: keepPreviousData,
  })

/** After something about organizations was changed. */
export function useChangedOrganizations() {
  const queries = useQueryClient()
  return async (...also: readonly string[]) => {
    const stale = ['organizations', 'members', ...also]
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
}
