import './models.css'
import { Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { ListPagination } from '../../ui/ListPagination.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { RequestAccessDialog } from '../subscriptions/RequestAccessDialog.tsx'
import { isSubscribable } from '../subscriptions/SubscribeButton.tsx'
import { CatalogueTools, useCatalogueView } from './CatalogueTools.tsx'
import { modelsQuery, type Model } from './catalogue-queries.ts'
import { catalogueQueryOf, sortOf, valueOf } from './catalogue-search.ts'
import { useModelColumns } from './model-columns.tsx'
import { ModelCards } from './ModelCards.tsx'
import { useCatalogueFilters } from './use-catalogue-filters.ts'

const PAGE_SIZE = 24
const pageSizes = [24, 48, 96] as const

/** Everything that can be subscribed to, to be found, compared and taken. */
export function ModelsPage() {
  const { t } = useTranslation('models')
  const list = useList({ pageSize: PAGE_SIZE })
  const [view, setView] = useCatalogueView()
  const filters = useCatalogueFilters()
  const sort = sortOf(list.sort)
  const query = {
    ...catalogueQueryOf(list.filters),
    limit: list.query.limit,
    offset: list.query.offset,
    ...(sort === undefined ? {} : { sort }),
  }
  const { data, error, refetch } = useQuery(modelsQuery(query))
  const paging = list.paging(data?.pagination.total)
  const selection = useSelection(data?.data)
  const isEmpty = data?.data.length === 0
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex justifyContent={{ default: 'justifyContentFlexEnd' }} rowGap={{ default: 'rowGapSm' }}>
          <CatalogueTools view={view} sort={sort} onView={setView} onSort={list.onSort} />
          {selection.button}
        </Flex>
      }
    >
      <FilterBar
        search={{
          label: t('search'),
          value: list.filters.search,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={filters}
        values={list.filters}
        onChange={(name, value) => list.setFilter(name, valueOf(name, value))}
        onClear={list.clearFilters}
      />
      <span role="status" className="pf-v6-screen-reader">
        {data && t('count', { count: data.pagination.total })}
      </span>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : view === 'list' || isEmpty ? (
        <ModelTable
          rows={data?.data}
          sort={sort}
          onSort={list.onSort}
          selection={selection.table}
          onClearFilters={list.hasFilters ? list.clearFilters : undefined}
        />
      ) : (
        <ModelCards models={data?.data} />
      )}
      {data && data.pagination.total > PAGE_SIZE && (
        <ListPagination label={t('title')} sizes={pageSizes} {...paging} />
      )}
    </PageFrame>
  )
}

interface ModelTableProps {
  readonly rows: readonly Model[] | undefined
  readonly sort: string | undefined
  onSort(sort: string): void
  readonly selection: ReturnType<typeof useSelection>['table']
  readonly onClearFilters: (() => void) | undefined
}

function ModelTable({ rows, sort, onSort, selection, onClearFilters }: ModelTableProps) {
  const { t } = useTranslation('models')
  const columns = useModelColumns()
  return (
    <DataTable
      label={t('title')}
      columns={columns}
      rows={rows}
      idOf={(model) => model.id}
      sort={sort}
      onSort={onSort}
      {...(selection === undefined ? {} : { selection })}
      onClearFilters={onClearFilters}
      empty={<EmptyHint title={t('empty.title')} text={t('empty.text')} />}
    />
  )
}

/** Several models taken at once, from the list. */
function useSelection(models: readonly Model[] | undefined) {
  const { t } = useTranslation('models')
  const { can } = useSession()
  const [chosen, setChosen] = useState<ReadonlyMap<string, Model>>(new Map())
  const [isAsking, setIsAsking] = useState(false)
  if (!can('subscriptions:create')) return { table: undefined, button: undefined }
  const change = (ids: ReadonlySet<string>) => {
    // Those chosen on another page stay chosen.
    const kept = [...chosen].filter(([id]) => ids.has(id) || models?.every((model) => model.id !== id))
    const added = (models ?? []).filter(({ id }) => ids.has(id)).map((model) => [model.id, model] as const)
    setChosen(new Map([...kept, ...added]))
  }
  return {
    table: {
      ids: new Set(chosen.keys()),
      onChange: change,
      isDisabled: (model: Model) => !isSubscribable(model),
    },
    button: chosen.size > 0 && (
      <>
        <Button onClick={() => setIsAsking(true)}>{t('act.subscribeMany', { count: chosen.size })}</Button>
        {isAsking && (
          <RequestAccessDialog
            models={[...chosen.values()]}
            onClose={() => setIsAsking(false)}
            onDone={() => setChosen(new Map())}
          />
        )}
      </>
    ),
  }
}
