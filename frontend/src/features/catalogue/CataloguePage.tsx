import { Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar, type Filter } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { useCatalogueColumns } from './catalogue-columns.tsx'
import { modelsQuery, statisticsQuery } from './catalogue-queries.ts'
import { ModelFormDialog } from './ModelFormDialog.tsx'
import { SynchronizeButton, SynchronizationStrip } from './SynchronizationStrip.tsx'
import { useSynchronization } from './use-synchronization.ts'
import { useModeName } from './use-model-words.ts'

/** Every model that LiteLLM serves or that was made here, for administrators. */
export function CataloguePage() {
  const { t } = useTranslation('catalogue')
  const { can } = useSession()
  const mayWrite = can('models:write')
  const [isCreating, setIsCreating] = useState(false)
  const synchronization = useSynchronization()
  const create = <Button onClick={() => setIsCreating(true)}>{t('form.createAct')}</Button>
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <SynchronizeButton synchronization={synchronization} />
          {mayWrite && create}
        </Flex>
      }
    >
      <SynchronizationStrip job={synchronization.job} />
      <ModelList create={mayWrite ? create : undefined} mayWrite={mayWrite} />
      {isCreating && <ModelFormDialog onClose={() => setIsCreating(false)} />}
    </PageFrame>
  )
}

function ModelList({ create, mayWrite }: { create: React.ReactNode; mayWrite: boolean }) {
  const { t } = useTranslation('catalogue')
  const list = useList({ sort: 'name' })
  // Removed ones are history: shown when asked for.
  const query = { isRemoved: false, ...list.query }
  const { data, error, refetch } = useQuery(modelsQuery(query))
  const columns = useCatalogueColumns(mayWrite)
  const filters = useCatalogueFilters()
  const { search } = list.filters
  return (
    <>
      <FilterBar
        search={{
          label: t('filter.text'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={filters}
        {...list.filterBar}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(model) => model.id}
        empty={<EmptyHint title={t('empty.title')} text={t('empty.text')} action={create} />}
      />
    </>
  )
}

function useCatalogueFilters(): readonly Filter[] {
  const { t } = useTranslation('catalogue')
  const { data } = useQuery(statisticsQuery)
  const modeName = useModeName()
  return [
    {
      name: 'provider',
      label: t('field.provider'),
      isMulti: true,
      options: (data?.providers ?? []).map(({ name }) => ({ value: name, label: name })),
    },
    {
      name: 'mode',
      label: t('field.mode'),
      options: (data?.modes ?? []).map(({ name }) => ({ value: name, label: modeName(name) })),
    },
    {
      name: 'availability',
      label: t('field.state'),
      options: (['available', 'unavailable', 'disabled'] as const).map((value) => ({
        value,
        label: t(`state.${value}`),
      })),
    },
    {
      name: 'isRestricted',
      label: t('filter.access'),
      options: [
        { value: 'true', label: t('state.restricted') },
        { value: 'false', label: t('state.open') },
      ],
    },
    {
      name: 'syncState',
      label: t('filter.sync'),
      options: (['synced', 'pending', 'failed'] as const).map((value) => ({
        value,
        label: t(`sync.${value}`),
      })),
    },
    {
      name: 'isRemoved',
      label: t('filter.removed'),
      options: [{ value: 'true', label: t('filter.removedOnly') }],
    },
  ]
}
