import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  AcceptInvitation,
  CreateInvitation,
  Invitation,
  InvitationListQuery,
  InvitationOffer,
  InvitationWithLink,
  JoinedOrganization,
  TokenParams,
} from './invitation.schemas.ts'
import type { InvitationService } from './invitation.service.ts'
import type { JoiningService } from './joining.service.ts'

const tags = ['invitations']

export function registerInvitationRoutes(
  app: FastifyInstance,
  service: InvitationService,
  joining: JoiningService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  // A token cannot be guessed; this makes trying pointless as well.
  const guarded = {
    tenant: 'none',
    rateLimit: { max: app.config.SIGN_IN_RATE_LIMIT, timeWindow: 60_000 },
  } as const

  routes.get(
    '/api/v1/admin/invitations',
    {
      schema: {
        operationId: 'listInvitations',
        summary: 'List the invitations of the organization',
        description: 'In every state, newest first unless sorted otherwise. No link is shown again.',
        tags,
        querystring: InvitationListQuery,
        response: { 200: Page(Invitation), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.post(
    '/api/v1/admin/invitations',
    {
      schema: {
        operationId: 'createInvitation',
        summary: 'Invite somebody by link',
        description:
          'Good for one person, once, within the given time; with `email` only for who has verified that address. `url` is shown in this answer and never again. Refuses teams that do not exist (404) and a role above one’s own (403 `ROLE_ABOVE_OWN`).',
        tags,
        body: CreateInvitation,
        response: { 201: One(InvitationWithLink), ...errors(404, 409, 413, 415, 422, 'ROLE_ABOVE_OWN') },
      },
      config: { audit: 'invitation.created', idempotency: 'optional', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:write')],
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.delete(
    '/api/v1/admin/invitations/:id',
    {
      schema: {
        operationId: 'revokeInvitation',
        summary: 'Revoke an invitation',
        description: 'The link is good no more. 409 `INVITATION_STATE` once it was accepted or is over.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Revoked.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'invitation.revoked', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:write')],
    },
    async (request, reply) => {
      await service.revoke(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )

  routes.get(
    '/api/v1/invitations/:token',
    {
      schema: {
        operationId: 'getInvitationOffer',
        summary: 'See what an invitation offers',
        description:
          'For anybody who is signed in and has the link. Unknown, used, revoked and expired ones answer alike (404).',
        tags,
        params: TokenParams,
        response: { 200: One(InvitationOffer), ...errors(404, 'INVITATION_NOT_FOUND') },
      },
      config: guarded,
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await joining.offer(callerOf(request), request.params.token) }),
  )

  routes.post(
    '/api/v1/invitations/accept',
    {
      schema: {
        operationId: 'acceptInvitation',
        summary: 'Join an organization by invitation',
        description:
          'For people of any organization, or of none. You get the invitation’s role, the default team and the named teams; `PUT /api/auth/organization` then works there. Refuses links that are not good (404), made out to another address (403 `INVITATION_EMAIL`), and members (409 `ALREADY_MEMBER`).',
        tags,
        body: AcceptInvitation,
        response: { 200: One(JoinedOrganization), ...errors(404, 409, 413, 415, 'INVITATION_NOT_FOUND') },
      },
      config: { ...guarded, audit: 'invitation.accepted' },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await joining.accept(callerOf(request), request.body.token) }),
  )
}
