import { useNavigate, useSearch } from '@tanstack/react-router'
import { pageOf, type ListSearch } from './list-search.ts'

/** A page of rows, as a query has it. */
interface Found<Row> {
  readonly data:
    { readonly data: readonly Row[]; readonly pagination: { readonly total: number } } | undefined
  readonly error: unknown
  refetch(): Promise<unknown>
}

/**
 * The state of the list on this page, from and to the URL: `query` is what the API is asked, the rest belongs to
 * `DataTable` and `FilterBar`. A change of a filter goes back to the first page.
 */
export function useList(defaults: { sort?: string; pageSize?: number } = {}) {
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const { page = 1, pageSize: _size, sort = defaults.sort, in: scope, tab, open: _open, ...filters } = search
  const { limit, offset } = pageOf(search, defaults.pageSize)
  const change = (next: ListSearch) =>
    void navigate({ to: '.', search: withoutEmpty(next) as never, replace: true })
  const hasFilters = Object.keys(filters).length > 0
  const clearFilters = () =>
    change({ ...(search.sort === undefined ? {} : { sort: search.sort }), in: scope, tab })
  const setFilter = (name: string, value: ListSearch[string]) =>
    change({ ...search, page: undefined as never, [name]: value })
  const onSort = (next: string) => change({ ...search, sort: next })
  const paging = (total: number | undefined) => ({
    page,
    pageSize: limit,
    total: total ?? 0,
    onChange: (nextPage: number, pageSize: number) => change({ ...search, page: nextPage, pageSize }),
  })
  return {
    query: { ...filters, limit, offset, ...(sort === undefined ? {} : { sort }) } as Record<
      string,
      unknown
    > & {
      limit: number
      offset: number
    },
    filters,
    hasFilters,
    setFilter,
    clearFilters,
    sort,
    onSort,
    paging,
    /** What `FilterBar` wants to know, besides the filters that it offers. */
    filterBar: { values: filters, onChange: setFilter, onClear: clearFilters },
    /** Everything that `DataTable` wants to know of what was found with `query`. */
    table: <Row>({ data, error, refetch }: Found<Row>) => ({
      rows: data?.data,
      // What was there stays on the screen when only a refresh fails.
      error: data ? undefined : error,
      onRetry: () => void refetch(),
      sort,
      onSort,
      paging: paging(data?.pagination.total),
      onClearFilters: hasFilters ? clearFilters : undefined,
    }),
  }
}

const withoutEmpty = (search: ListSearch): ListSearch =>
  Object.fromEntries(
    Object.entries(search).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  ) as ListSearch
