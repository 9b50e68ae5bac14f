import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import type { EChartsOption } from '../../ui/echarts.ts'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from './axis-labels.ts'
import { callsByHour } from './hours.ts'
import { addDays, canBeByHour, MAX_HOURLY_DAYS, periodOf, type Range } from './ranges.ts'
import { hoursQuery } from './usage-queries.ts'
import type { UsageSource } from './usage-source.ts'

const HEIGHT = 210

/** When in the day calls are made; of a long range its last month. */
export function HoursCard({ source, range }: { readonly source: UsageSource; readonly range: Range }) {
  const { t } = useTranslation('usage')
  const { number, compact } = useFormats()
  const labels = useAxisLabels()
  const shown = canBeByHour(range) ? range : { ...range, from: addDays(range.to, 1 - MAX_HOURLY_DAYS) }
  const { data, error, refetch } = useQuery(hoursQuery(source, periodOf(shown)))
  const sums = useMemo(() => callsByHour(data ?? []), [data])
  const names = useMemo(
    () => sums.map((_sum, hour) => labels.hour(new Date(Date.UTC(2000, 0, 1, hour)).toISOString())),
    [sums, labels],
  )
  const option = useMemo(
    (): EChartsOption => ({
      grid: { top: 12 },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => number(Number(value)),
      },
      xAxis: { type: 'category', data: names },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        minInterval: 1,
        axisLabel: { formatter: (value: number) => compact(value) },
      },
      series: [{ type: 'bar', name: t('metric.requests'), data: [...sums], barMaxWidth: 24 }],
    }),
    [names, sums, number, compact, t],
  )
  return (
    <ChartCard
      title={t('hours.title')}
      height={HEIGHT + 30}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={sums.every((sum) => sum === 0) && t('trend.empty')}
    >
      <Chart
        label={t('hours.label')}
        option={option}
        height={HEIGHT}
        table={{
          head: [t('trend.hourUtc'), t('metric.requests')],
          rows: sums.map((sum, hour) => [names[hour] ?? '', number(sum)]),
        }}
      />
    </ChartCard>
  )
}
