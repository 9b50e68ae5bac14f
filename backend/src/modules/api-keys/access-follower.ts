import { changed } from '#identity'
import type { AccessChange } from '#modules/organizations'
import { recordAudit } from '#platform/audit'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'
import {
  lockKeysBeyondTheirModels,
  lockKeysOfOrganization,
  lockKeysOfPerson,
  lockKeysOfTeam,
  takeForbiddenModelsOff,
} from './access-follower.queries.ts'
import { revokeKey } from './api-key.queries.ts'
import { revokeSecrets } from './api-key-secret.queries.ts'
import type { ProxyKeys } from './proxy-keys.ts'
import { touchKeys, type AffectedKey } from './subscription-follower.queries.ts'

/**
 * Keys follow, in the same transaction, whoever and whatever they depend on besides subscriptions: an ended membership or
 * team revokes them, a model that is allowed no longer is taken off, and of everything else the proxy is told.
 */
export function followAccess(proxy: ProxyKeys, clock: Clock) {
  return async (tx: Tx, caller: Caller, change: AccessChange): Promise<void> => {
    const now = clock.now()
    const { organizationId } = change
    switch (change.kind) {
      case 'organization':
        await tellProxy(tx, proxy, await lockKeysOfOrganization(tx, organizationId), now)
        break
      case 'membership': {
        const keys = await lockKeysOfPerson(tx, organizationId, change.userId)
        await (change.isEnded ? revoke(tx, caller, proxy, keys, now) : tellProxy(tx, proxy, keys, now))
        break
      }
      case 'team':
        await revoke(
          tx,
          caller,
          proxy,
          await lockKeysOfTeam(tx, organizationId, change.teamId, change.userId),
          now,
        )
        break
      case 'models':
        await withdraw(
          tx,
          caller,
          proxy,
          await lockKeysBeyondTheirModels(tx, organizationId, change.teamId),
          now,
        )
        break
    }
    tx.afterCommit(() => proxy.wake())
  }
}

async function tellProxy(
  tx: Tx,
  proxy: ProxyKeys,
  keys: readonly AffectedKey[],
  now: Date,
): Promise<AffectedKey[]> {
  if (keys.length === 0) return []
  const ids = keys.map((key) => key.id)
  const touched = await touchKeys(tx, ids, proxy.stateAfterChange)
  await Promise.all(touched.map((key) => proxy.update(tx, key, now)))
  for (const { id } of touched) await changed(tx, { kind: 'key', id })
  return touched
}

async function withdraw(
  tx: Tx,
  caller: Caller,
  proxy: ProxyKeys,
  keys: readonly AffectedKey[],
  now: Date,
): Promise<void> {
  const before = new Map(keys.map((key) => [key.id, key]))
  const taken = await takeForbiddenModelsOff(tx, [...before.keys()])
  for (const key of await tellProxy(tx, proxy, keys, now)) {
    const wasDisabled = before.get(key.id)?.isDisabled ?? false
    await recordAudit(tx, caller, {
      ...auditFacts(key),
      action: key.isDisabled && !wasDisabled ? 'api_key.disabled' : 'api_key.updated',
      before: { isDisabled: wasDisabled },
      after: {
        isDisabled: key.isDisabled,
        forbiddenModelIds: taken.filter((one) => one.apiKeyId === key.id).map((one) => one.modelId),
      },
    })
  }
}

async function revoke(
  tx: Tx,
  caller: Caller,
  proxy: ProxyKeys,
  keys: readonly AffectedKey[],
  now: Date,
): Promise<void> {
  for (const key of keys) {
    const desiredVersion = await revokeKey(tx, key.id, now, proxy.stateAfterChange)
    if (desiredVersion === undefined) continue
    for (const secret of await revokeSecrets(tx, key.id, now))
      await proxy.remove(tx, { ...key, desiredVersion }, secret)
    await recordAudit(tx, caller, {
      ...auditFacts(key),
      action: 'api_key.revoked',
      before: { isDisabled: key.isDisabled },
    })
    await changed(tx, { kind: 'key', id: key.id })
  }
}

const auditFacts = (key: AffectedKey) => ({
  category: 'api-key',
  resourceType: 'api_key',
  resourceId: key.id,
  organizationId: key.organizationId,
})
