import {
  MenuToggle,
  Select,
  SelectList,
  SelectOption,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core'
import ListIcon from '@patternfly/react-icons/dist/esm/icons/list-icon'
import SortIcon from '@patternfly/react-icons/dist/esm/icons/sort-amount-down-icon'
import ThLargeIcon from '@patternfly/react-icons/dist/esm/icons/th-large-icon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sorts } from './catalogue-search.ts'

export type CatalogueView = 'cards' | 'list'

const KEY = 'litemaas.catalogue'

/** How somebody likes to see the catalogue: a matter of this browser. */
export function useCatalogueView(): [CatalogueView, (view: CatalogueView) => void] {
  const [view, setView] = useState<CatalogueView>(localStorage.getItem(KEY) === 'list' ? 'list' : 'cards')
  const choose = (next: CatalogueView) => {
    localStorage.setItem(KEY, next)
    setView(next)
  }
  return [view, choose]
}

interface CatalogueToolsProps {
  readonly view: CatalogueView
  readonly sort: string | undefined
  onView(view: CatalogueView): void
  onSort(sort: string): void
}

export function CatalogueTools({ view, sort, onView, onSort }: CatalogueToolsProps) {
  const { t } = useTranslation('models')
  return (
    <>
      {view === 'cards' && <SortMenu sort={sort} onSort={onSort} />}
      <ToggleGroup aria-label={t('view.label')}>
        <ToggleGroupItem
          icon={<ThLargeIcon />}
          aria-label={t('view.cards')}
          isSelected={view === 'cards'}
          onChange={() => onView('cards')}
        />
        <ToggleGroupItem
          icon={<ListIcon />}
          aria-label={t('view.list')}
          isSelected={view === 'list'}
          onChange={() => onView('list')}
        />
      </ToggleGroup>
    </>
  )
}

const NONE = 'recommended'
const choices = [NONE, ...sorts] as const

function SortMenu({ sort, onSort }: Pick<CatalogueToolsProps, 'sort' | 'onSort'>) {
  const { t } = useTranslation('models')
  const [isOpen, setIsOpen] = useState(false)
  const chosen = sorts.find((one) => one === sort) ?? NONE
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      selected={chosen}
      onSelect={(_event, value) => {
        setIsOpen(false)
        onSort(value === NONE ? '' : String(value))
      }}
      toggle={(ref) => (
        <MenuToggle ref={ref} icon={<SortIcon />} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t(`sort.${chosen}`)}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={t('sort.label')}>
        {choices.map((one) => (
          <SelectOption key={one} value={one}>
            {t(`sort.${one}`)}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  )
}
