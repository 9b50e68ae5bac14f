import { Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { SubjectBudget } from '../people/SubjectBudget.tsx'
import type { UserDetail } from './user-queries.ts'
import { useUserTarget } from './use-user-target.ts'

/** What somebody may spend in one organization. */
export function BudgetTab({ user }: { user: UserDetail }) {
  const { t } = useTranslation('users')
  const { user: me } = useSession()
  const { organizationId, target } = useUserTarget(user)
  const membership = user.memberships.find((one) => one.organizationId === organizationId)
  return (
    <>
      {user.memberships.length > 1 && (
        <Content component="p">{t('budgetIn', { organization: membership?.organizationName })}</Content>
      )}
      <SubjectBudget
        subject={{ level: 'user', id: user.id, name: user.displayName }}
        target={target}
        isOwn={user.id === me.id}
      />
    </>
  )
}
