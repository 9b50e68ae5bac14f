import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { sessionQuery } from '../../app/session.ts'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { profileQuery, type Profile } from './profile-queries.ts'

/** How others read one; everything else comes from the identity provider. */
export function NameDialog({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const { t } = useTranslation(['profile', 'common'])
  const queries = useQueryClient()
  const { say } = useToasts()
  const [name, setName] = useState(profile.displayName)
  const send = async () => {
    const { data } = await api.updateProfile(
      { body: { displayName: name.trim() } },
      { ifMatch: profile.version },
    )
    queries.setQueryData(profileQuery.queryKey, data)
    await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
    say(t('renamed'))
  }
  return (
    <FormDialog
      title={t('rename')}
      act={t('common:act.save')}
      size="small"
      check={() => (name.trim() === '' ? { displayName: t('nameMissing') } : {})}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="displayName"
        label={t('displayName')}
        hint={t('nameHint')}
        value={name}
        onChange={setName}
        maxLength={200}
        autoComplete="name"
        isRequired
      />
    </FormDialog>
  )
}
