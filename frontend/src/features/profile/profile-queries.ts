import type { Success } from '@litemaas/client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import { useToasts } from '../../ui/Toasts.tsx'

export type Profile = Success<'getProfile'>['data']
export type OwnSession = Success<'listSessions'>['data'][number]
export type Preferences = Success<'getNotificationPreferences'>['data']
export type Preference = Preferences['preferences'][number]

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: async () => (await api.getProfile()).data,
})

/** Nobody uses more browsers than this. */
const MOST = 100

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await api.listSessions({ query: { limit: MOST } })).data,
})

export const preferencesQuery = queryOptions({
  queryKey: ['notification-preferences'],
  queryFn: async () => (await api.getNotificationPreferences()).data,
})

/** Each switch counts at once; should the server refuse, it goes back. */
export function useSetPreferences() {
  const queries = useQueryClient()
  const { fail } = useToasts()
  const { queryKey } = preferencesQuery
  return useMutation({
    mutationFn: (preferences: readonly Preference[]) =>
      api.setNotificationPreferences({ body: { preferences: [...preferences] } }),
    onMutate: async (preferences) => {
      await queries.cancelQueries({ queryKey })
      const before = queries.getQueryData(queryKey)
      if (before) queries.setQueryData(queryKey, { ...before, preferences: [...preferences] })
      return before
    },
    onError: (error, _given, before) => {
      queries.setQueryData(queryKey, before)
      fail(error)
    },
    onSuccess: ({ data }) => queries.setQueryData(queryKey, data),
  })
}
