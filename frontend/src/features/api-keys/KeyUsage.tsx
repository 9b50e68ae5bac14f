import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { Read } from '../people/budget-queries.ts'
import { keyUsageQuery, USAGE_DAYS, type ApiKey } from './key-queries.ts'

const HEIGHT = 220

/** What was called with the key and what it cost, day by day. */
export function KeyUsage({ apiKey, read }: { apiKey: ApiKey; read: Read | undefined }) {
  const { t } = useTranslation('api-keys')
  const { money, number, date, moneyCompact } = useFormats()
  const { data, error, isPending, refetch } = useQuery(keyUsageQuery(apiKey.id, read))
  const cost = data?.reduce((sum, day) => sum + day.cost, 0) ?? 0
  const requests = data?.reduce((sum, day) => sum + day.requests, 0) ?? 0
  const label = t('usage.label', {
    name: apiKey.name,
    cost: money(cost),
    count: requests,
    requests: number(requests),
  })
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis' as const, valueFormatter: (value: unknown) => money(Number(value)) },
      xAxis: { type: 'category' as const, data: (data ?? []).map(({ day }) => date(day)) },
      yAxis: { type: 'value' as const, axisLabel: { formatter: (value: number) => moneyCompact(value) } },
      series: [{ type: 'bar' as const, name: t('usage.cost'), data: (data ?? []).map((day) => day.cost) }],
    }),
    [data, date, money, moneyCompact, t],
  )
  return (
    <ChartCard
      title={t('usage.title', { count: USAGE_DAYS })}
      height={HEIGHT}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={requests === 0 && t('usage.none')}
    >
      <p>{t('usage.sum', { cost: money(cost), count: requests, requests: number(requests) })}</p>
      <Chart
        label={label}
        option={option}
        height={HEIGHT}
        table={{
          head: [t('usage.day'), t('usage.requests'), t('usage.cost')],
          rows: (data ?? []).map((day) => [date(day.day), number(day.requests), money(day.cost)]),
        }}
      />
    </ChartCard>
  )
}
