import { Button, Flex } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useChangedPeople, type UserDetail } from './user-queries.ts'

/** What platform administrators do with somebody's account, in the whole installation. */
export function UserActions({ user }: { user: UserDetail }) {
  const { t } = useTranslation('users')
  const { isPlatformAdmin, user: me } = useSession()
  const [act, setAct] = useState<'rename' | 'status'>()
  if (!isPlatformAdmin) return null
  const close = () => setAct(undefined)
  const isDisabled = user.status === 'disabled'
  return (
    <Flex gap={{ default: 'gapSm' }}>
      <Button variant="secondary" onClick={() => setAct('rename')}>
        {t('rename.open')}
      </Button>
      {user.id !== me.id && user.status !== 'departed' && (
        <Button variant="secondary" isDanger={!isDisabled} onClick={() => setAct('status')}>
          {isDisabled ? t('activate.act') : t('deactivate.act')}
        </Button>
      )}
      {act === 'rename' && <RenameDialog user={user} onClose={close} />}
      {act === 'status' && <StatusDialog user={user} onClose={close} />}
    </Flex>
  )
}

interface DialogProps {
  readonly user: UserDetail
  onClose(): void
}

function RenameDialog({ user, onClose }: DialogProps) {
  const { t } = useTranslation(['users', 'common'])
  const changed = useChangedPeople()
  const [displayName, setDisplayName] = useState(user.displayName)
  const name = displayName.trim()
  return (
    <FormDialog
      title={t('rename.title', { name: user.displayName })}
      act={t('common:act.save')}
      size="small"
      check={() => (name === '' ? { displayName: t('rename.missing') } : {})}
      onSubmit={async () => {
        await api.updateUser(
          { path: { id: user.id }, body: { displayName: name } },
          { ifMatch: user.version },
        )
        await changed()
      }}
      onClose={onClose}
    >
      <TextField
        name="displayName"
        label={t('rename.label')}
        hint={t('rename.hint')}
        value={displayName}
        onChange={setDisplayName}
        maxLength={200}
        isRequired
      />
    </FormDialog>
  )
}

function StatusDialog({ user, onClose }: DialogProps) {
  const { t } = useTranslation('users')
  const changed = useChangedPeople()
  const { say } = useToasts()
  const isDisabled = user.status === 'disabled'
  const act = isDisabled ? 'activate' : 'deactivate'
  return (
    <ConfirmDialog
      title={t(`${act}.title`, { name: user.displayName })}
      act={t(`${act}.act`)}
      isDanger={!isDisabled}
      reason={{ label: t('deactivate.reason'), isRequired: !isDisabled }}
      onConfirm={async (reason) => {
        const status = isDisabled ? 'active' : 'disabled'
        const body = { status, ...(reason === '' ? {} : { reason }) } as const
        await api.updateUser({ path: { id: user.id }, body }, { ifMatch: user.version })
        await changed('api-keys')
        say(t(`${act}.done`, { name: user.displayName }))
      }}
      onClose={onClose}
    >
      {t(`${act}.text`)}
    </ConfirmDialog>
  )
}
