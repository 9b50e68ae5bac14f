import { Card, CardBody, CardTitle, Flex, Grid, GridItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { MyBudgets } from '../budgets/MyBudgets.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { stepsOf, type Progress } from './first-steps.ts'
import { hasCalledQuery, keyCountsQuery, subscriptionCountsQuery } from './home-queries.ts'
import { MyKeys } from './MyKeys.tsx'
import { MyModels } from './MyModels.tsx'
import { Spending } from './Spending.tsx'
import { Waiting } from './Waiting.tsx'

/** What I can use, what I used, what waits for me. A newcomer is led to a first call instead. */
export function HomePage() {
  const { t } = useTranslation('home')
  const { user, organization, can } = useSession()
  const progress = useProgress(organization !== null)
  const isNew = progress !== undefined && stepsOf(progress).some(({ state }) => state !== 'done')
  const isGuided = isNew && can('keys:create')
  return (
    <PageFrame
      title={t('hello', { name: user.displayName })}
      description={isGuided ? t('descriptionNew') : t('description')}
      actions={isGuided || progress === undefined ? undefined : <QuickActs />}
    >
      {organization === null ? (
        <EmptyHint title={t('nowhere.title')} text={t('nowhere.text')} />
      ) : (
        <Grid hasGutter>
          {isGuided && (
            <GridItem>
              <FirstSteps progress={progress} />
            </GridItem>
          )}
          {/* Somebody who has not called yet has nothing to see there. */}
          {!isGuided && (
            <GridItem xl={8}>
              <Spending />
            </GridItem>
          )}
          <GridItem lg={isGuided ? 6 : 12} xl={isGuided ? 3 : 4}>
            <Waiting />
          </GridItem>
          <GridItem lg={6} xl={isGuided ? 3 : 4}>
            <MyKeys />
          </GridItem>
          <GridItem lg={6} xl={isGuided ? 3 : 4}>
            <MyModels />
          </GridItem>
          <GridItem lg={isGuided ? 6 : 12} xl={isGuided ? 3 : 4}>
            <Card isCompact isFullHeight>
              <CardTitle component="h2">{t('budgets.title')}</CardTitle>
              <CardBody>
                <MyBudgets max={4} />
              </CardBody>
            </Card>
          </GridItem>
        </Grid>
      )}
    </PageFrame>
  )
}

function useProgress(isEnabled: boolean): Progress | undefined {
  const { data: keys } = useQuery({ ...keyCountsQuery, enabled: isEnabled })
  const { data: subscriptions } = useQuery({ ...subscriptionCountsQuery, enabled: isEnabled })
  const { data: hasCalled } = useQuery({ ...hasCalledQuery, enabled: isEnabled })
  if (keys === undefined || subscriptions === undefined || hasCalled === undefined) return undefined
  return { keys, subscriptions, hasCalled }
}

function QuickActs() {
  const { t } = useTranslation('home')
  const { can } = useSession()
  return (
    <Flex columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapSm' }}>
      {can('keys:create') && (
        <LinkButton to="/api-keys" search={{ open: 'new' }} variant="primary">
          {t('act.createKey')}
        </LinkButton>
      )}
      {can('models:call') && (
        <LinkButton to="/playground" variant="secondary">
          {t('act.playground')}
        </LinkButton>
      )}
      <LinkButton to="/models" variant="secondary">
        {t('act.browse')}
      </LinkButton>
    </Flex>
  )
}
