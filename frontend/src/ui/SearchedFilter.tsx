import {
  Divider,
  MenuSearch,
  MenuSearchInput,
  MenuToggle,
  SearchInput,
  Select,
  SelectList,
  SelectOption,
  ToolbarFilter,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterOption } from './FilterBar.tsx'

interface SearchedFilterProps {
  readonly name: string
  readonly label: string
  /** First words of the query key under which answers are remembered. */
  readonly queryKey: readonly unknown[]
  /** The first that fit the text; the server searches and cuts. */
  search(text: string): Promise<readonly FilterOption[]>
  /** The one that is chosen, with its name. */
  readonly chosen: FilterOption | undefined
  onChange(value: string | undefined): void
}

const PAUSE_MS = 200

/** A filter by one of too many for a menu, such as a person: found by typing. */
export function SearchedFilter({ name, label, queryKey, search, chosen, onChange }: SearchedFilterProps) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const { data: found } = useQuery({
    queryKey: [...queryKey, 'filter', asked],
    queryFn: () => search(asked),
    enabled: isOpen,
  })
  const choose = (value: string) => {
    setIsOpen(false)
    setText('')
    onChange(value === chosen?.value ? undefined : value)
  }
  return (
    <ToolbarFilter
      labels={chosen === undefined ? [] : [{ key: chosen.value, node: chosen.label }]}
      deleteLabel={() => onChange(undefined)}
      categoryName={label}
    >
      <Select
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={(_event, value) => {
          if (value !== undefined) choose(String(value))
        }}
        selected={chosen?.value}
        isScrollable
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {label}
          </MenuToggle>
        )}
      >
        <MenuSearch>
          <MenuSearchInput>
            <SearchInput
              aria-label={label}
              name={name}
              placeholder={t('pick.placeholder')}
              value={text}
              onChange={(_event, next) => setText(next)}
              onClear={() => setText('')}
            />
          </MenuSearchInput>
        </MenuSearch>
        <Divider />
        <SelectList aria-label={label}>
          {found === undefined && <SelectOption isLoading>{t('state.loading')}</SelectOption>}
          {found?.length === 0 && <SelectOption isDisabled>{t('pick.nothing')}</SelectOption>}
          {found?.map((one) => (
            <SelectOption
              key={one.value}
              value={one.value}
              isSelected={one.value === chosen?.value}
              {...(one.description === undefined ? {} : { description: one.description })}
            >
              {one.label}
            </SelectOption>
          ))}
        </SelectList>
      </Select>
    </ToolbarFilter>
  )
}
