import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason, useReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DateField, MoneyField, TextAreaField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { BudgetFields, type BudgetDraft } from './BudgetFields.tsx'
import { durationOf, windowOf, type Budget, type Subject } from './budget-queries.ts'

interface DialogProps {
  readonly target: ActTarget
  onClose(): void
}

function useDone() {
  const queries = useQueryClient()
  const { say } = useToasts()
  return async (words: string) => {
    say(words)
    const stale = ['budgets', 'users', 'teams', 'organizations']
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
}

interface EditBudgetProps extends DialogProps {
  readonly subject: Subject & { readonly name: string }
  /** None yet: it is made. */
  readonly budget: Budget | null
}

export function EditBudgetDialog({ subject, budget, target, onClose }: EditBudgetProps) {
  const { t } = useTranslation(['people', 'common'])
  const done = useDone()
  const reason = useReason(target)
  const [draft, setDraft] = useState<BudgetDraft>({
    limit: budget?.limit ?? null,
    softLimit: budget?.softLimit ?? null,
    window: budget ? windowOf(budget.duration) : '1mo',
  })
  const send = async () => {
    const { limit, softLimit, window } = draft
    const body = { limit, softLimit, duration: durationOf(window) }
    const { level, id } = subject
    if (budget === null)
      await api.createBudget({ query: reason.query, body: { ...body, level, subjectId: id } })
    else
      await api.updateBudget(
        { path: { id: budget.id }, query: reason.query, body },
        { ifMatch: budget.version },
      )
    await done(t('budget.saved'))
  }
  const isMissing = budget === null && draft.limit === null
  return (
    <FormDialog
      title={t('budget.editTitle', { name: subject.name })}
      act={t('common:act.save')}
      size="small"
      check={() => ({ ...reason.errors, ...(isMissing ? { limit: t('budget.limitMissing') } : {}) })}
      onSubmit={send}
      onClose={onClose}
    >
      <BudgetFields value={draft} onChange={setDraft} />
      {reason.field}
    </FormDialog>
  )
}

interface OneBudgetProps extends DialogProps {
  readonly budget: Budget
}

const DAY_MS = 86_400_000
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

/** More for a while; it ends by itself at the end of the chosen day, UTC. */
export function IncreaseDialog({ budget, target, onClose }: OneBudgetProps) {
  const { t } = useTranslation(['people', 'common'])
  const { money } = useFormats()
  const done = useDone()
  const [amount, setAmount] = useState<number | null>(null)
  const [until, setUntil] = useState(() => dayOf(Date.now() + 7 * DAY_MS))
  const [why, setWhy] = useState('')
  const check = () => ({
    ...(amount === null || amount <= 0 ? { amount: t('budget.amountMissing') } : {}),
    ...(until === '' ? { expiresAt: t('budget.untilMissing') } : {}),
    ...(why.trim().length < 3 ? { reason: t('common:error.reasonMissing') } : {}),
  })
  const send = async () => {
    const body = { amount: amount ?? 0, expiresAt: `${until}T23:59:59Z`, reason: why.trim() }
    await api.createBudgetIncrease({ path: { id: budget.id }, query: target.query(why.trim()), body })
    await done(t('budget.raised'))
  }
  return (
    <FormDialog
      title={t('budget.raiseTitle', { name: budget.subjectName })}
      description={budget.limit === null ? undefined : t('budget.raiseText', { limit: money(budget.limit) })}
      act={t('budget.raise')}
      size="small"
      check={check}
      onSubmit={send}
      onClose={onClose}
    >
      <MoneyField name="amount" label={t('budget.amount')} value={amount} onChange={setAmount} isRequired />
      <DateField
        name="expiresAt"
        label={t('budget.until')}
        hint={t('budget.untilHint')}
        min={dayOf(Date.now())}
        value={until}
        onChange={setUntil}
        isRequired
      />
      <TextAreaField
        name="reason"
        label={t('budget.reason')}
        hint={t('budget.reasonHint')}
        value={why}
        onChange={setWhy}
        maxLength={500}
        rows={2}
        isRequired
      />
    </FormDialog>
  )
}

export function EndIncreaseDialog({ budget, target, onClose }: OneBudgetProps) {
  const { t } = useTranslation(['people', 'common'])
  const { money } = useFormats()
  const confirmReason = useConfirmReason()
  const done = useDone()
  return (
    <ConfirmDialog
      title={t('budget.endRaiseTitle')}
      act={t('budget.endRaise')}
      {...confirmReason(target)}
      onConfirm={async (why) => {
        await api.endBudgetIncrease({ path: { id: budget.id }, query: target.query(why) })
        await done(t('budget.raiseEnded'))
      }}
      onClose={onClose}
    >
      {t('budget.endRaiseText', { name: budget.subjectName, amount: money(budget.increase) })}
    </ConfirmDialog>
  )
}

export function ResetSpendDialog({ budget, target, onClose }: OneBudgetProps) {
  const { t } = useTranslation('people')
  const { money } = useFormats()
  const done = useDone()
  return (
    <ConfirmDialog
      title={t('budget.resetTitle', { name: budget.subjectName })}
      act={t('budget.reset')}
      isDanger
      reason={{ label: t('budget.reason'), isRequired: true }}
      onConfirm={async (reason) => {
        await api.resetBudgetSpend({ path: { id: budget.id }, query: target.query(reason), body: { reason } })
        await done(t('budget.resetDone'))
      }}
      onClose={onClose}
    >
      {t('budget.resetText', { spent: money(budget.spent) })}
    </ConfirmDialog>
  )
}

export function RemoveBudgetDialog({ budget, target, onClose }: OneBudgetProps) {
  const { t } = useTranslation(['people', 'common'])
  const confirmReason = useConfirmReason()
  const done = useDone()
  return (
    <ConfirmDialog
      title={t('budget.removeTitle', { name: budget.subjectName })}
      act={t('budget.remove')}
      isDanger
      {...confirmReason(target)}
      onConfirm={async (why) => {
        await api.deleteBudget({ path: { id: budget.id }, query: target.query(why) })
        await done(t('budget.removed'))
      }}
      onClose={onClose}
    >
      {t('budget.removeText')}
    </ConfirmDialog>
  )
}
