import { Grid, GridItem, Stack, StackItem } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { GroupsCard } from '../usage/GroupsCard.tsx'
import { dayOf, periodOf, presetRange } from '../usage/ranges.ts'
import { TrendCard } from '../usage/TrendCard.tsx'
import { anySource } from '../usage/usage-source.ts'
import { useNow } from '../usage/use-usage-search.ts'
import { BudgetsCard } from './BudgetsCard.tsx'
import { FigureCards } from './FigureCards.tsx'
import { HealthCard } from './HealthCard.tsx'
import { JobsCard } from './JobsCard.tsx'
import { ModelsCard } from './ModelsCard.tsx'
import { RequestsCard } from './RequestsCard.tsx'

/** What an administrator wants to know in the morning; everything leads on to where it can be dealt with. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const { isPlatformReader, can } = useSession()
  const scope = useScope()
  const now = useNow()
  const read = JSON.stringify(scope.read)
  const source = useMemo(() => {
    const parsed: typeof scope.read = JSON.parse(read)
    return anySource(parsed, {})
  }, [read])
  const range = presetRange('30d', dayOf(now))
  return (
    <PageFrame title={t('title')} description={t('description')} actions={<ScopePicker />}>
      <Stack hasGutter>
        <StackItem>
          <FigureCards source={source} now={now} search={scope.search} />
        </StackItem>
        <StackItem>
          <Grid hasGutter>
            <GridItem xl={isPlatformReader ? 8 : 12}>
              <TrendCard source={source} range={range} height={260} />
            </GridItem>
            {isPlatformReader && (
              <GridItem xl={4}>
                <Stack hasGutter>
                  <StackItem>
                    <HealthCard />
                  </StackItem>
                  <StackItem isFilled>
                    <ModelsCard />
                  </StackItem>
                </Stack>
              </GridItem>
            )}
            <GridItem lg={6} xl={4}>
              <RequestsCard />
            </GridItem>
            {can('budgets:read-all') && (
              <GridItem lg={6} xl={4}>
                <BudgetsCard />
              </GridItem>
            )}
            <GridItem lg={6} xl={4}>
              <GroupsCard
                source={source}
                dimension="model"
                period={periodOf(range)}
                actions={
                  <Link to="/admin/usage" search={{ ...scope.search, tab: 'breakdown', by: 'model' }}>
                    {t('more')}
                  </Link>
                }
              />
            </GridItem>
            <GridItem lg={6}>
              <GroupsCard
                source={source}
                dimension={scope.isAll ? 'organization' : 'user'}
                period={periodOf(range)}
                actions={
                  <Link
                    to="/admin/usage"
                    search={{
                      ...scope.search,
                      tab: 'breakdown',
                      by: scope.isAll ? 'organization' : 'user',
                    }}
                  >
                    {t('more')}
                  </Link>
                }
              />
            </GridItem>
            {can('jobs:read-all') && (
              <GridItem lg={6}>
                <JobsCard />
              </GridItem>
            )}
          </Grid>
        </StackItem>
      </Stack>
    </PageFrame>
  )
}
