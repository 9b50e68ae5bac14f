import {
  MenuSearch,
  MenuSearchInput,
  MenuToggle,
  SearchInput,
  Select,
  SelectList,
  SelectOption,
  ToolbarFilter,
} from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { fitting, type Option } from './narrowing.ts'

interface NarrowingFilterProps {
  readonly label: string
  /** What still occurs under the other filters, the busiest first. */
  readonly options: readonly Option[]
  readonly chosen: readonly string[]
  /** The name of what was chosen, also when nothing of it is left under the other filters. */
  nameOf(id: string): string
  onChange(chosen: readonly string[]): void
}

const SHOWN = 50

/** Several of many, with how many calls each stands for. */
export function NarrowingFilter({ label, options, chosen, nameOf, onChange }: NarrowingFilterProps) {
  const { t } = useTranslation('usage')
  const { compact } = useFormats()
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const found = fitting(options, text, SHOWN)
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <ToolbarFilter
      categoryName={label}
      labels={chosen.map((id) => ({ key: id, node: nameOf(id) }))}
      deleteLabel={(_category, chip) => toggle(typeof chip === 'string' ? chip : chip.key)}
      deleteLabelGroup={() => onChange([])}
    >
      <Select
        isOpen={isOpen}
        onOpenChange={(next) => {
          setIsOpen(next)
          if (!next) setText('')
        }}
        onSelect={(_event, id) => toggle(String(id))}
        selected={[...chosen]}
        isScrollable
        maxMenuHeight="24rem"
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {label}
          </MenuToggle>
        )}
      >
        <MenuSearch>
          <MenuSearchInput>
            <SearchInput
              value={text}
              aria-label={t('filter.search', { what: label })}
              placeholder={t('common:act.search')}
              onChange={(_event, next) => setText(next)}
              onClear={() => setText('')}
            />
          </MenuSearchInput>
        </MenuSearch>
        <SelectList aria-label={label} isAriaMultiselectable>
          {found.shown.map(({ id, name, requests }) => (
            <SelectOption
              key={id}
              value={id}
              hasCheckbox
              isSelected={chosen.includes(id)}
              description={t('filter.calls', { count: requests, calls: compact(requests) })}
            >
              {name ?? nameOf(id)}
            </SelectOption>
          ))}
          {found.shown.length === 0 && <SelectOption isDisabled>{t('common:pick.nothing')}</SelectOption>}
          {found.left > 0 && (
            <SelectOption isDisabled>{t('filter.more', { count: found.left })}</SelectOption>
          )}
        </SelectList>
      </Select>
    </ToolbarFilter>
  )
}
