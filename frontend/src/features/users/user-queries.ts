import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'
import type { Read } from '../people/budget-queries.ts'

export type User = Success<'listUsers'>['data'][number]
export type UserDetail = Success<'getUser'>['data']
export type Membership = UserDetail['memberships'][number]
export type UserListQuery = NonNullable<Arguments<'listUsers'>['query']>
export type Key = Success<'listAllApiKeys'>['data'][number]
export type Subscription = Success<'listSubscriptionRequests'>['data'][number]

export const usersQuery = (query: UserListQuery) =>
  queryOptions({
    queryKey: ['users', 'list', query],
    queryFn: () => api.listUsers({ query }),
    placeholderData: keepPreviousData,
  })

export const userQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['users', 'one', id, read],
    queryFn: async () => (await api.getUser({ path: { id }, query: read })).data,
  })

export const userKeysQuery = (query: NonNullable<Arguments<'listAllApiKeys'>['query']>) =>
  queryOptions({
    queryKey: ['api-keys', 'list', query],
    queryFn: () => api.listAllApiKeys({ query }),
    placeholderData: keepPreviousData,
  })

export const userSubscriptionsQuery = (query: NonNullable<Arguments<'listSubscriptionRequests'>['query']>) =>
  queryOptions({
    queryKey: ['subscriptions', 'of-user', query],
    queryFn: () => api.listSubscriptionRequests({ query }),
    placeholderData: keepPreviousData,
  })

export const userActivityQuery = (id: string, read: Read) =>
  infiniteQueryOptions({
    queryKey: ['users', 'activity', id, read],
    queryFn: ({ pageParam }) =>
      api.listUserActivity({
        path: { id },
        query: { limit: 30, ...read, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
  })

/** Teams to filter by; an organization has tens of them. */
export const teamNamesQuery = (read: Read) =>
  queryOptions({
    queryKey: ['teams', 'names', read],
    queryFn: async () => (await api.listTeams({ query: { limit: 100, ...read } })).data,
    staleTime: 60_000,
  })

/** After something about people was changed: whatever shows it. */
export function useChangedPeople() {
  const queries = useQueryClient()
  return async (...also: readonly string[]) => {
    const stale = ['users', 'members', ...also]
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
}
