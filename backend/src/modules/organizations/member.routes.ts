import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, IdParams, One, Page } from '#platform/http'
import { Member, MemberListQuery, UpdateMember } from './member.schemas.ts'
import type { MemberService } from './member.service.ts'

const tags = ['members']

/** What administrators do with the people of their organization. The id in the path is the person's. */
export function registerMemberRoutes(app: FastifyInstance, service: MemberService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/admin/members',
    {
      schema: {
        operationId: 'listMembers',
        summary: 'List the members of the organization',
        description:
          'With role, teams and number of keys. Those who have left are shown with `status=removed`.',
        tags,
        querystring: MemberListQuery,
        response: { 200: Page(Member), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.patch(
    '/api/v1/admin/members/:id',
    {
      schema: {
        operationId: 'updateMember',
        summary: 'Change a member’s role, or keep them out',
        description:
          'Effective within a second. Nobody raises their own role or disables themselves (403), or gives a role above their own; the last administrator stays one (409 `LAST_ADMIN`). Open invitations that the member could no longer give end. `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateMember,
        response: {
          200: One(Member),
          ...errors(404, 409, 413, 415, 'SELF_ROLE', 'SELF_STATUS', 'ROLE_ABOVE_OWN'),
        },
      },
      config: { audit: 'member.updated', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:write')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/admin/members/:id',
    {
      schema: {
        operationId: 'removeMember',
        summary: 'Remove a member',
        description:
          'Their sessions fall out of the organization within a second, their keys are revoked, their teams and open invitations end; what they used stays recorded. They come back by a new invitation only. Refused for the last administrator (409 `LAST_ADMIN`).',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Removed.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'member.removed', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('members:write')],
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )
}
