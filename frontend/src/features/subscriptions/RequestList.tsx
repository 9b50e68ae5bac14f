import { Alert, AlertActionLink, Button, Flex, ToolbarItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { HistoryDialog } from './HistoryDialog.tsx'
import { useRequestColumns, type RequestRow } from './request-columns.tsx'
import { requestHistoryQuery, requestsQuery, type SubscriptionRequest } from './request-queries.ts'
import type { ReviewAct } from './review-acts.ts'
import { ReviewDialog } from './ReviewDialog.tsx'
import type { SubscriptionStatus } from './subscription-queries.ts'
import { readQueueQuery } from './subscription-search.ts'
import { useRequestFilters } from './use-request-filters.ts'
import { useSteadyPage } from './use-steady-page.ts'

interface RequestListProps {
  readonly tab: SubscriptionStatus | 'all'
}

interface Chosen {
  readonly act: ReviewAct
  readonly rows: readonly SubscriptionRequest[]
}

/** Subscriptions in one state: the queue of what waits, or what became of it. */
export function RequestList({ tab }: RequestListProps) {
  const { t } = useTranslation('requests')
  const { can, user } = useSession()
  const scope = useScope()
  const isWaiting = tab === 'pending'
  const list = useList({ sort: isWaiting ? 'requestedAt' : '-decidedAt' })
  const query = {
    ...readQueueQuery(list.query, Date.now()),
    ...scope.read,
    ...(tab === 'all' ? {} : { status: tab }),
  }
  const { data, error, refetch, isPlaceholderData } = useQuery(requestsQuery(query))
  const fresh = data && !isPlaceholderData ? { rows: data.data, total: data.pagination.total } : undefined
  const steady = useSteadyPage(JSON.stringify(query), fresh)
  const rows = steady.rows ?? data?.data.map((row) => ({ ...row, isGone: false }))
  const [selected, setSelected] = useState<ReadonlyMap<string, RequestRow>>(new Map())
  const [chosen, setChosen] = useState<Chosen>()
  const [watched, setWatched] = useState<SubscriptionRequest>()
  const columns = useRequestColumns(tab, {
    onAct: (act, row) => setChosen({ act, rows: [row] }),
    onHistory: setWatched,
  })
  const filters = useRequestFilters(list.filters['userId'], rows)
  const done = () => {
    setSelected(new Map())
    steady.settle()
  }
  const isDecidable = isWaiting && can('approvals:decide')
  const select = (ids: ReadonlySet<string>) => {
    // Those chosen on another page stay chosen.
    const kept = [...selected].filter(([id]) => ids.has(id) || rows?.every((row) => row.id !== id))
    const added = (rows ?? []).filter(({ id }) => ids.has(id)).map((row) => [row.id, row] as const)
    setSelected(new Map([...kept, ...added]))
  }
  const decide = (act: ReviewAct) => setChosen({ act, rows: [...selected.values()] })
  return (
    <>
      <FilterBar
        search={{
          label: t('search'),
          value: list.filters.search,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={filters}
        values={list.filters}
        onChange={(name, value) =>
          list.setFilter(name, name === 'within' && typeof value === 'string' ? Number(value) : value)
        }
        onClear={list.clearFilters}
        actions={
          isDecidable &&
          selected.size > 0 && (
            <ToolbarItem>
              <Flex columnGap={{ default: 'columnGapSm' }}>
                <Button onClick={() => decide('approve')}>
                  {t('act.approveMany', { count: selected.size })}
                </Button>
                <Button variant="secondary" isDanger onClick={() => decide('deny')}>
                  {t('act.denyMany', { count: selected.size })}
                </Button>
              </Flex>
            </ToolbarItem>
          )
        }
      />
      <div role="status">
        {steady.arrivals > 0 && (
          <Alert
            variant="info"
            isInline
            component="p"
            className="lm-arrivals"
            title={t('arrivals', { count: steady.arrivals })}
            actionLinks={
              <AlertActionLink
                onClick={() => {
                  steady.settle()
                  if (isWaiting) list.onSort('-requestedAt')
                }}
              >
                {t('act.showArrivals')}
              </AlertActionLink>
            }
          />
        )}
      </div>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        idOf={(row) => row.id}
        error={data ? undefined : error}
        onRetry={() => void refetch()}
        sort={list.sort}
        onSort={list.onSort}
        paging={list.paging(data?.pagination.total)}
        {...(isDecidable
          ? {
              selection: {
                ids: new Set(selected.keys()),
                onChange: select,
                isDisabled: (row: RequestRow) => row.isGone || row.userId === user.id,
              },
            }
          : {})}
        onClearFilters={list.hasFilters ? list.clearFilters : undefined}
        empty={
          isWaiting ? (
            <EmptyHint title={t('empty.waiting')} text={t('empty.waitingText')} />
          ) : (
            <EmptyHint title={t('empty.other')} text={t('empty.otherText')} />
          )
        }
      />
      {chosen && <ReviewDialog {...chosen} onDone={done} onClose={() => setChosen(undefined)} />}
      {watched && <RequestHistory row={watched} onClose={() => setWatched(undefined)} />}
    </>
  )
}

function RequestHistory({ row, onClose }: { row: SubscriptionRequest; onClose(): void }) {
  const { t } = useTranslation('requests')
  const scope = useScope()
  const { data, error, refetch } = useQuery(requestHistoryQuery(row.id, scope.read))
  return (
    <HistoryDialog
      title={t('historyOf', { person: row.displayName, model: row.modelName })}
      events={data}
      error={error}
      userId={row.userId}
      onRetry={() => void refetch()}
      onClose={onClose}
    />
  )
}
