import type { IAction } from '@patternfly/react-table'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { MemberRoleDialog, MemberStatusDialog, RemoveMemberDialog } from '../people/MemberDialogs.tsx'
import { LimitsDialog } from './LimitsDialog.tsx'
import type { Membership, UserDetail } from './user-queries.ts'

type Act = { readonly kind: 'role' | 'status' | 'limits' | 'remove'; readonly membership: Membership }

/** In which organizations somebody is, as what, and with which limits. */
export function MembershipTable({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const scope = useScope()
  const [act, setAct] = useState<Act>()
  const columns = useMembershipColumns(user, setAct)
  const close = () => setAct(undefined)
  const person = { userId: user.id, displayName: user.displayName }
  const dialog = act && {
    member: { ...person, role: act.membership.role, status: act.membership.status },
    target: scope.target(act.membership.organizationId),
    onClose: close,
  }
  return (
    <>
      <DataTable
        label={t('profile.memberships')}
        columns={columns}
        rows={user.memberships}
        idOf={(one) => one.organizationId}
        empty={<EmptyHint title={t('profile.noMembership')} text={t('profile.noMembershipText')} />}
      />
      {dialog && act.kind === 'role' && <MemberRoleDialog {...dialog} />}
      {dialog && act.kind === 'status' && <MemberStatusDialog {...dialog} />}
      {dialog && act.kind === 'remove' && (
        <RemoveMemberDialog {...dialog} organizationName={act.membership.organizationName} />
      )}
      {dialog && act.kind === 'limits' && (
        <LimitsDialog user={user} membership={act.membership} target={dialog.target} onClose={close} />
      )}
    </>
  )
}

function useMembershipColumns(
  user: UserDetail,
  onAct: (act: Act) => void,
): ReadonlyArray<Column<Membership>> {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { number } = useFormats()
  const { can, user: me } = useSession()
  const limit = (value: number | null) => (value === null ? t('common:state.unlimited') : number(value))
  const isMe = user.id === me.id
  const items = (membership: Membership): IAction[] => [
    ...(can('members:write')
      ? [{ title: t('people:member.changeRole'), onClick: () => onAct({ kind: 'role', membership }) }]
      : []),
    ...(can('users:write') && !isMe
      ? [{ title: t('limits.open'), onClick: () => onAct({ kind: 'limits', membership }) }]
      : []),
    ...(can('members:write') && !isMe
      ? [
          {
            title: membership.status === 'active' ? t('people:member.disable') : t('people:member.enable'),
            onClick: () => onAct({ kind: 'status', membership }),
          },
          { isSeparator: true },
          {
            title: t('people:member.remove'),
            isDanger: true,
            onClick: () => onAct({ kind: 'remove', membership }),
          },
        ]
      : []),
  ]
  const mayAct = can('members:write') || (can('users:write') && !isMe)
  return [
    { key: 'organization', title: t('column.organization'), render: (one) => one.organizationName },
    { key: 'role', title: t('column.role'), render: (one) => t(`common:role.${one.role}`) },
    {
      key: 'status',
      title: t('column.status'),
      render: (one) => (
        <StateLabel tone={one.status === 'active' ? 'success' : 'danger'}>
          {t(`people:memberStatus.${one.status}`)}
        </StateLabel>
      ),
    },
    { key: 'rpm', title: t('people:limit.rpm'), isNumber: true, render: (one) => limit(one.rpmLimit) },
    { key: 'tpm', title: t('people:limit.tpm'), isNumber: true, render: (one) => limit(one.tpmLimit) },
    {
      key: 'parallel',
      title: t('people:limit.parallel'),
      isNumber: true,
      render: (one) => limit(one.maxParallelRequests),
    },
    ...(mayAct
      ? [
          {
            key: 'actions',
            title: t('common:act.more'),
            isActions: true,
            render: (one: Membership) => (
              <RowActions label={t('people:actsOn', { name: one.organizationName })} items={items(one)} />
            ),
          },
        ]
      : []),
  ]
}
