import { Button, Progress, ProgressMeasureLocation, ProgressSize, Spinner } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { StateLabel, type Tone } from '../../ui/StateLabel.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useCancelJob } from './job-queries.ts'
import { isOver, percentOf, type Job } from './job-state.ts'
import { useJobWords } from './use-job-words.ts'

const tones = {
  queued: 'neutral',
  running: 'info',
  succeeded: 'success',
  failed: 'danger',
  cancelled: 'neutral',
} as const satisfies Record<Job['status'], Tone>

export function JobState({ status }: Pick<Job, 'status'>) {
  const { t } = useTranslation('jobs')
  return <StateLabel tone={tones[status]}>{t(`status.${status}`)}</StateLabel>
}

/** How far a job is, or what came of it: for the page that started it, and for the tray. */
export function JobProgress({ job }: { job: Job }) {
  const { nameOf, outcomeOf } = useJobWords()
  if (!isOver(job)) return <RunningJob job={job} />
  const outcome = outcomeOf(job)
  return (
    <div role="status">
      <div className="lm-job__head">
        <strong>{nameOf(job)}</strong> <JobState status={job.status} />
      </div>
      {outcome !== undefined && <div className="lm-job__outcome">{outcome}</div>}
    </div>
  )
}

function RunningJob({ job }: { job: Job }) {
  const { t } = useTranslation('jobs')
  const { can } = useSession()
  const { fail } = useToasts()
  const { nameOf } = useJobWords()
  const cancel = useCancelJob()
  const percent = percentOf(job.progress)
  const name = nameOf(job)
  return (
    <div>
      {percent === undefined || job.status === 'queued' ? (
        <div className="lm-job__head">
          <Spinner size="md" aria-label={t(`status.${job.status}`)} />
          <strong>{name}</strong> <JobState status={job.status} />
        </div>
      ) : (
        <Progress
          value={percent}
          title={name}
          size={ProgressSize.sm}
          measureLocation={ProgressMeasureLocation.top}
          helperText={t('progress', { done: job.progress.done, total: job.progress.total })}
        />
      )}
      {can('jobs:cancel') && (
        <Button
          variant="link"
          isInline
          isDisabled={job.isCancelRequested || cancel.isPending}
          aria-label={t('cancelNamed', { name })}
          onClick={() => cancel.mutate(job.id, { onError: fail })}
        >
          {job.isCancelRequested ? t('cancelling') : t('cancel')}
        </Button>
      )}
    </div>
  )
}
