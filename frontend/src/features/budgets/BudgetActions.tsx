import type { IAction } from '@patternfly/react-table'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { RowActions } from '../../ui/RowActions.tsx'
import type { Budget } from '../people/budget-queries.ts'
import type { BudgetAct } from './BudgetDesk.tsx'
import { isOfKey, mayChangeBudget } from './budget-rights.ts'
import { useBudgetWords } from './use-budget-words.ts'

interface BudgetActionsProps {
  readonly budget: Budget
  onAct(act: BudgetAct): void
}

export function BudgetActions({ budget, onAct }: BudgetActionsProps) {
  const { t } = useTranslation(['budgets', 'common'])
  const { subjectOf } = useBudgetWords()
  const session = useSession()
  const items: IAction[] = [{ title: t('past'), onClick: () => onAct('past') }]
  if (mayChangeBudget(budget, session)) {
    if (!isOfKey(budget)) items.push({ title: t('edit'), onClick: () => onAct('edit') })
    if (budget.increase > 0) items.push({ title: t('endRaise'), onClick: () => onAct('endRaise') })
    else if (budget.limit !== null) items.push({ title: t('raise'), onClick: () => onAct('raise') })
    if (budget.spent > 0) items.push({ title: t('reset'), onClick: () => onAct('reset') })
    if (!isOfKey(budget)) {
      items.push({ isSeparator: true })
      items.push({ title: t('remove'), onClick: () => onAct('remove'), isDanger: true })
    }
  }
  return <RowActions label={t('common:act.on', { name: subjectOf(budget) })} items={items} />
}
