import { Content } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { TextAreaField } from '../../ui/fields.tsx'
import { HistoryDialog } from './HistoryDialog.tsx'
import { RequestAccessDialog } from './RequestAccessDialog.tsx'
import {
  subscriptionHistoryQuery,
  useCancelling,
  useRewriting,
  type Subscription,
} from './subscription-queries.ts'

export interface OwnAct {
  readonly name: 'askAgain' | 'rewrite' | 'history' | 'cancel'
  readonly row: Subscription
}

interface DialogProps {
  readonly row: Subscription
  onClose(): void
}

/** What one can do with a subscription of one's own. */
export function OwnSubscriptionDialog({ act: { name, row }, onClose }: { act: OwnAct; onClose(): void }) {
  if (name === 'cancel') return <CancelDialog row={row} onClose={onClose} />
  if (name === 'rewrite') return <RewriteDialog row={row} onClose={onClose} />
  if (name === 'history') return <OwnHistory row={row} onClose={onClose} />
  const model = { id: row.modelId, name: row.modelName, isRestricted: true }
  return <RequestAccessDialog models={[model]} again={row} onClose={onClose} />
}

function CancelDialog({ row, onClose }: DialogProps) {
  const { t } = useTranslation('subscriptions')
  const cancel = useCancelling()
  const model = row.modelName
  const isPending = row.status === 'pending'
  return (
    <ConfirmDialog
      title={isPending ? t('cancel.titlePending', { model }) : t('cancel.title', { model })}
      act={isPending ? t('act.withdraw') : t('act.cancel')}
      isDanger
      onConfirm={() => cancel.mutateAsync(row)}
      onClose={onClose}
    >
      <Content component="p">{isPending ? t('cancel.textPending') : t('cancel.text', { model })}</Content>
    </ConfirmDialog>
  )
}

function RewriteDialog({ row, onClose }: DialogProps) {
  const { t } = useTranslation('subscriptions')
  const [why, setWhy] = useState(row.reason ?? '')
  const rewrite = useRewriting()
  return (
    <FormDialog
      title={t('rewrite.title', { model: row.modelName })}
      act={t('common:act.save')}
      onSubmit={() => rewrite.mutateAsync({ id: row.id, version: row.version, reason: why.trim() })}
      onClose={onClose}
    >
      <TextAreaField
        name="reason"
        label={t('request.why')}
        hint={t('request.whyHint')}
        value={why}
        onChange={setWhy}
        maxLength={1000}
        rows={4}
      />
    </FormDialog>
  )
}

function OwnHistory({ row, onClose }: DialogProps) {
  const { t } = useTranslation('subscriptions')
  const { data, error, refetch } = useQuery(subscriptionHistoryQuery(row.id))
  return (
    <HistoryDialog
      title={t('history.titleOf', { model: row.modelName })}
      events={data}
      error={error}
      onRetry={() => void refetch()}
      onClose={onClose}
    />
  )
}
