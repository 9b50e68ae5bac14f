import type { AnyKey } from './use-key-desk.ts'

export type KeyAct = 'edit' | 'rotate' | 'disable' | 'enable' | 'revoke' | 'remove'

/** What may be done with a key now; the server decides again. */
export function actsOn(
  { status, models, adminLimits }: Pick<AnyKey, 'status' | 'models' | 'adminLimits'>,
  isAdmin: boolean,
  can: (permission: string) => boolean,
): readonly KeyAct[] {
  const mayChange = can(isAdmin ? 'keys:write-all' : 'keys:update')
  const mayRevoke = can(isAdmin ? 'keys:write-all' : 'keys:revoke')
  if (status === 'revoked') return isAdmin && mayChange ? ['remove'] : []
  // A key without models stays disabled, and what an administrator has locked only they unlock.
  const mayEnable = models.length > 0 && (isAdmin || adminLimits.isDisabled !== true)
  return [
    ...(mayChange ? (['edit'] as const) : []),
    // Only the owner may see a new secret.
    ...(mayChange && !isAdmin ? (['rotate'] as const) : []),
    ...(mayChange && status !== 'disabled' ? (['disable'] as const) : []),
    ...(mayChange && status === 'disabled' && mayEnable ? (['enable'] as const) : []),
    ...(mayRevoke ? (['revoke'] as const) : []),
  ]
}
