import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from './axis-labels.ts'
import { HeatMap } from './HeatMap.tsx'
import { addDays, dayOf } from './ranges.ts'
import { daysQuery } from './usage-queries.ts'
import type { UsageSource } from './usage-source.ts'

export const spans = { quarter: 91, year: 365 } as const
export type Span = keyof typeof spans

interface HeatCardProps {
  readonly source: UsageSource
  readonly now: Date
  readonly span: Span
  onSpan(span: Span): void
}

/** Which days were busy: the last three months or the last year, whatever range the page shows. */
export function HeatCard({ source, now, span, onSpan }: HeatCardProps) {
  const { t } = useTranslation('usage')
  const { money } = useFormats()
  const labels = useAxisLabels()
  const to = dayOf(now)
  const from = addDays(to, 1 - spans[span])
  const { data, error, refetch } = useQuery(daysQuery(source, { from, to: addDays(to, 1) }))
  const values = useMemo(() => new Map((data ?? []).map(({ day, cost }) => [day, cost])), [data])
  const calls = useMemo(() => new Map((data ?? []).map(({ day, requests }) => [day, requests])), [data])
  return (
    <ChartCard
      title={t('heat.title')}
      height={240}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      actions={
        <ToggleGroup isCompact aria-label={t('heat.span')}>
          {(['quarter', 'year'] as const).map((one) => (
            <ToggleGroupItem
              key={one}
              text={t(`heat.${one}`)}
              isSelected={span === one}
              onChange={() => onSpan(one)}
            />
          ))}
        </ToggleGroup>
      }
    >
      <HeatMap
        label={t('heat.label')}
        from={from}
        to={to}
        values={values}
        head={t('metric.cost')}
        cell={money}
        text={(day, value) =>
          t('heat.day', { day: labels.fullDay(day), cost: money(value), count: calls.get(day) ?? 0 })
        }
      />
    </ChartCard>
  )
}
