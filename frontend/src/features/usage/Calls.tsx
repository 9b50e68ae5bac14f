import {
  Button,
  Card,
  CardBody,
  Drawer,
  DrawerContent,
  DrawerContentBody,
  Flex,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { CallDetails } from './CallDetails.tsx'
import { callQueryOf, noCallSearch } from './call-search.ts'
import { periodOf, type Range } from './ranges.ts'
import { useCallColumns } from './use-call-columns.tsx'
import { useCallFilters } from './use-call-filters.ts'
import { useCursor } from './use-cursor.ts'
import { callsQuery } from './usage-queries.ts'
import type { Call, UsageSource } from './usage-source.ts'
import type { SearchChange } from './use-usage-search.ts'

interface CallsProps {
  readonly source: UsageSource
  readonly range: Range
  readonly search: ListSearch
  onSearch(next: SearchChange): void
  /** Shown where there was not a single call. */
  readonly empty?: React.ReactNode
}

const PAGE_SIZE = 50
const besideDetails: ReadonlySet<string> = new Set(['at', 'model', 'outcome', 'cost'])

/** Call by call, the newest first; one of them in full beside the list. */
export function Calls({ source, range, search, onSearch, empty }: CallsProps) {
  const { t } = useTranslation('usage')
  const query = { ...periodOf(range), ...callQueryOf(search) }
  const { cursor, page, forward, back } = useCursor(JSON.stringify([source.key, query]))
  const { data, error, refetch } = useQuery(callsQuery(source, query, PAGE_SIZE, cursor))
  const [chosen, setChosen] = useState<Call>()
  const all = useCallColumns(source.isMine, setChosen)
  // Beside an open call there is room for what tells the calls apart.
  const columns = chosen === undefined ? all : all.filter(({ key }) => besideDetails.has(key))
  const filters = useCallFilters(source, range)
  const next = data?.pagination.nextCursor ?? undefined
  const isFiltered = Object.keys(noCallSearch).some((name) => search[name] !== undefined)
  return (
    <Card className="lm-call-card">
      <CardBody>
        <Drawer isExpanded={chosen !== undefined} isInline className="lm-call-drawer">
          <DrawerContent
            panelContent={
              chosen && (
                <CallDetails call={chosen} isMine={source.isMine} onClose={() => setChosen(undefined)} />
              )
            }
          >
            <DrawerContentBody>
              <FilterBar
                search={{
                  label: t('calls.requestId'),
                  value: typeof search['requestId'] === 'string' ? search['requestId'] : undefined,
                  onChange: (requestId) => onSearch({ requestId }),
                }}
                filters={filters}
                values={search}
                onChange={(name, value) => onSearch({ [name]: value })}
                onClear={() => onSearch(noCallSearch)}
              />
              <DataTable
                label={t('calls.title')}
                columns={columns}
                rows={data?.data}
                idOf={({ id }) => id}
                error={data === undefined ? error : undefined}
                onRetry={() => void refetch()}
                sort={search.sort === 'at' ? 'at' : '-at'}
                onSort={(sort) => onSearch({ sort: sort === 'at' ? 'at' : undefined })}
                empty={empty ?? <EmptyHint title={t('calls.none')} text={t('empty.range')} />}
                onClearFilters={isFiltered ? () => onSearch(noCallSearch) : undefined}
              />
              {(page > 1 || next !== undefined) && (
                <Flex justifyContent={{ default: 'justifyContentFlexEnd' }}>
                  <span>{t('calls.page', { page })}</span>
                  <Button variant="secondary" isDisabled={page === 1} onClick={back}>
                    {t('common:act.newer')}
                  </Button>
                  <Button
                    variant="secondary"
                    isDisabled={next === undefined}
                    onClick={() => next !== undefined && forward(next)}
                  >
                    {t('common:act.older')}
                  </Button>
                </Flex>
              )}
            </DrawerContentBody>
          </DrawerContent>
        </Drawer>
      </CardBody>
    </Card>
  )
}
