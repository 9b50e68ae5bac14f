import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { DateField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import type { ServiceClient } from './service-client-queries.ts'

interface NewSecretDialogProps {
  readonly client: ServiceClient
  readonly target: ActTarget
  onCreated(clientId: string, secret: string): void
  onClose(): void
}

export function NewSecretDialog({ client, target, onCreated, onClose }: NewSecretDialogProps) {
  const { t } = useTranslation('service-clients')
  const queries = useQueryClient()
  const reason = useReason(target)
  const [until, setUntil] = useState('')
  const send = async () => {
    const { data } = await api.createServiceClientSecret({
      path: { id: client.id },
      query: reason.query,
      body: until === '' ? {} : { expiresAt: `${until}T23:59:59Z` },
    })
    await queries.invalidateQueries({ queryKey: ['service-clients'] })
    if (data.secret !== null) onCreated(client.clientId, data.secret)
  }
  return (
    <FormDialog
      title={t('addSecretTitle', { name: client.name })}
      description={t('addSecretText')}
      act={t('addSecret')}
      size="small"
      check={() => reason.errors}
      onSubmit={send}
      onClose={onClose}
    >
      <DateField
        name="expiresAt"
        label={t('secretUntil')}
        hint={t('secretUntilHint')}
        value={until}
        onChange={setUntil}
      />
      {reason.field}
    </FormDialog>
  )
}
