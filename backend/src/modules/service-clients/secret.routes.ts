import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One } from '#platform/http'
import { CreateSecret, NewServiceClientSecret, SecretParams } from './service-client.schemas.ts'
import type { ServiceClientService } from './service-client.service.ts'

const tags = ['service clients']
const PATH = '/api/v1/admin/service-clients/:id/secrets'

/** How a machine's secret is exchanged without a gap: add the second, hand it out, remove the first. */
export function registerSecretRoutes(app: FastifyInstance, service: ServiceClientService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('service-clients:write')]

  routes.post(
    PATH,
    {
      schema: {
        operationId: 'createServiceClientSecret',
        summary: 'Add a secret',
        description:
          'Shown this once. At most two are valid at a time (409 `SECRET_LIMIT`); those that have expired make room. Refuses when the client may do what you may not (403 `SCOPE_ABOVE_OWN`) and an end in the past (422 `EXPIRY_OUT_OF_RANGE`).',
        tags,
        params: IdParams,
        body: CreateSecret,
        response: { 201: One(NewServiceClientSecret), ...errors(404, 409, 413, 415, 422) },
      },
      config: { audit: 'service_client_secret.created', idempotency: 'optional', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      const { id } = request.params
      const expiresAt = request.body?.expiresAt ?? null
      const facts = idempotencyOf(request, reply, 201)
      const data = await service.addSecret(callerOf(request), id, expiresAt, facts)
      return reply.code(201).send({ data })
    },
  )

  routes.delete(
    `${PATH}/:secretId`,
    {
      schema: {
        operationId: 'deleteServiceClientSecret',
        summary: 'Remove a secret',
        description:
          'It makes no more tokens, and those that it made end within a second: remove it when `lastUsedAt` of the other one shows that the machine has changed over.',
        tags,
        params: SecretParams,
        response: { 204: Type.Null({ description: 'Removed.' }), ...errors(404, 413, 415) },
      },
      config: { audit: 'service_client_secret.removed', tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => {
      const { id, secretId } = request.params
      await service.removeSecret(callerOf(request), id, secretId)
      return reply.code(204).send(null)
    },
  )
}
