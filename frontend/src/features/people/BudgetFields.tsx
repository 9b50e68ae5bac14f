import { useTranslation } from 'react-i18next'
import { MoneyField, SelectField } from '../../ui/fields.tsx'
import { budgetWindows, windowOf, type BudgetWindow } from './budget-queries.ts'

interface WindowFieldProps {
  readonly value: BudgetWindow
  onChange(value: BudgetWindow): void
  /** The API's name of the field. */
  readonly name?: string
  /** Which windows can be chosen. */
  readonly windows?: readonly BudgetWindow[]
}

export function WindowField({
  value,
  onChange,
  name = 'duration',
  windows = budgetWindows,
}: WindowFieldProps) {
  const { t } = useTranslation('people')
  return (
    <SelectField
      name={name}
      label={t('budget.window')}
      hint={t('budget.windowHint')}
      value={value}
      onChange={(next) => onChange(windowOf(next))}
      options={(windows.includes(value) ? windows : [value, ...windows]).map((one) => ({
        value: one,
        label: t(`budgetWindow.${one}`),
      }))}
    />
  )
}

export interface BudgetDraft {
  readonly limit: number | null
  readonly softLimit: number | null
  readonly window: BudgetWindow
}

interface BudgetFieldsProps {
  readonly value: BudgetDraft
  onChange(value: BudgetDraft): void
}

export function BudgetFields({ value, onChange }: BudgetFieldsProps) {
  const { t } = useTranslation(['people', 'common'])
  return (
    <>
      <MoneyField
        name="limit"
        label={t('budget.limit')}
        hint={t('budget.limitHint')}
        placeholder={t('common:state.unlimited')}
        value={value.limit}
        onChange={(limit) => onChange({ ...value, limit })}
      />
      <WindowField value={value.window} onChange={(window) => onChange({ ...value, window })} />
      <MoneyField
        name="softLimit"
        label={t('budget.softLimit')}
        hint={t('budget.softLimitHint')}
        placeholder={t('common:state.none')}
        value={value.softLimit}
        onChange={(softLimit) => onChange({ ...value, softLimit })}
      />
    </>
  )
}
