import { infiniteQueryOptions, keepPreviousData, useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import { useToasts } from '../../ui/Toasts.tsx'

export type Notification = Awaited<ReturnType<typeof api.listNotifications>>['data'][number]
export type NotificationKind = Notification['kind']

export const notificationKinds = [
  'request-waiting',
  'request-decided',
  'budget',
  'api-key',
  'model',
  'job',
  'membership',
  'webhook',
  'platform',
] as const satisfies readonly NotificationKind[]

const PAGE = 20

interface Filters {
  readonly isRead?: boolean
  readonly kind?: NotificationKind
}

/** The newest first, and as many pages of older ones as were asked for. */
export const notificationsQuery = (filters: Filters = {}) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'list', filters],
    queryFn: ({ pageParam }) =>
      api.listNotifications({
        query: { ...filters, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: ({ pagination }) => pagination.nextCursor,
    placeholderData: keepPreviousData,
  })

/** What one does with notifications; each brings lists and the number in the masthead up to date. */
export function useNotificationActs() {
  const queries = useQueryClient()
  const { fail } = useToasts()
  const options = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
    onError: fail,
  }
  const read = useMutation({ mutationFn: (id: string) => api.readNotification({ path: { id } }), ...options })
  const readAll = useMutation({ mutationFn: () => api.readAllNotifications(), ...options })
  const remove = useMutation({
    mutationFn: (id: string) => api.deleteNotification({ path: { id } }),
    ...options,
  })
  return {
    read: read.mutate,
    readAll: readAll.mutate,
    isReadingAll: readAll.isPending,
    remove: remove.mutate,
  }
}
