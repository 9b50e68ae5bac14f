import { Button } from '@patternfly/react-core'
import type { IAction } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { AddTeamMemberDialog, RemoveTeamMemberDialog, TeamRoleDialog } from './TeamMemberDialogs.tsx'
import { teamMembersQuery, type Team, type TeamMember } from './team-queries.ts'

type Act = { readonly kind: 'role' | 'remove'; readonly member: TeamMember }

/** Who is in a team; its admins and the organization's decide. */
export function TeamMembersTab({ team }: { team: Team }) {
  const { t } = useTranslation(['teams', 'people', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const target = scope.target(team.organizationId)
  const list = useList()
  const members = useQuery(teamMembersQuery(team.id, { ...list.query, ...target.query() }))
  const [isAdding, setIsAdding] = useState(false)
  const [act, setAct] = useState<Act>()
  const mayGovern = !team.isArchived && can('teams:update') && (team.myRole === 'admin' || can('teams:write'))
  const columns = useColumns(team, mayGovern ? setAct : undefined)
  const close = () => setAct(undefined)
  const search = list.filters['search']
  // Everybody of the organization is in its default team.
  const add = mayGovern && !team.isDefault && (
    <Button onClick={() => setIsAdding(true)}>{t('member.add')}</Button>
  )
  return (
    <>
      <FilterBar
        search={{
          label: t('member.searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={[
          {
            name: 'role',
            label: t('column.role'),
            options: (['admin', 'member'] as const).map((value) => ({ value, label: t(`role.${value}`) })),
          },
        ]}
        {...list.filterBar}
        {...(add ? { actions: add } : {})}
      />
      <DataTable
        label={t('tab.members')}
        columns={columns}
        {...list.table(members)}
        idOf={(member) => member.userId}
        empty={<EmptyHint title={t('member.none')} text={t('member.noneText')} />}
      />
      {isAdding && <AddTeamMemberDialog team={team} target={target} onClose={() => setIsAdding(false)} />}
      {act?.kind === 'role' && (
        <TeamRoleDialog team={team} member={act.member} target={target} onClose={close} />
      )}
      {act?.kind === 'remove' && (
        <RemoveTeamMemberDialog team={team} member={act.member} target={target} onClose={close} />
      )}
    </>
  )
}

function useColumns(team: Team, onAct: ((act: Act) => void) | undefined): ReadonlyArray<Column<TeamMember>> {
  const { t } = useTranslation(['teams', 'people', 'common'])
  const { date } = useFormats()
  const { can } = useSession()
  const { search } = useScope()
  const columns: ReadonlyArray<Column<TeamMember>> = [
    {
      key: 'name',
      title: t('column.person'),
      sort: 'displayName',
      render: (member) => (
        <PersonName detail={member.username}>
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
      render: ({ role }) => (
        <StateLabel tone={role === 'admin' ? 'info' : 'neutral'}>{t(`role.${role}`)}</StateLabel>
      ),
    },
    { key: 'since', title: t('column.since'), sort: 'joinedAt', render: (member) => date(member.joinedAt) },
  ]
  if (!onAct) return columns
  const items = (member: TeamMember): IAction[] => [
    { title: t('member.changeRole'), onClick: () => onAct({ kind: 'role', member }) },
    ...(team.isDefault
      ? []
      : [{ title: t('member.remove'), isDanger: true, onClick: () => onAct({ kind: 'remove', member }) }]),
  ]
  const actions: Column<TeamMember> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (member) => (
      <RowActions label={t('people:actsOn', { name: member.displayName })} items={items(member)} />
    ),
  }
  return [...columns, actions]
}
