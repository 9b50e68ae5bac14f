import { Flex, Switch, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../ui/Chart.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from './axis-labels.ts'
import { canBeByHour, isBestByHour, lengthOf, periodOf, previousRange, type Range } from './ranges.ts'
import { metrics, trendOption, trendTable, type Metric, type Point, type TrendWords } from './trend.ts'
import { daysQuery, hoursQuery } from './usage-queries.ts'
import type { UsageDay, UsageHour, UsageSource } from './usage-source.ts'

interface TrendCardProps {
  readonly source: UsageSource
  readonly range: Range
  readonly height?: number
}

/** Spending, calls or tokens over time, beside the days before. */
export function TrendCard({ source, range, height = 300 }: TrendCardProps) {
  const { t } = useTranslation('usage')
  const [metric, setMetric] = useState<Metric>('cost')
  const [wanted, setWanted] = useState<'day' | 'hour'>()
  const [isCompared, setIsCompared] = useState(true)
  const isHourly = canBeByHour(range) && (wanted === undefined ? isBestByHour(range) : wanted === 'hour')
  const now = usePoints(source, range, isHourly, true)
  const before = usePoints(source, previousRange(range), isHourly, isCompared)
  const words = useWords(metric, isHourly, lengthOf(range) === 1)
  const points = now.points
  const compared = isCompared ? before.points : undefined
  const trend = useMemo(
    () => ({ metric, points: points ?? [], before: compared }),
    [metric, points, compared],
  )
  const option = useMemo(() => trendOption(trend, words), [trend, words])
  const isEmpty = points?.every(({ requests }) => requests === 0) === true
  return (
    <ChartCard
      title={t('trend.title')}
      height={height + 30}
      isLoading={points === undefined}
      error={points === undefined ? now.error : undefined}
      onRetry={now.retry}
      empty={isEmpty && t('trend.empty')}
      actions={
        <Flex alignItems={{ default: 'alignItemsCenter' }} rowGap={{ default: 'rowGapSm' }}>
          <Switch
            id="usage-compare"
            label={t('trend.compare')}
            isChecked={isCompared}
            onChange={(_event, isOn) => setIsCompared(isOn)}
          />
          <ToggleGroup isCompact aria-label={t('trend.metric')}>
            {metrics.map((one) => (
              <ToggleGroupItem
                key={one}
                text={t(`metric.${one}`)}
                isSelected={metric === one}
                onChange={() => setMetric(one)}
              />
            ))}
          </ToggleGroup>
          {canBeByHour(range) && (
            <ToggleGroup isCompact aria-label={t('trend.step')}>
              {(['day', 'hour'] as const).map((step) => (
                <ToggleGroupItem
                  key={step}
                  text={t(`trend.${step}`)}
                  isSelected={isHourly === (step === 'hour')}
                  onChange={() => setWanted(step)}
                />
              ))}
            </ToggleGroup>
          )}
        </Flex>
      }
    >
      <Chart
        label={t(`trend.label.${metric}`)}
        option={option}
        table={trendTable(trend, words)}
        height={height}
      />
    </ChartCard>
  )
}

function usePoints(source: UsageSource, range: Range, isHourly: boolean, isEnabled: boolean) {
  const period = periodOf(range)
  const days = useQuery({ ...daysQuery(source, period), enabled: isEnabled && !isHourly })
  const hours = useQuery({ ...hoursQuery(source, period), enabled: isEnabled && isHourly })
  const points = useMemo(
    () => (isHourly ? hours.data?.map(ofHour) : days.data?.map(ofDay)),
    [isHourly, hours.data, days.data],
  )
  const { error, refetch } = isHourly ? hours : days
  return { points, error, retry: () => void refetch() }
}

const ofDay = (day: UsageDay): Point => ({
  ...day,
  at: day.day,
  isIncomplete: day.completeness === 'partial',
})
const ofHour = (hour: UsageHour): Point => ({ ...hour, at: hour.hour, isIncomplete: false })

function useWords(metric: Metric, isHourly: boolean, isOneDay: boolean): TrendWords {
  const { t } = useTranslation('usage')
  const { money, moneyCompact, number, compact } = useFormats()
  const labels = useAxisLabels()
  return useMemo(
    () => ({
      part: (name) => t(`part.${name}`),
      before: t('trend.before'),
      when: isHourly ? t('trend.hourUtc') : t('trend.dayUtc'),
      label: isHourly ? (isOneDay ? labels.hour : labels.dayAndHour) : labels.day,
      fullLabel: isHourly ? labels.dayAndHour : labels.fullDay,
      value: metric === 'cost' ? money : number,
      axis: metric === 'cost' ? moneyCompact : compact,
    }),
    [t, isHourly, isOneDay, metric, labels, money, moneyCompact, number, compact],
  )
}
