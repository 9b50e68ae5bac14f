import { Button, Card, CardBody, CardHeader, CardTitle, Content, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import type { Budget } from '../people/budget-queries.ts'
import { BudgetActions } from './BudgetActions.tsx'
import type { BudgetAct } from './BudgetDesk.tsx'
import { platformBudgetQuery } from './budget-list-queries.ts'
import { Spent } from './use-budget-columns.tsx'
import { useBudgetWords } from './use-budget-words.ts'

interface PlatformBudgetProps {
  onAct(act: BudgetAct, budget: Budget): void
  onCreate(): void
}

/** The limit above all organizations, for those who run the platform. */
export function PlatformBudget({ onAct, onCreate }: PlatformBudgetProps) {
  const { t } = useTranslation('budgets')
  const { isPlatformAdmin } = useSession()
  const { resetOf } = useBudgetWords()
  const { data: budget } = useQuery(platformBudgetQuery)
  return (
    <Card isCompact className="lm-block">
      <CardHeader
        {...(budget
          ? { actions: { actions: <BudgetActions budget={budget} onAct={(act) => onAct(act, budget)} /> } }
          : {})}
      >
        <CardTitle component="h2">{t('platformTitle')}</CardTitle>
      </CardHeader>
      <CardBody>
        {budget === undefined ? (
          <Skeleton height="2.5rem" />
        ) : budget === null ? (
          <Content component="p">
            {t('platformNone')}{' '}
            {isPlatformAdmin && (
              <Button variant="link" isInline onClick={onCreate}>
                {t('platformSet')}
              </Button>
            )}
          </Content>
        ) : (
          <>
            <Spent budget={budget} />
            <span className="lm-detail lm-subtle">{resetOf(budget.resetAt)}</span>
          </>
        )}
      </CardBody>
    </Card>
  )
}
