import { Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import type { Job } from '../jobs/job-state.ts'
import { BackupActions } from './BackupActions.tsx'
import type { Backup } from './backup-queries.ts'

const tones = { creating: 'info', ready: 'success', failed: 'danger' } as const

export function useBackupColumns(
  mayWrite: boolean,
  onStarted: (job: Job) => void,
): ReadonlyArray<Column<Backup>> {
  const { t } = useTranslation('backups')
  const { ago, dateTime, bytes, number } = useFormats()
  const actions: Column<Backup> = {
    key: 'actions',
    title: t('column.actions'),
    isActions: true,
    render: (backup) => <BackupActions backup={backup} onStarted={onStarted} />,
  }
  return [
    {
      key: 'createdAt',
      title: t('column.createdAt'),
      sort: 'createdAt',
      render: (backup) => (
        <>
          <time dateTime={backup.createdAt} title={dateTime(backup.createdAt)}>
            {ago(backup.createdAt)}
          </time>
          <small className="lm-detail lm-code">{backup.fileName}</small>
          {backup.note !== null && <small className="lm-detail">{backup.note}</small>}
        </>
      ),
    },
    { key: 'source', title: t('field.source'), render: ({ source }) => t(`source.${source}`) },
    {
      key: 'status',
      title: t('column.status'),
      render: ({ status }) => <StateLabel tone={tones[status]}>{t(`status.${status}`)}</StateLabel>,
    },
    {
      key: 'bytes',
      title: t('column.bytes'),
      sort: 'bytes',
      isNumber: true,
      render: (backup) => (backup.bytes === null ? '–' : bytes(backup.bytes)),
    },
    {
      key: 'rows',
      title: t('column.rows'),
      isNumber: true,
      render: (backup) => (backup.rows === null ? '–' : number(backup.rows)),
    },
    { key: 'tested', title: t('column.tested'), render: (backup) => <Proof backup={backup} /> },
    ...(mayWrite ? [actions] : []),
  ]
}

/** Whether somebody has proven that it can be restored. */
function Proof({ backup: { testResult, testedAt, testMessage } }: { backup: Backup }) {
  const { t } = useTranslation('backups')
  const { ago, dateTime } = useFormats()
  if (testResult === null || testedAt === null) return t('test.never')
  const label = (
    <StateLabel tone={testResult === 'passed' ? 'success' : 'danger'}>{t(`test.${testResult}`)}</StateLabel>
  )
  return (
    <>
      {testMessage === null ? (
        label
      ) : (
        <Tooltip content={testMessage}>
          <span tabIndex={0}>{label}</span>
        </Tooltip>
      )}
      <small className="lm-detail">
        <time dateTime={testedAt} title={dateTime(testedAt)}>
          {ago(testedAt)}
        </time>
      </small>
    </>
  )
}
