import { Card, CardBody, CardHeader, CardTitle, Content } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { tipOf } from '../../ui/chart-tip.ts'
import { ChartCard } from '../../ui/ChartCard.tsx'
import type { ChartOption } from '../../ui/echarts.ts'
import { useFormats } from '../../ui/formats.ts'
import { modelPricesQuery, type Model } from './catalogue-queries.ts'
import { priceCourse, type PriceCourse } from './price-history.ts'

const HEIGHT = 240

/** Whether it has become cheaper or dearer, and when. */
export function PriceHistory({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { date } = useFormats()
  const { data, error, refetch } = useQuery(modelPricesQuery(model.id))
  const course = useMemo(
    () => (data === undefined ? undefined : priceCourse(data, new Date().toISOString())),
    [data],
  )
  const first = data?.at(-1)
  if (data !== undefined && data.length < 2)
    return (
      <Card isCompact>
        <CardHeader>
          <CardTitle component="h2">{t('page.history')}</CardTitle>
        </CardHeader>
        <CardBody>
          <Content component="p">
            {first === undefined
              ? t('price.unknownHint')
              : t('page.historyEmpty', { date: date(first.validFrom) })}
          </Content>
        </CardBody>
      </Card>
    )
  return (
    <ChartCard
      title={t('page.history')}
      height={HEIGHT}
      isLoading={course === undefined}
      error={error}
      onRetry={() => void refetch()}
    >
      {course && <PriceChart model={model} course={course} />}
    </ChartCard>
  )
}

function PriceChart({ model, course }: { model: Model; course: PriceCourse }) {
  const { t } = useTranslation('models')
  const { date, money } = useFormats()
  const names = useMemo(() => course.series.map(({ kind }) => t(`priceShort.${kind}`)), [course, t])
  const option = useMemo<ChartOption>(
    () => ({
      tooltip: { trigger: 'axis', formatter: (params) => tipOf(params, (value) => money(Number(value))) },
      legend: { top: 0 },
      xAxis: { type: 'category', data: course.moments.map((moment) => date(moment)), boundaryGap: false },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => money(value) } },
      series: course.series.map(({ usd }, index) => ({
        type: 'line' as const,
        name: names[index] ?? '',
        step: 'end' as const,
        data: [...usd],
      })),
    }),
    [course, names, date, money],
  )
  const table = {
    head: [t('page.since'), ...names],
    rows: course.moments
      .slice(0, -1)
      .map((moment, place) => [
        date(moment),
        ...course.series.map(({ usd }) => {
          const price = usd[place] ?? null
          return price === null ? '–' : money(price)
        }),
      ])
      .toReversed(),
  }
  return (
    <Chart
      label={t('page.historyLabel', { model: model.name })}
      option={option}
      table={table}
      height={HEIGHT}
    />
  )
}
