import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  AddTeamMember,
  TeamCandidate,
  TeamCandidateListQuery,
  TeamMember,
  TeamMemberListQuery,
  TeamMemberParams,
  UpdateTeamMember,
} from './team.schemas.ts'
import type { TeamMemberService } from './team-member.service.ts'

const tags = ['teams']

/** Who is in a team: for the organization's administrators and the team's own. */
export function registerTeamMemberRoutes(app: FastifyInstance, service: TeamMemberService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('teams:update')]

  routes.get(
    '/api/v1/teams/:id/members',
    {
      schema: {
        operationId: 'listTeamMembers',
        summary: 'List the members of a team',
        description: 'For its members and the organization’s administrators.',
        tags,
        params: IdParams,
        querystring: TeamMemberListQuery,
        response: { 200: Page(TeamMember), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('teams:read')],
    },
    (request) => service.list(callerOf(request), request.params.id, request.query),
  )

  routes.get(
    '/api/v1/teams/:id/candidates',
    {
      schema: {
        operationId: 'listTeamCandidates',
        summary: 'List who could be added to a team',
        description:
          'Active members of the organization who are not in it, by name. For the organization’s administrators and the team’s own (403 `NOT_TEAM_ADMIN`).',
        tags,
        params: IdParams,
        querystring: TeamCandidateListQuery,
        response: { 200: Page(TeamCandidate), ...errors(404, 'NOT_TEAM_ADMIN') },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('teams:read')],
    },
    (request) => service.candidates(callerOf(request), request.params.id, request.query),
  )

  routes.post(
    '/api/v1/teams/:id/members',
    {
      schema: {
        operationId: 'addTeamMember',
        summary: 'Add somebody to a team',
        description:
          'Any active member of the organization (else 404). For the organization’s administrators and the team’s own (403 `NOT_TEAM_ADMIN`).',
        tags,
        params: IdParams,
        body: AddTeamMember,
        response: {
          201: One(TeamMember),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'DEFAULT_TEAM',
            'TEAM_ARCHIVED',
            'TEAM_MEMBER_EXISTS',
            'MEMBER_NOT_FOUND',
            'NOT_TEAM_ADMIN',
          ),
        },
      },
      config: { audit: 'team.member_added', idempotency: 'optional', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await service.add(callerOf(request), request.params.id, request.body, idempotency)
      return reply.code(201).send({ data })
    },
  )

  routes.patch(
    '/api/v1/teams/:id/members/:userId',
    {
      schema: {
        operationId: 'updateTeamMember',
        summary: 'Change somebody’s role in a team',
        description:
          'For the organization’s administrators and the team’s own; a team may be without an admin. `version` or `If-Match` guards against overwriting.',
        tags,
        params: TeamMemberParams,
        body: UpdateTeamMember,
        response: {
          200: One(TeamMember),
          ...errors(404, 409, 413, 415, 'TEAM_MEMBER_NOT_FOUND', 'NOT_TEAM_ADMIN'),
        },
      },
      config: { audit: 'team.member_updated', tenant: 'cross' },
      preHandler,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params, request.body.role, version) }
    },
  )

  routes.delete(
    '/api/v1/teams/:id/members/:userId',
    {
      schema: {
        operationId: 'removeTeamMember',
        summary: 'Take somebody out of a team, or leave it',
        description:
          'The keys that they made for the team are revoked. Everybody may leave; nobody leaves the default team (409 `DEFAULT_TEAM`).',
        tags,
        params: TeamMemberParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errors(404, 409, 413, 415, 'TEAM_MEMBER_NOT_FOUND', 'NOT_TEAM_ADMIN'),
        },
      },
      config: { audit: 'team.member_removed', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )
}
