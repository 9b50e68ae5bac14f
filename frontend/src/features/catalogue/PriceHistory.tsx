import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { pricesQuery, type Price } from './catalogue-queries.ts'
import { priceFields, stepsOf } from './price-change.ts'

const HEIGHT = 260

/** What a million tokens have cost over time; a call costs what held when it began. */
export function PriceHistory({ modelId }: { modelId: string }) {
  const { t } = useTranslation('catalogue')
  const { data, error, isPending, refetch } = useQuery(pricesQuery(modelId))
  return (
    <ChartCard
      title={t('price.history')}
      height={HEIGHT}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={data?.length === 0 && t('price.never')}
    >
      {data && <PriceChart prices={data} />}
    </ChartCard>
  )
}

function PriceChart({ prices }: { prices: readonly Price[] }) {
  const { t } = useTranslation('catalogue')
  const { money, moneyCompact, dateTime } = useFormats()
  const shown = (value: number | null) => (value === null ? '–' : money(value))
  const option = useMemo(() => {
    const now = new Date().toISOString()
    const series = priceFields.slice(0, 3).map((field) => ({
      type: 'line' as const,
      name: t(`field.${field}`),
      step: 'end' as const,
      showSymbol: false,
      data: stepsOf(prices, field, now).map(([at, usd]) => [at, usd]),
    }))
    return {
      legend: { top: 0, type: 'scroll' as const },
      tooltip: {
        trigger: 'axis' as const,
        valueFormatter: (value: unknown) => (typeof value === 'number' ? money(value) : ''),
      },
      xAxis: { type: 'time' as const },
      yAxis: { type: 'value' as const, axisLabel: { formatter: (value: number) => moneyCompact(value) } },
      series: series.filter((one) => one.data.length > 0),
    }
  }, [prices, t, money, moneyCompact])
  return (
    <Chart
      label={t('price.history')}
      height={HEIGHT}
      option={option}
      table={{
        head: [t('price.since'), ...priceFields.map((field) => t(`field.${field}`))],
        rows: prices.map((price) => [
          dateTime(price.validFrom),
          ...priceFields.map((field) => shown(price[field])),
        ]),
      }}
    />
  )
}
