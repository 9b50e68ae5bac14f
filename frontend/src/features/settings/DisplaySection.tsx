import { Card, CardBody, CardTitle } from '@patternfly/react-core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { NumberField } from '../../ui/fields.tsx'
import { formatsFor } from '../../ui/formats.ts'
import { Typeahead } from '../../ui/Typeahead.tsx'
import type { SettingComplaint } from './key-limits.ts'
import { SectionForm } from './SectionForm.tsx'
import type { Values } from './settings-queries.ts'
import { useSettingComplaints } from './use-setting-complaints.ts'

/** Amounts are kept in US dollars; this says how they are shown. */
export function DisplaySection() {
  const { t } = useTranslation('settings')
  const currencies = useCurrencies()
  const complaints = useSettingComplaints()
  return (
    <SectionForm name="display" check={(draft) => complaints(checkDisplay(draft))}>
      {({ draft, isDisabled, onChange }) => (
        <>
          <Typeahead
            name="currency"
            label={t('display.currency')}
            isRequired
            isDisabled={isDisabled}
            queryKey={['settings', 'currencies']}
            search={currencies.search}
            value={draft.currency === '' ? null : currencies.choiceOf(draft.currency)}
            onChange={(chosen) =>
              onChange({
                currency: chosen?.value ?? '',
                ...(chosen?.value === 'USD' ? { currencyPerUsd: 1 } : {}),
              })
            }
          />
          <NumberField
            name="currencyPerUsd"
            label={t('display.rate')}
            hint={t('display.rateHint')}
            step="any"
            unit={draft.currency}
            isRequired
            isDisabled={isDisabled || draft.currency === 'USD'}
            value={Number.isNaN(draft.currencyPerUsd) ? null : draft.currencyPerUsd}
            onChange={(value) => onChange({ currencyPerUsd: value ?? Number.NaN })}
          />
          <Preview {...draft} />
        </>
      )}
    </SectionForm>
  )
}

function checkDisplay({ currency, currencyPerUsd }: Values<'display'>): Record<string, SettingComplaint> {
  return {
    ...(currency === '' ? { currency: 'currency' as const } : {}),
    ...(Number.isNaN(currencyPerUsd) ? { currencyPerUsd: 'missing' as const } : {}),
    ...(currencyPerUsd <= 0 ? { currencyPerUsd: 'negative' as const } : {}),
  }
}

/** What browsers know as currencies, in the person's words. */
function useCurrencies() {
  const { i18n } = useTranslation()
  return useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'currency' })
    const choiceOf = (value: string) => ({ value, label: `${value} · ${names.of(value) ?? value}` })
    const all = Intl.supportedValuesOf('currency').map(choiceOf)
    return {
      choiceOf,
      search: async (text: string) => {
        const wanted = text.toLowerCase()
        return all.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, 50)
      },
    }
  }, [i18n.language])
}

const examples = [0.00042, 12.5, 48_200] as const

function Preview({ currency, currencyPerUsd }: Values<'display'>) {
  const { t, i18n } = useTranslation('settings')
  if (currency === '' || !(currencyPerUsd > 0)) return null
  const dollars = formatsFor(i18n.language, 'USD', 1)
  const shown = formatsFor(i18n.language, currency, currencyPerUsd)
  const head = [t('display.kept'), t('display.shown')]
  return (
    <Card isCompact>
      <CardTitle component="h3">{t('display.preview')}</CardTitle>
      <CardBody>
        <Table variant="compact" borders={false} gridBreakPoint="" aria-label={t('display.preview')}>
          <Thead>
            <Tr>
              {head.map((title) => (
                <Th key={title} className="lm-number">
                  {title}
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
            {examples.map((usd) => (
              <Tr key={usd}>
                <Td dataLabel={head[0] ?? ''} className="lm-number">
                  {dollars.money(usd)}
                </Td>
                <Td dataLabel={head[1] ?? ''} className="lm-number">
                  {shown.money(usd)}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </CardBody>
    </Card>
  )
}
