import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { When } from '../../ui/When.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { invitationsQuery, useChangedOrganizations, type Invitation } from './organization-queries.ts'
import type { Place } from './place.ts'

const states = ['open', 'accepted', 'expired', 'revoked'] as const
const tones = { open: 'info', accepted: 'success', expired: 'neutral', revoked: 'neutral' } as const

/** Who was invited, and what came of it. */
export function InvitationsTab({ place }: { place: Place }) {
  const { t } = useTranslation('organizations')
  const { can } = useSession()
  const list = useList()
  const found = useQuery(invitationsQuery({ ...list.query, ...place.target.query() }))
  const [isInviting, setIsInviting] = useState(false)
  const [revoking, setRevoking] = useState<Invitation>()
  const mayWrite = can('members:write')
  const columns = useColumns(mayWrite ? setRevoking : undefined)
  const search = list.filters['search']
  const invite = mayWrite && <Button onClick={() => setIsInviting(true)}>{t('invite.open')}</Button>
  const isEmpty = found.data?.pagination.total === 0 && !list.hasFilters
  return (
    <>
      {!isEmpty && (
        <FilterBar
          search={{
            label: t('invitation.searchLabel'),
            value: typeof search === 'string' ? search : undefined,
            onChange: (text) => list.setFilter('search', text),
          }}
          filters={[
            {
              name: 'status',
              label: t('column.status'),
              options: states.map((value) => ({ value, label: t(`invitation.status.${value}`) })),
            },
          ]}
          {...list.filterBar}
          {...(invite ? { actions: invite } : {})}
        />
      )}
      <DataTable
        label={t('tab.invitations')}
        columns={columns}
        {...list.table(found)}
        idOf={(one) => one.id}
        empty={
          <EmptyHint
            title={t('invitation.none')}
            text={t('invitation.noneText')}
            {...(invite ? { action: invite } : {})}
          />
        }
      />
      {isInviting && <InviteDialog place={place} onClose={() => setIsInviting(false)} />}
      {revoking && (
        <RevokeDialog place={place} invitation={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </>
  )
}

function useColumns(onRevoke: ((one: Invitation) => void) | undefined): ReadonlyArray<Column<Invitation>> {
  const { t } = useTranslation(['organizations', 'people', 'common'])
  const whom = (one: Invitation) => one.email ?? t('invitation.anybody')
  const columns: ReadonlyArray<Column<Invitation>> = [
    { key: 'email', title: t('column.invited'), render: whom },
    { key: 'role', title: t('column.role'), render: (one) => t(`common:role.${one.role}`) },
    {
      key: 'status',
      title: t('column.status'),
      render: (one) => (
        <StateLabel tone={tones[one.status]}>{t(`invitation.status.${one.status}`)}</StateLabel>
      ),
    },
    {
      key: 'created',
      title: t('column.createdAt'),
      sort: 'createdAt',
      render: (one) => (
        <PersonName detail={one.createdBy.displayName}>
          <When at={one.createdAt} />
        </PersonName>
      ),
    },
    {
      key: 'expires',
      title: t('column.expiresAt'),
      sort: 'expiresAt',
      render: (one) => <When at={one.expiresAt} />,
    },
    {
      key: 'accepted',
      title: t('column.accepted'),
      render: (one) => (
        <PersonName detail={one.acceptedBy?.displayName ?? null}>
          <When at={one.acceptedAt} none="–" />
        </PersonName>
      ),
    },
  ]
  if (!onRevoke) return columns
  const actions: Column<Invitation> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (one) =>
      one.status === 'open' ? (
        <RowActions
          label={t('people:actsOn', { name: whom(one) })}
          items={[{ title: t('invitation.revoke'), isDanger: true, onClick: () => onRevoke(one) }]}
        />
      ) : null,
  }
  return [...columns, actions]
}

interface RevokeDialogProps {
  readonly place: Place
  readonly invitation: Invitation
  onClose(): void
}

function RevokeDialog({ place, invitation, onClose }: RevokeDialogProps) {
  const { t } = useTranslation('organizations')
  const confirmReason = useConfirmReason()
  const changed = useChangedOrganizations()
  const { say } = useToasts()
  return (
    <ConfirmDialog
      title={t('invitation.revokeTitle', { email: invitation.email ?? t('invitation.anybody') })}
      act={t('invitation.revoke')}
      isDanger
      {...confirmReason(place.target)}
      onConfirm={async (why) => {
        await api.revokeInvitation({ path: { id: invitation.id }, query: place.target.query(why) })
        await changed()
        say(t('invitation.revoked'))
      }}
      onClose={onClose}
    >
      {t('invitation.revokeText')}
    </ConfirmDialog>
  )
}
