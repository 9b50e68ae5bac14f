import { Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { ConfirmClientAct } from './ConfirmClientAct.tsx'
import { SecretDialog } from './SecretDialog.tsx'
import { SecretsDialog } from './SecretsDialog.tsx'
import { scopes, serviceClientsQuery, textOf } from './service-client-queries.ts'
import { ServiceClientDialog } from './ServiceClientDialog.tsx'
import { useServiceClientColumns, type ClientAct } from './use-service-client-columns.tsx'

const sorts = ['name', '-name', 'lastUsedAt', '-lastUsedAt'] as const

/** Machines that act on their own: what they may do, and by which secrets. */
export function ServiceClientsPage() {
  const { t } = useTranslation(['service-clients', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const list = useList()
  const { filters } = list
  const search = filters['search'] === undefined ? '' : String(filters['search'])
  const status = (['active', 'disabled'] as const).find((one) => one === filters['status'])
  const withScope = scopes.find((one) => one === filters['withScope'])
  const sort = sorts.find((one) => one === list.sort)
  const { data, error, refetch } = useQuery(
    serviceClientsQuery({
      ...scope.read,
      limit: list.query.limit,
      offset: list.query.offset,
      ...(search === '' ? {} : { search }),
      ...(status ? { status } : {}),
      ...(withScope ? { withScope } : {}),
      ...(sort ? { sort } : {}),
    }),
  )
  const [open, setOpen] = useState<{ act: ClientAct; id: string }>()
  const [isCreating, setIsCreating] = useState(false)
  const [shown, setShown] = useState<{ clientId: string; secret: string }>()
  const mayWrite = can('service-clients:write')
  const columns = useServiceClientColumns(mayWrite, (act, { id }) => setOpen({ act, id }))
  // As it is now: a dialog about it follows what happens to it.
  const client = data?.data.find(({ id }) => id === open?.id)
  const target = scope.target(client?.organizationId)
  const close = () => setOpen(undefined)
  const show = (clientId: string, secret: string) => setShown({ clientId, secret })
  const add = mayWrite && <Button onClick={() => setIsCreating(true)}>{t('createTitle')}</Button>
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ScopePicker />
          {add}
        </Flex>
      }
    >
      <FilterBar
        search={{ label: t('search'), value: search, onChange: (text) => list.setFilter('search', text) }}
        filters={[
          {
            name: 'status',
            label: t('state'),
            options: (['active', 'disabled'] as const).map((value) => ({
              value,
              label: t(`status.${value}`),
            })),
          },
          {
            name: 'withScope',
            label: t('scopes'),
            options: scopes.map((value) => ({ value, label: t(`scope.${textOf(value)}`) })),
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(row) => row.id}
        empty={<EmptyHint title={t('emptyTitle')} text={t('emptyText')} action={add} />}
      />
      {isCreating && (
        <ServiceClientDialog target={scope.target()} onCreated={show} onClose={() => setIsCreating(false)} />
      )}
      {client && open?.act === 'edit' && (
        <ServiceClientDialog client={client} target={target} onCreated={show} onClose={close} />
      )}
      {client && open?.act === 'secrets' && (
        <SecretsDialog client={client} target={target} mayWrite={mayWrite} onCreated={show} onClose={close} />
      )}
      {client && (open?.act === 'enable' || open?.act === 'disable' || open?.act === 'delete') && (
        <ConfirmClientAct act={open.act} client={client} target={target} onClose={close} />
      )}
      {shown && <SecretDialog {...shown} onClose={() => setShown(undefined)} />}
    </PageFrame>
  )
}
