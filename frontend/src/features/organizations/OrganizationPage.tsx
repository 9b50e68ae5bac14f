import { Breadcrumb, BreadcrumbItem, Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useTab } from '../../app/use-tab.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs, type PageTab } from '../../ui/PageTabs.tsx'
import { SubjectBudget } from '../people/SubjectBudget.tsx'
import { InvitationsTab } from './InvitationsTab.tsx'
import { MembersTab } from './MembersTab.tsx'
import { EditOrganizationDialog, OrganizationStatusDialog } from './OrganizationDialogs.tsx'
import { OrganizationLabels } from './OrganizationLabels.tsx'
import { OrganizationModelsTab } from './OrganizationModelsTab.tsx'
import { OrganizationOverview } from './OrganizationOverview.tsx'
import { organizationQuery, type Organization } from './organization-queries.ts'
import { TeamsTab } from './TeamsTab.tsx'

/** One organization, as the platform looks after it. */
export function OrganizationPage() {
  const { t } = useTranslation('organizations')
  const { organizationId = '' } = useParams({ strict: false })
  const { data: organization, error, refetch } = useQuery(organizationQuery(organizationId))
  return (
    <PageFrame
      title={organization?.name ?? t('one')}
      description={
        organization ? <OrganizationLabels organization={organization} /> : error ? undefined : '…'
      }
      above={
        <Breadcrumb aria-label={t('common:shell.path')}>
          <BreadcrumbItem>
            <Link to="/admin/organizations" search={{}}>
              {t('title')}
            </Link>
          </BreadcrumbItem>
          <BreadcrumbItem isActive>{organization?.name ?? '…'}</BreadcrumbItem>
        </Breadcrumb>
      }
      actions={organization && <OrganizationActions organization={organization} />}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        organization && <OrganizationTabs organization={organization} />
      )}
    </PageFrame>
  )
}

function OrganizationActions({ organization }: { organization: Organization }) {
  const { t } = useTranslation(['organizations', 'common'])
  const { isPlatformAdmin } = useSession()
  const [act, setAct] = useState<'edit' | 'status'>()
  if (!isPlatformAdmin) return null
  const close = () => setAct(undefined)
  const isActive = organization.status === 'active'
  return (
    <Flex gap={{ default: 'gapSm' }}>
      <Button variant="secondary" onClick={() => setAct('edit')}>
        {t('common:act.edit')}
      </Button>
      {!organization.isDefault && (
        <Button variant="secondary" isDanger={isActive} onClick={() => setAct('status')}>
          {isActive ? t('suspend.act') : t('activate.act')}
        </Button>
      )}
      {act === 'edit' && <EditOrganizationDialog organization={organization} onClose={close} />}
      {act === 'status' && <OrganizationStatusDialog organization={organization} onClose={close} />}
    </Flex>
  )
}

function OrganizationTabs({ organization }: { organization: Organization }) {
  const { t } = useTranslation('organizations')
  const scope = useScope()
  const { id, name } = organization
  const place = { id, name, target: scope.target(id) }
  const tabs: readonly PageTab[] = [
    {
      key: 'overview',
      title: t('tab.overview'),
      render: () => <OrganizationOverview organization={organization} />,
    },
    { key: 'members', title: t('tab.members'), render: () => <MembersTab place={place} /> },
    { key: 'invitations', title: t('tab.invitations'), render: () => <InvitationsTab place={place} /> },
    { key: 'teams', title: t('tab.teams'), render: () => <TeamsTab place={place} /> },
    {
      key: 'models',
      title: t('tab.models'),
      render: () => <OrganizationModelsTab organization={organization} />,
    },
    {
      key: 'budget',
      title: t('tab.budget'),
      render: () => <SubjectBudget subject={{ level: 'organization', id, name }} target={place.target} />,
    },
  ]
  const [active, choose] = useTab(tabs.map((tab) => tab.key))
  return <PageTabs label={name} tabs={tabs} active={active} onChange={choose} />
}
