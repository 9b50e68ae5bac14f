import { Flex, FlexItem } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { DateField } from '../../ui/fields.tsx'
import { FilterBar, type Filter } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { AuditChoices } from './audit-queries.ts'
import { periods } from './audit-search.ts'
import { useAuditWords } from './use-audit-words.ts'

interface AuditFilterBarProps {
  readonly choices: AuditChoices | undefined
  readonly values: Readonly<Record<string, unknown>>
  onChange(name: string, value: string | readonly string[] | undefined): void
  onClear(): void
}

/** By what, by whom, about what and when; each filter offers what occurs under the others. */
export function AuditFilterBar({ choices, values, onChange, onClear }: AuditFilterBarProps) {
  const { t } = useTranslation('audit')
  const filters = useFilters(choices, values)
  const search = typeof values['search'] === 'string' ? values['search'] : undefined
  const day = (name: 'from' | 'to') => (typeof values[name] === 'string' ? values[name] : '')
  return (
    <>
      <FilterBar
        search={{
          label: t('search'),
          value: search,
          onChange: (text) => onChange('search', text),
        }}
        filters={filters}
        values={values}
        onChange={onChange}
        onClear={onClear}
      />
      <Flex className="lm-days">
        {(['from', 'to'] as const).map((name) => (
          <FlexItem key={name}>
            <DateField
              name={name}
              label={t(name)}
              value={day(name)}
              onChange={(value) => onChange(name, value)}
              {...(name === 'to' && day('from') !== '' ? { min: day('from') } : {})}
            />
          </FlexItem>
        ))}
      </Flex>
    </>
  )
}

function useFilters(
  choices: AuditChoices | undefined,
  values: Readonly<Record<string, unknown>>,
): readonly Filter[] {
  const { t } = useTranslation('audit')
  const words = useAuditWords()
  const { number } = useFormats()
  const counted = (label: string, count: number) => t('counted', { label, count, shown: number(count) })
  const optionsOf = (
    list: ReadonlyArray<{ name: string; count: number }> | undefined,
    word: (code: string) => string,
  ) => (list ?? []).map(({ name, count }) => ({ value: name, label: counted(word(name), count) }))
  /** Chosen in a row of the table; there to be seen and taken off again. */
  const pinned = (name: string, label: string): Filter[] => {
    const value = values[name]
    return typeof value === 'string' || typeof value === 'number'
      ? [{ name, label, options: [{ value: String(value), label: String(value) }] }]
      : []
  }
  return [
    {
      name: 'period',
      label: t('period'),
      options: periods.map((value) => ({ value, label: t(`periods.${value}`) })),
    },
    { name: 'category', label: t('categoryLabel'), options: optionsOf(choices?.categories, words.category) },
    { name: 'action', label: t('actionLabel'), options: optionsOf(choices?.actions, words.action) },
    {
      name: 'actorId',
      label: t('actor'),
      options: (choices?.actors ?? []).map(({ id, name, count }) => ({
        value: id,
        label: counted(name, count),
      })),
    },
    {
      name: 'actorKind',
      label: t('actorKindLabel'),
      options: (['person', 'apiKey', 'serviceClient', 'system'] as const).map((value) => ({
        value,
        label: words.actorKind(value),
      })),
    },
    {
      name: 'resourceType',
      label: t('resourceLabel'),
      options: optionsOf(choices?.resourceTypes, words.resource),
    },
    {
      name: 'result',
      label: t('resultLabel'),
      options: (['success', 'refused', 'failed'] as const).map((value) => ({
        value,
        label: words.result(value),
      })),
    },
    ...pinned('resourceId', t('about')),
    ...pinned('requestId', t('request')),
  ]
}
