import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, One, Page } from '#platform/http'
import { Job } from '#platform/jobs'
import { ModelDrift, ModelSynchronization, ModelSynchronizationListQuery } from './synchronization.schemas.ts'
import type { SynchronizationService } from './synchronization.service.ts'

const tags = ['models']

/** How the catalogue and LiteLLM are kept the same. */
export function registerSynchronizationRoutes(
  app: FastifyInstance,
  synchronization: SynchronizationService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.post(
    '/api/v1/admin/models/synchronize',
    {
      schema: {
        operationId: 'synchronizeModels',
        summary: 'Synchronize the catalogue with LiteLLM now',
        description:
          'Starts a job. Its result says what was added, updated and gone; it fails with `SYNCHRONIZATION_FAILED` while LiteLLM cannot be read, and the last catalogue stays.',
        tags,
        response: { 202: One(Job), ...errors(413, 415) },
      },
      config: { tenant: 'none', audit: 'models.synchronization_requested' },
      preHandler: [app.authenticate, app.requirePermission('models:sync')],
    },
    async (request, reply) => {
      const data = await synchronization.start(callerOf(request))
      return reply.code(202).header('location', `/api/v1/jobs/${data.id}`).send({ data })
    },
  )

  routes.post(
    '/api/v1/admin/models/validate',
    {
      schema: {
        operationId: 'validateModels',
        summary: 'Try a synchronisation without changing anything',
        description: 'What a synchronisation would add, update and withdraw now, field by field.',
        tags,
        response: { 200: One(ModelDrift), ...errors(413, 415, 'LITELLM_UNAVAILABLE') },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requirePermission('models:sync')],
    },
    async () => ({ data: await synchronization.drift() }),
  )

  routes.get(
    '/api/v1/admin/models/drift',
    {
      schema: {
        operationId: 'getModelDrift',
        summary: 'Compare the catalogue with LiteLLM',
        description:
          'The same report as `validateModels`, for auditors too: differences, rows that cannot be used, and changes that LiteLLM has not taken.',
        tags,
        response: { 200: One(ModelDrift), ...errors('LITELLM_UNAVAILABLE') },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requireRole('adminReadonly')],
    },
    async () => ({ data: await synchronization.drift() }),
  )

  routes.get(
    '/api/v1/admin/models/synchronization',
    {
      schema: {
        operationId: 'listModelSynchronizations',
        summary: 'List the last synchronisations',
        description: 'Newest first, of all processes; kept for 90 days.',
        tags,
        querystring: ModelSynchronizationListQuery,
        response: { 200: Page(ModelSynchronization), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requireRole('adminReadonly')],
    },
    (request) => synchronization.list(request.query),
  )
}
