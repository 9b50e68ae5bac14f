import {
  Bullseye,
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Skeleton,
} from '@patternfly/react-core'
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from './ErrorState.tsx'
import { ListPagination, type Paging } from './ListPagination.tsx'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly render: (row: Row) => ReactNode
  /** Name that the API sorts by. */
  readonly sort?: string
  readonly isNumber?: boolean
  /** For columns of buttons, which have no visible title. */
  readonly isActions?: boolean
}

interface Selection<Row> {
  readonly ids: ReadonlySet<string>
  onChange(ids: ReadonlySet<string>): void
  /** Rows that cannot be chosen. */
  isDisabled?(row: Row): boolean
}

interface DataTableProps<Row> {
  /** What the table lists, for screen readers. */
  readonly label: string
  readonly columns: ReadonlyArray<Column<Row>>
  /** Undefined while loading. */
  readonly rows: readonly Row[] | undefined
  readonly idOf: (row: Row) => string
  readonly error?: unknown
  onRetry?(): void
  /** `name` ascending, `-name` descending. */
  readonly sort?: string | undefined
  onSort?(sort: string): void
  readonly paging?: Paging
  readonly selection?: Selection<Row>
  /** Shown when there is nothing at all; says what to do next. */
  readonly empty?: ReactNode
  /** Given when filters are set: nothing matches then, and they can be cleared. */
  onClearFilters?: (() => void) | undefined
}

const SKELETON_ROWS = 8

/** A page of rows as the server sorted and cut it. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, idOf, error, onRetry, paging, empty, onClearFilters } = props
  if (error !== undefined && error !== null)
    return <ErrorState error={error} {...(onRetry ? { onRetry } : {})} />
  if (rows?.length === 0)
    return onClearFilters ? <NothingMatches onClear={onClearFilters} /> : <Bullseye>{empty}</Bullseye>
  return (
    <>
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
        <Head {...props} />
        <Tbody>
          {rows === undefined
            ? Array.from({ length: SKELETON_ROWS }, (_none, index) => (
                <SkeletonRow key={index} columns={columns.length} />
              ))
            : rows.map((row, index) => <DataRow key={idOf(row)} {...props} row={row} index={index} />)}
        </Tbody>
      </Table>
      {/* Not below place holders, where the rows would push it away. */}
      {paging && rows !== undefined && <ListPagination label={label} {...paging} />}
    </>
  )
}

function Head<Row>({ columns, sort, onSort, selection, rows, idOf }: DataTableProps<Row>) {
  const { t } = useTranslation()
  const isDescending = sort?.startsWith('-') ?? false
  const sorted = isDescending ? sort?.slice(1) : sort
  const choosable = (rows ?? []).filter((row) => selection?.isDisabled?.(row) !== true).map(idOf)
  return (
    <Thead>
      <Tr>
        {selection && (
          <Th
            aria-label={t('state.selected', { count: selection.ids.size })}
            select={{
              isSelected: choosable.length > 0 && choosable.every((id) => selection.ids.has(id)),
              onSelect: (_event, isSelected) => selection.onChange(new Set(isSelected ? choosable : [])),
            }}
          />
        )}
        {columns.map((column, index) => (
          <Th
            key={column.key}
            modifier="wrap"
            {...(column.isNumber === true ? { className: 'lm-number' } : {})}
            {...(column.isActions === true ? { screenReaderText: column.title } : {})}
            {...(column.sort !== undefined && onSort
              ? {
                  sort: {
                    columnIndex: index,
                    sortBy:
                      sorted === column.sort
                        ? { index, direction: isDescending ? ('desc' as const) : ('asc' as const) }
                        : {},
                    onSort: (_event: unknown, _index: number, direction: 'asc' | 'desc') =>
                      onSort(direction === 'desc' ? `-${column.sort ?? ''}` : (column.sort ?? '')),
                  },
                }
              : {})}
          >
            {column.isActions === true ? undefined : column.title}
          </Th>
        ))}
      </Tr>
    </Thead>
  )
}

function DataRow<Row>({
  columns,
  selection,
  idOf,
  row,
  index,
}: DataTableProps<Row> & { row: Row; index: number }) {
  const id = idOf(row)
  return (
    <Tr>
      {selection && (
        <Td
          select={{
            rowIndex: index,
            isSelected: selection.ids.has(id),
            isDisabled: selection.isDisabled?.(row) ?? false,
            onSelect: (_event, isSelected) => {
              const ids = new Set(selection.ids)
              if (isSelected) ids.add(id)
              else ids.delete(id)
              selection.onChange(ids)
            },
          }}
        />
      )}
      {columns.map((column) => (
        <Td
          key={column.key}
          {...(column.isActions === true ? {} : { dataLabel: column.title })}
          isActionCell={column.isActions === true}
          {...(column.isNumber === true ? { className: 'lm-number' } : {})}
        >
          {/* One child: on phones each child of a cell would become a cell of its own grid. */}
          {column.isActions === true ? column.render(row) : <div>{column.render(row)}</div>}
        </Td>
      ))}
    </Tr>
  )
}

function SkeletonRow({ columns }: { columns: number }) {
  return (
    <Tr aria-hidden>
      {Array.from({ length: columns }, (_none, index) => (
        <Td key={index}>
          <Skeleton />
        </Td>
      ))}
    </Tr>
  )
}

function NothingMatches({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation()
  return (
    <EmptyState headingLevel="h2" titleText={t('state.nothingFound')} icon={SearchIcon} variant="sm">
      <EmptyStateBody>{t('state.nothingFoundHint')}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="link" onClick={onClear}>
            {t('act.clearFilters')}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  )
}
