import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { When } from '../../ui/When.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { KeyStatus } from '../people/KeyStatus.tsx'
import { ModelList } from '../people/ModelList.tsx'
import { PersonName } from '../people/PersonName.tsx'
import type { Key } from './user-queries.ts'

export function useKeyColumns(onRevoke: ((key: Key) => void) | undefined): ReadonlyArray<Column<Key>> {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { search } = useScope()
  const columns: ReadonlyArray<Column<Key>> = [
    {
      key: 'name',
      title: t('column.key'),
      sort: 'name',
      render: (key) => (
        <PersonName detail={key.keyHint}>
          <Link to="/api-keys/$keyId" params={{ keyId: key.id }} search={search}>
            {key.name}
          </Link>
        </PersonName>
      ),
    },
    { key: 'status', title: t('column.status'), render: (key) => <KeyStatus status={key.status} /> },
    {
      key: 'models',
      title: t('column.models'),
      render: (key) => <ModelList names={key.models.map((model) => model.name)} />,
    },
    { key: 'team', title: t('column.team'), render: (key) => key.team?.name ?? t('common:state.none') },
    {
      key: 'spend',
      title: t('column.spend'),
      sort: 'spend',
      render: (key) => <SpendBar label={t('column.spend')} spent={key.spend} limit={key.maxBudget} />,
    },
    {
      key: 'lastUsed',
      title: t('column.lastUsed'),
      sort: 'lastUsedAt',
      render: (key) => <When at={key.lastUsedAt} />,
    },
  ]
  if (!onRevoke) return columns
  const actions: Column<Key> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (key) =>
      key.status === 'revoked' ? null : (
        <RowActions
          label={t('people:actsOn', { name: key.name })}
          items={[{ title: t('key.revoke'), isDanger: true, onClick: () => onRevoke(key) }]}
        />
      ),
  }
  return [...columns, actions]
}
