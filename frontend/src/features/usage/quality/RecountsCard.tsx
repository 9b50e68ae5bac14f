import { Button } from '@patternfly/react-core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../../app/session.ts'
import { ChartCard } from '../../../ui/ChartCard.tsx'
import { DataTable, type Column } from '../../../ui/DataTable.tsx'
import { EmptyHint } from '../../../ui/EmptyHint.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { StateLabel } from '../../../ui/StateLabel.tsx'
import { When } from '../../../ui/When.tsx'
import { useJob } from '../../jobs/job-queries.ts'
import { isOver } from '../../jobs/job-state.ts'
import { JobProgress, JobState } from '../../jobs/JobProgress.tsx'
import { useAxisLabels } from '../axis-labels.ts'
import type { Range } from '../ranges.ts'
import { recountsQuery, type Recount } from './quality-queries.ts'
import { RecountDialog } from './RecountDialog.tsx'
import { StartRecount } from './StartRecount.tsx'
import { usePaging } from './use-paging.ts'

/** Comparisons with LiteLLM's own logs: what was found, and a new one. */
export function RecountsCard({ range }: { readonly range: Range }) {
  const { t } = useTranslation('usage')
  const { isPlatformAdmin } = useSession()
  const queries = useQueryClient()
  const [isStarting, setIsStarting] = useState(false)
  const [jobId, setJobId] = useState<string>()
  const [shown, setShown] = useState<Recount>()
  const { query, paging } = usePaging()
  const { data, error, refetch } = useQuery(recountsQuery(query))
  const refresh = useCallback(() => void queries.invalidateQueries({ queryKey: ['analytics'] }), [queries])
  const job = useJob(jobId, refresh)
  const columns = useColumns(setShown)
  const start = (
    <Button variant="secondary" onClick={() => setIsStarting(true)}>
      {t('recount.start')}
    </Button>
  )
  return (
    <ChartCard
      title={t('recount.title')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      actions={isPlatformAdmin ? start : undefined}
    >
      {job && !isOver(job) && <JobProgress job={job} />}
      <DataTable
        label={t('recount.title')}
        columns={columns}
        rows={data?.data}
        idOf={({ id }) => id}
        empty={
          <EmptyHint
            title={t('recount.none')}
            text={t('recount.noneHint')}
            {...(isPlatformAdmin ? { action: start } : {})}
          />
        }
        {...paging(data?.pagination.total)}
      />
      {isStarting && <StartRecount range={range} onStarted={setJobId} onClose={() => setIsStarting(false)} />}
      {shown && <RecountDialog recount={shown} onClose={() => setShown(undefined)} />}
    </ChartCard>
  )
}

const differencesOf = ({ missingHere, missingThere, differentCost, differentTokens }: Recount): number =>
  missingHere + missingThere + differentCost + differentTokens

function useColumns(onShow: (recount: Recount) => void): Array<Column<Recount>> {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const labels = useAxisLabels()
  return [
    {
      key: 'range',
      title: t('recount.days'),
      render: (recount) => (
        <Button variant="link" isInline onClick={() => onShow(recount)}>
          {labels.range(recount.from, recount.to)}
        </Button>
      ),
    },
    { key: 'status', title: t('recount.status'), render: ({ status }) => <JobState status={status} /> },
    {
      key: 'here',
      title: t('recount.here'),
      isNumber: true,
      render: ({ callsHere }) => number(callsHere),
    },
    {
      key: 'there',
      title: t('recount.there'),
      isNumber: true,
      render: ({ callsThere }) => number(callsThere),
    },
    {
      key: 'differences',
      title: t('recount.differences'),
      render: (recount) => {
        const count = differencesOf(recount)
        return (
          <StateLabel tone={count === 0 ? 'success' : 'warning'}>
            {t('recount.found', { count, differences: number(count) })}
          </StateLabel>
        )
      },
    },
    {
      key: 'booked',
      title: t('recount.booked'),
      isNumber: true,
      render: ({ booked, isApplied }) => (isApplied ? number(booked) : t('recount.notApplied')),
    },
    { key: 'at', title: t('recount.started'), render: ({ createdAt }) => <When at={createdAt} /> },
  ]
}
