import type { Identity, KnownApiKey, ReadThroughCache } from '#identity'
import { addressCheck, loadKeyGrant, type KeyGrant } from '#modules/api-keys'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import { limitedBy, type Limited } from './limited.ts'

export type GrantedModel = KeyGrant['models'][number]

/** What a key may call, with which limits and from which budgets; indexed for the hot path. */
export interface Grant extends KeyGrant {
  readonly organizationId: string
  readonly userId: string
  readonly byName: ReadonlyMap<string, GrantedModel>
  /** Undefined: from every address. */
  readonly isAllowedAddress: ((address: string) => boolean) | undefined
  /** Which limits hold for calls of this key, besides those of a model. */
  readonly limited: readonly Limited[]
}

/** Grants by key, under identity's promise: at most one second old, and evicted when something in them changes. */
export class Grants {
  readonly #cache: ReadThroughCache<Grant>

  constructor(identity: Identity, database: Database, clock: Clock) {
    this.#cache = identity.cacheFor<Grant>({
      subjectsOf: (grant) => [
        `key:${grant.keyId}`,
        `user:${grant.userId}`,
        `organization:${grant.organizationId}`,
        ...grant.models.map((model) => `model:${model.id}`),
      ],
      load: async (name) => {
        const [organizationId = '', userId = '', keyId = ''] = name.split(' ')
        const grant = await database.transaction(
          { organizationId, userId, requestId: 'gateway' },
          (tx) => loadKeyGrant(tx, keyId, clock.now()),
          { readOnly: true },
        )
        return (
          grant && {
            ...grant,
            organizationId,
            userId,
            byName: new Map(grant.models.map((model) => [model.name, model])),
            isAllowedAddress: addressCheck(grant.allowedIps),
            limited: limitedBy(grant, organizationId, userId),
          }
        )
      },
    })
  }

  /** Without waiting when it is cached; undefined when the key has gone in this very moment. */
  of(key: KnownApiKey): Grant | Promise<Grant | undefined> {
    const name = `${key.organizationId} ${key.userId} ${key.id}`
    return this.#cache.peek(name) ?? this.#cache.get(name)
  }
}
