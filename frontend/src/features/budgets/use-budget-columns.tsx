import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { When } from '../../ui/When.tsx'
import { windowOf, type Budget } from '../people/budget-queries.ts'
import { BudgetActions } from './BudgetActions.tsx'
import type { BudgetAct } from './BudgetDesk.tsx'
import { BudgetSubject } from './BudgetSubject.tsx'
import { useBudgetWords } from './use-budget-words.ts'

export function useBudgetColumns(
  onAct: (act: BudgetAct, budget: Budget) => void,
): ReadonlyArray<Column<Budget>> {
  const { t } = useTranslation(['budgets', 'common'])
  const scope = useScope()
  const { money, percent } = useFormats()
  const columns: Array<Column<Budget>> = [
    {
      key: 'subject',
      title: t('whose'),
      render: (row) => <BudgetSubject budget={row} search={scope.search} />,
    },
    { key: 'spent', title: t('spent'), sort: 'spent', render: (row) => <Spent budget={row} /> },
    {
      key: 'used',
      title: t('used'),
      sort: 'usedPercent',
      isNumber: true,
      render: (row) => (row.limit === null ? '–' : percent(row.usedPercent / 100)),
    },
    {
      key: 'soft',
      title: t('softLimit'),
      isNumber: true,
      render: (row) => (row.softLimit === null ? '–' : money(row.softLimit)),
    },
    {
      key: 'window',
      title: t('window'),
      render: (row) => (
        <>
          {t(`common:window.${windowOf(row.duration)}`)}
          {row.resetAt !== null && (
            <span className="lm-detail lm-subtle">
              <When at={row.resetAt} />
            </span>
          )}
        </>
      ),
    },
  ]
  if (scope.isAll)
    columns.push({
      key: 'organization',
      title: t('organization'),
      render: (row) => scope.nameOf(row.organizationId),
    })
  columns.push({
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (row) => <BudgetActions budget={row} onAct={(act) => onAct(act, row)} />,
  })
  return columns
}

/** With what a temporary increase adds, and what calls under way may still cost. */
export function Spent({ budget }: { budget: Budget }) {
  const { t } = useTranslation('budgets')
  const { subjectOf } = useBudgetWords()
  const { money, date } = useFormats()
  const limit = budget.limit === null ? null : budget.limit + budget.increase
  return (
    <>
      <SpendBar label={subjectOf(budget)} spent={budget.spent} limit={limit} />
      {budget.increaseUntil !== null && (
        <span className="lm-detail lm-subtle">
          {t('raisedUntil', { amount: money(budget.increase), day: date(budget.increaseUntil) })}
        </span>
      )}
      {budget.reserved > 0 && (
        <span className="lm-detail lm-subtle">{t('reserved', { amount: money(budget.reserved) })}</span>
      )}
    </>
  )
}
