import { Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { useModelChoices } from '../people/model-choices.ts'
import { ArchiveTeamDialog } from './ArchiveTeamDialog.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import { allTeamsQuery, type Team } from './team-queries.ts'
import { useTeamColumns } from './use-team-columns.tsx'

type Act = { readonly kind: 'edit' | 'archive'; readonly team: Team }

/** All teams of an organization, for who looks after it. */
export function AllTeamsPage() {
  const { t } = useTranslation(['teams', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const navigate = useNavigate()
  const list = useList()
  const { search, isArchived, ...query } = list.query
  const teams = useQuery(
    allTeamsQuery({
      ...query,
      ...(typeof search === 'string' && search !== '' ? { search } : {}),
      ...(String(isArchived) === 'true' ? { isArchived: true } : {}),
      ...scope.read,
    }),
  )
  const { choices = [] } = useModelChoices()
  const [isCreating, setIsCreating] = useState(false)
  const [act, setAct] = useState<Act>()
  const mayWrite = can('teams:write')
  const columns = useAllColumns(mayWrite ? setAct : undefined)
  const create = mayWrite && !scope.isAll && (
    <Button onClick={() => setIsCreating(true)}>{t('create.open')}</Button>
  )
  const close = () => setAct(undefined)
  return (
    <PageFrame
      title={t('all.title')}
      description={t('all.description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ScopePicker />
          {create}
        </Flex>
      }
    >
      <FilterBar
        search={{
          label: t('searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={[
          {
            name: 'modelId',
            label: t('filter.model'),
            options: choices.map(({ value, label }) => ({ value, label })),
          },
          {
            name: 'isArchived',
            label: t('filter.state'),
            options: [{ value: 'true', label: t('isArchived') }],
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('all.title')}
        columns={columns}
        {...list.table(teams)}
        idOf={(team) => team.id}
        empty={
          <EmptyHint title={t('all.none')} text={t('all.noneText')} {...(create ? { action: create } : {})} />
        }
      />
      {isCreating && (
        <TeamDialog
          target={scope.target()}
          onDone={(team) =>
            void navigate({ to: '/teams/$teamId', params: { teamId: team.id }, search: scope.search })
          }
          onClose={() => setIsCreating(false)}
        />
      )}
      {act?.kind === 'edit' && (
        <TeamDialog team={act.team} target={scope.target(act.team.organizationId)} onClose={close} />
      )}
      {act?.kind === 'archive' && (
        <ArchiveTeamDialog team={act.team} target={scope.target(act.team.organizationId)} onClose={close} />
      )}
    </PageFrame>
  )
}

function useAllColumns(onAct: ((act: Act) => void) | undefined): ReadonlyArray<Column<Team>> {
  const { t } = useTranslation(['teams', 'people', 'common'])
  const scope = useScope()
  const { name, members, keys, models, budget } = useTeamColumns()
  const organization: Column<Team> = {
    key: 'organization',
    title: t('column.organization'),
    render: (team) => scope.nameOf(team.organizationId),
  }
  const shown = [
    name,
    ...(scope.isAll ? [organization] : []),
    members,
    keys,
    models,
    { ...budget, sort: 'spend' },
  ]
  if (!onAct) return shown
  const actions: Column<Team> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (team) =>
      team.isArchived ? null : (
        <RowActions
          label={t('people:actsOn', { name: team.name })}
          items={[
            { title: t('common:act.edit'), onClick: () => onAct({ kind: 'edit', team }) },
            ...(team.isDefault
              ? []
              : [
                  {
                    title: t('archive.act'),
                    isDanger: true,
                    onClick: () => onAct({ kind: 'archive', team }),
                  },
                ]),
          ]}
        />
      ),
  }
  return [...shown, actions]
}
