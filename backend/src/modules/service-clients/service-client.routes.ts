import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  CreateServiceClient,
  ServiceClient,
  ServiceClientListQuery,
  ServiceClientWithSecret,
  UpdateServiceClient,
} from './service-client.schemas.ts'
import type { ServiceClientService } from './service-client.service.ts'

const tags = ['service clients']
const PATH = '/api/v1/admin/service-clients'

/** What administrators do with the machines of their organization. */
export function registerServiceClientRoutes(app: FastifyInstance, service: ServiceClientService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const readers = [app.authenticate, app.requirePermission('service-clients:read')]
  const writers = [app.authenticate, app.requirePermission('service-clients:write')]

  routes.get(
    PATH,
    {
      schema: {
        operationId: 'listServiceClients',
        summary: 'List the service clients',
        description:
          'With their scopes, when they were last here, and how often each secret was used; never a secret.',
        tags,
        querystring: ServiceClientListQuery,
        response: { 200: Page(ServiceClient), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    `${PATH}/:id`,
    {
      schema: {
        operationId: 'getServiceClient',
        summary: 'Read one service client',
        description: 'Its scopes, addresses and secrets, these without their values.',
        tags,
        params: IdParams,
        response: { 200: One(ServiceClient), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.post(
    PATH,
    {
      schema: {
        operationId: 'createServiceClient',
        summary: 'Create a service client',
        description:
          'A machine with rights of its own in this organization, and its first secret, shown this once. It exchanges the secret for short-lived tokens (`POST /api/auth/oauth/token`). Refuses scopes that you do not have yourself (403 `SCOPE_ABOVE_OWN`) and a secret that ends in the past (422 `EXPIRY_OUT_OF_RANGE`).',
        tags,
        body: CreateServiceClient,
        response: { 201: One(ServiceClientWithSecret), ...errors(404, 409, 413, 415, 422) },
      },
      config: { audit: 'service_client.created', idempotency: 'optional', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.patch(
    `${PATH}/:id`,
    {
      schema: {
        operationId: 'updateServiceClient',
        summary: 'Change a service client',
        description:
          'Fewer scopes, other addresses and `disabled` hold for its present tokens too, within a second. Refuses to add scopes that you do not have yourself, and to enable a client that has them (403 `SCOPE_ABOVE_OWN`). `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateServiceClient,
        response: { 200: One(ServiceClient), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'service_client.updated', tenant: 'cross' },
      preHandler: writers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    `${PATH}/:id`,
    {
      schema: {
        operationId: 'deleteServiceClient',
        summary: 'Delete a service client',
        description:
          'For good, with its secrets; its tokens end within a second. The trail keeps what it did.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Deleted.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'service_client.deleted', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )
}
