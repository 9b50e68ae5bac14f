import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { LimitFields } from '../people/LimitFields.tsx'
import { changesOf, limitsOf } from '../people/limits.ts'
import { useChangedOrganizations, type Organization } from './organization-queries.ts'

interface DialogProps {
  readonly organization: Organization
  onClose(): void
}

/** Name, and the limits that all of an organization's keys share. */
export function EditOrganizationDialog({ organization, onClose }: DialogProps) {
  const { t } = useTranslation(['organizations', 'common'])
  const changed = useChangedOrganizations()
  const { say } = useToasts()
  const [name, setName] = useState(organization.name)
  const [limits, setLimits] = useState(limitsOf(organization))
  const send = async () => {
    const before = { name: organization.name, ...limitsOf(organization) }
    await api.updateOrganization(
      { path: { id: organization.id }, body: changesOf(before, { name: name.trim(), ...limits }) },
      { ifMatch: organization.version },
    )
    await changed()
    say(t('edit.done', { name: name.trim() }))
  }
  return (
    <FormDialog
      title={t('edit.title', { name: organization.name })}
      description={t('edit.text')}
      act={t('common:act.save')}
      size="small"
      check={() => (name.trim() === '' ? { name: t('form.nameMissing') } : {})}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('form.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        isRequired
      />
      <LimitFields value={limits} onChange={setLimits} />
    </FormDialog>
  )
}

export function OrganizationStatusDialog({ organization, onClose }: DialogProps) {
  const { t } = useTranslation('organizations')
  const changed = useChangedOrganizations()
  const { say } = useToasts()
  const isActive = organization.status === 'active'
  const act = isActive ? 'suspend' : 'activate'
  return (
    <ConfirmDialog
      title={t(`${act}.title`, { name: organization.name })}
      act={t(`${act}.act`)}
      isDanger={isActive}
      reason={{ label: t('suspend.reason'), isRequired: isActive }}
      onConfirm={async (reason) => {
        const body = {
          status: isActive ? 'suspended' : 'active',
          ...(reason === '' ? {} : { reason }),
        } as const
        await api.updateOrganization(
          { path: { id: organization.id }, body },
          { ifMatch: organization.version },
        )
        await changed('users', 'api-keys')
        say(t(`${act}.done`, { name: organization.name }))
      }}
      onClose={onClose}
    >
      <p>{t(`${act}.text`)}</p>
      {isActive && (
        <p>
          {t('suspend.members', { count: organization.members })}{' '}
          {t('suspend.keys', { count: organization.keys })}
        </p>
      )}
    </ConfirmDialog>
  )
}
