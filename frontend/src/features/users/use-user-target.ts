import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import type { UserDetail } from './user-queries.ts'

/** The organization in which things are done for a person: the one looked at, else one's own, else theirs. */
export function useUserTarget(user: UserDetail) {
  const scope = useScope()
  const { organization } = useSession()
  const ids = user.memberships.map((one) => one.organizationId)
  const organizationId =
    [scope.isAll ? undefined : scope.choice, organization?.id].find(
      (id) => id !== undefined && ids.includes(id),
    ) ?? ids[0]
  return { organizationId, target: scope.target(organizationId) }
}
