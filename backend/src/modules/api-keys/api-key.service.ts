import { changed, type KeyDigester } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { toApiKey, toKeyState } from './api-key.answer.ts'
import { changedMeanwhile, codes, keyNotFound, keyRevoked } from './api-key.errors.ts'
import {
  bumpKey,
  countKeys,
  findKey,
  findSyncState,
  insertKey,
  listKeys,
  lockPerson,
  revokeKey,
  updateKey,
  type ApiKeyRow,
} from './api-key.queries.ts'
import type {
  ApiKey,
  ApiKeyListQuery,
  ApiKeyWithSecret,
  CreateApiKey,
  UpdateApiKey,
} from './api-key.schemas.ts'
import { endSecret, listLiveSecrets, revokeSecret, revokeSecrets } from './api-key-secret.queries.ts'
import { entitlementsOf, entitlementsTo } from './entitlements.ts'
import { putBudgets, putModels, type Entitlement } from './key-models.queries.ts'
import { changedKeyState, newKeyState } from './key-state.ts'
import { mintSecret } from './mint-secret.ts'
import type { ProxyKeys } from './proxy-keys.ts'

export interface ApiKeyParts {
  readonly digester: KeyDigester
  readonly proxy: ProxyKeys
  readonly maxKeysPerPerson: number
}

export interface Rotation {
  readonly overlapSeconds: number
  readonly version: number | undefined
}

/** An answer with a secret, and the intent that tells the proxy of it. */
interface Minted {
  readonly answer: ApiKeyWithSecret
  readonly intentId: string | undefined
}

/** A person's own keys. What is denied here is denied at once; the proxy is told through the outbox. */
export class ApiKeyService extends BaseService {
  readonly #parts: ApiKeyParts

  constructor(context: ServiceContext, parts: ApiKeyParts) {
    super(context)
    this.#parts = parts
  }

  /** The only answer that shows the secret. 409 `KEY_LIMIT_REACHED`; 404 and 422 for models that the caller may not use. */
  async create(
    caller: Caller,
    body: CreateApiKey,
    idempotency?: IdempotencyFacts,
  ): Promise<ApiKeyWithSecret> {
    const organizationId = this.organizationOf(caller)
    const userId = this.personOf(caller)
    const now = this.clock.now()
    const { proxy, digester } = this.#parts
    return await this.#minting(caller, now, idempotency, 'api key creation', async (tx) => {
      await this.#assertRoom(tx, organizationId, userId)
      const entitlements = await entitlementsOf(tx, userId, body)
      const modelIds = entitlements.map((one) => one.modelId)
      const state = newKeyState(body, modelIds, now)
      const { id, desiredVersion } = await insertKey(tx, userId, state, proxy.stateAfterChange)
      const secret = await mintSecret(tx, digester, id)
      await putModels(tx, id, state, entitlements)
      await putBudgets(tx, id, state, now)
      const intentId = await proxy.add(tx, { organizationId, id, desiredVersion }, secret.id, secret.value)
      const created = toApiKey(await this.#own(tx, caller, id, now), now)
      await this.audit(tx, caller, { ...auditFacts(id), action: 'api_key.created', after: created })
      return { answer: { ...created, key: secret.value }, intentId }
    })
  }

  async list(caller: Caller, query: ApiKeyListQuery): Promise<PageOf<ApiKey>> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listKeys(tx, userId, query, now))
    return page(
      rows.map((row) => toApiKey(row, now)),
      total,
      query,
    )
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

  async update(caller: Caller, id: string, body: UpdateApiKey, version?: number): Promise<ApiKey> {
    const now = this.clock.now()
    const { proxy } = this.#parts
    const answer = await this.transaction(
      caller,
      async (tx) => {
        const row = await this.#changeable(tx, caller, id, now, version)
        const entitlements =
          body.modelIds === undefined
            ? row.models.map(({ id: modelId, subscriptionId }): Entitlement => ({ modelId, subscriptionId }))
            : await entitlementsTo(tx, row.userId, body.modelIds)
        const modelIds = entitlements.map((one) => one.modelId)
        const state = changedKeyState(toKeyState(row), body, modelIds, now)
        const desiredVersion = await updateKey(tx, row, state, proxy.stateAfterChange)
        if (desiredVersion === undefined) throw changedMeanwhile()
        await putModels(tx, id, state, entitlements)
        await putBudgets(tx, id, state, now)
        await proxy.update(tx, { ...row, desiredVersion }, now)
        const [before, after] = [toApiKey(row, now), toApiKey(await this.#own(tx, caller, id, now), now)]
        await this.audit(tx, caller, { ...auditFacts(id), action: 'api_key.updated', before, after })
        await changed(tx, { kind: 'key', id })
        return after
      },
      'api key update',
    )
    proxy.wake()
    return answer
  }

  /** Denied here with the commit, on every process; LiteLLM is told until it agrees. Repeating it changes nothing. */
  async revoke(caller: Caller, id: string, version?: number): Promise<void> {
    const now = this.clock.now()
    const { proxy } = this.#parts
    await this.transaction(
      caller,
      async (tx) => {
        const row = await this.#own(tx, caller, id, now)
        if (row.status === 'revoked') return
        assertVersion(row.version, version)
        const desiredVersion = await revokeKey(tx, id, now, proxy.stateAfterChange)
        if (desiredVersion === undefined) return
        for (const secret of await revokeSecrets(tx, id, now))
          await proxy.remove(tx, { ...row, desiredVersion }, secret)
        await this.audit(tx, caller, {
          ...auditFacts(id),
          action: 'api_key.revoked',
          before: toApiKey(row, now),
        })
        await changed(tx, { kind: 'key', id })
      },
      'api key revocation',
    )
    proxy.wake()
  }

  /** A new secret for the same key; the old one ends at once, or after the overlap. At most two work at a time. */
  async rotate(
    caller: Caller,
    id: string,
    rotation: Rotation,
    idempotency?: IdempotencyFacts,
  ): Promise<ApiKeyWithSecret> {
    const now = this.clock.now()
    const { proxy, digester } = this.#parts
    return await this.#minting(caller, now, idempotency, 'api key rotation', async (tx) => {
      const row = await this.#changeable(tx, caller, id, now, rotation.version)
      const desiredVersion = await bumpKey(tx, row, proxy.stateAfterChange)
      if (desiredVersion === undefined) throw changedMeanwhile()
      const key = { organizationId: row.organizationId, id, desiredVersion }
      for (const old of await listLiveSecrets(tx, id, now)) {
        const isKept = old.validUntil === null && rotation.overlapSeconds > 0
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
      await changed(tx, { kind: 'key', id })
      return { answer: { ...after, key: secret.value }, intentId }
    })
  }

  /** Does it once per Idempotency-Key, stores the answer without its secret, and gives the proxy a moment to follow. */
  async #minting(
    caller: Caller,
    now: Date,
    idempotency: IdempotencyFacts | undefined,
    what: string,
    mint: (tx: Tx) => Promise<Minted>,
  ): Promise<ApiKeyWithSecret> {
    let intentId: string | undefined
    const work = async (tx: Tx) => {
      const minted = await mint(tx)
      intentId = minted.intentId
      return minted.answer
    }
    const withoutSecret = (answer: ApiKeyWithSecret) => ({ ...answer, key: null })
    const answer = await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => work(tx), withoutSecret),
      what,
    )
    if (answer.syncState !== 'pending') return answer
    this.#parts.proxy.wake()
    await this.#parts.proxy.settle(intentId)
    const syncState = await this.read(caller, (tx) => findSyncState(tx, answer.id))
    return { ...answer, syncState: syncState ?? answer.syncState }
  }

  async #assertRoom(tx: Tx, organizationId: string, userId: string): Promise<void> {
    const { maxKeysPerPerson } = this.#parts
    await lockPerson(tx, organizationId, userId)
    if ((await countKeys(tx, userId)) < maxKeysPerPerson) return
    throw ApplicationError.conflict(
      `You have ${maxKeysPerPerson} keys already; revoke one first.`,
      codes.KEY_LIMIT_REACHED,
      { limit: maxKeysPerPerson },
    )
  }

  async #own(tx: Tx, caller: Caller, id: string, now: Date): Promise<ApiKeyRow> {
    this.organizationOf(caller)
    const row = await findKey(tx, id, now, this.personOf(caller))
    if (!row) throw keyNotFound(id)
    return row
  }

  async #changeable(
    tx: Tx,
    caller: Caller,
    id: string,
    now: Date,
    version: number | undefined,
  ): Promise<ApiKeyRow> {
    const row = await this.#own(tx, caller, id, now)
    assertVersion(row.version, version)
    if (row.status === 'revoked') throw keyRevoked()
    return row
  }
}

const auditFacts = (id: string) => ({ category: 'api-key', resourceType: 'api_key', resourceId: id })
