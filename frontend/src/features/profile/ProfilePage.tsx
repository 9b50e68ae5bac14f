import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs } from '../../ui/PageTabs.tsx'
import { AboutMe } from './AboutMe.tsx'
import { NotificationChoices } from './NotificationChoices.tsx'
import { Sessions } from './Sessions.tsx'

const tabs = ['me', 'notifications', 'sessions'] as const

/** One's own account. */
export function ProfilePage() {
  const { t } = useTranslation('profile')
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as ListSearch
  const active = tabs.find((one) => one === search['tab']) ?? 'me'
  return (
    <PageFrame title={t('title')} description={t('description')}>
      <PageTabs
        label={t('title')}
        active={active}
        onChange={(tab) => void navigate({ to: '/profile', search: { tab }, replace: true })}
        tabs={[
          { key: 'me', title: t('tab.me'), render: () => <AboutMe /> },
          { key: 'notifications', title: t('tab.notifications'), render: () => <NotificationChoices /> },
          { key: 'sessions', title: t('tab.sessions'), render: () => <Sessions /> },
        ]}
      />
    </PageFrame>
  )
}
