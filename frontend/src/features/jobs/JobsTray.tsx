import { Button, Popover, Spinner, Title } from '@patternfly/react-core'
import TasksIcon from '@patternfly/react-icons/dist/esm/icons/tasks-icon'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { recentJobsQuery } from './job-queries.ts'
import { JobProgress } from './JobProgress.tsx'
import { isOver, knownJob, type Job } from './job-state.ts'
import { useJobWords } from './use-job-words.ts'

/** What runs for the person in the background, in the masthead; not there for somebody who never started anything. */
export function JobsTray() {
  const { t } = useTranslation('jobs')
  const { data: jobs = [] } = useQuery(recentJobsQuery)
  const [isOpen, setIsOpen] = useState(false)
  useEndNotices(jobs)
  if (jobs.length === 0) return null
  const running = jobs.filter((job) => !isOver(job)).length
  return (
    <Popover
      aria-label={t('title')}
      isVisible={isOpen}
      shouldOpen={() => setIsOpen(true)}
      shouldClose={() => setIsOpen(false)}
      position="bottom-end"
      minWidth="20rem"
      maxWidth="26rem"
      bodyContent={
        // No header of the popover's own: it would be a second banner landmark of the page.
        <>
          <Title headingLevel="h2" size="md">
            {t('title')}
          </Title>
          <JobList jobs={jobs} onLeave={() => setIsOpen(false)} />
        </>
      }
    >
      <Button
        variant="plain"
        aria-label={t('open', { count: running })}
        icon={running > 0 ? <Spinner size="md" aria-hidden /> : <TasksIcon />}
      />
    </Popover>
  )
}

function JobList({ jobs, onLeave }: { jobs: readonly Job[]; onLeave: () => void }) {
  const { ago, dateTime } = useFormats()
  return (
    <ul className="lm-jobs">
      {jobs.map((job) => (
        <li key={job.id}>
          <JobProgress job={job} />
          <small>
            <time dateTime={job.createdAt} title={dateTime(job.createdAt)}>
              {ago(job.createdAt)}
            </time>
            <ResultLink job={job} onLeave={onLeave} />
          </small>
        </li>
      ))}
    </ul>
  )
}

function ResultLink({ job, onLeave }: { job: Job; onLeave: () => void }) {
  const { t } = useTranslation('jobs')
  const known = knownJob(job.kind)
  if (!known || !isOver(job)) return null
  return (
    <>
      {' · '}
      <Link {...known.link} onClick={onLeave}>
        {t('show')}
      </Link>
    </>
  )
}

/** Says it when something that was seen running has come to its end, wherever the person is by then. */
function useEndNotices(jobs: readonly Job[]) {
  const { t } = useTranslation('jobs')
  const { say } = useToasts()
  const { nameOf } = useJobWords()
  const running = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    for (const job of jobs) {
      if (!running.current.has(job.id) || !isOver(job)) continue
      const tone = { succeeded: 'success', failed: 'danger', cancelled: 'info' } as const
      const status = job.status === 'failed' || job.status === 'cancelled' ? job.status : 'succeeded'
      say(t(`ended.${status}`, { name: nameOf(job) }), tone[status])
    }
    running.current = new Set(jobs.filter((job) => !isOver(job)).map(({ id }) => id))
    // Only the jobs say that something has ended.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [jobs])
}
