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
import { ConfirmWebhookAct } from './ConfirmWebhookAct.tsx'
import { DeliveriesDialog } from './DeliveriesDialog.tsx'
import { SecretDialog } from './SecretDialog.tsx'
import { useEventWords } from './use-event-words.ts'
import { useWebhookColumns, type WebhookAct } from './use-webhook-columns.tsx'
import { eventNames, webhooksQuery } from './webhook-queries.ts'
import { WebhookDialog } from './WebhookDialog.tsx'

const sorts = ['name', '-name', 'createdAt', '-createdAt', 'failingSince', '-failingSince'] as const

/** Where other systems are told what happens here. */
export function WebhooksPage() {
  const { t } = useTranslation(['webhooks', 'common'])
  const words = useEventWords()
  const { can } = useSession()
  const scope = useScope()
  const list = useList()
  const { filters } = list
  const search = filters['search'] === undefined ? '' : String(filters['search'])
  const state = (['on', 'off'] as const).find((one) => one === filters['state'])
  const eventName = eventNames.find((one) => one === filters['eventName'])
  const sort = sorts.find((one) => one === list.sort)
  const { data, error, refetch } = useQuery(
    webhooksQuery({
      ...scope.read,
      limit: list.query.limit,
      offset: list.query.offset,
      ...(search === '' ? {} : { search }),
      ...(state ? { isEnabled: state === 'on' } : {}),
      ...(eventName ? { eventName } : {}),
      ...(sort ? { sort } : {}),
    }),
  )
  const [open, setOpen] = useState<{ act: WebhookAct; id: string }>()
  const [isCreating, setIsCreating] = useState(false)
  const [secret, setSecret] = useState<string>()
  const mayWrite = can('webhooks:write')
  const columns = useWebhookColumns(mayWrite, (act, { id }) => setOpen({ act, id }))
  const webhook = data?.data.find(({ id }) => id === open?.id)
  const target = scope.target(webhook?.organizationId)
  const close = () => setOpen(undefined)
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
            name: 'state',
            label: t('state'),
            options: (['on', 'off'] as const).map((value) => ({ value, label: t(value) })),
          },
          {
            name: 'eventName',
            label: t('eventLabel'),
            options: eventNames.map((value) => ({ value, label: words.event(value) })),
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
        <WebhookDialog target={scope.target()} onSecret={setSecret} onClose={() => setIsCreating(false)} />
      )}
      {webhook && open && (
        <OpenDialog
          act={open.act}
          webhook={webhook}
          target={target}
          mayWrite={mayWrite}
          onSecret={setSecret}
          onTested={() => setTimeout(() => setOpen({ act: 'deliveries', id: webhook.id }))}
          onClose={close}
        />
      )}
      {secret !== undefined && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </PageFrame>
  )
}

type OpenDialogProps = Omit<Parameters<typeof ConfirmWebhookAct>[0], 'act'> & {
  readonly act: WebhookAct
  readonly mayWrite: boolean
}

/** The dialog of whatever is done with one webhook. */
function OpenDialog({ act, mayWrite, ...props }: OpenDialogProps) {
  if (act === 'edit') return <WebhookDialog {...props} />
  if (act === 'deliveries') return <DeliveriesDialog {...props} mayWrite={mayWrite} />
  if (act === 'verify') return <SecretDialog onClose={props.onClose} />
  return <ConfirmWebhookAct {...props} act={act} />
}
