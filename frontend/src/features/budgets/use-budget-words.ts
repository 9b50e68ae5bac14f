import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import type { BudgetLevel } from './budget-list-queries.ts'

interface Named {
  readonly level: BudgetLevel
  readonly subjectName: string
  readonly modelName: string | null
}

export function useBudgetWords() {
  const { t } = useTranslation('budgets')
  const { date } = useFormats()
  return {
    level: (level: BudgetLevel): string => t(`level.${level}`),
    /** Whose it is, in a few words. */
    subjectOf: ({ level, subjectName, modelName }: Named): string =>
      t(`subject.${level}`, { name: subjectName, model: modelName ?? '' }),
    /** When it starts anew. */
    resetOf: (resetAt: string | null): string | undefined =>
      resetAt === null ? undefined : t('startsAnew', { day: date(resetAt) }),
  }
}
