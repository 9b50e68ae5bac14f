import { changed, type IdentityProvider, type Renewal } from '#identity'
import { PLATFORM_ORGANIZATION_ID, recordAudit } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { announce } from '#platform/events'
import { systemCaller, type ServiceContext } from '#platform/services'
import { roleOfSources, roleSourcesOf, type RoleRules } from './platform-role.ts'
import {
  claimDueGrants,
  deleteExpiredGrants,
  deleteGrant,
  deleteSessionsOf,
  postponeGrant,
  renewGrant,
  writeDeparture,
  writeRole,
  type DueGrant,
} from './provider-grant.queries.ts'
import type { ProviderGrants } from './provider-grants.ts'

const JOB = 'sign-in.role-refresh'
const BATCH = 10
/** Longer than one exchange may take. */
const LEASE_SECONDS = 60
const RETRY_SECONDS = 30

export interface RoleRefreshParts {
  readonly provider: IdentityProvider
  readonly rules: RoleRules
  readonly grants: ProviderGrants
  readonly followOwner: (tx: Tx, userId: string) => Promise<unknown>
}

/**
 * Reads people's groups again between their sign-ins. A changed role acts at once; a person whom the provider no longer
 * knows loses sessions and keys at once, until they sign in again. A provider that is away changes nothing.
 */
export class RoleRefresh {
  readonly #platform: PlatformDatabase
  readonly #log: ServiceContext['log']
  readonly #parts: RoleRefreshParts

  constructor(context: Pick<ServiceContext, 'platformDatabase' | 'log'>, parts: RoleRefreshParts) {
    this.#platform = context.platformDatabase
    this.#log = context.log
    this.#parts = parts
  }

  /** Works off whatever is due. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#platform.transaction(JOB, deleteExpiredGrants)
    for (let due = BATCH; due === BATCH && !signal.aborted;) {
      const grants = await this.#platform.transaction(JOB, (tx) => claimDueGrants(tx, BATCH, LEASE_SECONDS))
      await Promise.all(grants.map((grant) => this.#refresh(grant)))
      due = grants.length
    }
  }

  async #refresh(due: DueGrant): Promise<void> {
    const { provider, grants } = this.#parts
    try {
      const renewal = await provider.renew(grants.open(due, due.sealed))
      await this.#platform.transaction(JOB, (tx) => this.#apply(tx, due, renewal))
    } catch (error) {
      this.#log.warn({ err: error, userId: due.userId }, 'could not read somebody’s groups again')
      const seconds = Math.min(RETRY_SECONDS, grants.nextUseSeconds)
      await this.#platform.transaction(JOB, (tx) => postponeGrant(tx, due, seconds)).catch(() => undefined)
    }
  }

  async #apply(tx: Tx, due: DueGrant, renewal: Renewal): Promise<void> {
    if (!renewal.isKnown) return this.#depart(tx, due, 'The identity provider no longer knows this person.')
    const { person, grant } = renewal
    if (person.issuer !== due.issuer || person.subject !== due.subject)
      throw new Error('the provider answered about somebody else')
    const sources = roleSourcesOf(person, this.#parts.rules)
    const role = roleOfSources(sources)
    if (role === undefined) return this.#depart(tx, due, 'The person belongs to no group that may use this.')
    const isMine = await renewGrant(tx, due, {
      sealed: grant && this.#parts.grants.seal(due, grant.token),
      expiresAt: grant?.expiresAt ?? null,
      dueInSeconds: this.#parts.grants.nextUseSeconds,
    })
    if (!isMine || !(await writeRole(tx, due.userId, role, sources))) return
    await changed(tx, { kind: 'user', id: due.userId })
    await this.#record(
      tx,
      due,
      'user.role_changed',
      { platformRole: due.platformRole },
      { platformRole: role },
    )
  }

  async #depart(tx: Tx, due: DueGrant, reason: string): Promise<void> {
    if (!(await deleteGrant(tx, due)) || !(await writeDeparture(tx, due.userId))) return
    for (const id of await deleteSessionsOf(tx, due.userId)) await changed(tx, { kind: 'session', id })
    await changed(tx, { kind: 'user', id: due.userId })
    await this.#parts.followOwner(tx, due.userId)
    await this.#record(tx, due, 'user.departed', { status: 'active' }, { status: 'departed' }, reason)
  }

  async #record(
    tx: Tx,
    { userId }: DueGrant,
    action: string,
    before: object,
    after: object,
    reason?: string,
  ): Promise<void> {
    await recordAudit(tx, systemCaller(JOB, PLATFORM_ORGANIZATION_ID), {
      category: 'identity',
      action,
      resourceType: 'user',
      resourceId: userId,
      before,
      after,
      reason,
    })
    await announce(tx, {
      name: action.replace('_', '-'),
      audience: { platform: true },
      data: { userId, ...after },
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
  }
}
