import { Gallery } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StatCard } from '../../ui/StatCard.tsx'
import type { Meaning } from '../usage/change.ts'
import { Delta } from '../usage/Delta.tsx'
import { dayOf, periodOf, presetRange, previousPeriod } from '../usage/ranges.ts'
import { earlierSummaryQuery, summaryQuery } from '../usage/usage-queries.ts'
import type { Summary, UsageSource } from '../usage/usage-source.ts'

interface FigureCardsProps {
  readonly source: UsageSource
  readonly now: Date
  /** For links: which organization is looked at. */
  readonly search: object
}

interface Figure {
  readonly name: string
  readonly preset: 'today' | 'month'
  readonly meaning: Meaning
  readonly tab?: string
  value(summary: Summary): number | null
  text(value: number): string
}

/** Today beside yesterday up to the same minute, the month beside the same days of the month before. */
export function FigureCards({ source, now, search }: FigureCardsProps) {
  const { t } = useTranslation('overview')
  const day = presetRange('today', dayOf(now))
  const month = presetRange('month', dayOf(now))
  const today = useQuery(summaryQuery(source, periodOf(day)))
  const yesterday = useQuery(earlierSummaryQuery(source, previousPeriod(day, now)))
  const thisMonth = useQuery(summaryQuery(source, periodOf(month)))
  const monthBefore = useQuery(earlierSummaryQuery(source, previousPeriod(month, now)))
  const figures = useFigures()
  if (today.error && !today.data)
    return <ErrorState error={today.error} onRetry={() => void today.refetch()} />
  return (
    <Gallery hasGutter minWidths={{ default: '9rem', md: '11rem' }}>
      {figures.map(({ name, preset, meaning, tab, value, text }) => {
        const { data } = preset === 'today' ? today : thisMonth
        const { data: earlier } = preset === 'today' ? yesterday : monthBefore
        const present = data === undefined ? undefined : value(data)
        return (
          <StatCard
            key={name}
            title={
              <Link
                to="/admin/usage"
                search={{ ...search, range: preset, ...(tab === undefined ? {} : { tab }) }}
              >
                {t(`figure.${name}`)}
              </Link>
            }
            value={present === undefined ? undefined : present === null ? t('figure.none') : text(present)}
          >
            {present === undefined || earlier === undefined ? (
              ' '
            ) : (
              <Delta now={present} before={value(earlier)} meaning={meaning} text={text} />
            )}
          </StatCard>
        )
      })}
    </Gallery>
  )
}

function useFigures(): readonly Figure[] {
  const { money, number } = useFormats()
  return [
    { name: 'spendToday', preset: 'today', meaning: 'neutral', value: ({ cost }) => cost, text: money },
    { name: 'spendMonth', preset: 'month', meaning: 'neutral', value: ({ cost }) => cost, text: money },
    {
      name: 'callsToday',
      preset: 'today',
      meaning: 'neutral',
      value: ({ requests }) => requests,
      text: number,
    },
    {
      name: 'errorsToday',
      preset: 'today',
      meaning: 'moreIsBad',
      tab: 'reliability',
      value: ({ errors }) => errors,
      text: number,
    },
    {
      name: 'peopleMonth',
      preset: 'month',
      meaning: 'neutral',
      value: ({ activeUsers }) => activeUsers ?? null,
      text: number,
    },
  ]
}
