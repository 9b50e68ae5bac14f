import { Bullseye } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useTab } from '../../app/use-tab.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs, type PageTab } from '../../ui/PageTabs.tsx'
import { InvitationsTab } from './InvitationsTab.tsx'
import { MembersTab } from './MembersTab.tsx'
import { OwnOrganizationTab } from './OwnOrganizationTab.tsx'

/** Who is in one's organization, who is invited, and the organization itself. */
export function MembersPage() {
  const { t } = useTranslation(['organizations', 'common'])
  const { organization } = useSession()
  const scope = useScope()
  // Members belong to one organization: who looks at all of them is asked which.
  const id = scope.isAll ? undefined : (scope.choice ?? organization?.id)
  const place = id === undefined ? undefined : { id, name: scope.nameOf(id), target: scope.target(id) }
  const tabs: readonly PageTab[] = place
    ? [
        { key: 'members', title: t('tab.members'), render: () => <MembersTab place={place} /> },
        { key: 'invitations', title: t('tab.invitations'), render: () => <InvitationsTab place={place} /> },
        ...(scope.isElsewhere
          ? []
          : [{ key: 'organization', title: t('tab.organization'), render: () => <OwnOrganizationTab /> }]),
      ]
    : []
  const [active, choose] = useTab(tabs.map((tab) => tab.key))
  return (
    <PageFrame title={t('members.title')} description={t('members.description')} actions={<ScopePicker />}>
      {place ? (
        <PageTabs key={place.id} label={t('members.title')} tabs={tabs} active={active} onChange={choose} />
      ) : (
        <Bullseye>
          <EmptyHint title={t('common:scope.choose')} text={t('members.chooseText')} />
        </Bullseye>
      )}
    </PageFrame>
  )
}
