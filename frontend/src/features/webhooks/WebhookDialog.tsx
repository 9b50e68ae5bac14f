import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { EventFields } from './EventFields.tsx'
import { complaintAbout } from './webhook-address.ts'
import { eventNames as allEvents, type EventName, type Webhook } from './webhook-queries.ts'

interface WebhookDialogProps {
  /** Without one, it is made. */
  readonly webhook?: Webhook
  readonly target: ActTarget
  onSecret(secret: string): void
  onClose(): void
}

export function WebhookDialog({ webhook, target, onSecret, onClose }: WebhookDialogProps) {
  const { t } = useTranslation(['webhooks', 'common'])
  const queries = useQueryClient()
  const { say } = useToasts()
  const reason = useReason(target)
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [events, setEvents] = useState<readonly EventName[]>(
    allEvents.filter((one) => webhook?.eventNames.includes(one)),
  )
  const complaint = complaintAbout(url)
  const send = async () => {
    const body = { name: name.trim(), url: url.trim(), eventNames: [...events] }
    if (webhook) {
      await api.updateWebhook(
        { path: { id: webhook.id }, query: reason.query, body },
        { ifMatch: webhook.version },
      )
      say(t('saved', { name: body.name }))
    } else {
      const { data } = await api.createWebhook({ query: reason.query, body })
      if (data.secret !== null) onSecret(data.secret)
    }
    await queries.invalidateQueries({ queryKey: ['webhooks'] })
  }
  return (
    <FormDialog
      title={webhook ? t('editTitle', { name: webhook.name }) : t('createTitle')}
      act={webhook ? t('common:act.save') : t('create')}
      check={() => ({
        ...(name.trim() === '' ? { name: t('nameMissing') } : {}),
        ...(complaint ? { url: t(`url.${complaint}`) } : {}),
        ...(events.length === 0 ? { eventNames: t('eventsMissing') } : {}),
        ...reason.errors,
      })}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField name="name" label={t('name')} value={name} onChange={setName} maxLength={100} isRequired />
      <TextField
        name="url"
        type="url"
        label={t('address')}
        hint={t('addressHint')}
        placeholder="https://hooks.example.com/litemaas"
        value={url}
        onChange={setUrl}
        maxLength={2000}
        isRequired
      />
      <EventFields value={events} onChange={setEvents} />
      {reason.field}
    </FormDialog>
  )
}
