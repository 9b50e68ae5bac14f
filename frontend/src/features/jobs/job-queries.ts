import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../app/api.ts'
import { isOver, type Job } from './job-state.ts'

/** Events make it stale within a second; should they not come, it is asked for. */
const POLL_MS = 3000
const RECENT = 8

const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: async () => (await api.getJob({ path: { id } })).data,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : POLL_MS),
  })

export const recentJobsQuery = queryOptions({
  queryKey: ['jobs', 'recent'],
  queryFn: async () => (await api.listJobs({ query: { limit: RECENT } })).data,
  refetchInterval: ({ state }) => (state.data?.some((job) => !isOver(job)) === true ? POLL_MS : false),
})

/**
 * A job as it goes on; undefined while there is none or nothing is known of it. `onFinished` is called once for each job,
 * when it has come to its end, also when that was before the first look. That a job ended is said in a toast by the tray.
 */
export function useJob(id: string | undefined, onFinished?: (job: Job) => void): Job | undefined {
  const { data: job } = useQuery({ ...jobQuery(id ?? ''), enabled: id !== undefined })
  const reported = useRef<string>(undefined)
  useEffect(() => {
    if (!job || !isOver(job) || reported.current === job.id) return
    reported.current = job.id
    onFinished?.(job)
  }, [job, onFinished])
  return id === undefined ? undefined : job
}

/**
 * The job that a page shows: the one that was started here, else one of these kinds that is still running, so that its
 * progress is there again after the page was left or loaded anew.
 */
export function useJobOf(
  kinds: readonly string[],
  startedId: string | undefined,
  onFinished?: (job: Job) => void,
): Job | undefined {
  const { data: recent } = useQuery(recentJobsQuery)
  const running = recent?.find((job) => kinds.includes(job.kind) && !isOver(job))?.id
  const [seen, setSeen] = useState<string>()
  if (running !== undefined && running !== seen) setSeen(running)
  return useJob(startedId ?? seen, onFinished)
}

/** Puts a job that was just started where `useJob` and the tray find it, without asking for it again. */
export function useStartedJob(): (job: Job) => void {
  const queries = useQueryClient()
  return (job) => {
    queries.setQueryData(jobQuery(job.id).queryKey, job)
    queries.setQueryData(recentJobsQuery.queryKey, (all = []) => [
      job,
      ...all.filter(({ id }) => id !== job.id).slice(0, RECENT - 1),
    ])
  }
}

export function useCancelJob() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.cancelJob({ path: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  })
}
