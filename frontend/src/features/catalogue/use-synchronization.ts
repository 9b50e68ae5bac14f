import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { api } from '../../app/api.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useJobOf, useStartedJob } from '../jobs/job-queries.ts'
import { isOver, type Job } from '../jobs/job-state.ts'

const KINDS = ['models.synchronize']

export interface SynchronizationRun {
  readonly job: Job | undefined
  readonly isRunning: boolean
  start(): void
}

/** Starts a synchronization, follows it, and reads the catalogue again when it is over. */
export function useSynchronization(): SynchronizationRun {
  const { fail } = useToasts()
  const queries = useQueryClient()
  const started = useStartedJob()
  const [id, setId] = useState<string>()
  const finished = useCallback(() => {
    void queries.invalidateQueries({ queryKey: ['models'] })
    void queries.invalidateQueries({ queryKey: ['catalogue'] })
  }, [queries])
  const job = useJobOf(KINDS, id, finished)
  const start = useMutation({
    mutationFn: async () => (await api.synchronizeModels()).data,
    onSuccess: (begun) => {
      started(begun)
      setId(begun.id)
    },
    onError: fail,
  })
  const isRunning = start.isPending || (job === undefined ? id !== undefined : !isOver(job))
  return { job, isRunning, start: () => start.mutate() }
}
