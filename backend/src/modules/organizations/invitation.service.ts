import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { assertMayGrant, assertStillGoverns } from './granting.ts'
import { newInvitation, type InvitationLinks } from './invitation-link.ts'
import {
  findInvitation,
  insertInvitation,
  listInvitations,
  revokeInvitation,
  type InvitationRow,
} from './invitation.queries.ts'
import type {
  CreateInvitation,
  Invitation,
  InvitationListQuery,
  InvitationWithLink,
} from './invitation.schemas.ts'
import { listLiveTeams } from './membership.queries.ts'
import { codes } from './organization.errors.ts'

const DEFAULT_HOURS = 7 * 24

/** The links by which an organization lets people in. */
export class InvitationService extends BaseService {
  readonly #links: InvitationLinks

  constructor(context: ServiceContext, links: InvitationLinks) {
    super(context)
    this.#links = links
  }

  async list(caller: Caller, query: InvitationListQuery): Promise<PageOf<Invitation>> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listInvitations(tx, query, now))
    return page(rows.map(toInvitation), total, query)
  }

  /** The only answer that shows the link. */
  async create(
    caller: Caller,
    body: CreateInvitation,
    idempotency?: IdempotencyFacts,
  ): Promise<InvitationWithLink> {
    const organizationId = this.organizationOf(caller)
    const createdBy = this.personOf(caller)
    const role = body.role ?? 'member'
    assertMayGrant(caller, role)
    const now = this.clock.now()
    const teamIds = [...new Set((body.teamIds ?? []).map((id) => id.toLowerCase()))]
    const email = body.email?.toLowerCase() ?? null
    const work = async (tx: Tx): Promise<InvitationWithLink> => {
      await assertStillGoverns(tx, caller)
      const known = await listLiveTeams(tx, teamIds)
      const unknown = teamIds.find((id) => !known.has(id))
      if (unknown !== undefined) throw ApplicationError.notFound('team', unknown, 'teamIds')
      const { token, ...made } = newInvitation(now, body.validForHours ?? DEFAULT_HOURS)
      const id = await insertInvitation(tx, { ...made, organizationId, email, role, teamIds, createdBy })
      const created = await this.#invitation(tx, id, now)
      await this.audit(tx, caller, { ...auditFacts(id), action: 'invitation.created', after: created })
      await announce(tx, {
        name: 'invitation.created',
        audience: { permission: 'members:read' },
        data: { invitationId: id, role },
      })
      return { ...created, url: this.#links.of(token) }
    }
    const withoutLink = (answer: InvitationWithLink) => ({ ...answer, url: null })
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => work(tx), withoutLink),
      'invitation creation',
    )
  }

  /** The link is good no more. 409 once it was accepted or its time was over; repeating it changes nothing. */
  async revoke(caller: Caller, id: string): Promise<void> {
    this.organizationOf(caller)
    const now = this.clock.now()
    await this.transaction(
      caller,
      async (tx) => {
        const isRevoked = await revokeInvitation(tx, id, now)
        const { status } = await this.#invitation(tx, id, now)
        if (!isRevoked) {
          if (status === 'revoked') return
          throw ApplicationError.conflict(`This invitation is ${status}.`, codes.INVITATION_STATE, { status })
        }
        await this.audit(tx, caller, { ...auditFacts(id), action: 'invitation.revoked' })
      },
      'invitation revocation',
    )
  }

  async #invitation(tx: Tx, id: string, now: Date): Promise<Invitation> {
    const row = await findInvitation(tx, id, now)
    if (!row) throw ApplicationError.notFound('invitation', id)
    return toInvitation(row)
  }
}

const auditFacts = (id: string) => ({
  category: 'organization',
  resourceType: 'invitation',
  resourceId: id,
})

function toInvitation(row: InvitationRow): Invitation {
  const { createdById, createdByName, acceptedById, acceptedByName, ...facts } = row
  return {
    ...facts,
    createdBy: { userId: createdById, displayName: createdByName },
    acceptedBy: acceptedById === null ? null : { userId: acceptedById, displayName: acceptedByName },
  }
}
