import { Grid, GridItem, Stack, StackItem } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { PageTabs, type PageTab } from '../../ui/PageTabs.tsx'
import { Breakdown } from './Breakdown.tsx'
import { Calls } from './Calls.tsx'
import { noCallSearch } from './call-search.ts'
import { ErrorsCard } from './ErrorsCard.tsx'
import { GroupsCard } from './GroupsCard.tsx'
import { HeatCards } from './HeatCards.tsx'
import { LatencyCards } from './LatencyCards.tsx'
import { periodOf, type Range } from './ranges.ts'
import { TotalsCards } from './TotalsCards.tsx'
import { TrendCard } from './TrendCard.tsx'
import type { Dimension, Group, UsageSource } from './usage-source.ts'
import type { SearchChange } from './use-usage-search.ts'

export interface UsageTabsProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
  readonly search: ListSearch
  onSearch(next: SearchChange): void
  nameOf(group: Group, dimension: Dimension): ReactNode
  onNarrow(group: Group, dimension: Dimension): void
  /** The two sides that the first tab shows. */
  readonly sides: readonly [Dimension, Dimension]
  readonly more?: readonly PageTab[]
}

const noList: SearchChange = { page: undefined, sort: undefined, pageSize: undefined, ...noCallSearch }

/** The same figures from far and from near; the range and the filters of the page hold in all tabs. */
export function UsageTabs(props: UsageTabsProps) {
  const { source, range, now, search, onSearch, more = [] } = props
  const { t } = useTranslation('usage')
  const dimension = source.dimensions.find((one) => one === search['by']) ?? source.dimensions[0] ?? 'model'
  const tabs: readonly PageTab[] = [
    { key: 'overview', title: t('tab.overview'), render: () => <OverviewTab {...props} /> },
    {
      key: 'breakdown',
      title: t('tab.breakdown'),
      render: () => (
        <Breakdown {...props} dimension={dimension} onDimension={(by) => onSearch({ ...noList, by })} />
      ),
    },
    {
      key: 'reliability',
      title: t('tab.reliability'),
      render: () => (
        <Grid hasGutter>
          <GridItem>
            <ErrorsCard
              source={source}
              range={range}
              now={now}
              onShow={({ outcome, errorCode }) =>
                onSearch({ ...noList, tab: 'calls', outcome, errorCode: errorCode ?? undefined })
              }
            />
          </GridItem>
          <LatencyCards source={source} range={range} now={now} />
        </Grid>
      ),
    },
    {
      key: 'calls',
      title: t('tab.calls'),
      render: () => <Calls source={source} range={range} search={search} onSearch={onSearch} />,
    },
    ...more,
  ]
  const active = tabs.find(({ key }) => key === search['tab'])?.key ?? 'overview'
  return (
    <PageTabs
      label={t('tab.label')}
      tabs={tabs}
      active={active}
      onChange={(tab) => onSearch({ ...noList, by: undefined, tab: tab === 'overview' ? undefined : tab })}
    />
  )
}

function OverviewTab({ source, range, now, sides }: UsageTabsProps) {
  const period = periodOf(range)
  return (
    <Stack hasGutter>
      <StackItem>
        <TotalsCards source={source} range={range} now={now} />
      </StackItem>
      <StackItem>
        <Grid hasGutter>
          <GridItem>
            <TrendCard source={source} range={range} />
          </GridItem>
          {sides.map((side) => (
            <GridItem key={side} xl={6}>
              <GroupsCard source={source} dimension={side} period={period} />
            </GridItem>
          ))}
          <HeatCards source={source} range={range} now={now} />
        </Grid>
      </StackItem>
    </Stack>
  )
}
