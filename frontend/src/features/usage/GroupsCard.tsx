import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { BAR_HEIGHT, barsOption, barsTable } from './bars.ts'
import type { Period } from './ranges.ts'
import { groupsQuery } from './usage-queries.ts'
import type { Dimension, UsageSource } from './usage-source.ts'

interface GroupsCardProps {
  readonly source: UsageSource
  readonly dimension: Dimension
  readonly period: Period
  readonly actions?: React.ReactNode
}

const SHOWN = 8
const LEAST = 128
const HEIGHT = SHOWN * BAR_HEIGHT + 32

/** Who or what spent the most. */
export function GroupsCard({ source, dimension, period, actions }: GroupsCardProps) {
  const { t } = useTranslation('usage')
  const { money, moneyCompact } = useFormats()
  const { data, error, refetch } = useQuery(groupsQuery(source, dimension, { ...period, limit: SHOWN }))
  const bars = useMemo(
    () =>
      (data?.data ?? [])
        .filter(({ cost, requests }) => cost > 0 || requests > 0)
        .map(({ name, cost }) => ({ name: name ?? t(`nobody.${dimension}`), value: cost })),
    [data, t, dimension],
  )
  const words = useMemo(
    () => ({
      name: t(`dimension.${dimension}`),
      value: t('metric.cost'),
      text: money,
      axis: moneyCompact,
    }),
    [t, dimension, money, moneyCompact],
  )
  const option = useMemo(() => barsOption(bars, words), [bars, words])
  return (
    <ChartCard
      title={t(`groups.${dimension}`)}
      height={HEIGHT + 30}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={bars.length === 0 && t('trend.empty')}
      actions={actions}
    >
      <Chart
        label={t(`groups.label.${dimension}`)}
        option={option}
        table={barsTable(bars, words)}
        height={Math.max(LEAST, bars.length * BAR_HEIGHT + 32)}
      />
    </ChartCard>
  )
}
