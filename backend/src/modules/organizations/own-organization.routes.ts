import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, One } from '#platform/http'
import type { MemberService } from './member.service.ts'
import { CurrentOrganization, UpdateOwnOrganization } from './organization.schemas.ts'
import type { OwnOrganizationService } from './own-organization.service.ts'

const tags = ['organizations']

/** What people do with the organization that they work in. */
export function registerOwnOrganizationRoutes(
  app: FastifyInstance,
  service: OwnOrganizationService,
  members: MemberService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/organization',
    {
      schema: {
        operationId: 'getCurrentOrganization',
        summary: 'Read the organization you work in',
        description: 'Its name and the limits that all of its keys share.',
        tags,
        response: { 200: One(CurrentOrganization), ...errors(404, 'ORGANIZATION_NOT_FOUND') },
      },
      preHandler: [app.authenticate, app.requirePermission('organizations:read')],
    },
    async (request) => ({ data: await service.get(callerOf(request)) }),
  )

  routes.patch(
    '/api/v1/admin/organization',
    {
      schema: {
        operationId: 'renameOrganization',
        summary: 'Rename the organization',
        description:
          'The name is the organization’s own to choose; limits, allowed models and suspension are the platform’s. `version` or `If-Match` guards against overwriting.',
        tags,
        body: UpdateOwnOrganization,
        response: { 200: One(CurrentOrganization), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'organization.updated', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('organizations:update')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), { name: request.body.name }, version) }
    },
  )

  routes.post(
    '/api/v1/organization/leave',
    {
      schema: {
        operationId: 'leaveOrganization',
        summary: 'Leave the organization you work in',
        description:
          'Ends your membership, your teams and your keys there within a second; what you used stays recorded. Refused to the last administrator (409 `LAST_ADMIN`).',
        tags,
        response: { 204: Type.Null({ description: 'Left.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'member.left' },
      preHandler: [app.authenticate],
    },
    async (request, reply) => {
      await members.leave(callerOf(request))
      return reply.code(204).send(null)
    },
  )
}
