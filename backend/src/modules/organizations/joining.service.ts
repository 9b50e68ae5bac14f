import { changed, listMemberships } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { BaseService, type Caller } from '#platform/services'
import { invitationDigest } from './invitation-link.ts'
import {
  findAddress,
  findOffer,
  lockOpenInvitation,
  markAccepted,
  type Offer,
  type OpenInvitation,
} from './invitation.queries.ts'
import type { InvitationOffer, JoinedOrganization } from './invitation.schemas.ts'
import { findStanding, joinOrganization, joinTeams } from './membership.queries.ts'
import { codes } from './organization.errors.ts'

/** What somebody with a link can do, whatever organization they are in, or none. */
export class JoiningService extends BaseService {
  /** 404 alike for a link that is unknown, used, revoked or over. */
  async offer(caller: Caller, token: string): Promise<InvitationOffer> {
    const userId = this.personOf(caller)
    return await this.read(outside(caller), async (tx) => {
      const offer = await findOffer(tx, invitationDigest(token))
      if (!offer) throw noInvitation()
      const memberships = await listMemberships(tx, userId)
      const { email, ...facts } = offer
      return {
        ...facts,
        isForYou: await isMadeOutTo(tx, userId, email),
        isMember: memberships.some((one) => one.organizationId === offer.organizationId),
      }
    })
  }

  /** Once, by whom it is for. Nobody who was removed comes back by a link that is older than that. */
  async accept(caller: Caller, token: string): Promise<JoinedOrganization> {
    const userId = this.personOf(caller)
    const digest = invitationDigest(token)
    const now = this.clock.now()
    const offer = await this.read(outside(caller), (tx) => findOffer(tx, digest))
    if (!offer) throw noInvitation()
    const there: Caller = { ...outside(caller), organizationId: offer.organizationId }
    return await this.transaction(
      there,
      async (tx) => {
        const invitation = await lockOpenInvitation(tx, digest, now)
        if (!invitation) throw noInvitation()
        if (!(await isMadeOutTo(tx, userId, invitation.email)))
          throw ApplicationError.forbidden(
            'This invitation is made out to an e-mail address that is not yours, or not verified.',
            undefined,
            codes.INVITATION_EMAIL,
          )
        return await this.#join(tx, there, userId, invitation, offer, now)
      },
      'accepting an invitation',
    )
  }

  async #join(
    tx: Tx,
    there: Caller,
    userId: string,
    invitation: OpenInvitation,
    offer: Offer,
    now: Date,
  ): Promise<JoinedOrganization> {
    const standing = await findStanding(tx, userId)
    if (standing !== undefined && standing.removedAt === null) throw alreadyMember()
    if (standing?.removedAt && Date.parse(standing.removedAt) >= Date.parse(invitation.createdAt))
      throw noInvitation()
    const { id, role } = invitation
    if (!(await joinOrganization(tx, userId, role))) throw alreadyMember()
    const teamIds = await joinTeams(tx, userId, invitation.teamIds)
    await markAccepted(tx, id, userId, now)
    await this.audit(tx, there, {
      category: 'organization',
      action: 'invitation.accepted',
      resourceType: 'invitation',
      resourceId: id,
    })
    await this.audit(tx, there, {
      category: 'organization',
      action: 'member.joined',
      resourceType: 'member',
      resourceId: userId,
      after: { role, teamIds },
    })
    await changed(tx, { kind: 'user', id: userId })
    const data = { invitationId: id, userId, role }
    await announce(tx, { name: 'invitation.accepted', audience: { userId: invitation.createdBy }, data })
    await announce(tx, {
      name: 'member.joined',
      audience: { permission: 'members:read' },
      data: { userId, role },
    })
    const { organizationId, organizationName } = offer
    return { organizationId, organizationName, role, teamIds }
  }
}

/** Before anything is known of the organization: no organization's rows can be seen. */
const outside = (caller: Caller): Caller => ({
  ...caller,
  organizationId: null,
  organizationRole: null,
  permissions: new Set(),
})

async function isMadeOutTo(tx: Tx, userId: string, email: string | null): Promise<boolean> {
  if (email === null) return true
  const address = await findAddress(tx, userId)
  return address?.isEmailVerified === true && address.email?.toLowerCase() === email
}

const noInvitation = () =>
  new ApplicationError(codes.INVITATION_NOT_FOUND, 'This invitation is not good, or no longer.', {
    suggestion: 'Ask whoever invited you for a new link.',
  })

const alreadyMember = () =>
  ApplicationError.conflict('You are a member of this organization already.', codes.ALREADY_MEMBER)
