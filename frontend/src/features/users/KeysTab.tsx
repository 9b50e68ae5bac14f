import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { CreateKeyDialog } from './CreateKeyDialog.tsx'
import { useKeyColumns } from './use-key-columns.tsx'
import { useChangedPeople, userKeysQuery, type Key, type UserDetail } from './user-queries.ts'

const states = ['active', 'disabled', 'expired', 'revoked'] as const

/** Somebody's keys; made for them, or revoked. */
export function KeysTab({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { can, user: me } = useSession()
  const scope = useScope()
  const list = useList()
  const keys = useQuery(userKeysQuery({ ...list.query, userId: user.id, ...scope.read }))
  const [isCreating, setIsCreating] = useState(false)
  const [revoking, setRevoking] = useState<Key>()
  const mayWrite = can('keys:write-all')
  const columns = useKeyColumns(mayWrite ? setRevoking : undefined)
  const isEmpty = keys.data?.pagination.total === 0 && !list.hasFilters
  const create =
    mayWrite && user.id !== me.id && user.memberships.length > 0 ? (
      <Button variant={isEmpty ? 'primary' : 'secondary'} onClick={() => setIsCreating(true)}>
        {t('key.create')}
      </Button>
    ) : undefined
  const options = states.map((value) => ({ value, label: t(`people:keyStatus.${value}`) }))
  return (
    <>
      {isEmpty ? null : (
        <FilterBar
          filters={[{ name: 'status', label: t('column.status'), options }]}
          {...list.filterBar}
          actions={create}
        />
      )}
      <DataTable
        label={t('tab.keys')}
        columns={columns}
        {...list.table(keys)}
        idOf={(key) => key.id}
        empty={
          <EmptyHint
            title={t('key.none')}
            text={t('key.noneText', { name: user.displayName })}
            {...(create ? { action: create } : {})}
          />
        }
      />
      {isCreating && <CreateKeyDialog user={user} onClose={() => setIsCreating(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  )
}

function RevokeDialog({ apiKey, onClose }: { apiKey: Key; onClose(): void }) {
  const { t } = useTranslation('users')
  const scope = useScope()
  const confirmReason = useConfirmReason()
  const changed = useChangedPeople()
  const { say } = useToasts()
  const target = scope.target(apiKey.organizationId)
  return (
    <ConfirmDialog
      title={t('key.revokeTitle', { name: apiKey.name })}
      act={t('key.revoke')}
      isDanger
      {...confirmReason(target)}
      onConfirm={async (why) => {
        await api.revokeAnyApiKey({ path: { id: apiKey.id }, query: target.query(why) })
        await changed('api-keys')
        say(t('key.revoked', { name: apiKey.name }))
      }}
      onClose={onClose}
    >
      {t('key.revokeText', { hint: apiKey.keyHint })}
    </ConfirmDialog>
  )
}
