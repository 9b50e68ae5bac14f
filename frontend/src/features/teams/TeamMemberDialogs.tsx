import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useConfirmReason, useReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { SelectField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'
import { searchCandidates, useChangedTeams, type Team, type TeamMember } from './team-queries.ts'

interface DialogProps {
  readonly team: Team
  readonly target: ActTarget
  onClose(): void
}

type TeamRole = TeamMember['role']
const teamRoles: readonly TeamRole[] = ['member', 'admin']

function TeamRoleField({ value, onChange }: { value: TeamRole; onChange(role: TeamRole): void }) {
  const { t } = useTranslation('teams')
  return (
    <SelectField
      name="role"
      label={t('column.role')}
      hint={t(`roleMeans.${value}`)}
      value={value}
      onChange={(next) => onChange(next === 'admin' ? 'admin' : 'member')}
      options={teamRoles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
    />
  )
}

export function AddTeamMemberDialog({ team, target, onClose }: DialogProps) {
  const { t } = useTranslation('teams')
  const changed = useChangedTeams()
  const { say } = useToasts()
  const reason = useReason(target)
  const [person, setPerson] = useState<Choice | null>(null)
  const [role, setRole] = useState<TeamRole>('member')
  const send = async () => {
    if (person === null) return
    await api.addTeamMember({
      path: { id: team.id },
      query: reason.query,
      body: { userId: person.value, role },
    })
    await changed()
    say(t('member.added', { name: person.label, team: team.name }))
  }
  return (
    <FormDialog
      title={t('member.addTitle', { team: team.name })}
      act={t('member.addAct')}
      size="small"
      check={() => ({ ...reason.errors, ...(person === null ? { userId: t('member.missing') } : {}) })}
      onSubmit={send}
      onClose={onClose}
    >
      <Typeahead
        name="userId"
        label={t('column.person')}
        hint={t('member.addHint')}
        queryKey={['teams', 'candidates', team.id]}
        search={searchCandidates(team.id, target.query())}
        value={person}
        onChange={setPerson}
        isRequired
      />
      <TeamRoleField value={role} onChange={setRole} />
      {reason.field}
    </FormDialog>
  )
}

export function TeamRoleDialog({ team, member, target, onClose }: DialogProps & { member: TeamMember }) {
  const { t } = useTranslation(['teams', 'common'])
  const changed = useChangedTeams()
  const reason = useReason(target)
  const [role, setRole] = useState(member.role)
  const send = async () => {
    const path = { id: team.id, userId: member.userId }
    await api.updateTeamMember({ path, query: reason.query, body: { role } }, { ifMatch: member.version })
    await changed()
  }
  return (
    <FormDialog
      title={t('member.roleTitle', { name: member.displayName, team: team.name })}
      act={t('common:act.save')}
      size="small"
      check={() => reason.errors}
      onSubmit={send}
      onClose={onClose}
    >
      <TeamRoleField value={role} onChange={setRole} />
      {reason.field}
    </FormDialog>
  )
}

export function RemoveTeamMemberDialog({
  team,
  member,
  target,
  onClose,
}: DialogProps & { member: TeamMember }) {
  const { t } = useTranslation('teams')
  const confirmReason = useConfirmReason()
  const changed = useChangedTeams()
  const { say } = useToasts()
  const names = { name: member.displayName, team: team.name }
  return (
    <ConfirmDialog
      title={t('member.removeTitle', names)}
      act={t('member.remove')}
      isDanger
      {...confirmReason(target)}
      onConfirm={async (why) => {
        const path = { id: team.id, userId: member.userId }
        await api.removeTeamMember({ path, query: target.query(why) }, { ifMatch: member.version })
        await changed()
        say(t('member.removed', names))
      }}
      onClose={onClose}
    >
      {t('member.removeText')}
    </ConfirmDialog>
  )
}

interface LeaveTeamDialogProps {
  readonly team: Team
  onLeft(): void
  onClose(): void
}

export function LeaveTeamDialog({ team, onLeft, onClose }: LeaveTeamDialogProps) {
  const { t } = useTranslation('teams')
  const { user } = useSession()
  const changed = useChangedTeams()
  const { say } = useToasts()
  return (
    <ConfirmDialog
      title={t('leave.title', { team: team.name })}
      act={t('leave.act')}
      isDanger
      onConfirm={async () => {
        await api.removeTeamMember({ path: { id: team.id, userId: user.id } })
        onLeft()
        await changed()
        say(t('leave.done', { team: team.name }))
      }}
      onClose={onClose}
    >
      {t('leave.text')}
    </ConfirmDialog>
  )
}
