import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { MoneyField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { durationOf, windowOf } from '../people/budget-queries.ts'
import { WindowField } from '../people/BudgetFields.tsx'
import { LimitFields } from '../people/LimitFields.tsx'
import { limitsOf } from '../people/limits.ts'
import { useChangedPeople, type Membership, type UserDetail } from './user-queries.ts'

interface LimitsDialogProps {
  readonly user: UserDetail
  readonly membership: Membership
  readonly target: ActTarget
  onClose(): void
}

/** What all keys of a person share in one organization. */
export function LimitsDialog({ user, membership, target, onClose }: LimitsDialogProps) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { say } = useToasts()
  const changed = useChangedPeople()
  const reason = useReason(target)
  const budget = user.budgets.find((one) => one.organizationId === membership.organizationId)
  const [limits, setLimits] = useState(limitsOf(membership))
  const [maxBudget, setMaxBudget] = useState(budget?.limit ?? null)
  const [window, setWindow] = useState(windowOf(budget ? budget.duration : '1mo'))
  const send = async () => {
    const duration = maxBudget === null ? null : durationOf(window)
    const budgetDuration = duration === '1y' ? null : duration
    await api.setUserLimits({
      path: { id: user.id },
      query: reason.query,
      body: { ...limits, maxBudget, budgetDuration },
    })
    await changed('budgets')
    say(t('limits.saved', { name: user.displayName }))
  }
  return (
    <FormDialog
      title={t('limits.title', { name: user.displayName })}
      description={t('limits.text', { organization: membership.organizationName })}
      act={t('common:act.save')}
      size="small"
      check={() => reason.errors}
      onSubmit={send}
      onClose={onClose}
    >
      <LimitFields value={limits} onChange={setLimits} />
      <MoneyField
        name="maxBudget"
        label={t('people:budget.limit')}
        hint={t('people:budget.limitHint')}
        placeholder={t('common:state.unlimited')}
        value={maxBudget}
        onChange={setMaxBudget}
      />
      {maxBudget !== null && (
        <WindowField
          name="budgetDuration"
          windows={['1d', '7d', '1mo', 'never']}
          value={window}
          onChange={setWindow}
        />
      )}
      {reason.field}
    </FormDialog>
  )
}
