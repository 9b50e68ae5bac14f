import { Content } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { useAxisLabels } from './axis-labels.ts'
import { knownUntil } from './completeness.ts'
import { addDays, periodOf, previousPeriod, type Range } from './ranges.ts'
import { daysQuery, summaryQuery } from './usage-queries.ts'
import type { UsageSource } from './usage-source.ts'

interface FreshnessProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
}

/** How new the figures are, what they are compared with, and what may still be missing from them. */
export function Freshness({ source, range, now }: FreshnessProps) {
  const { t } = useTranslation('usage')
  const { dateTime } = useFormats()
  const labels = useAxisLabels()
  const period = periodOf(range)
  const { data: summary } = useQuery(summaryQuery(source, period))
  const { data: days } = useQuery(daysQuery(source, period))
  const previous = previousPeriod(range, now)
  const lastBefore = previous.to.length > 10 ? previous.to : addDays(previous.to, -1)
  const { partial, firstUnknown } = knownUntil(days ?? [])
  const asOf = summary?.asOf
  return (
    <Content component="small">
      {asOf === undefined ? (
        t('common:state.loading')
      ) : (
        <time dateTime={asOf}>{t('fresh.asOf', { at: dateTime(asOf) })}</time>
      )}{' '}
      {t('fresh.compared', { range: labels.range(previous.from, lastBefore) })}{' '}
      {partial > 0 && t('fresh.partial', { count: partial })}{' '}
      {firstUnknown !== undefined && t('fresh.unknown', { day: labels.day(firstUnknown) })}
    </Content>
  )
}
