import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/** Who is signed in, and what they may do. The console hides or disables by it; the server decides. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const { data } = await api.getMe()
    return { ...data, permissions: new Set(data.permissions) }
  },
  staleTime: 60_000,
})

export type Session = Awaited<ReturnType<NonNullable<typeof sessionQuery.queryFn>>>

export function useSession() {
  const { data } = useSuspenseQuery(sessionQuery)
  const isReadOnly = data.platformRole === 'adminReadonly'
  return {
    ...data,
    isReadOnly,
    isPlatformAdmin: data.platformRole === 'admin',
    isPlatformReader: data.platformRole !== 'user',
    can: (permission: string) => data.permissions.has(permission),
  }
}

/** What anybody may know of this installation: names, logos, currency, announcements. */
export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: async () => (await api.getPublicConfiguration()).data,
  staleTime: 60_000,
})
