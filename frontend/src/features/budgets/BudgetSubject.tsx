import { Link, linkOptions } from '@tanstack/react-router'
import type { ListSearch } from '../../app/list-search.ts'
import { useSession } from '../../app/session.ts'
import type { Budget } from '../people/budget-queries.ts'
import { useBudgetWords } from './use-budget-words.ts'

/** Whose budget it is, as the way to them. */
export function BudgetSubject({ budget, search }: { budget: Budget; search: ListSearch }) {
  const { level } = useBudgetWords()
  const session = useSession()
  const page = pageOf(budget, session)
  return (
    <>
      {page === undefined ? (
        budget.subjectName
      ) : (
        <Link {...page} search={search}>
          {budget.subjectName}
        </Link>
      )}
      <span className="lm-detail lm-subtle">
        {level(budget.level)}
        {budget.modelName !== null && ` · ${budget.modelName}`}
      </span>
    </>
  )
}

interface Viewer {
  readonly isPlatformReader: boolean
  can(permission: string): boolean
}

function pageOf({ level, subjectId }: Budget, viewer: Viewer) {
  if (level === 'user' && viewer.can('users:read'))
    return linkOptions({ to: '/admin/users/$userId', params: { userId: subjectId } })
  if (level === 'team') return linkOptions({ to: '/teams/$teamId', params: { teamId: subjectId } })
  if (level === 'key' || level === 'key_model')
    return linkOptions({ to: '/api-keys/$keyId', params: { keyId: subjectId } })
  if (level === 'organization' && viewer.isPlatformReader)
    return linkOptions({ to: '/admin/organizations/$organizationId', params: { organizationId: subjectId } })
  return undefined
}
