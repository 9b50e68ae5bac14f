import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import { CreateTeam, Team, TeamAdministrationQuery, UpdateTeam } from './team.schemas.ts'
import type { TeamService } from './team.service.ts'

const tags = ['teams']

/** What administrators do with the teams of their organization. */
export function registerTeamAdministrationRoutes(app: FastifyInstance, service: TeamService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('teams:write')]

  routes.get(
    '/api/v1/admin/teams',
    {
      schema: {
        operationId: 'listTeams',
        summary: 'List the teams of the organization',
        description:
          'With how many people and keys each has and what it has spent of its budget; the default team first unless sorted otherwise.',
        tags,
        querystring: TeamAdministrationQuery,
        response: { 200: Page(Team), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('teams:read-all')],
    },
    (request) => service.listAll(callerOf(request), request.query),
  )

  routes.post(
    '/api/v1/admin/teams',
    {
      schema: {
        operationId: 'createTeam',
        summary: 'Create a team',
        description:
          'Without `allowedModelIds` its keys may have no model. Refuses models that the organization may not use and people who are not its members (404), and a name that another team has (409 `TEAM_EXISTS`).',
        tags,
        body: CreateTeam,
        response: {
          201: One(Team),
          ...errors(404, 409, 413, 415, 422, 'MEMBER_NOT_FOUND', 'MODEL_NOT_FOUND'),
        },
      },
      config: { audit: 'team.created', idempotency: 'optional', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.patch(
    '/api/v1/admin/teams/:id',
    {
      schema: {
        operationId: 'updateTeam',
        summary: 'Change a team',
        description:
          'Name, allowed models, limits. A model that is allowed no longer is taken off the team’s keys at once; a key that is left without models is disabled. `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateTeam,
        response: { 200: One(Team), ...errors(404, 409, 413, 415, 'TEAM_ARCHIVED', 'MODEL_NOT_FOUND') },
      },
      config: { audit: 'team.updated', tenant: 'cross' },
      preHandler,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/admin/teams/:id',
    {
      schema: {
        operationId: 'archiveTeam',
        summary: 'Archive a team',
        description:
          'Its keys are revoked, its members leave, its name is free again; its usage stays recorded. The default team stays (409 `DEFAULT_TEAM`).',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Archived.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'team.archived', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )
}
