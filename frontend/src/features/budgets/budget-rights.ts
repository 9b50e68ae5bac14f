import type { BudgetLevel } from './budget-list-queries.ts'

interface Viewer {
  readonly isPlatformAdmin: boolean
  readonly user: { readonly id: string }
  can(permission: string): boolean
}

interface Owned {
  readonly level: BudgetLevel
  readonly subjectId: string
  readonly userId: string | null
}

/** Nobody widens what binds themselves; organization and platform are for platform administrators. */
export function mayChangeBudget({ level, userId }: Owned, viewer: Viewer): boolean {
  if (!viewer.can('budgets:write') || userId === viewer.user.id) return false
  return viewer.isPlatformAdmin || (level !== 'organization' && level !== 'platform')
}

/** The limit of a key is a field of the key. */
export const isOfKey = ({ level }: Owned): boolean => level === 'key' || level === 'key_model'
