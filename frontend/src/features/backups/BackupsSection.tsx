import { Button } from '@patternfly/react-core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { JobProgress } from '../jobs/JobProgress.tsx'
import { useJobOf, useStartedJob } from '../jobs/job-queries.ts'
import type { Job } from '../jobs/job-state.ts'
import { useBackupColumns } from './backup-columns.tsx'
import { backupsQuery } from './backup-queries.ts'
import { BackupDialog } from './BackupDialog.tsx'
import { RestoreHint } from './RestoreHint.tsx'

const KINDS = ['backup.create', 'backup.test']

/** Backups of the database: made, proven, fetched, thrown away. Restoring is done where no server runs. */
export function BackupsSection() {
  const { t } = useTranslation('backups')
  const { isPlatformAdmin } = useSession()
  const [isCreating, setIsCreating] = useState(false)
  const { job, follow } = useFollowedJob()
  const create = isPlatformAdmin ? (
    <Button onClick={() => setIsCreating(true)}>{t('create.act')}</Button>
  ) : undefined
  return (
    <div className="lm-stack">
      {job && <JobProgress job={job} />}
      <BackupList create={create} mayWrite={isPlatformAdmin} onStarted={follow} />
      <RestoreHint />
      {isCreating && <BackupDialog onStarted={follow} onClose={() => setIsCreating(false)} />}
    </div>
  )
}

function useFollowedJob() {
  const queries = useQueryClient()
  const started = useStartedJob()
  const [id, setId] = useState<string>()
  const stale = useCallback(() => void queries.invalidateQueries({ queryKey: ['backups'] }), [queries])
  const job = useJobOf(KINDS, id, stale)
  const follow = (begun: Job) => {
    started(begun)
    setId(begun.id)
    stale()
  }
  return { job, follow }
}

interface BackupListProps {
  readonly create: React.ReactNode
  readonly mayWrite: boolean
  onStarted(job: Job): void
}

function BackupList({ create, mayWrite, onStarted }: BackupListProps) {
  const { t } = useTranslation('backups')
  const list = useList()
  const { data, error, refetch } = useQuery(backupsQuery(list.query))
  const columns = useBackupColumns(mayWrite, onStarted)
  return (
    <div>
      {(data?.data.length !== 0 || list.hasFilters) && (
        <FilterBar
          filters={[
            {
              name: 'source',
              label: t('field.source'),
              options: (['litemaas', 'litellm'] as const).map((value) => ({
                value,
                label: t(`source.${value}`),
              })),
            },
            {
              name: 'status',
              label: t('column.status'),
              options: (['ready', 'creating', 'failed'] as const).map((value) => ({
                value,
                label: t(`status.${value}`),
              })),
            },
          ]}
          {...list.filterBar}
          actions={create}
        />
      )}
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(backup) => backup.id}
        empty={<EmptyHint title={t('empty.title')} text={t('empty.text')} action={create} />}
      />
    </div>
  )
}
