/**
 * Organizations: who they are, who belongs to them and how one gets in, which models they may use. It changes no key; rooms
 * that must follow a change of access register with the hooks.
 */
import type { FastifyInstance } from 'fastify'
import { AccessHooks } from './access-hooks.ts'
import { InvitationLinks } from './invitation-link.ts'
import { registerInvitationRoutes } from './invitation.routes.ts'
import { Invitation, InvitationOffer, InvitationWithLink, JoinedOrganization } from './invitation.schemas.ts'
import { InvitationService } from './invitation.service.ts'
import { JoiningService } from './joining.service.ts'
import { registerMemberRoutes } from './member.routes.ts'
import { Member } from './member.schemas.ts'
import { MemberService } from './member.service.ts'
import { registerOrganizationRoutes } from './organization.routes.ts'
import {
  CreatedOrganization,
  CurrentOrganization,
  Organization,
  OrganizationModels,
} from './organization.schemas.ts'
import { OrganizationService } from './organization.service.ts'
import { registerOwnOrganizationRoutes } from './own-organization.routes.ts'
import { OwnOrganizationService } from './own-organization.service.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What must follow when somebody's access changes; rooms register while they load. */
    readonly accessHooks: AccessHooks
  }
}

export async function organizations(app: FastifyInstance): Promise<void> {
  const { serviceContext, config } = app
  for (const schema of [
    CreatedOrganization,
    CurrentOrganization,
    Invitation,
    InvitationOffer,
    InvitationWithLink,
    JoinedOrganization,
    Member,
    Organization,
    OrganizationModels,
  ])
    app.addSchema(schema)
  const hooks = new AccessHooks()
  app.decorate('accessHooks', hooks)
  const links = new InvitationLinks(config.PUBLIC_URL)
  const members = new MemberService(serviceContext, hooks)
  registerOrganizationRoutes(app, new OrganizationService(serviceContext, { hooks, links }))
  registerOwnOrganizationRoutes(app, new OwnOrganizationService(serviceContext), members)
  registerMemberRoutes(app, members)
  registerInvitationRoutes(
    app,
    new InvitationService(serviceContext, links),
    new JoiningService(serviceContext),
  )
}
export type { AccessChange, AccessHooks } from './access-hooks.ts'
export { assertNotOwnMachine } from './granting.ts'
export { sharedLimits } from './organization.schemas.ts'
export { visibleModel } from './visible-model.ts'
