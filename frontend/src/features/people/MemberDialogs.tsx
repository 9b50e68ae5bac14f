import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason, useReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { RoleField } from './RoleField.tsx'
import { roleOf, type OrganizationRole } from './roles.ts'

interface MemberDialogProps {
  readonly member: {
    readonly userId: string
    readonly displayName: string
    readonly role: OrganizationRole
    readonly status: 'active' | 'disabled' | 'removed'
    readonly version?: number
  }
  readonly target: ActTarget
  onClose(): void
}

function useDone() {
  const queries = useQueryClient()
  const { say } = useToasts()
  return async (words: string) => {
    say(words)
    const stale = ['members', 'users', 'teams', 'organizations', 'api-keys']
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
}

const options = (version: number | undefined) => (version === undefined ? {} : { ifMatch: version })

export function MemberRoleDialog({ member, target, onClose }: MemberDialogProps) {
  const { t } = useTranslation(['people', 'common'])
  const done = useDone()
  const reason = useReason(target)
  const [role, setRole] = useState<OrganizationRole>(member.role)
  const send = async () => {
    await api.updateMember(
      { path: { id: member.userId }, query: reason.query, body: { role } },
      options(member.version),
    )
    await done(t('member.roleChanged', { name: member.displayName, role: t(`common:role.${role}`) }))
  }
  return (
    <FormDialog
      title={t('member.roleTitle', { name: member.displayName })}
      act={t('common:act.save')}
      size="small"
      check={() => reason.errors}
      onSubmit={send}
      onClose={onClose}
    >
      <RoleField value={role} onChange={(next) => setRole(roleOf(next))} />
      {reason.field}
    </FormDialog>
  )
}

/** Keeps somebody out without removing them, or lets them in again. */
export function MemberStatusDialog({ member, target, onClose }: MemberDialogProps) {
  const { t } = useTranslation('people')
  const done = useDone()
  const confirmReason = useConfirmReason()
  const isActive = member.status === 'active'
  const act = isActive ? 'disable' : 'enable'
  return (
    <ConfirmDialog
      title={t(`member.${act}Title`, { name: member.displayName })}
      act={t(`member.${act}`)}
      isDanger={isActive}
      {...confirmReason(target)}
      onConfirm={async (why) => {
        const body = { status: isActive ? 'disabled' : 'active' } as const
        await api.updateMember(
          { path: { id: member.userId }, query: target.query(why), body },
          options(member.version),
        )
        await done(t(`member.${act}Done`, { name: member.displayName }))
      }}
      onClose={onClose}
    >
      {t(`member.${act}Text`)}
    </ConfirmDialog>
  )
}

export function RemoveMemberDialog({
  member,
  organizationName,
  target,
  onClose,
}: MemberDialogProps & { organizationName: string }) {
  const { t } = useTranslation('people')
  const done = useDone()
  const confirmReason = useConfirmReason()
  return (
    <ConfirmDialog
      title={t('member.removeTitle', { name: member.displayName, organization: organizationName })}
      act={t('member.remove')}
      isDanger
      {...confirmReason(target)}
      onConfirm={async (why) => {
        await api.removeMember({ path: { id: member.userId }, query: target.query(why) })
        await done(t('member.removed', { name: member.displayName }))
      }}
      onClose={onClose}
    >
      {t('member.removeText')}
    </ConfirmDialog>
  )
}
