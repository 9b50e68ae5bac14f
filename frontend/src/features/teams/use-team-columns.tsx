import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { TeamName } from './TeamName.tsx'
import type { Team } from './team-queries.ts'

/** What every list of teams shows. */
export function useTeamColumns() {
  const { t } = useTranslation(['teams', 'common'])
  const { number } = useFormats()
  const name: Column<Team> = {
    key: 'name',
    title: t('column.team'),
    sort: 'name',
    render: (team) => <TeamName team={team} />,
  }
  const members: Column<Team> = {
    key: 'members',
    title: t('column.members'),
    sort: 'members',
    isNumber: true,
    render: (team) => number(team.members),
  }
  const keys: Column<Team> = {
    key: 'keys',
    title: t('column.keys'),
    sort: 'keys',
    isNumber: true,
    render: (team) => number(team.keys),
  }
  const models: Column<Team> = {
    key: 'models',
    title: t('column.models'),
    isNumber: true,
    render: (team) => (team.allowsAllModels ? t('allModels') : number(team.allowedModelIds.length)),
  }
  const budget: Column<Team> = {
    key: 'budget',
    title: t('column.budget'),
    render: (team) =>
      team.spend === null ? (
        '–'
      ) : (
        <SpendBar label={t('column.budget')} spent={team.spend} limit={team.maxBudget} />
      ),
  }
  return { name, members, keys, models, budget }
}
