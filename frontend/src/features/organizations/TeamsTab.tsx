import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useTeamColumns } from '../teams/use-team-columns.tsx'
import { allTeamsQuery, type Team } from '../teams/team-queries.ts'
import { TeamDialog } from '../teams/TeamDialog.tsx'
import { TeamLabels } from '../teams/TeamName.tsx'
import type { Place } from './place.ts'

/** The teams of an organization. */
export function TeamsTab({ place }: { place: Place }) {
  const { t } = useTranslation(['teams', 'common'])
  const { can } = useSession()
  const list = useList()
  const teams = useQuery(allTeamsQuery({ ...list.query, ...place.target.query() }))
  const [isCreating, setIsCreating] = useState(false)
  const { members, keys, models, budget } = useTeamColumns()
  const scope = place.target.needsReason ? { in: place.id } : {}
  const name: Column<Team> = {
    key: 'name',
    title: t('column.team'),
    sort: 'name',
    render: (team) => (
      <>
        <Link to="/teams/$teamId" params={{ teamId: team.id }} search={scope}>
          {team.name}
        </Link>{' '}
        <TeamLabels team={team} />
      </>
    ),
  }
  const search = list.filters['search']
  return (
    <>
      <FilterBar
        search={{
          label: t('searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        {...list.filterBar}
        {...(can('teams:write')
          ? { actions: <Button onClick={() => setIsCreating(true)}>{t('create.open')}</Button> }
          : {})}
      />
      <DataTable
        label={t('all.title')}
        columns={[name, members, keys, models, { ...budget, sort: 'spend' }]}
        {...list.table(teams)}
        idOf={(team) => team.id}
      />
      {isCreating && <TeamDialog target={place.target} onClose={() => setIsCreating(false)} />}
    </>
  )
}
