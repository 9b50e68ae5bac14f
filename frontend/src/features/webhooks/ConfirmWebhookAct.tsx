import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import type { Webhook } from './webhook-queries.ts'

interface ConfirmWebhookActProps {
  readonly act: 'test' | 'rotate' | 'enable' | 'disable' | 'delete'
  readonly webhook: Webhook
  readonly target: ActTarget
  onSecret(secret: string): void
  /** A test is on its way; its delivery says how it went. */
  onTested(): void
  onClose(): void
}

export function ConfirmWebhookAct(props: ConfirmWebhookActProps) {
  const { act, webhook, target, onSecret, onTested, onClose } = props
  const { t } = useTranslation('webhooks')
  const queries = useQueryClient()
  const { say } = useToasts()
  const reasonOf = useConfirmReason()
  const confirm = async (reason: string) => {
    const given = { path: { id: webhook.id }, query: target.query(reason) }
    if (act === 'delete') await api.deleteWebhook(given)
    else if (act === 'test') {
      await api.testWebhook(given)
      onTested()
    } else if (act === 'rotate') {
      const { data } = await api.rotateWebhookSecret(given)
      if (data.secret !== null) onSecret(data.secret)
    } else
      await api.updateWebhook(
        { ...given, body: { isEnabled: act === 'enable' } },
        { ifMatch: webhook.version },
      )
    if (act !== 'rotate' && act !== 'test') say(t(`done.${act}`, { name: webhook.name }))
    await queries.invalidateQueries({ queryKey: ['webhooks'] })
  }
  return (
    <ConfirmDialog
      title={t(`confirm.${act}.title`, { name: webhook.name })}
      act={t(`confirm.${act}.act`)}
      isDanger={act === 'delete' || act === 'disable'}
      {...reasonOf(target)}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t(`confirm.${act}.text`)}
    </ConfirmDialog>
  )
}
