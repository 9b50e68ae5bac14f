import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type Backup = Success<'listBackups'>['data'][number]
export type BackupsQuery = NonNullable<Arguments<'listBackups'>['query']>

const POLL_MS = 3000

export const backupsQuery = (query: BackupsQuery) =>
  queryOptions({
    queryKey: ['backups', 'list', query],
    queryFn: () => api.listBackups({ query }),
    placeholderData: keepPreviousData,
    // Somebody else's work is not announced to us.
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => status === 'creating') === true ? POLL_MS : false,
  })

export function useDeleteBackup() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.deleteBackup({ path: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['backups'] }),
  })
}
