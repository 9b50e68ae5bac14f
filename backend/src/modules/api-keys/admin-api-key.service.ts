import { assertNotOwnMachine } from '#modules/organizations'
import { ApplicationError } from '#platform/errors'
import { idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'
import type {
  AdminApiKey,
  AdminApiKeyListQuery,
  AdminApiKeyWithSecret,
  BulkRevoke,
  BulkRevokeResult,
  CreateAdminApiKey,
} from './admin-api-key.schemas.ts'
import { toAdminApiKey, toApiKey } from './api-key.answer.ts'
import { ApiKeyDesk, assertChangeable, auditFacts } from './api-key.desk.ts'
import { codes } from './api-key.errors.ts'
import { findKey, listKeys, type ApiKeyRow } from './api-key.queries.ts'
import type { UpdateApiKey } from './api-key.schemas.ts'
import { deleteKey, isActiveMember, isInUse } from './deleted-key.queries.ts'
import { entitlementsTo } from './entitlements.ts'

type Outcome = BulkRevokeResult['results'][number]['outcome']

/** The keys of an organization, in the hands of its administrators. Their own they change as everybody does. */
export class AdminApiKeyService extends ApiKeyDesk {
  async list(caller: Caller, query: AdminApiKeyListQuery): Promise<PageOf<AdminApiKey>> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listKeys(tx, query, now))
    return page(
      rows.map((row) => toAdminApiKey(row, now)),
      total,
      query,
    )
  }

  get(caller: Caller, id: string): Promise<AdminApiKey> {
    const now = this.clock.now()
    return this.read(caller, async (tx) => toAdminApiKey(await this.existing(tx, id, now), now))
  }

  /** For a person; limits that are given here bind them. 404 for somebody who is not an active member. */
  async create(
    caller: Caller,
    body: CreateAdminApiKey,
    idempotency?: IdempotencyFacts,
  ): Promise<AdminApiKeyWithSecret> {
    const { userId: given, modelIds, ...rest } = body
    const userId = given.toLowerCase()
    const now = this.clock.now()
    if (userId === caller.userId) throw selfLimit()
    return await this.minting(caller, now, idempotency, 'api key creation', async (tx) => {
      if (!(await isActiveMember(tx, userId))) throw ApplicationError.notFound('user', userId, 'userId')
      await assertNotOwnMachine(tx, caller, userId, codes.SELF_LIMIT)
      const entitle = () => entitlementsTo(tx, userId, modelIds)
      const { answer, intentId } = await this.mintKey(
        tx,
        caller,
        { userId, body: rest, as: 'admin', now },
        entitle,
      )
      return { answer: { ...toAdminApiKey(answer.row, now), key: answer.secret }, intentId }
    })
  }

  /** Limits that are given here bind the owner; null frees them again. Within the maxima all the same. */
  async update(caller: Caller, id: string, body: UpdateApiKey, version?: number): Promise<AdminApiKey> {
    const now = this.clock.now()
    const answer = await this.transaction(
      caller,
      async (tx) => {
        const row = assertChangeable(await this.existing(tx, id, now), version)
        if (row.userId === caller.userId) throw selfLimit()
        await assertNotOwnMachine(tx, caller, row.userId, codes.SELF_LIMIT)
        return toAdminApiKey(await this.changeKey(tx, caller, row, { body, as: 'admin', now }), now)
      },
      'api key update',
    )
    this.parts.proxy.wake()
    return answer
  }

  async revoke(caller: Caller, id: string, version?: number): Promise<void> {
    await this.revoking(caller, version, (tx, now) => this.existing(tx, id, now))
  }

  /** All in one transaction, each with its own result and its own audit row. */
  async revokeMany(
    caller: Caller,
    body: BulkRevoke,
    idempotency: IdempotencyFacts,
  ): Promise<BulkRevokeResult> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const revoke = async (tx: Tx): Promise<BulkRevokeResult> => {
      const ids = [...new Set(body.ids.map((id) => id.toLowerCase()))]
      const outcomes = new Map<string, Outcome>()
      // Always in the same order, so that two of them never wait for each other in a ring.
      for (const id of ids.toSorted())
        outcomes.set(id, await this.#revokeOne(tx, caller, id, now, body.reason))
      return { results: ids.map((id) => ({ id, outcome: outcomes.get(id) ?? 'not_found' })) }
    }
    const answer = await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => revoke(tx)),
      'revocation of many keys',
    )
    this.parts.proxy.wake()
    return answer
  }

  async #revokeOne(tx: Tx, caller: Caller, id: string, now: Date, reason: string): Promise<Outcome> {
    const row = await findKey(tx, id, now)
    if (!row) return 'not_found'
    return (await this.endKey(tx, caller, row, now, reason)) ? 'revoked' : 'already_revoked'
  }

  /** For good, a revoked key only. What was used with it stays, under its id and its last name. */
  async remove(caller: Caller, id: string, reason: string): Promise<void> {
    const now = this.clock.now()
    await this.transaction(
      caller,
      async (tx) => {
        const row = await this.existing(tx, id, now)
        await this.#assertRemovable(tx, row)
        await deleteKey(tx, id, caller.userId, now)
        const before = toApiKey(row, now)
        await this.audit(tx, caller, { ...auditFacts(id), action: 'api_key.deleted', before, reason })
        await this.tell(tx, caller, row, 'api-key.deleted')
      },
      'api key deletion',
    )
  }

  async #assertRemovable(tx: Tx, row: ApiKeyRow): Promise<void> {
    if (row.status !== 'revoked')
      throw ApplicationError.conflict(
        'Revoke the key first; only a revoked key is deleted.',
        codes.KEY_NOT_REVOKED,
      )
    if (await isInUse(tx, row.id))
      throw ApplicationError.conflict(
        'Calls with this key are still being booked; try again in a minute.',
        codes.KEY_IN_USE,
      )
  }
}

const selfLimit = () =>
  ApplicationError.forbidden(
    'Your own keys you make and change as everybody does, under /api/v1/api-keys.',
    undefined,
    codes.SELF_LIMIT,
  )
