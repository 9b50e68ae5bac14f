import { changed, type KeyDigester } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, idempotent, type IdempotencyFacts } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { assertTeamAllows, assertTeamMember } from '#modules/teams'
import { limitsAfter } from './admin-limits.ts'
import { toApiKey, toKeyState } from './api-key.answer.ts'
import { changedMeanwhile, codes, keyNotFound, keyRevoked } from './api-key.errors.ts'
import {
  countKeys,
  findKey,
  findOwnTeam,
  findSyncState,
  insertKey,
  lockPerson,
  revokeKey,
  updateKey,
  type ApiKeyRow,
} from './api-key.queries.ts'
import type { AdminLimits, CreateApiKey, SyncState, UpdateApiKey } from './api-key.schemas.ts'
import { revokeSecrets } from './api-key-secret.queries.ts'
import { entitlementsTo } from './entitlements.ts'
import { adminBounds, settingsBounds } from './key-bounds.ts'
import { putBudgets, putModels, type Entitlement } from './key-models.queries.ts'
import type { KeySettingsSection } from './key-settings.ts'
import { changedKeyState, newKeyState, type KeyRules } from './key-state.ts'
import { mintSecret } from './mint-secret.ts'
import type { ProxyKeys } from './proxy-keys.ts'

export interface ApiKeyParts {
  readonly digester: KeyDigester
  readonly proxy: ProxyKeys
  readonly settings: KeySettingsSection
}

/** An answer with a secret, and the intent that tells the proxy of it. */
export interface Minted<Answer> {
  readonly answer: Answer
  readonly intentId: string | undefined
}

/** The answer of a minting: it shows the secret this once. */
interface Secretive {
  readonly id: string
  readonly key: string | null
  readonly syncState: SyncState
}

/** Who acts: the owner within all bounds, or an administrator, who sets them. */
export type Actor = 'owner' | 'admin'

/** How keys are written, whoever does it. What is denied here is denied at once; the proxy is told through the outbox. */
export abstract class ApiKeyDesk extends BaseService {
  protected readonly parts: ApiKeyParts

  constructor(context: ServiceContext, parts: ApiKeyParts) {
    super(context)
    this.parts = parts
  }

  /** Answers the new row and its secret. */
  protected async mintKey(
    tx: Tx,
    caller: Caller,
    key: { userId: string; body: Omit<CreateApiKey, 'modelIds' | 'subscriptionId'>; as: Actor; now: Date },
    entitle: (tx: Tx) => Promise<Entitlement[]>,
  ): Promise<Minted<{ row: ApiKeyRow; secret: string }>> {
    const { userId, body, as, now } = key
    const { proxy, digester } = this.parts
    const organizationId = this.organizationOf(caller)
    const rules = await this.#rulesFor(tx, {}, 'admin', now)
    await assertRoom(tx, { organizationId, userId, room: rules.settings.maximumActiveKeys })
    const entitlements = await entitle(tx)
    const modelIds = entitlements.map((one) => one.modelId)
    const teamId = await this.#teamFor(tx, userId, modelIds, body.teamId, await findOwnTeam(tx, userId))
    const state = newKeyState(body, modelIds, rules)
    const adminLimits = as === 'admin' ? limitsAfter({}, body, state) : {}
    const { id, desiredVersion } = await insertKey(
      tx,
      { userId, teamId },
      state,
      adminLimits,
      proxy.stateAfterChange,
    )
    const secret = await mintSecret(tx, digester, id)
    await putModels(tx, id, state, entitlements)
    await putBudgets(tx, id, state, now)
    const intentId = await proxy.add(tx, { organizationId, id, desiredVersion }, secret.id, secret.value)
    const row = await this.existing(tx, id, now)
    await this.audit(tx, caller, { ...auditFacts(id), action: 'api_key.created', after: toApiKey(row, now) })
    await this.tell(tx, caller, row, 'api-key.created')
    return { answer: { row, secret: secret.value }, intentId }
  }

  protected async changeKey(
    tx: Tx,
    caller: Caller,
    row: ApiKeyRow,
    change: { body: UpdateApiKey; as: Actor; now: Date },
  ): Promise<ApiKeyRow> {
    const { body, as, now } = change
    const { proxy } = this.parts
    const entitlements =
      body.modelIds === undefined
        ? row.models.map(({ id: modelId, subscriptionId }): Entitlement => ({ modelId, subscriptionId }))
        : await entitlementsTo(tx, row.userId, body.modelIds)
    const modelIds = entitlements.map((one) => one.modelId)
    const isMoved = body.teamId !== undefined || body.modelIds !== undefined
    const before = row.team?.id ?? null
    const teamId = isMoved ? await this.#teamFor(tx, row.userId, modelIds, body.teamId, before) : before
    const rules = await this.#rulesFor(tx, row.adminLimits, as, now)
    const state = changedKeyState(toKeyState(row), body, modelIds, rules)
    const adminLimits = as === 'admin' ? limitsAfter(row.adminLimits, body, state) : row.adminLimits
    const desiredVersion = await updateKey(tx, row, { ...state, teamId, adminLimits }, proxy.stateAfterChange)
    if (desiredVersion === undefined) throw changedMeanwhile()
    await putModels(tx, row.id, state, entitlements)
    await putBudgets(tx, row.id, state, now)
    await proxy.update(tx, { ...row, desiredVersion }, now)
    const after = await this.existing(tx, row.id, now)
    await this.audit(tx, caller, {
      ...auditFacts(row.id),
      action: 'api_key.updated',
      before: toApiKey(row, now),
      after: toApiKey(after, now),
    })
    await this.tell(tx, caller, row, 'api-key.updated')
    await changed(tx, { kind: 'key', id: row.id })
    return after
  }

  /** Denied here with the commit, on every process; LiteLLM is told until it agrees. False when it was revoked before. */
  protected async endKey(
    tx: Tx,
    caller: Caller,
    row: ApiKeyRow,
    now: Date,
    reason?: string,
  ): Promise<boolean> {
    const { proxy } = this.parts
    const desiredVersion = await revokeKey(tx, row.id, now, proxy.stateAfterChange)
    if (desiredVersion === undefined) return false
    for (const secret of await revokeSecrets(tx, row.id, now))
      await proxy.remove(tx, { ...row, desiredVersion }, secret)
    const before = toApiKey(row, now)
    await this.audit(tx, caller, { ...auditFacts(row.id), action: 'api_key.revoked', before, reason })
    await this.tell(tx, caller, row, 'api-key.revoked')
    await changed(tx, { kind: 'key', id: row.id })
    return true
  }

  /** Ends the key that `find` answers, at the version that the caller believes to end. Repeating it changes nothing. */
  protected async revoking(
    caller: Caller,
    version: number | undefined,
    find: (tx: Tx, now: Date) => Promise<ApiKeyRow>,
  ): Promise<void> {
    const now = this.clock.now()
    await this.transaction(
      caller,
      async (tx) => {
        const row = await find(tx, now)
        if (row.status === 'revoked') return
        assertVersion(row.version, version)
        await this.endKey(tx, caller, row, now)
      },
      'api key revocation',
    )
    this.parts.proxy.wake()
  }

  /** Does it once per Idempotency-Key, stores the answer without its secret, and gives the proxy a moment to follow. */
  protected async minting<Answer extends Secretive>(
    caller: Caller,
    now: Date,
    idempotency: IdempotencyFacts | undefined,
    what: string,
    mint: (tx: Tx) => Promise<Minted<Answer>>,
  ): Promise<Answer> {
    let intentId: string | undefined
    const work = async (tx: Tx) => {
      const minted = await mint(tx)
      intentId = minted.intentId
      return minted.answer
    }
    const answer = await this.transaction(
      caller,
      (tx) =>
        idempotent(
          tx,
          caller,
          idempotency,
          now,
          () => work(tx),
          (one) => ({ ...one, key: null }),
        ),
      what,
    )
    if (answer.syncState !== 'pending') return answer
    this.parts.proxy.wake()
    await this.parts.proxy.settle(intentId)
    const syncState = await this.read(caller, (tx) => findSyncState(tx, answer.id))
    return { ...answer, syncState: syncState ?? answer.syncState }
  }

  protected async existing(tx: Tx, id: string, now: Date, userId?: string): Promise<ApiKeyRow> {
    const row = await findKey(tx, id, now, userId)
    if (!row) throw keyNotFound(id)
    return row
  }

  /** Its owner hears of it, whoever did it. */
  protected tell(tx: Tx, caller: Caller, row: ApiKeyRow, name: string): Promise<void> {
    const data = { apiKeyId: row.id, apiKeyName: row.name, actorId: caller.userId }
    return announce(tx, { name, audience: { userId: row.userId }, data })
  }

  /** An administrator is bound by the settings alone. */
  async #rulesFor(tx: Tx, limits: AdminLimits, as: Actor, now: Date): Promise<KeyRules> {
    const settings = await this.parts.settings.read(tx)
    const bounds = [settingsBounds(settings, now), ...(as === 'owner' ? [adminBounds(limits)] : [])]
    return { settings, bounds, now }
  }

  /** The team that is named, in which the owner must be, or the one that the key is in; its models bind. */
  async #teamFor(
    tx: Tx,
    userId: string,
    modelIds: readonly string[],
    named: string | undefined,
    current: string | null,
  ): Promise<string | null> {
    const teamId = named?.toLowerCase() ?? current
    if (named !== undefined && teamId !== null) await assertTeamMember(tx, teamId, userId)
    if (teamId !== null) await assertTeamAllows(tx, teamId, modelIds)
    return teamId
  }
}

async function assertRoom(
  tx: Tx,
  { organizationId, userId, room }: { organizationId: string; userId: string; room: number },
): Promise<void> {
  await lockPerson(tx, organizationId, userId)
  if ((await countKeys(tx, userId)) < room) return
  throw ApplicationError.conflict(
    `There are ${room} keys already, as many as one person may have; revoke one first.`,
    codes.KEY_LIMIT_REACHED,
    { limit: room },
  )
}

/** 409 for a stale version, and for a key that is revoked. */
export function assertChangeable(row: ApiKeyRow, version: number | undefined): ApiKeyRow {
  assertVersion(row.version, version)
  if (row.status === 'revoked') throw keyRevoked()
  return row
}

export const auditFacts = (id: string) => ({ category: 'api-key', resourceType: 'api_key', resourceId: id })
