import {
  MenuToggle,
  SearchInput,
  Select,
  SelectList,
  SelectOption,
  Toolbar,
  ToolbarContent,
  ToolbarFilter,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface FilterOption {
  readonly value: string
  readonly label: string
  readonly description?: string
}

export interface Filter {
  /** Name of the API's query parameter. */
  readonly name: string
  readonly label: string
  readonly options: readonly FilterOption[]
  /** Several values at once. */
  readonly isMulti?: boolean
}

interface FilterBarProps {
  readonly search?: {
    readonly label: string
    readonly value: string | undefined
    onChange(text: string): void
  }
  readonly filters?: readonly Filter[]
  readonly values: Readonly<Record<string, unknown>>
  onChange(name: string, value: string | readonly string[] | undefined): void
  onClear(): void
  /** Filters of other kinds, such as `SearchedFilter`. */
  readonly more?: ReactNode
  readonly actions?: ReactNode
}

const PAUSE_MS = 300

/** Search and filters above a list; what is chosen shows as chips that can be taken off one by one. */
export function FilterBar({
  search,
  filters = [],
  values,
  onChange,
  onClear,
  more,
  actions,
}: FilterBarProps) {
  const { t } = useTranslation()
  return (
    <Toolbar clearAllFilters={onClear} clearFiltersButtonText={t('act.clearFilters')}>
      <ToolbarContent>
        {search && (
          <ToolbarItem>
            <SearchField {...search} />
          </ToolbarItem>
        )}
        <ToolbarGroup variant="filter-group" rowWrap={{ default: 'wrap' }}>
          {filters.map((filter) => (
            <OneFilter key={filter.name} filter={filter} value={values[filter.name]} onChange={onChange} />
          ))}
          {more}
        </ToolbarGroup>
        {actions !== undefined && <ToolbarGroup align={{ default: 'alignEnd' }}>{actions}</ToolbarGroup>}
      </ToolbarContent>
    </Toolbar>
  )
}

/** Asks when somebody pauses, not at every key. */
function SearchField({ label, value = '', onChange }: NonNullable<FilterBarProps['search']>) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <SearchInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(_event, next) => setText(next)}
      onClear={() => {
        setText('')
        onChange('')
      }}
    />
  )
}

function OneFilter({
  filter,
  value,
  onChange,
}: {
  filter: Filter
  value: unknown
  onChange: FilterBarProps['onChange']
}) {
  const [isOpen, setIsOpen] = useState(false)
  const chosen = chosenOf(value)
  const labelOf = (one: string) => filter.options.find((option) => option.value === one)?.label ?? one
  const choose = (one: string) => {
    const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]
    if (filter.isMulti === true) return onChange(filter.name, next)
    setIsOpen(false)
    onChange(filter.name, chosen.includes(one) ? undefined : one)
  }
  return (
    <ToolbarFilter
      labels={chosen.map((one) => ({ key: one, node: labelOf(one) }))}
      deleteLabel={(_category, chip) => choose(typeof chip === 'string' ? chip : chip.key)}
      categoryName={filter.label}
    >
      <Select
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={(_event, one) => choose(String(one))}
        selected={chosen}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {filter.label}
          </MenuToggle>
        )}
        isScrollable
      >
        <SelectList>
          {filter.options.map((option) => (
            <SelectOption
              key={option.value}
              value={option.value}
              hasCheckbox={filter.isMulti === true}
              isSelected={chosen.includes(option.value)}
            >
              {option.label}
            </SelectOption>
          ))}
        </SelectList>
      </Select>
    </ToolbarFilter>
  )
}

function chosenOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(String) : [String(value as string | number | boolean)]
}
