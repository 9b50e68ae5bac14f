import { changed } from '#identity'
import { page, usdFromNano, type IdempotencyFacts, type PageOf } from '#platform/http'
import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'
import { assertMayEnable } from './admin-limits.ts'
import { toApiKey } from './api-key.answer.ts'
import { ApiKeyDesk, assertChangeable, auditFacts } from './api-key.desk.ts'
import { changedMeanwhile } from './api-key.errors.ts'
import { bumpKey, countByStatus, listKeys, type ApiKeyRow } from './api-key.queries.ts'
import type {
  ApiKey,
  ApiKeyListQuery,
  ApiKeyRules,
  ApiKeyStatistics,
  ApiKeyWithSecret,
  CreateApiKey,
  UpdateApiKey,
} from './api-key.schemas.ts'
import { endSecret, listLiveSecrets, revokeSecret } from './api-key-secret.queries.ts'
import { entitlementsOf } from './entitlements.ts'
import { mintSecret } from './mint-secret.ts'

const SOON_MS = 7 * 86_400_000

export interface Rotation {
  readonly overlapSeconds: number
  readonly version: number | undefined
}

/** A person's own keys. */
export class ApiKeyService extends ApiKeyDesk {
  /** The only answer that shows the secret. 409 `KEY_LIMIT_REACHED`; 404 and 422 for models that the caller may not use. */
  async create(
    caller: Caller,
    body: CreateApiKey,
    idempotency?: IdempotencyFacts,
  ): Promise<ApiKeyWithSecret> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const now = this.clock.now()
    return await this.minting(caller, now, idempotency, 'api key creation', async (tx) => {
      const entitle = () => entitlementsOf(tx, userId, body)
      const { answer, intentId } = await this.mintKey(tx, caller, { userId, body, as: 'owner', now }, entitle)
      return { answer: { ...toApiKey(answer.row, now), key: answer.secret }, intentId }
    })
  }

  async list(caller: Caller, query: ApiKeyListQuery): Promise<PageOf<ApiKey>> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listKeys(tx, { ...query, userId }, now))
    return page(
      rows.map((row) => toApiKey(row, now)),
      total,
      query,
    )
  }

  async statistics(caller: Caller): Promise<ApiKeyStatistics> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const now = this.clock.now()
    return await this.read(caller, async (tx) => {
      const soon = new Date(now.getTime() + SOON_MS)
      const [{ spendNano, ...counts }, settings] = await Promise.all([
        countByStatus(tx, userId, now, soon),
        this.parts.settings.read(tx),
      ])
      return { ...counts, spend: usdFromNano(spendNano), maximumActiveKeys: settings.maximumActiveKeys }
    })
  }

  /** What a new key gets, and what no key may exceed. */
  rules(caller: Caller): Promise<ApiKeyRules> {
    return this.read(caller, (tx) => this.parts.settings.read(tx))
  }

  /** 404 also for somebody else's. */
  get(caller: Caller, id: string): Promise<ApiKey> {
    const now = this.clock.now()
    return this.read(caller, async (tx) => toApiKey(await this.#own(tx, caller, id, now), now))
  }

  /** The key that the request was made with. */
  current(caller: Caller): Promise<ApiKey> {
    return this.get(caller, caller.credentialId)
  }

  /** 422 beyond a maximum, and beyond what an administrator has set on this key. */
  async update(caller: Caller, id: string, body: UpdateApiKey, version?: number): Promise<ApiKey> {
    const now = this.clock.now()
    const answer = await this.transaction(
      caller,
      async (tx) => {
        const row = assertChangeable(await this.#own(tx, caller, id, now), version)
        assertMayEnable(row.adminLimits, body)
        return toApiKey(await this.changeKey(tx, caller, row, { body, as: 'owner', now }), now)
      },
      'api key update',
    )
    this.parts.proxy.wake()
    return answer
  }

  /** Repeating it changes nothing. */
  async revoke(caller: Caller, id: string, version?: number): Promise<void> {
    await this.revoking(caller, version, (tx, now) => this.#own(tx, caller, id, now))
  }

  /** A new secret for the same key; the old one ends at once, or after the overlap. At most two work at a time. */
  async rotate(
    caller: Caller,
    id: string,
    rotation: Rotation,
    idempotency?: IdempotencyFacts,
  ): Promise<ApiKeyWithSecret> {
    const now = this.clock.now()
    const { proxy, digester } = this.parts
    return await this.minting(caller, now, idempotency, 'api key rotation', async (tx) => {
      const row = assertChangeable(await this.#own(tx, caller, id, now), rotation.version)
      const desiredVersion = await bumpKey(tx, row, proxy.stateAfterChange)
      if (desiredVersion === undefined) throw changedMeanwhile()
      const key = { organizationId: row.organizationId, id, desiredVersion }
      for (const old of await listLiveSecrets(tx, id, now)) {
        const isKept = old.validUntil === null && !old.isLost && rotation.overlapSeconds > 0
        if (isKept) await endSecret(tx, old.id, new Date(now.getTime() + rotation.overlapSeconds * 1000))
        else {
          await revokeSecret(tx, old.id, now)
          await proxy.remove(tx, key, old)
        }
      }
      // Tells the proxy when the kept secret ends; the new one follows with its value.
      await proxy.update(tx, key, now)
      const secret = await mintSecret(tx, digester, id)
      const intentId = await proxy.add(tx, key, secret.id, secret.value)
      const [before, after] = [toApiKey(row, now), toApiKey(await this.#own(tx, caller, id, now), now)]
      await this.audit(tx, caller, { ...auditFacts(id), action: 'api_key.rotated', before, after })
      await this.tell(tx, caller, row, 'api-key.rotated')
      await changed(tx, { kind: 'key', id })
      return { answer: { ...after, key: secret.value }, intentId }
    })
  }

  async #own(tx: Tx, caller: Caller, id: string, now: Date): Promise<ApiKeyRow> {
    this.organizationOf(caller)
    return await this.existing(tx, id, now, this.personOf(caller))
  }
}
