import { Button, Stack, StackItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ListSearch } from '../../app/list-search.ts'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { CreateKeyDialog } from './CreateKeyDialog.tsx'
import { useKeyColumns } from './key-columns.tsx'
import { keyRulesQuery, keysQuery, keyStatisticsQuery } from './key-queries.ts'
import { KeyDialogs } from './KeyDialogs.tsx'
import { KeyStatistics } from './KeyStatistics.tsx'
import { useKeyFilters } from './use-key-filters.ts'
import { useOwnDesk } from './use-key-desk.ts'

/** One's own keys: what each may do, what it has spent, and a new one. */
export function ApiKeysPage() {
  const { t } = useTranslation('api-keys')
  const { can } = useSession()
  const mayCreate = can('keys:create')
  const creation = useCreation(mayCreate)
  const desk = useOwnDesk()
  const { data: statistics } = useQuery(keyStatisticsQuery)
  const button = <Button onClick={creation.open}>{t('create.act')}</Button>
  // Nothing to count, and the list itself says what to do.
  const isEmpty = statistics?.total === 0
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      {...(mayCreate && !isEmpty ? { actions: button } : {})}
    >
      <Stack hasGutter>
        {!isEmpty && (
          <StackItem>
            <KeyStatistics />
          </StackItem>
        )}
        <StackItem isFilled>
          <KeyDialogs desk={desk}>
            <KeyList create={mayCreate ? button : undefined} hasFilters={!isEmpty} />
          </KeyDialogs>
        </StackItem>
      </Stack>
      {creation.dialog}
    </PageFrame>
  )
}

/** Opened by the button, or by an address: `?open=new&model=<id>` brings a model along. */
function useCreation(mayCreate: boolean) {
  const { t } = useTranslation('api-keys')
  const navigate = useNavigate()
  const { open, model } = useSearch({ strict: false }) as ListSearch
  const [isOpen, setIsOpen] = useState(false)
  const isAsked = open === 'new'
  const modelId = isAsked && typeof model === 'string' ? model : undefined
  const { data: rules } = useQuery(keyRulesQuery)
  const { data: statistics } = useQuery(keyStatisticsQuery)
  const { data: found, isPending } = useQuery({
    queryKey: ['models', 'for-new-key', modelId],
    queryFn: async () => (await api.getModel({ path: { id: modelId ?? '' } })).data,
    enabled: modelId !== undefined,
  })
  const isReady = rules !== undefined && statistics !== undefined && (modelId === undefined || !isPending)
  const models =
    found === undefined
      ? []
      : [{ id: found.id, name: found.name, needsSubscription: found.mySubscription?.status !== 'active' }]
  const close = () => {
    setIsOpen(false)
    if (isAsked) void navigate({ to: '.', search: {}, replace: true })
  }
  return {
    open: () => setIsOpen(true),
    dialog:
      mayCreate && (isOpen || isAsked) && isReady ? (
        <CreateKeyDialog
          rules={rules}
          name={t('create.name', { number: statistics.total + 1 })}
          models={models}
          onClose={close}
        />
      ) : null,
  }
}

function KeyList({ create, hasFilters }: { create: React.ReactNode; hasFilters: boolean }) {
  const { t } = useTranslation('api-keys')
  const { can } = useSession()
  const list = useList()
  const { model: _model, ...query } = list.query
  const { data, error, refetch } = useQuery(keysQuery(query))
  const columns = useKeyColumns(can('keys:update') || can('keys:revoke'))
  const filters = useKeyFilters()
  const search = list.filters['search']
  return (
    <>
      {hasFilters && (
        <FilterBar
          search={{
            label: t('filter.search'),
            value: typeof search === 'string' ? search : undefined,
            onChange: (text) => list.setFilter('search', text),
          }}
          filters={filters}
          {...list.filterBar}
        />
      )}
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(key) => key.id}
        empty={
          <EmptyHint
            title={t('empty.title')}
            text={create === undefined ? t('empty.textReader') : t('empty.text')}
            action={create ?? <Link to="/models">{t('empty.models')}</Link>}
          />
        }
      />
    </>
  )
}
