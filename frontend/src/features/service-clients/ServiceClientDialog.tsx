import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { DateField, NumberField, TextAreaField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { readIpList, writeIpList } from './ip-list.ts'
import { ScopeFields } from './ScopeFields.tsx'
import { scopes as allScopes, type Scope, type ServiceClient } from './service-client-queries.ts'

interface ServiceClientDialogProps {
  /** Without one, it is made. */
  readonly client?: ServiceClient
  readonly target: ActTarget
  onCreated(clientId: string, secret: string): void
  onClose(): void
}

const LONGEST_TOKEN_SECONDS = 900

export function ServiceClientDialog({ client, target, onCreated, onClose }: ServiceClientDialogProps) {
  const { t } = useTranslation(['service-clients', 'common'])
  const queries = useQueryClient()
  const { say } = useToasts()
  const reason = useReason(target)
  const [name, setName] = useState(client?.name ?? '')
  const [description, setDescription] = useState(client?.description ?? '')
  const [scopes, setScopes] = useState<readonly Scope[]>(
    allScopes.filter((scope) => client?.scopes.includes(scope)),
  )
  const [addresses, setAddresses] = useState(writeIpList(client?.allowedIps ?? null))
  const [ttl, setTtl] = useState<number | null>(client?.tokenTtlSeconds ?? LONGEST_TOKEN_SECONDS)
  const [until, setUntil] = useState('')
  const send = async () => {
    const given = readIpList(addresses)
    const body = {
      name: name.trim(),
      description: description.trim(),
      scopes: [...scopes],
      allowedIps: given === null ? null : [...given],
      tokenTtlSeconds: ttl ?? LONGEST_TOKEN_SECONDS,
    }
    if (client) {
      await api.updateServiceClient(
        { path: { id: client.id }, query: reason.query, body },
        { ifMatch: client.version },
      )
      say(t('saved', { name: body.name }))
    } else {
      const expiry = until === '' ? {} : { secretExpiresAt: `${until}T23:59:59Z` }
      const { data } = await api.createServiceClient({ query: reason.query, body: { ...body, ...expiry } })
      if (data.secret !== null) onCreated(data.clientId, data.secret)
    }
    await queries.invalidateQueries({ queryKey: ['service-clients'] })
  }
  return (
    <FormDialog
      title={client ? t('editTitle', { name: client.name }) : t('createTitle')}
      act={client ? t('common:act.save') : t('create')}
      check={() => ({
        ...(name.trim() === '' ? { name: t('nameMissing') } : {}),
        ...(scopes.length === 0 ? { scopes: t('scopesMissing') } : {}),
        ...reason.errors,
      })}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        isRequired
      />
      <TextAreaField
        name="description"
        label={t('descriptionLabel')}
        value={description}
        onChange={setDescription}
        maxLength={1000}
        rows={2}
      />
      <ScopeFields value={scopes} onChange={setScopes} />
      <TextAreaField
        name="allowedIps"
        label={t('addresses')}
        hint={t('addressesHint')}
        value={addresses}
        onChange={setAddresses}
        rows={2}
      />
      <NumberField
        name="tokenTtlSeconds"
        label={t('ttl')}
        hint={t('ttlHint')}
        unit={t('seconds')}
        min={60}
        max={LONGEST_TOKEN_SECONDS}
        value={ttl}
        onChange={setTtl}
      />
      {!client && (
        <DateField
          name="secretExpiresAt"
          label={t('secretUntil')}
          hint={t('secretUntilHint')}
          value={until}
          onChange={setUntil}
        />
      )}
      {reason.field}
    </FormDialog>
  )
}
