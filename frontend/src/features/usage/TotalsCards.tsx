import { Gallery } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StatCard } from '../../ui/StatCard.tsx'
import { Delta } from './Delta.tsx'
import type { Meaning } from './change.ts'
import { periodOf, previousPeriod, type Range } from './ranges.ts'
import { earlierSummaryQuery, summaryQuery } from './usage-queries.ts'
import type { Summary, UsageSource } from './usage-source.ts'

interface TotalsCardsProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
}

interface Figure {
  readonly name: string
  readonly meaning: Meaning
  readonly isShare?: boolean
  value(summary: Summary): number | null
  text(value: number): string
}

/** The period in a few figures, each beside what it was before. */
export function TotalsCards({ source, range, now }: TotalsCardsProps) {
  const { t } = useTranslation('usage')
  const { data, error, refetch } = useQuery(summaryQuery(source, periodOf(range)))
  const { data: earlier } = useQuery(earlierSummaryQuery(source, previousPeriod(range, now)))
  const figures = useFigures(source.isMine)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <Gallery hasGutter minWidths={{ default: '9rem', md: '10.5rem' }}>
      {figures.map(({ name, meaning, isShare = false, value, text }) => {
        const present = data === undefined ? undefined : value(data)
        return (
          <StatCard
            key={name}
            title={t(`figure.${name}`)}
            value={present === undefined ? undefined : present === null ? t('figure.none') : text(present)}
          >
            {present === undefined || earlier === undefined ? (
              ' '
            ) : (
              <Delta now={present} before={value(earlier)} meaning={meaning} text={text} isShare={isShare} />
            )}
          </StatCard>
        )
      })}
    </Gallery>
  )
}

function useFigures(isMine: boolean): readonly Figure[] {
  const { money, compact, number, percent, milliseconds } = useFormats()
  return [
    { name: 'cost', meaning: 'neutral', value: ({ cost }) => cost, text: money },
    { name: 'requests', meaning: 'neutral', value: ({ requests }) => requests, text: number },
    {
      name: 'tokens',
      meaning: 'neutral',
      value: ({ promptTokens, completionTokens }) => promptTokens + completionTokens,
      text: compact,
    },
    {
      name: 'success',
      meaning: 'moreIsGood',
      isShare: true,
      value: ({ successRate }) => successRate,
      text: percent,
    },
    isMine
      ? {
          name: 'duration',
          meaning: 'moreIsBad',
          value: ({ averageDurationMs }) => averageDurationMs,
          text: milliseconds,
        }
      : { name: 'people', meaning: 'neutral', value: ({ activeUsers }) => activeUsers ?? null, text: number },
  ]
}
