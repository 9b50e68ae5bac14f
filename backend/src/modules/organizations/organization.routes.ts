import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  CreatedOrganization,
  CreateOrganization,
  Organization,
  OrganizationListQuery,
  OrganizationModels,
  SetOrganizationModels,
  UpdateOrganization,
} from './organization.schemas.ts'
import type { OrganizationService } from './organization.service.ts'

const tags = ['organizations']

/** What platform administrators do with organizations. */
export function registerOrganizationRoutes(app: FastifyInstance, service: OrganizationService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const config = { tenant: 'none' } as const
  const reading = { config, preHandler: [app.authenticate, app.requireRole('adminReadonly')] }
  const preHandler = [app.authenticate, app.requireRole('admin')]

  routes.get(
    '/api/v1/admin/organizations',
    {
      schema: {
        operationId: 'listOrganizations',
        summary: 'List the organizations',
        description:
          'All of the installation, with how many people, teams and keys each has and what it has spent of its budget. Refuses sort keys that it does not name (400).',
        tags,
        querystring: OrganizationListQuery,
        response: { 200: Page(Organization), ...errors() },
      },
      ...reading,
    },
    (request) => service.list(request.query),
  )

  routes.post(
    '/api/v1/admin/organizations',
    {
      schema: {
        operationId: 'createOrganization',
        summary: 'Create an organization',
        description:
          'With its default team and its first administrator: the person named by `administratorId` at once, else whoever accepts the invitation in the answer within seven days. Refuses an unknown person (404).',
        tags,
        body: CreateOrganization,
        response: { 201: One(CreatedOrganization), ...errors(404, 409, 413, 415, 422, 'USER_NOT_FOUND') },
      },
      config: { ...config, audit: 'organization.created', idempotency: 'optional' },
      preHandler,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/organizations/:id',
    {
      schema: {
        operationId: 'getOrganization',
        summary: 'Read one organization',
        description: 'Its usage, budgets, members and keys are lists of their own, with `?organizationId=`.',
        tags,
        params: IdParams,
        response: { 200: One(Organization), ...errors(404) },
      },
      ...reading,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    '/api/v1/admin/organizations/:id',
    {
      schema: {
        operationId: 'updateOrganization',
        summary: 'Rename, limit, suspend or reactivate an organization',
        description:
          'A suspension refuses the organization’s sessions, tokens and keys within a second. The default organization cannot be suspended (409 `DEFAULT_ORGANIZATION`). `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateOrganization,
        response: { 200: One(Organization), ...errors(404, 409, 413, 415) },
      },
      config: { ...config, audit: 'organization.updated' },
      preHandler,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.get(
    '/api/v1/admin/organizations/:id/models',
    {
      schema: {
        operationId: 'getOrganizationModels',
        summary: 'Read which models an organization may use',
        description: 'The list counts only while the organization is restricted to it.',
        tags,
        params: IdParams,
        response: { 200: One(OrganizationModels), ...errors(404) },
      },
      ...reading,
    },
    async (request) => ({ data: await service.models(callerOf(request), request.params.id) }),
  )

  routes.put(
    '/api/v1/admin/organizations/:id/models',
    {
      schema: {
        operationId: 'setOrganizationModels',
        summary: 'Say which models an organization may use',
        description:
          'What is allowed no longer disappears from its catalogue and is taken off its keys at once; a key that is left without models is disabled. Refuses models that do not exist (404).',
        tags,
        params: IdParams,
        body: SetOrganizationModels,
        response: { 200: One(OrganizationModels), ...errors(404, 409, 413, 415) },
      },
      config: { ...config, audit: 'organization.models_set' },
      preHandler,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.setModels(callerOf(request), request.params.id, request.body, version) }
    },
  )
}
