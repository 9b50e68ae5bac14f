import { Card, CardBody, CardTitle, Grid, GridItem } from '@patternfly/react-core'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { Chart } from '../../ui/Chart.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StatCard } from '../../ui/StatCard.tsx'
import type { Read } from './budget-queries.ts'

interface UsageSummaryProps {
  readonly filter: { readonly userIds?: string[]; readonly teamIds?: string[] }
  readonly read: Read
}

const usageQuery = ({ filter, read }: UsageSummaryProps) =>
  queryOptions({
    queryKey: ['usage', 'summary-of', filter, read],
    queryFn: async () => {
      const query = { ...filter, ...read }
      const [summary, days, models] = await Promise.all([
        api.getAdminUsageSummary({ query }),
        api.listAdminUsageDays({ query }),
        api.listAdminUsageByModel({ query: { ...query, limit: 10 } }),
      ])
      return { summary: summary.data, days: days.data, models: models.data }
    },
    placeholderData: keepPreviousData,
  })

/** The last thirty days of a person or a team: figures, each day, the dearest models. */
export function UsageSummary(props: UsageSummaryProps) {
  const { t } = useTranslation('people')
  const { money, number, compact, percent } = useFormats()
  const { data, error, refetch } = useQuery(usageQuery(props))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  const summary = data?.summary
  const cards = [
    [t('usage.spend'), summary && money(summary.cost), summary && money(summary.previous.cost)],
    [t('usage.requests'), summary && number(summary.requests), summary && number(summary.previous.requests)],
    [
      t('usage.tokens'),
      summary && compact(summary.promptTokens + summary.completionTokens),
      summary && compact(summary.previous.promptTokens + summary.previous.completionTokens),
    ],
    [
      t('usage.success'),
      summary && (summary.successRate === null ? '–' : percent(summary.successRate)),
      summary && (summary.previous.successRate === null ? '–' : percent(summary.previous.successRate)),
    ],
  ] as const
  return (
    <Grid hasGutter>
      {cards.map(([title, value, before]) => (
        <GridItem key={title} span={6} lg={3}>
          <StatCard title={title} value={value}>
            {t('usage.before', { value: before ?? '…' })}
          </StatCard>
        </GridItem>
      ))}
      <GridItem lg={7}>
        <Days days={data?.days} />
      </GridItem>
      <GridItem lg={5}>
        <Models models={data?.models} />
      </GridItem>
    </Grid>
  )
}

type Usage = Awaited<ReturnType<NonNullable<ReturnType<typeof usageQuery>['queryFn']>>>

function Days({ days = [] }: { days: Usage['days'] | undefined }) {
  const { t } = useTranslation('people')
  const { date, money, moneyCompact } = useFormats()
  const title = t('usage.days')
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis' as const, valueFormatter: (value: unknown) => money(Number(value)) },
      xAxis: { type: 'category' as const, data: days.map((day) => date(day.day)) },
      yAxis: { type: 'value' as const, axisLabel: { formatter: (value: number) => moneyCompact(value) } },
      series: [{ type: 'bar' as const, name: t('usage.spend'), data: days.map((day) => day.cost) }],
    }),
    [days, date, money, moneyCompact, t],
  )
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        <Chart
          label={title}
          option={option}
          table={{
            head: [t('usage.day'), t('usage.spend')],
            rows: days.map((day) => [date(day.day), money(day.cost)]),
          }}
        />
      </CardBody>
    </Card>
  )
}

function Models({ models }: { models: Usage['models'] | undefined }) {
  const { t } = useTranslation('people')
  const { money, number } = useFormats()
  type Row = Usage['models'][number]
  const columns: ReadonlyArray<Column<Row>> = [
    { key: 'name', title: t('usage.model'), render: (row) => row.name ?? '–' },
    { key: 'requests', title: t('usage.requests'), isNumber: true, render: (row) => number(row.requests) },
    { key: 'cost', title: t('usage.spend'), isNumber: true, render: (row) => money(row.cost) },
  ]
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('usage.models')}</CardTitle>
      <CardBody>
        <DataTable
          label={t('usage.models')}
          columns={columns}
          rows={models}
          idOf={(row) => row.id ?? '-'}
          empty={t('usage.none')}
        />
      </CardBody>
    </Card>
  )
}
