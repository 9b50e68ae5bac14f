import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { useReason } from '../../app/use-reason.tsx'
import { SelectField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { MultiTypeahead, type Choice } from '../../ui/Typeahead.tsx'
import { RoleField } from '../people/RoleField.tsx'
import { roleOf, type OrganizationRole } from '../people/roles.ts'
import { LinkOnce } from './LinkOnce.tsx'
import { useChangedOrganizations } from './organization-queries.ts'
import type { Place } from './place.ts'

const validities = ['24', '72', '168', '720'] as const

/** A link by which one person joins; bound to an address, if one is given. */
export function InviteDialog({ place, onClose }: { place: Place; onClose(): void }) {
  const { t } = useTranslation('organizations')
  const { can } = useSession()
  const changed = useChangedOrganizations()
  const reason = useReason(place.target)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<OrganizationRole>('member')
  const [teams, setTeams] = useState<readonly Choice[]>([])
  const [hours, setHours] = useState('168')
  const [url, setUrl] = useState<string>()
  const searchTeams = async (text: string): Promise<readonly Choice[]> => {
    const query = { limit: 20, ...place.target.query(), ...(text === '' ? {} : { search: text }) }
    const { data } = await api.listTeams({ query })
    return data.filter((team) => !team.isDefault).map((team) => ({ value: team.id, label: team.name }))
  }
  const send = async () => {
    const { data } = await api.createInvitation({
      query: reason.query,
      body: {
        role,
        validForHours: Number(hours),
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(teams.length === 0 ? {} : { teamIds: teams.map((team) => team.value) }),
      },
    })
    await changed()
    if (data.url === null) onClose()
    else setUrl(data.url)
  }
  if (url !== undefined) return <LinkOnce url={url} onClose={onClose} />
  return (
    <FormDialog
      title={t('invite.title', { organization: place.name })}
      description={t('invite.text')}
      act={t('invite.act')}
      size="small"
      staysOpen
      check={() => reason.errors}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="email"
        label={t('invite.email')}
        hint={t('invite.emailHint')}
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={320}
      />
      <RoleField value={role} onChange={(next) => setRole(roleOf(next))} />
      {can('teams:read-all') && (
        <MultiTypeahead
          name="teamIds"
          label={t('invite.teams')}
          hint={t('invite.teamsHint')}
          queryKey={['teams', 'invite', place.id]}
          search={searchTeams}
          values={teams}
          onChange={setTeams}
        />
      )}
      <SelectField
        name="validForHours"
        label={t('invite.validFor')}
        value={hours}
        onChange={setHours}
        options={validities.map((value) => ({
          value,
          label: t('invite.days', { count: Number(value) / 24 }),
        }))}
      />
      {reason.field}
    </FormDialog>
  )
}
