import { Button, Content, Skeleton } from '@patternfly/react-core'
import SyncAltIcon from '@patternfly/react-icons/dist/esm/icons/sync-alt-icon'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { JobProgress } from '../jobs/JobProgress.tsx'
import type { Job } from '../jobs/job-state.ts'
import { driftQuery, synchronizationsQuery } from './catalogue-queries.ts'
import type { SynchronizationRun } from './use-synchronization.ts'

export function SynchronizeButton({ synchronization }: { synchronization: SynchronizationRun }) {
  const { t } = useTranslation('catalogue')
  const { can } = useSession()
  if (!can('models:sync')) return null
  const { isRunning, start } = synchronization
  return (
    <Button
      variant="secondary"
      icon={<SyncAltIcon />}
      isLoading={isRunning}
      isDisabled={isRunning}
      onClick={start}
    >
      {t('synchronization.act')}
    </Button>
  )
}

/** One line above the list: when LiteLLM was last read, and whether both sides agree. */
export function SynchronizationStrip({ job }: { job: Job | undefined }) {
  const { t } = useTranslation('catalogue')
  const { ago, dateTime } = useFormats()
  const { data: runs } = useQuery(synchronizationsQuery({ limit: 1, offset: 0 }))
  const { data: drift } = useQuery(driftQuery)
  const last = runs?.data[0]
  if (!runs) return <Skeleton className="lm-strip" width="40%" />
  return (
    <div className="lm-strip">
      <Content component="p">
        {last === undefined ? (
          t('synchronization.never')
        ) : (
          <time dateTime={last.finishedAt} title={dateTime(last.finishedAt)}>
            {t(`synchronization.last.${last.result}`, { ago: ago(last.finishedAt) })}
          </time>
        )}{' '}
        {drift && (
          <StateLabel tone={drift.isInAgreement ? 'success' : 'warning'}>
            {t(drift.isInAgreement ? 'drift.agreed' : 'drift.differs')}
          </StateLabel>
        )}{' '}
        <Link to="/admin/settings/$section" params={{ section: 'synchronization' }}>
          {t('drift.show')}
        </Link>
      </Content>
      {job && <JobProgress job={job} />}
    </div>
  )
}
