import { GridItem, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from './axis-labels.ts'
import { paceOption, paceTable, percentileOption, percentileTable } from './latency.ts'
import { isNearlyOver, periodOf, type Range } from './ranges.ts'
import { daysQuery, latencyQuery } from './usage-queries.ts'
import type { UsageSource } from './usage-source.ts'

interface LatencyCardsProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
}

const HEIGHT = 260

/** How long calls take: for most, for the slowest, and day by day. */
export function LatencyCards(props: LatencyCardsProps) {
  return (
    <>
      <GridItem xl={6}>
        <PercentilesCard {...props} />
      </GridItem>
      <GridItem xl={6}>
        <PaceCard {...props} />
      </GridItem>
    </>
  )
}

function PercentilesCard({ source, range, now }: LatencyCardsProps) {
  const { t } = useTranslation('usage')
  const { milliseconds, number } = useFormats()
  const [kind, setKind] = useState<'duration' | 'timeToFirstToken'>('duration')
  const { data, error, refetch } = useQuery(latencyQuery(source, periodOf(range)))
  const words = useMemo(
    () => ({
      percentile: (name: string) => t(`latency.${name}`),
      percentileHead: t('latency.share'),
      now: t('latency.now'),
      before: t('trend.before'),
      text: milliseconds,
      none: t('figure.none'),
    }),
    [t, milliseconds],
  )
  const measured = data?.[kind]
  const before =
    isNearlyOver(range, now) && data?.previous[kind].calls !== 0 ? data?.previous[kind] : undefined
  const option = useMemo(
    () => (measured === undefined ? {} : percentileOption(measured, before, words)),
    [measured, before, words],
  )
  return (
    <ChartCard
      title={t('latency.title')}
      height={HEIGHT + 60}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={measured?.calls === 0 && t('latency.none')}
      actions={
        <ToggleGroup isCompact aria-label={t('latency.kind')}>
          {(['duration', 'timeToFirstToken'] as const).map((one) => (
            <ToggleGroupItem
              key={one}
              text={t(`latency.${one}`)}
              isSelected={kind === one}
              onChange={() => setKind(one)}
            />
          ))}
        </ToggleGroup>
      }
    >
      {measured && (
        <>
          <Chart
            label={t(`latency.label.${kind}`)}
            option={option}
            table={percentileTable(measured, before, words)}
            height={HEIGHT}
          />
          <small className="lm-subtle">
            {t('latency.calls', { count: measured.calls, calls: number(measured.calls) })}
          </small>
        </>
      )}
    </ChartCard>
  )
}

function PaceCard({ source, range }: LatencyCardsProps) {
  const { t } = useTranslation('usage')
  const { milliseconds } = useFormats()
  const labels = useAxisLabels()
  const { data, error, refetch } = useQuery(daysQuery(source, periodOf(range)))
  const words = useMemo(
    () => ({
      duration: t('latency.duration'),
      firstToken: t('latency.timeToFirstToken'),
      when: t('trend.dayUtc'),
      none: t('figure.none'),
      label: labels.day,
      fullLabel: labels.fullDay,
      text: milliseconds,
    }),
    [t, labels, milliseconds],
  )
  const option = useMemo(() => paceOption(data ?? [], words), [data, words])
  return (
    <ChartCard
      title={t('latency.pace')}
      height={HEIGHT + 60}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.every(({ averageDurationMs }) => averageDurationMs === null) === true && t('latency.none')}
    >
      <Chart
        label={t('latency.paceLabel')}
        option={option}
        table={paceTable(data ?? [], words)}
        height={HEIGHT}
      />
    </ChartCard>
  )
}
