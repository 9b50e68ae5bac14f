import {
  Button,
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Flex,
  Grid,
  GridItem,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ActTarget } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { When } from '../../ui/When.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import {
  EditBudgetDialog,
  EndIncreaseDialog,
  IncreaseDialog,
  RemoveBudgetDialog,
  ResetSpendDialog,
} from './BudgetDialogs.tsx'
import { BudgetPast, BudgetSpenders } from './BudgetPast.tsx'
import { subjectBudgetQuery, windowOf, type Budget, type Subject } from './budget-queries.ts'

interface SubjectBudgetProps {
  readonly subject: Subject & { readonly name: string }
  readonly target: ActTarget
  /** Nobody changes their own. */
  readonly isOwn?: boolean
}

type Act = 'edit' | 'raise' | 'endRaise' | 'reset' | 'remove'

/** The budget of a person, a team or an organization: what is left, who used it, and how to change it. */
export function SubjectBudget({ subject, target, isOwn = false }: SubjectBudgetProps) {
  const { t } = useTranslation('people')
  const { can, isPlatformAdmin } = useSession()
  const read = target.query()
  const { data: budget, error, refetch } = useQuery(subjectBudgetQuery(subject, read))
  const [act, setAct] = useState<Act>()
  const mayWrite = can('budgets:write') && !isOwn && (subject.level !== 'organization' || isPlatformAdmin)
  const close = () => setAct(undefined)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (budget === undefined) return <Skeleton height="12rem" />
  if (budget === null)
    return (
      <>
        <EmptyHint
          title={t('budget.noneTitle')}
          text={t(`budget.noneOf.${subject.level}`)}
          {...(mayWrite ? { action: <Button onClick={() => setAct('edit')}>{t('budget.set')}</Button> } : {})}
        />
        {act === 'edit' && (
          <EditBudgetDialog subject={subject} budget={null} target={target} onClose={close} />
        )}
      </>
    )
  return (
    <Grid hasGutter>
      <GridItem lg={subject.level === 'user' ? 12 : 6}>
        <BudgetCard budget={budget} {...(mayWrite ? { onAct: setAct } : {})} />
      </GridItem>
      {subject.level !== 'user' && (
        <GridItem lg={6}>
          <BudgetSpenders id={budget.id} read={read} />
        </GridItem>
      )}
      <GridItem>
        <BudgetPast id={budget.id} read={read} />
      </GridItem>
      {act === 'edit' && (
        <EditBudgetDialog subject={subject} budget={budget} target={target} onClose={close} />
      )}
      {act === 'raise' && <IncreaseDialog budget={budget} target={target} onClose={close} />}
      {act === 'endRaise' && <EndIncreaseDialog budget={budget} target={target} onClose={close} />}
      {act === 'reset' && <ResetSpendDialog budget={budget} target={target} onClose={close} />}
      {act === 'remove' && <RemoveBudgetDialog budget={budget} target={target} onClose={close} />}
    </Grid>
  )
}

function BudgetCard({ budget, onAct }: { budget: Budget; onAct?: (act: Act) => void }) {
  const { t } = useTranslation(['people', 'common'])
  const { money } = useFormats()
  const total = budget.limit === null ? null : budget.limit + budget.increase
  const facts = [
    { term: t('budget.window'), value: t(`budgetWindow.${windowOf(budget.duration)}`) },
    { term: t('budget.resets'), value: <When at={budget.resetAt} /> },
    {
      term: t('budget.softLimit'),
      value: budget.softLimit === null ? t('common:state.none') : money(budget.softLimit),
    },
    { term: t('budget.reserved'), value: money(budget.reserved) },
    ...(budget.increaseUntil === null
      ? []
      : [
          {
            term: t('budget.increase'),
            value: (
              <>
                {money(budget.increase)} (<When at={budget.increaseUntil} />)
              </>
            ),
          },
        ]),
  ]
  return (
    <Card isFullHeight>
      <CardHeader
        {...(onAct
          ? {
              actions: {
                actions: (
                  <Flex gap={{ default: 'gapSm' }} flexWrap={{ default: 'nowrap' }}>
                    <Button variant="secondary" size="sm" onClick={() => onAct('edit')}>
                      {t('budget.change')}
                    </Button>
                    <BudgetMenu budget={budget} onAct={onAct} />
                  </Flex>
                ),
              },
            }
          : {})}
      >
        <CardTitle component="h2">{t('budget.title')}</CardTitle>
      </CardHeader>
      <CardBody>
        <SpendBar label={t('budget.title')} spent={budget.spent} limit={total} />
      </CardBody>
      <CardBody>
        <Facts facts={facts} />
      </CardBody>
    </Card>
  )
}

function BudgetMenu({ budget, onAct }: { budget: Budget; onAct: (act: Act) => void }) {
  const { t } = useTranslation(['people', 'common'])
  const isRaised = budget.increase > 0
  return (
    <RowActions
      label={t('common:act.more')}
      items={[
        isRaised
          ? { title: t('budget.endRaise'), onClick: () => onAct('endRaise') }
          : { title: t('budget.raise'), onClick: () => onAct('raise'), isDisabled: budget.limit === null },
        { title: t('budget.reset'), onClick: () => onAct('reset'), isDisabled: budget.spent === 0 },
        { isSeparator: true },
        { title: t('budget.remove'), onClick: () => onAct('remove'), isDanger: true },
      ]}
    />
  )
}
