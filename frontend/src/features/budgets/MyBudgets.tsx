import { Content, Progress, ProgressMeasureLocation, ProgressSize, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { myBudgetsQuery, type BudgetLevel, type MyBudget } from './budget-list-queries.ts'
import { useBudgetWords } from './use-budget-words.ts'

interface MyBudgetsProps {
  /** The fullest ones, at most so many. */
  readonly max?: number
  /** Only of these levels. */
  readonly levels?: readonly BudgetLevel[]
}

const WARN_AT = 70
const DANGER_AT = 90

/** What every call of this person is held to, the fullest first. Amounts only of what is theirs alone. */
export function MyBudgets({ max, levels }: MyBudgetsProps) {
  const { t } = useTranslation('budgets')
  const { data, error, refetch } = useQuery(myBudgetsQuery)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="6rem" screenreaderText={t('common:state.loading')} />
  const shown = data
    .filter(({ level }) => levels === undefined || levels.includes(level))
    .toSorted((a, b) => b.usedPercent - a.usedPercent)
    .slice(0, max)
  if (shown.length === 0) return <Content component="p">{t('mineEmpty')}</Content>
  return (
    <ul className="lm-budgets">
      {shown.map((budget) => (
        <li key={budget.id}>
          <MyBudgetBar budget={budget} />
        </li>
      ))}
    </ul>
  )
}

function MyBudgetBar({ budget }: { budget: MyBudget }) {
  const { subjectOf, resetOf } = useBudgetWords()
  const { percent } = useFormats()
  const { spent, limit, usedPercent } = budget
  const label = subjectOf(budget)
  const share = Math.min(100, usedPercent)
  const reset = resetOf(budget.resetAt)
  return (
    <>
      <strong>{label}</strong>
      {spent === null ? (
        <Progress
          className="lm-spend-bar"
          aria-label={label}
          value={share}
          size={ProgressSize.sm}
          measureLocation={ProgressMeasureLocation.none}
          title={percent(usedPercent / 100)}
          valueText={percent(usedPercent / 100)}
          {...(share >= DANGER_AT
            ? { variant: 'danger' as const }
            : share >= WARN_AT
              ? { variant: 'warning' as const }
              : {})}
        />
      ) : (
        <SpendBar label={label} spent={spent} limit={limit} />
      )}
      {reset !== undefined && <span className="lm-detail lm-subtle">{reset}</span>}
    </>
  )
}
