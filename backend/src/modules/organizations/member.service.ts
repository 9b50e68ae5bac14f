import { changed } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, page, type PageOf } from '#platform/http'
import { BaseService, type Caller, type OrganizationRole, type ServiceContext } from '#platform/services'
import type { AccessHooks } from './access-hooks.ts'
import { assertMayGrant, assertNotOwnMachine, assertStillGoverns, isAbove, rolesAbove } from './granting.ts'
import { revokeInvitationsBy } from './invitation.queries.ts'
import { findMember, listMembers } from './member.queries.ts'
import type { Member, MemberListQuery, UpdateMember } from './member.schemas.ts'
import {
  endMembership,
  hasOtherAdministrator,
  leaveAllTeams,
  lockAdministration,
  updateMembership,
} from './membership.queries.ts'
import { codes } from './organization.errors.ts'

const ALL_ROLES: readonly OrganizationRole[] = ['viewer', 'member', 'manager', 'admin']

/** Who belongs to an organization, and with which role. There is always somebody who governs it. */
export class MemberService extends BaseService {
  readonly #hooks: AccessHooks

  constructor(context: ServiceContext, hooks: AccessHooks) {
    super(context)
    this.#hooks = hooks
  }

  async list(caller: Caller, query: MemberListQuery): Promise<PageOf<Member>> {
    this.organizationOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listMembers(tx, query))
    return page(rows, total, query)
  }

  /** 403 `SELF_ROLE` upwards, `SELF_STATUS`; 409 `LAST_ADMIN`. Effective within a second, everywhere. */
  async update(caller: Caller, id: string, body: UpdateMember, version?: number): Promise<Member> {
    const organizationId = this.organizationOf(caller)
    return await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#locked(tx, organizationId, id, version)
        await assertStillGoverns(tx, caller)
        const { userId } = before
        const role = body.role ?? before.role
        const status = body.status ?? (before.status === 'active' ? 'active' : 'disabled')
        assertNotOneself(caller, before, role, status)
        if (role !== before.role) assertMayGrant(caller, role)
        if (isAbove(role, before.role) || (status === 'active' && before.status !== 'active'))
          await assertNotOwnMachine(tx, caller, userId, codes.SELF_ROLE)
        if (role !== 'admin' || status !== 'active') await assertNotLast(tx, before)
        await updateMembership(tx, userId, { role, status })
        await this.#endInvitations(tx, caller, userId, status === 'active' ? rolesAbove(role) : ALL_ROLES)
        const after = await this.#member(tx, userId)
        await this.audit(tx, caller, {
          ...auditFacts(userId),
          action: 'member.updated',
          before: { role: before.role, status: before.status },
          after: { role, status },
          reason: body.reason,
        })
        // Who may only look calls no models: their keys follow.
        if (status !== before.status || (role === 'viewer') !== (before.role === 'viewer'))
          await this.#hooks.run(tx, caller, { kind: 'membership', organizationId, userId, isEnded: false })
        await changed(tx, { kind: 'user', id: userId })
        await announce(tx, { name: 'member.updated', audience: { userId }, data: { userId, role, status } })
        return after
      },
      'member update',
    )
  }

  /** The row stays; the rights, teams and keys do not. */
  async remove(caller: Caller, id: string, version?: number): Promise<void> {
    const organizationId = this.organizationOf(caller)
    const now = this.clock.now()
    await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#locked(tx, organizationId, id, version)
        const { userId } = before
        const isOwn = caller.userId === userId
        if (!isOwn) await assertStillGoverns(tx, caller)
        await assertNotLast(tx, before)
        const teamIds = await leaveAllTeams(tx, userId)
        await endMembership(tx, userId, now)
        await this.#endInvitations(tx, caller, userId, ALL_ROLES)
        await this.audit(tx, caller, {
          ...auditFacts(userId),
          action: isOwn ? 'member.left' : 'member.removed',
          before: { role: before.role, status: before.status, teamIds },
        })
        await this.#hooks.run(tx, caller, { kind: 'membership', organizationId, userId, isEnded: true })
        await changed(tx, { kind: 'user', id: userId })
        await announce(tx, {
          name: isOwn ? 'member.left' : 'member.removed',
          audience: { permission: 'members:read' },
          data: { userId },
        })
      },
      'member removal',
    )
  }

  /** The caller gives up their own membership. Not by a token that may say less than the person is. */
  async leave(caller: Caller): Promise<void> {
    if (caller.door === 'outsideToken')
      throw ApplicationError.forbidden('Only somebody who signed in here can do this.')
    await this.remove(caller, this.personOf(caller))
  }

  async #member(tx: Tx, userId: string): Promise<Member> {
    const member = await findMember(tx, userId)
    if (!member || member.status === 'removed') throw ApplicationError.notFound('member', userId)
    return member
  }

  async #locked(
    tx: Tx,
    organizationId: string,
    userId: string,
    version: number | undefined,
  ): Promise<Member> {
    await lockAdministration(tx, organizationId)
    const member = await this.#member(tx, userId)
    assertVersion(member.version, version)
    return member
  }

  /** Rights that somebody has lost do not live on in links that they gave away. */
  async #endInvitations(
    tx: Tx,
    caller: Caller,
    userId: string,
    roles: readonly OrganizationRole[],
  ): Promise<void> {
    for (const id of await revokeInvitationsBy(tx, userId, roles, this.clock.now()))
      await this.audit(tx, caller, {
        category: 'organization',
        action: 'invitation.revoked',
        resourceType: 'invitation',
        resourceId: id,
      })
  }
}

async function assertNotLast(tx: Tx, member: Member): Promise<void> {
  if (member.role !== 'admin' || member.status !== 'active') return
  if (await hasOtherAdministrator(tx, member.userId)) return
  throw new ApplicationError(codes.LAST_ADMIN, 'Nobody else would govern this organization.', {
    suggestion: 'Make somebody else an administrator first.',
  })
}

function assertNotOneself(caller: Caller, before: Member, role: OrganizationRole, status: string): void {
  if (caller.userId !== before.userId) return
  if (isAbove(role, before.role))
    throw ApplicationError.forbidden('Nobody raises their own role.', undefined, codes.SELF_ROLE)
  if (status !== before.status)
    throw ApplicationError.forbidden('Nobody disables or enables themselves.', undefined, codes.SELF_STATUS)
}

const auditFacts = (userId: string) => ({
  category: 'organization',
  resourceType: 'member',
  resourceId: userId,
})
