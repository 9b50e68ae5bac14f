import { MenuToggle, Select, SelectList, SelectOption } from '@patternfly/react-core'
import CalendarAltIcon from '@patternfly/react-icons/dist/esm/icons/calendar-alt-icon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DateField } from '../../ui/fields.tsx'
import type { FormErrors } from '../../ui/form-errors.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useAxisLabels } from './axis-labels.ts'
import { dayOf, isPossible, MAX_DAYS, presetRange, presets, type Preset, type Range } from './ranges.ts'

interface RangePickerProps {
  readonly range: Range
  onChange(range: Range): void
}

/** The usual periods at once, any other by its first and last day. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const { t } = useTranslation('usage')
  const labels = useAxisLabels()
  const [isOpen, setIsOpen] = useState(false)
  const [isCustom, setIsCustom] = useState(false)
  const choose = (value: string) => {
    setIsOpen(false)
    const preset = presets.find((one) => one === value)
    if (preset === undefined) setIsCustom(true)
    else onChange(presetRange(preset, dayOf(new Date())))
  }
  const name = (preset: Preset) => t(`range.${preset}`)
  return (
    <>
      <Select
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={(_event, value) => choose(String(value))}
        selected={range.preset}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            isExpanded={isOpen}
            icon={<CalendarAltIcon />}
            onClick={() => setIsOpen(!isOpen)}
          >
            {range.preset === 'custom' ? labels.range(range.from, range.to) : name(range.preset)}
          </MenuToggle>
        )}
      >
        <SelectList aria-label={t('range.label')}>
          {presets.map((preset) => {
            const { from, to } = presetRange(preset, dayOf(new Date()))
            return (
              <SelectOption key={preset} value={preset} description={labels.range(from, to)}>
                {name(preset)}
              </SelectOption>
            )
          })}
          <SelectOption value="custom">{t('range.custom')}</SelectOption>
        </SelectList>
      </Select>
      {isCustom && <CustomRange range={range} onChange={onChange} onClose={() => setIsCustom(false)} />}
    </>
  )
}

function CustomRange({ range, onChange, onClose }: RangePickerProps & { onClose: () => void }) {
  const { t } = useTranslation('usage')
  const [from, setFrom] = useState(range.from)
  const [to, setTo] = useState(range.to)
  const today = dayOf(new Date())
  return (
    <FormDialog
      title={t('range.custom')}
      description={t('range.utc')}
      act={t('range.apply')}
      size="small"
      check={(): FormErrors =>
        from !== '' && to !== '' && isPossible(from, to)
          ? {}
          : { to: t('range.impossible', { count: MAX_DAYS }) }
      }
      onSubmit={async () => onChange({ preset: 'custom', from, to })}
      onClose={onClose}
    >
      <DateField name="from" label={t('common:list.from')} value={from} onChange={setFrom} max={today} />
      <DateField name="to" label={t('common:list.to')} value={to} onChange={setTo} max={today} />
    </FormDialog>
  )
}
