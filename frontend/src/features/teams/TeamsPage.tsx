import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { myTeamsQuery, type Team } from './team-queries.ts'
import { useTeamColumns } from './use-team-columns.tsx'

/** The teams that one is in. */
export function TeamsPage() {
  const { t } = useTranslation(['teams', 'common'])
  const { can } = useSession()
  const navigate = useNavigate()
  const list = useList()
  const teams = useQuery(myTeamsQuery(list.query))
  const { name, members, keys, models, budget } = useTeamColumns()
  const role: Column<Team> = {
    key: 'role',
    title: t('column.myRole'),
    render: ({ myRole }) =>
      myRole === null ? (
        '–'
      ) : (
        <StateLabel tone={myRole === 'admin' ? 'info' : 'neutral'}>{t(`role.${myRole}`)}</StateLabel>
      ),
  }
  const search = list.filters['search']
  return (
    <PageFrame title={t('mine.title')} description={t('mine.description')}>
      <FilterBar
        search={{
          label: t('searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        {...list.filterBar}
      />
      <DataTable
        label={t('mine.title')}
        columns={[name, role, members, keys, models, budget]}
        {...list.table(teams)}
        idOf={(team) => team.id}
        empty={
          <EmptyHint
            title={t('mine.none')}
            text={t('mine.noneText')}
            action={
              can('teams:read-all') ? (
                <Button onClick={() => void navigate({ to: '/admin/teams', search: {} })}>
                  {t('mine.toAll')}
                </Button>
              ) : (
                <Button onClick={() => void navigate({ to: '/models', search: {} })}>
                  {t('mine.toModels')}
                </Button>
              )
            }
          />
        }
      />
    </PageFrame>
  )
}
