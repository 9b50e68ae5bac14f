import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Filter } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { prices, slownesses } from './call-search.ts'
import { periodOf, type Range } from './ranges.ts'
import { useErrorName } from './use-error-name.ts'
import { errorsQuery } from './usage-queries.ts'
import type { UsageSource } from './usage-source.ts'

/** What calls can be looked for by; only errors that occurred are offered. */
export function useCallFilters(source: UsageSource, range: Range): readonly Filter[] {
  const { t } = useTranslation('usage')
  const { money, milliseconds } = useFormats()
  const errorName = useErrorName()
  const { data: failures = [] } = useQuery(errorsQuery(source, periodOf(range)))
  const codes = new Map(
    failures.flatMap((failure) =>
      failure.errorCode === null ? [] : [[failure.errorCode, errorName(failure)] as const],
    ),
  )
  return [
    {
      name: 'outcome',
      label: t('calls.outcome'),
      options: (['success', 'error', 'cancelled'] as const).map((value) => ({
        value,
        label: t(`outcome.${value}`),
      })),
    },
    {
      name: 'errorCode',
      label: t('calls.error'),
      options: [...codes].map(([value, label]) => ({ value, label })),
    },
    {
      name: 'minDurationMs',
      label: t('calls.slow'),
      options: slownesses.map((value) => ({
        value: String(value),
        label: t('calls.atLeast', { amount: milliseconds(value) }),
      })),
    },
    {
      name: 'minCost',
      label: t('calls.dear'),
      options: prices.map((value) => ({
        value: String(value),
        label: t('calls.atLeast', { amount: money(value) }),
      })),
    },
  ]
}
