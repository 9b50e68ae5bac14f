import { useTranslation } from 'react-i18next'
import { MoneyField, NumberField, SelectField } from '../../ui/fields.tsx'

type Unit = 'requestsPerMinute' | 'tokensPerMinute' | 'calls' | 'days' | 'months' | 'keys'

interface NumberSettingProps<N extends string> {
  readonly name: N
  readonly label: string
  readonly hint?: string
  readonly value: number | null
  readonly isDisabled: boolean
  readonly unit: Unit
  readonly placeholder?: string
  readonly min?: number
  readonly max?: number
  onChange(value: number | null): void
}

/** A number with what it counts; nothing written means no limit. */
export function NumberSetting<N extends string>({ unit, placeholder, ...props }: NumberSettingProps<N>) {
  const { t } = useTranslation('settings')
  return (
    <NumberField
      {...props}
      unit={t(`unit.${unit}`)}
      placeholder={placeholder ?? t('common:state.unlimited')}
    />
  )
}

type MoneySettingProps<N extends string> = Omit<NumberSettingProps<N>, 'unit'>

export function MoneySetting<N extends string>({ placeholder, ...props }: MoneySettingProps<N>) {
  const { t } = useTranslation('settings')
  return <MoneyField {...props} placeholder={placeholder ?? t('common:state.unlimited')} />
}

type Window = '1d' | '7d' | '1mo' | '1y'

interface WindowSettingProps<W extends Window> {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly value: W | null
  readonly windows: readonly W[]
  /** What nothing means here. */
  readonly none: string
  readonly isDisabled: boolean
  onChange(value: W | null): void
}

/** How often a budget starts anew. */
export function WindowSetting<W extends Window>({
  windows,
  none,
  value,
  onChange,
  ...props
}: WindowSettingProps<W>) {
  const { t } = useTranslation('settings')
  return (
    <SelectField
      {...props}
      value={value ?? ''}
      options={[
        ...windows.map((one: Window) => ({ value: one as string, label: t(`window.${one}`) })),
        { value: '', label: none },
      ]}
      onChange={(chosen) => onChange(windows.find((one) => one === chosen) ?? null)}
    />
  )
}
