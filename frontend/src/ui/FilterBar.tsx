import {
  Button,
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
import FilterIcon from '@patternfly/react-icons/dist/esm/icons/filter-icon'
import { useEffect, useId, useState, type ReactNode } from 'react'
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

/** Search and filters above a list. */
export function FilterBar({
  search,
  filters = [],
  values,
  onChange,
  onClear,
  more,
  actions,
}: FilterBarProps) {
  return (
    <FilterToolbar onClear={onClear}>
      {search && (
        <ToolbarItem className="lm-filters__search">
          <SearchField {...search} />
        </ToolbarItem>
      )}
      {(filters.length > 0 || more !== undefined) && (
        <FoldedFilters>
          {filters.map((filter) => (
            <OneFilter key={filter.name} filter={filter} value={values[filter.name]} onChange={onChange} />
          ))}
          {more}
        </FoldedFilters>
      )}
      {actions !== undefined && <ToolbarGroup align={{ default: 'alignEnd' }}>{actions}</ToolbarGroup>}
    </FilterToolbar>
  )
}

/** The frame of filters: what is chosen shows as chips, on a phone as their number. */
export function FilterToolbar({ onClear, children }: { onClear: () => void; readonly children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Toolbar
      clearAllFilters={onClear}
      clearFiltersButtonText={t('act.clearFilters')}
      collapseListedFiltersBreakpoint="md"
      numberOfFiltersText={(count) => t('state.filters', { count })}
    >
      <ToolbarContent>{children}</ToolbarContent>
    </Toolbar>
  )
}

/**
 * On a phone behind a button, so that the list itself is seen. PatternFly's own toggle group calls its button "Show Filters"
 * in every language.
 */
export function FoldedFilters({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <ToolbarItem visibility={{ default: 'visible', md: 'hidden' }}>
        <Button
          variant="secondary"
          icon={<FilterIcon />}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          {t('act.filters')}
        </Button>
      </ToolbarItem>
      <ToolbarGroup
        id={id}
        variant="filter-group"
        rowWrap={{ default: 'wrap' }}
        visibility={{ default: isOpen ? 'visible' : 'hidden', md: 'visible' }}
      >
        {children}
      </ToolbarGroup>
    </>
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
