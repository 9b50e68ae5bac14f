import { Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../../ui/ChartCard.tsx'
import { DataTable, type Column } from '../../../ui/DataTable.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { StateLabel, type Tone } from '../../../ui/StateLabel.tsx'
import { When } from '../../../ui/When.tsx'
import { useAxisLabels } from '../axis-labels.ts'
import type { Range } from '../ranges.ts'
import { completenessQuery, type KnownDay } from './quality-queries.ts'

const states = ['complete', 'partial', 'unknown'] as const satisfies ReadonlyArray<KnownDay['state']>
const tones: Readonly<Record<KnownDay['state'], Tone>> = {
  complete: 'success',
  partial: 'warning',
  unknown: 'neutral',
}

/** Of which days everything is known. Every day a square; those that lack something in a table with the reason. */
export function CompletenessCard({ range }: { readonly range: Range }) {
  const { t } = useTranslation('usage')
  const labels = useAxisLabels()
  const { data, error, refetch } = useQuery(completenessQuery({ from: range.from, to: range.to }))
  const columns = useColumns()
  const count = (state: KnownDay['state']) => (data ?? []).filter((day) => day.state === state).length
  const open = (data ?? []).filter(({ state, unattributed }) => state !== 'complete' || unattributed > 0)
  return (
    <ChartCard
      title={t('quality.completeness')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
    >
      <Flex columnGap={{ default: 'columnGapSm' }}>
        {states.map((state) => (
          <StateLabel key={state} tone={tones[state]}>
            {t(`quality.days.${state}`, { count: count(state) })}
          </StateLabel>
        ))}
      </Flex>
      <div className="lm-known" aria-hidden>
        {(data ?? []).map(({ day, state }) => (
          <span
            key={day}
            className={`lm-known__day lm-known__day--${state}`}
            title={`${labels.fullDay(day)}: ${t(`quality.state.${state}`)}`}
          />
        ))}
      </div>
      {open.length > 0 && (
        <div role="region" tabIndex={0} aria-label={t('quality.openDays')} className="lm-short-list">
          <DataTable
            label={t('quality.openDays')}
            columns={columns}
            rows={open.toReversed()}
            idOf={({ day }) => day}
          />
        </div>
      )}
    </ChartCard>
  )
}

function useColumns(): Array<Column<KnownDay>> {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const labels = useAxisLabels()
  return [
    { key: 'day', title: t('trend.dayUtc'), render: ({ day }) => labels.fullDay(day) },
    {
      key: 'state',
      title: t('quality.known'),
      render: ({ state }) => <StateLabel tone={tones[state]}>{t(`quality.state.${state}`)}</StateLabel>,
    },
    { key: 'why', title: t('quality.why'), render: ({ message }) => message ?? t('common:state.none') },
    {
      key: 'rows',
      title: t('quality.rowsSeen'),
      isNumber: true,
      render: ({ rowsSeen }) => (rowsSeen === null ? t('common:state.none') : number(rowsSeen)),
    },
    {
      key: 'aside',
      title: t('quality.unattributed'),
      isNumber: true,
      render: ({ unattributed }) => number(unattributed),
    },
    { key: 'checked', title: t('quality.checked'), render: ({ checkedAt }) => <When at={checkedAt} /> },
  ]
}
