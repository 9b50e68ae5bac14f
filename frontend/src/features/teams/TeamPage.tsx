import { Breadcrumb, BreadcrumbItem, Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useTab } from '../../app/use-tab.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs, type PageTab } from '../../ui/PageTabs.tsx'
import { SubjectBudget } from '../people/SubjectBudget.tsx'
import { UsageSummary } from '../people/UsageSummary.tsx'
import { ArchiveTeamDialog } from './ArchiveTeamDialog.tsx'
import { LeaveTeamDialog } from './TeamMemberDialogs.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import { TeamKeysTab } from './TeamKeysTab.tsx'
import { TeamLabels } from './TeamName.tsx'
import { TeamMembersTab } from './TeamMembersTab.tsx'
import { TeamOverview } from './TeamOverview.tsx'
import { teamQuery, type Team } from './team-queries.ts'

/** One team: who is in it, what its keys may do and what they spend. */
export function TeamPage() {
  const { t } = useTranslation('teams')
  const { teamId = '' } = useParams({ strict: false })
  const scope = useScope()
  const { data: team, error, refetch } = useQuery(teamQuery(teamId, scope.read))
  return (
    <PageFrame
      title={team?.name ?? t('one')}
      description={
        team ? (
          <>
            {team.description} <TeamLabels team={team} />
          </>
        ) : error ? undefined : (
          '…'
        )
      }
      above={<Way name={team?.name} />}
      actions={team && <TeamActions team={team} />}
    >
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : team && <TeamTabs team={team} />}
    </PageFrame>
  )
}

/** Back to where one came from: all teams for who looks after them, else one's own. */
function Way({ name }: { name: string | undefined }) {
  const { t } = useTranslation('teams')
  const { can } = useSession()
  const scope = useScope()
  return (
    <Breadcrumb aria-label={t('common:shell.path')}>
      <BreadcrumbItem>
        {can('teams:read-all') ? (
          <Link to="/admin/teams" search={scope.search}>
            {t('all.title')}
          </Link>
        ) : (
          <Link to="/teams">{t('mine.title')}</Link>
        )}
      </BreadcrumbItem>
      <BreadcrumbItem isActive>{name ?? '…'}</BreadcrumbItem>
    </Breadcrumb>
  )
}

function TeamActions({ team }: { team: Team }) {
  const { t } = useTranslation(['teams', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const navigate = useNavigate()
  const [act, setAct] = useState<'edit' | 'archive' | 'leave'>()
  if (team.isArchived) return null
  const target = scope.target(team.organizationId)
  const close = () => setAct(undefined)
  const mayLeave = can('teams:update') && team.myRole !== null && !team.isDefault
  return (
    <Flex gap={{ default: 'gapSm' }}>
      {can('teams:write') && (
        <Button variant="secondary" onClick={() => setAct('edit')}>
          {t('common:act.edit')}
        </Button>
      )}
      {mayLeave && (
        <Button variant="secondary" onClick={() => setAct('leave')}>
          {t('leave.act')}
        </Button>
      )}
      {can('teams:write') && !team.isDefault && (
        <Button variant="secondary" isDanger onClick={() => setAct('archive')}>
          {t('archive.act')}
        </Button>
      )}
      {act === 'edit' && <TeamDialog team={team} target={target} onClose={close} />}
      {act === 'archive' && <ArchiveTeamDialog team={team} target={target} onClose={close} />}
      {act === 'leave' && (
        <LeaveTeamDialog
          team={team}
          onClose={close}
          onLeft={() => void navigate({ to: '/teams', search: {} })}
        />
      )}
    </Flex>
  )
}

function TeamTabs({ team }: { team: Team }) {
  const { t } = useTranslation('teams')
  const { can } = useSession()
  const scope = useScope()
  const target = scope.target(team.organizationId)
  const subject = { level: 'team' as const, id: team.id, name: team.name }
  const seesKeys = team.myRole === 'admin' || can('keys:read-all')
  const seesUsage = can('usage:read-all') || (can('usage:read-team') && team.myRole !== null)
  const tabs: readonly PageTab[] = [
    { key: 'overview', title: t('tab.overview'), render: () => <TeamOverview team={team} /> },
    { key: 'members', title: t('tab.members'), render: () => <TeamMembersTab team={team} /> },
    ...(seesKeys ? [{ key: 'keys', title: t('tab.keys'), render: () => <TeamKeysTab team={team} /> }] : []),
    ...(can('budgets:read-all')
      ? [
          {
            key: 'budget',
            title: t('tab.budget'),
            render: () => <SubjectBudget subject={subject} target={target} />,
          },
        ]
      : []),
    ...(seesUsage
      ? [
          {
            key: 'usage',
            title: t('tab.usage'),
            render: () => <UsageSummary filter={{ teamIds: [team.id] }} read={target.query()} />,
          },
        ]
      : []),
  ]
  const [active, choose] = useTab(tabs.map((tab) => tab.key))
  return <PageTabs label={team.name} tabs={tabs} active={active} onChange={choose} />
}
