import { Flex, FlexItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import type { EChartsOption } from '../../ui/echarts.ts'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from '../usage/axis-labels.ts'
import { Delta } from '../usage/Delta.tsx'
import { dayOf, periodOf, presetRange, previousPeriod } from '../usage/ranges.ts'
import { daysQuery, earlierSummaryQuery, summaryQuery } from '../usage/usage-queries.ts'
import { mySource } from '../usage/usage-source.ts'
import { useNow } from '../usage/use-usage-search.ts'

const HEIGHT = 140
const mine = mySource({})

/** What I spent this month beside the same days of the month before, and the last thirty days. */
export function Spending() {
  const { t } = useTranslation('home')
  const { money } = useFormats()
  const now = useNow()
  const month = presetRange('month', dayOf(now))
  const { data: summary } = useQuery(summaryQuery(mine, periodOf(month)))
  const { data: earlier } = useQuery(earlierSummaryQuery(mine, previousPeriod(month, now)))
  const { data, error, refetch } = useQuery(daysQuery(mine, periodOf(presetRange('30d', dayOf(now)))))
  const { option, table } = useTrend(data)
  const isEmpty = data?.every(({ requests }) => requests === 0) === true
  return (
    <ChartCard
      title={t('spending.title')}
      height={HEIGHT + 90}
      isLoading={data === undefined || summary === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={isEmpty && t('spending.none')}
      actions={<Link to="/usage">{t('spending.all')}</Link>}
    >
      {summary && (
        <Flex alignItems={{ default: 'alignItemsBaseline' }}>
          <FlexItem>
            <span className="lm-stat">{money(summary.cost)}</span>
          </FlexItem>
          <FlexItem>
            {earlier && <Delta now={summary.cost} before={earlier.cost} meaning="neutral" text={money} />}
          </FlexItem>
          <FlexItem>
            <span className="lm-subtle">{t('spending.calls', { count: summary.requests })}</span>
          </FlexItem>
        </Flex>
      )}
      <Chart label={t('spending.label')} option={option} table={table} height={HEIGHT} />
    </ChartCard>
  )
}

function useTrend(days: ReadonlyArray<{ readonly day: string; readonly cost: number }> = []) {
  const { t } = useTranslation('home')
  const { money, moneyCompact } = useFormats()
  const labels = useAxisLabels()
  const option = useMemo(
    (): EChartsOption => ({
      grid: { top: 8 },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => money(Number(value)),
      },
      xAxis: { type: 'category', data: days.map(({ day }) => labels.day(day)) },
      yAxis: {
        type: 'value',
        splitNumber: 2,
        axisLabel: { formatter: (value: number) => moneyCompact(value) },
      },
      series: [
        { type: 'bar', name: t('spending.spend'), data: days.map(({ cost }) => cost), barMaxWidth: 20 },
      ],
    }),
    [days, labels, money, moneyCompact, t],
  )
  const table = {
    head: [t('spending.day'), t('spending.spend')],
    rows: days.map(({ day, cost }) => [labels.fullDay(day), money(cost)]),
  }
  return { option, table }
}
