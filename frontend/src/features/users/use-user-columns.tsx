import { Label } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { When } from '../../ui/When.tsx'
import { PersonName } from '../people/PersonName.tsx'
import type { User } from './user-queries.ts'
import { UserStatus } from './UserStatus.tsx'

export function useUserColumns(): ReadonlyArray<Column<User>> {
  const { t } = useTranslation(['users', 'common'])
  const { number, money } = useFormats()
  const { isAll, search } = useScope()
  const name: Column<User> = {
    key: 'name',
    title: t('column.person'),
    sort: 'displayName',
    render: (user) => (
      <PersonName detail={user.email ?? user.username}>
        <Link to="/admin/users/$userId" params={{ userId: user.id }} search={search}>
          {user.displayName}
        </Link>
      </PersonName>
    ),
  }
  const organization: Column<User> = {
    key: 'organization',
    title: t('column.organization'),
    render: (user) =>
      user.memberships.map((one) => one.organizationName).join(', ') || t('common:state.none'),
  }
  const role: Column<User> = {
    key: 'role',
    title: t('column.role'),
    render: (user) => (
      <>
        {[...new Set(user.memberships.map((one) => t(`common:role.${one.role}`)))].join(', ')}
        {user.platformRole !== 'user' && (
          <>
            {' '}
            <Label isCompact color="purple">
              {t(`common:platformRole.${user.platformRole}`)}
            </Label>
          </>
        )}
      </>
    ),
  }
  return [
    name,
    ...(isAll ? [organization] : []),
    role,
    { key: 'status', title: t('column.status'), render: (user) => <UserStatus status={user.status} /> },
    { key: 'keys', title: t('column.keys'), isNumber: true, render: (user) => number(user.keyCount) },
    {
      key: 'spend',
      title: t('column.spendThisMonth'),
      sort: 'spendThisMonth',
      isNumber: true,
      render: (user) => money(user.spendThisMonth),
    },
    {
      key: 'lastSignIn',
      title: t('column.lastSignIn'),
      sort: 'lastSignInAt',
      render: (user) => <When at={user.lastSignInAt} />,
    },
  ]
}
