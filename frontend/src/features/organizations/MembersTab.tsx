import { Button } from '@patternfly/react-core'
import type { IAction } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { MemberRoleDialog, MemberStatusDialog, RemoveMemberDialog } from '../people/MemberDialogs.tsx'
import { ModelList as NameList } from '../people/ModelList.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { organizationRoles } from '../people/roles.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { membersQuery, type Member } from './organization-queries.ts'
import type { Place } from './place.ts'

type Act = { readonly kind: 'role' | 'status' | 'remove'; readonly member: Member }

/** Who is in an organization, and as what. */
export function MembersTab({ place }: { place: Place }) {
  const { t } = useTranslation(['organizations', 'people', 'common'])
  const { can } = useSession()
  const list = useList()
  const members = useQuery(membersQuery({ ...list.query, ...place.target.query() }))
  const [act, setAct] = useState<Act>()
  const [isInviting, setIsInviting] = useState(false)
  const mayWrite = can('members:write')
  const columns = useColumns(place, mayWrite ? setAct : undefined)
  const dialog = act && { member: act.member, target: place.target, onClose: () => setAct(undefined) }
  const search = list.filters['search']
  const invite = mayWrite && <Button onClick={() => setIsInviting(true)}>{t('invite.open')}</Button>
  return (
    <>
      <FilterBar
        search={{
          label: t('members.searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={[
          {
            name: 'role',
            label: t('column.role'),
            options: organizationRoles.map((value) => ({ value, label: t(`common:role.${value}`) })),
          },
          {
            name: 'status',
            label: t('column.status'),
            options: (['active', 'disabled', 'removed'] as const).map((value) => ({
              value,
              label: t(`people:memberStatus.${value}`),
            })),
          },
        ]}
        {...list.filterBar}
        {...(invite ? { actions: invite } : {})}
      />
      <DataTable
        label={t('tab.members')}
        columns={columns}
        {...list.table(members)}
        idOf={(member) => member.userId}
        empty={
          <EmptyHint
            title={t('members.none')}
            text={t('members.noneText')}
            {...(invite ? { action: invite } : {})}
          />
        }
      />
      {isInviting && <InviteDialog place={place} onClose={() => setIsInviting(false)} />}
      {dialog && act.kind === 'role' && <MemberRoleDialog {...dialog} />}
      {dialog && act.kind === 'status' && <MemberStatusDialog {...dialog} />}
      {dialog && act.kind === 'remove' && <RemoveMemberDialog {...dialog} organizationName={place.name} />}
    </>
  )
}

const tones = { active: 'success', disabled: 'danger', removed: 'neutral' } as const

function useColumns(place: Place, onAct: ((act: Act) => void) | undefined): ReadonlyArray<Column<Member>> {
  const { t } = useTranslation(['organizations', 'people', 'common'])
  const { number } = useFormats()
  const { can, user } = useSession()
  const search = place.target.needsReason ? { in: place.id } : {}
  const columns: ReadonlyArray<Column<Member>> = [
    {
      key: 'name',
      title: t('column.person'),
      sort: 'displayName',
      render: (member) => (
        <PersonName detail={member.email ?? member.username}>
          {can('users:read') ? (
            <Link to="/admin/users/$userId" params={{ userId: member.userId }} search={search}>
              {member.displayName}
            </Link>
          ) : (
            member.displayName
          )}
        </PersonName>
      ),
    },
    {
      key: 'role',
      title: t('column.role'),
      sort: 'role',
      render: (member) => t(`common:role.${member.role}`),
    },
    {
      key: 'status',
      title: t('column.status'),
      render: (member) => (
        <StateLabel tone={tones[member.status]}>{t(`people:memberStatus.${member.status}`)}</StateLabel>
      ),
    },
    {
      key: 'teams',
      title: t('column.teams'),
      render: (member) => <NameList names={member.teams.map((team) => team.name)} />,
    },
    { key: 'keys', title: t('column.keys'), isNumber: true, render: (member) => number(member.keys) },
    {
      key: 'lastSignIn',
      title: t('column.lastSignIn'),
      sort: 'lastSignInAt',
      render: (member) => <When at={member.lastSignInAt} />,
    },
  ]
  if (!onAct) return columns
  const items = (member: Member): IAction[] => [
    { title: t('people:member.changeRole'), onClick: () => onAct({ kind: 'role', member }) },
    ...(member.userId === user.id
      ? []
      : [
          {
            title: member.status === 'active' ? t('people:member.disable') : t('people:member.enable'),
            onClick: () => onAct({ kind: 'status', member }),
          },
          {
            title: t('people:member.remove'),
            isDanger: true,
            onClick: () => onAct({ kind: 'remove', member }),
          },
        ]),
  ]
  const actions: Column<Member> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (member) =>
      member.status === 'removed' ? null : (
        <RowActions label={t('people:actsOn', { name: member.displayName })} items={items(member)} />
      ),
  }
  return [...columns, actions]
}
