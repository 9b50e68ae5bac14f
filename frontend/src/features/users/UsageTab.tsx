import { useScope } from '../../app/scope.tsx'
import { UsageSummary } from '../people/UsageSummary.tsx'
import type { UserDetail } from './user-queries.ts'

/** What somebody used in the last thirty days. */
export function UsageTab({ user }: { user: UserDetail }) {
  const scope = useScope()
  return <UsageSummary filter={{ userIds: [user.id] }} read={scope.read} />
}
