import { useScope } from '../../app/scope.tsx'
import { api } from '../../app/api.ts'
import { useStaleKeys, type AdminApiKey, type ApiKey, type KeyChange } from './key-queries.ts'

/** One's own key, or with its owner one that is administered. */
export type AnyKey = ApiKey &
  Partial<Pick<AdminApiKey, 'organizationId' | 'userId' | 'username' | 'displayName'>>

/** How keys are changed: one's own, or as an administrator those of others. */
export interface KeyDesk {
  readonly isAdmin: boolean
  /** Another organization is changed only with a reason. */
  needsReason(key: AnyKey): boolean
  read(key: AnyKey): Promise<AnyKey>
  update(
    key: Pick<AnyKey, 'id' | 'organizationId' | 'version'>,
    change: KeyChange,
    reason: string,
  ): Promise<AnyKey>
  revoke(key: AnyKey, reason: string): Promise<void>
  remove(key: AnyKey, reason: string): Promise<void>
}

export function useOwnDesk(): KeyDesk {
  const stale = useStaleKeys()
  return {
    isAdmin: false,
    needsReason: () => false,
    read: async ({ id }) => (await api.getApiKey({ path: { id } })).data,
    update: async ({ id, version }, change) => {
      const { data } = await api.updateApiKey({ path: { id }, body: change }, { ifMatch: version })
      await stale()
      return data
    },
    revoke: async ({ id }) => {
      await api.revokeApiKey({ path: { id } })
      await stale()
    },
    remove: () => Promise.reject(new Error('only administrators delete keys')),
  }
}

export function useAdminDesk(): KeyDesk {
  const stale = useStaleKeys()
  const scope = useScope()
  const queryOf = (organizationId: string | undefined, reason: string) =>
    scope.target(organizationId).query(reason)
  return {
    isAdmin: true,
    needsReason: ({ organizationId }) => scope.target(organizationId).needsReason,
    read: async ({ id, organizationId }) =>
      (await api.getAnyApiKey({ path: { id }, query: queryOf(organizationId, '') })).data,
    update: async ({ id, organizationId, version }, change, reason) => {
      const query = queryOf(organizationId, reason)
      const { data } = await api.updateAnyApiKey({ path: { id }, query, body: change }, { ifMatch: version })
      await stale()
      return data
    },
    revoke: async (key, reason) => {
      await api.revokeAnyApiKey({ path: { id: key.id }, query: queryOf(key.organizationId, reason) })
      await stale()
    },
    remove: async (key, reason) => {
      await api.deleteApiKey({
        path: { id: key.id },
        query: queryOf(key.organizationId, reason),
        body: { reason },
      })
      await stale()
    },
  }
}
