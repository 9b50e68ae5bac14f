import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { When } from '../../ui/When.tsx'
import { KeyStatus } from '../people/KeyStatus.tsx'
import { ModelList } from '../people/ModelList.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { teamKeysQuery, type Team, type TeamKey } from './team-queries.ts'

const states = ['active', 'disabled', 'expired', 'revoked'] as const

/** Keys that count on the team's budget and limits, whoever made them. */
export function TeamKeysTab({ team }: { team: Team }) {
  const { t } = useTranslation(['teams', 'people'])
  const scope = useScope()
  const list = useList()
  const read = scope.target(team.organizationId).query()
  const keys = useQuery(teamKeysQuery(team.id, { ...list.query, ...read }))
  return (
    <>
      <FilterBar
        filters={[
          {
            name: 'status',
            label: t('column.status'),
            options: states.map((value) => ({ value, label: t(`people:keyStatus.${value}`) })),
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('tab.keys')}
        columns={useColumns()}
        {...list.table(keys)}
        idOf={(key) => key.id}
        empty={<EmptyHint title={t('key.none')} text={t('key.noneText')} />}
      />
    </>
  )
}

function useColumns(): ReadonlyArray<Column<TeamKey>> {
  const { t } = useTranslation(['teams', 'people'])
  const { money } = useFormats()
  const { can, user } = useSession()
  const { search } = useScope()
  return [
    {
      key: 'name',
      title: t('column.key'),
      sort: 'name',
      render: (key) => (
        <PersonName detail={key.keyHint}>
          {can('keys:read-all') || key.userId === user.id ? (
            <Link to="/api-keys/$keyId" params={{ keyId: key.id }} search={search}>
              {key.name}
            </Link>
          ) : (
            key.name
          )}
        </PersonName>
      ),
    },
    { key: 'owner', title: t('column.owner'), render: (key) => key.displayName },
    { key: 'status', title: t('column.status'), render: (key) => <KeyStatus status={key.status} /> },
    { key: 'models', title: t('column.models'), render: (key) => <ModelList names={key.models} /> },
    {
      key: 'spend',
      title: t('column.spend'),
      sort: 'spend',
      isNumber: true,
      render: (key) => money(key.spend),
    },
    {
      key: 'lastUsed',
      title: t('column.lastUsed'),
      sort: 'lastUsedAt',
      render: (key) => <When at={key.lastUsedAt} />,
    },
  ]
}
