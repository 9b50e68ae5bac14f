import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, IdParams, One, Page } from '#platform/http'
import { Team, TeamKey, TeamKeyListQuery, TeamListQuery } from './team.schemas.ts'
import type { TeamService } from './team.service.ts'
import type { TeamMemberService } from './team-member.service.ts'

const tags = ['teams']

/** What people see of their teams. */
export function registerTeamRoutes(
  app: FastifyInstance,
  service: TeamService,
  members: TeamMemberService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('teams:read')]

  routes.get(
    '/api/v1/teams',
    {
      schema: {
        operationId: 'listMyTeams',
        summary: 'List your teams',
        description: 'Those that you are in, the default team first. Budgets are shown to a team’s admins.',
        tags,
        querystring: TeamListQuery,
        response: { 200: Page(Team), ...errors() },
      },
      preHandler,
    },
    (request) => service.listMine(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/teams/:id',
    {
      schema: {
        operationId: 'getTeam',
        summary: 'Read one team',
        description:
          'For its members and the organization’s administrators; for everybody else it does not exist (404).',
        tags,
        params: IdParams,
        response: { 200: One(Team), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.get(
    '/api/v1/teams/:id/keys',
    {
      schema: {
        operationId: 'listTeamKeys',
        summary: 'List the keys of a team',
        description:
          'Every key that counts on the team’s budget and limits, whoever made it. For the team’s admins and the organization’s (403 `NOT_TEAM_ADMIN` for other members).',
        tags,
        params: IdParams,
        querystring: TeamKeyListQuery,
        response: { 200: Page(TeamKey), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    (request) => members.keys(callerOf(request), request.params.id, request.query),
  )
}
