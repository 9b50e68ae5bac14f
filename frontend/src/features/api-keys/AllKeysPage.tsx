import {
  Button,
  Drawer,
  DrawerContent,
  DrawerContentBody,
  Flex,
  Stack,
  StackItem,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { BulkRevokeDialog } from './BulkRevokeDialog.tsx'
import { CreateKeyForDialog } from './CreateKeyForDialog.tsx'
import { KeyDialogs } from './KeyDialogs.tsx'
import { KeyPanel } from './KeyPanel.tsx'
import { KeyRulesStrip } from './KeyRulesStrip.tsx'
import { allKeysQuery, type AdminApiKey } from './key-queries.ts'
import { isOver } from './key-state.ts'
import { useAllKeyColumns } from './use-all-key-columns.tsx'
import { useAdminDesk } from './use-key-desk.ts'
import { useAllKeyFilters } from './use-all-key-filters.tsx'

/** Everybody's keys, for administrators and auditors. */
export function AllKeysPage() {
  const { t } = useTranslation('api-keys')
  const { can } = useSession()
  const scope = useScope()
  const [isCreating, setIsCreating] = useState(false)
  const mayWrite = can('keys:write-all')
  const desk = useAdminDesk()
  const create = <Button onClick={() => setIsCreating(true)}>{t('createFor.act')}</Button>
  return (
    <PageFrame
      title={t('all.title')}
      description={scope.isAll ? t('all.descriptionAll') : t('all.description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ScopePicker />
          {mayWrite && !scope.isAll && create}
        </Flex>
      }
    >
      <Stack hasGutter>
        <StackItem>
          <KeyRulesStrip />
        </StackItem>
        <StackItem isFilled>
          <KeyDialogs desk={desk}>
            <KeysWithPanel create={mayWrite && !scope.isAll ? create : undefined} mayWrite={mayWrite} />
          </KeyDialogs>
        </StackItem>
      </Stack>
      {isCreating && <CreateKeyForDialog onClose={() => setIsCreating(false)} />}
    </PageFrame>
  )
}

interface KeysProps {
  readonly create: React.ReactNode
  readonly mayWrite: boolean
}

/** The list, and beside it the key that is looked at; which one stands in the address. */
function KeysWithPanel(props: KeysProps) {
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as ListSearch
  const openId = typeof search['open'] === 'string' ? search['open'] : undefined
  const show = (id: string | undefined) => {
    const { open: _left, ...rest } = search
    void navigate({
      to: '.',
      search: (id === undefined ? rest : { ...rest, open: id }) as never,
      replace: true,
    })
  }
  return (
    <Drawer isExpanded={openId !== undefined}>
      <DrawerContent
        panelContent={openId === undefined ? null : <KeyPanel id={openId} onClose={() => show(undefined)} />}
      >
        <DrawerContentBody>
          <KeyTable {...props} onShow={show} />
        </DrawerContentBody>
      </DrawerContent>
    </Drawer>
  )
}

function KeyTable({ create, mayWrite, onShow }: KeysProps & { onShow: (id: string) => void }) {
  const { t } = useTranslation('api-keys')
  const scope = useScope()
  const list = useList()
  const { data, error, refetch } = useQuery(allKeysQuery({ ...list.query, ...scope.read }))
  const columns = useAllKeyColumns({ mayWrite, onShow })
  const { filters, person } = useAllKeyFilters(list)
  // Across pages; whole keys, because each may belong to another organization.
  const [chosen, setChosen] = useState<ReadonlyMap<string, AdminApiKey>>(new Map())
  const [isRevoking, setIsRevoking] = useState(false)
  const rows = data?.data
  const choose = (ids: ReadonlySet<string>) => {
    const here = new Map((rows ?? []).map((row) => [row.id, row]))
    const kept = [...chosen].filter(([id]) => !here.has(id))
    const added = [...here].filter(([id]) => ids.has(id))
    setChosen(new Map([...kept, ...added]))
  }
  const search = list.filters['search']
  return (
    <>
      <FilterBar
        search={{
          label: t('filter.search'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={filters}
        {...list.filterBar}
        more={person}
        actions={
          mayWrite ? (
            <Button
              variant="secondary"
              isDanger
              isDisabled={chosen.size === 0}
              onClick={() => setIsRevoking(true)}
            >
              {chosen.size === 0 ? t('bulk.none') : t('bulk.act', { count: chosen.size })}
            </Button>
          ) : undefined
        }
      />
      <DataTable
        label={t('all.title')}
        columns={columns}
        rows={rows}
        idOf={(key) => key.id}
        error={error}
        onRetry={() => void refetch()}
        sort={list.sort}
        onSort={list.onSort}
        paging={list.paging(data?.pagination.total)}
        {...(mayWrite
          ? { selection: { ids: new Set(chosen.keys()), onChange: choose, isDisabled: isOver } }
          : {})}
        onClearFilters={list.hasFilters ? list.clearFilters : undefined}
        empty={<EmptyHint title={t('all.emptyTitle')} text={t('all.emptyText')} action={create} />}
      />
      {isRevoking && (
        <BulkRevokeDialog
          keys={[...chosen.values()]}
          onDone={() => setChosen(new Map())}
          onClose={() => setIsRevoking(false)}
        />
      )}
    </>
  )
}
