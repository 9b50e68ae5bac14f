import {
  Button,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useDeliveryColumns } from './use-delivery-columns.tsx'
import { deliveriesQuery, deliveryStates, type Delivery, type Webhook } from './webhook-queries.ts'

interface DeliveriesDialogProps {
  readonly webhook: Webhook
  readonly target: ActTarget
  readonly mayWrite: boolean
  onClose(): void
}

const PAGE = 20

/** What was sent, and how the receiver answered; what was given up can be sent again. */
export function DeliveriesDialog({ webhook, target, mayWrite, onClose }: DeliveriesDialogProps) {
  const { t } = useTranslation(['webhooks', 'common'])
  const id = useId()
  const [page, setPage] = useState(1)
  const [state, setState] = useState<Delivery['state']>()
  const { data, error, refetch } = useQuery(
    deliveriesQuery(webhook.id, {
      ...target.query(),
      limit: PAGE,
      offset: (page - 1) * PAGE,
      ...(state ? { state } : {}),
    }),
  )
  const { ask, dialog } = useRedrive(webhook, target)
  const columns = useDeliveryColumns(mayWrite ? ask : undefined)
  const title = t('deliveriesOf', { name: webhook.name })
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} labelId={id} description={webhook.url} />
      <ModalBody tabIndex={0} aria-label={title}>
        <FormSelect
          aria-label={t('state')}
          className="lm-short-field"
          value={state ?? ''}
          onChange={(_event, value) => {
            setState(deliveryStates.find((one) => one === value))
            setPage(1)
          }}
        >
          <FormSelectOption value="" label={t('allStates')} />
          {deliveryStates.map((one) => (
            <FormSelectOption key={one} value={one} label={t(`delivery.${one}`)} />
          ))}
        </FormSelect>
        <DataTable
          label={title}
          columns={columns}
          rows={data?.data}
          idOf={(row) => row.id}
          error={data ? undefined : error}
          onRetry={() => void refetch()}
          paging={{
            page,
            pageSize: PAGE,
            total: data?.pagination.total ?? 0,
            onChange: (next) => setPage(next),
          }}
          empty={<EmptyHint title={t('noDeliveries')} text={t('noDeliveriesText')} />}
          onClearFilters={state ? () => setState(undefined) : undefined}
        />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('common:act.close')}
        </Button>
      </ModalFooter>
      {dialog}
    </Modal>
  )
}

/** At once in one's own organization; elsewhere the reason is asked for. */
function useRedrive(webhook: Webhook, target: ActTarget) {
  const { t } = useTranslation('webhooks')
  const queries = useQueryClient()
  const { say, fail } = useToasts()
  const reasonOf = useConfirmReason()
  const [asked, setAsked] = useState<Delivery>()
  const send = async (delivery: Delivery, reason?: string) => {
    const path = { id: webhook.id, deliveryId: delivery.id }
    await api.redriveWebhookDelivery({ path, query: target.query(reason) })
    say(t('redriven'))
    await queries.invalidateQueries({ queryKey: ['webhooks'] })
  }
  const { mutate } = useMutation({ mutationFn: (delivery: Delivery) => send(delivery), onError: fail })
  return {
    ask: (delivery: Delivery) => (target.needsReason ? setAsked(delivery) : mutate(delivery)),
    dialog: asked && (
      <ConfirmDialog
        title={t('redrive')}
        act={t('redrive')}
        {...reasonOf(target)}
        onConfirm={(reason) => send(asked, reason)}
        onClose={() => setAsked(undefined)}
      />
    ),
  }
}
