import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useTab } from '../../app/use-tab.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs, type PageTab } from '../../ui/PageTabs.tsx'
import { ActivityTab } from './ActivityTab.tsx'
import { BudgetTab } from './BudgetTab.tsx'
import { KeysTab } from './KeysTab.tsx'
import { ProfileTab } from './ProfileTab.tsx'
import { SubscriptionsTab } from './SubscriptionsTab.tsx'
import { UsageTab } from './UsageTab.tsx'
import { UserActions } from './UserActions.tsx'
import { userQuery, type UserDetail } from './user-queries.ts'
import { UserStatus } from './UserStatus.tsx'

/** All about one person, and all that can be done for them. */
export function UserPage() {
  const { t } = useTranslation('users')
  const { userId = '' } = useParams({ strict: false })
  const scope = useScope()
  const { data: user, error, refetch } = useQuery(userQuery(userId, scope.read))
  const above = (
    <Breadcrumb aria-label={t('common:shell.path')}>
      <BreadcrumbItem>
        <Link to="/admin/users" search={scope.search}>
          {t('title')}
        </Link>
      </BreadcrumbItem>
      <BreadcrumbItem isActive>{user?.displayName ?? '…'}</BreadcrumbItem>
    </Breadcrumb>
  )
  return (
    <PageFrame
      title={user?.displayName ?? t('one')}
      description={user ? <Subtitle user={user} /> : error ? undefined : '…'}
      above={above}
      actions={user && <UserActions user={user} />}
    >
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : user && <UserTabs user={user} />}
    </PageFrame>
  )
}

function Subtitle({ user }: { user: UserDetail }) {
  return (
    <>
      {user.email ?? user.username} <UserStatus status={user.status} />
    </>
  )
}

function UserTabs({ user }: { user: UserDetail }) {
  const { t } = useTranslation('users')
  const { can } = useSession()
  const isMember = user.memberships.length > 0
  const tabs: readonly PageTab[] = [
    { key: 'profile', title: t('tab.profile'), render: () => <ProfileTab user={user} /> },
    ...(isMember && can('budgets:read-all')
      ? [{ key: 'budget', title: t('tab.budget'), render: () => <BudgetTab user={user} /> }]
      : []),
    ...(can('keys:read-all')
      ? [{ key: 'keys', title: t('tab.keys'), render: () => <KeysTab user={user} /> }]
      : []),
    ...(can('approvals:read')
      ? [
          {
            key: 'subscriptions',
            title: t('tab.subscriptions'),
            render: () => <SubscriptionsTab user={user} />,
          },
        ]
      : []),
    ...(can('usage:read-all')
      ? [{ key: 'usage', title: t('tab.usage'), render: () => <UsageTab user={user} /> }]
      : []),
    { key: 'activity', title: t('tab.activity'), render: () => <ActivityTab user={user} /> },
  ]
  const [active, choose] = useTab(tabs.map((tab) => tab.key))
  return <PageTabs label={user.displayName} tabs={tabs} active={active} onChange={choose} />
}
