import { Content, Title } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { JobProgress } from '../jobs/JobProgress.tsx'
import { synchronizationsQuery, type Synchronization } from './catalogue-queries.ts'
import { DriftReport } from './DriftReport.tsx'
import { SynchronizeButton } from './SynchronizationStrip.tsx'
import { useSynchronization } from './use-synchronization.ts'

const tones = { success: 'success', failed: 'danger', empty: 'warning' } as const
const triggers = ['start', 'timer', 'request', 'recovery']

/** Keeping our catalogue and LiteLLM's alike: the difference now, doing something about it, and how it went. */
export function SynchronizationPanel() {
  const { t } = useTranslation('catalogue')
  const synchronization = useSynchronization()
  return (
    <div className="lm-stack">
      <Content component="p">{t('synchronization.description')}</Content>
      <div>
        <SynchronizeButton synchronization={synchronization} />
      </div>
      {synchronization.job && <JobProgress job={synchronization.job} />}
      <Title headingLevel="h2" size="lg">
        {t('drift.title')}
      </Title>
      <DriftReport />
      <Title headingLevel="h2" size="lg">
        {t('synchronization.history')}
      </Title>
      <History />
    </div>
  )
}

function History() {
  const { t } = useTranslation('catalogue')
  const { number, ago, dateTime, milliseconds } = useFormats()
  const list = useList()
  const { limit, offset } = list.query
  const { data, error, refetch } = useQuery(synchronizationsQuery({ limit, offset }))
  const figure = (key: 'added' | 'updated' | 'gone'): Column<Synchronization> => ({
    key,
    title: t(`synchronization.${key}`),
    isNumber: true,
    render: (run) => number(run[key]),
  })
  const columns: ReadonlyArray<Column<Synchronization>> = [
    {
      key: 'finishedAt',
      title: t('synchronization.when'),
      render: (run) => (
        <time dateTime={run.finishedAt} title={dateTime(run.finishedAt)}>
          {ago(run.finishedAt)}
        </time>
      ),
    },
    {
      key: 'result',
      title: t('synchronization.result'),
      render: (run) => (
        <>
          <StateLabel tone={tones[run.result]}>{t(`synchronization.outcome.${run.result}`)}</StateLabel>
          {run.message !== null && (
            <div>
              <small>{run.message}</small>
            </div>
          )}
        </>
      ),
    },
    {
      key: 'trigger',
      title: t('synchronization.trigger'),
      render: (run) =>
        triggers.includes(run.trigger) ? t(`synchronization.by.${run.trigger}`) : run.trigger,
    },
    figure('added'),
    figure('updated'),
    figure('gone'),
    {
      key: 'duration',
      title: t('synchronization.duration'),
      isNumber: true,
      render: (run) => milliseconds(Date.parse(run.finishedAt) - Date.parse(run.startedAt)),
    },
  ]
  return (
    <DataTable
      label={t('synchronization.history')}
      columns={columns}
      {...list.table({ data, error, refetch })}
      idOf={(run) => `${run.startedAt} ${run.finishedAt}`}
      empty={<EmptyHint title={t('synchronization.never')} text={t('synchronization.neverHint')} />}
    />
  )
}
