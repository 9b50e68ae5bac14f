import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, IdParams, One, Page } from '#platform/http'
import {
  Model,
  ModelListQuery,
  ModelSynchronization,
  ModelSynchronizationListQuery,
} from './model.schemas.ts'
import type { ModelService } from './model.service.ts'
import type { SynchronizationService } from './synchronization.service.ts'

export function registerModelRoutes(
  app: FastifyInstance,
  models: ModelService,
  synchronization: SynchronizationService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/models',
    {
      schema: {
        operationId: 'listModels',
        summary: 'List models',
        description:
          'The catalogue, by name unless sorted otherwise. With an API key: the models of that key.',
        tags: ['models'],
        querystring: ModelListQuery,
        response: { 200: Page(Model), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requirePermission('models:read'), app.acceptApiKey],
    },
    (request) => models.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/models/:id',
    {
      schema: {
        operationId: 'getModel',
        summary: 'Read one model',
        description: 'A key reads the list instead, which shows its own models.',
        tags: ['models'],
        params: IdParams,
        response: { 200: One(Model), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requirePermission('models:read')],
    },
    async (request) => ({ data: await models.get(callerOf(request), request.params.id) }),
  )

  routes.post(
    '/api/v1/admin/models/synchronize',
    {
      schema: {
        operationId: 'synchronizeModels',
        summary: 'Synchronize the catalogue with LiteLLM now',
        description:
          'Waits for the end and answers what changed. 409 while another process synchronizes, 503 while LiteLLM cannot be read.',
        tags: ['models'],
        response: { 200: One(ModelSynchronization), ...errors(409, 413, 415) },
      },
      config: { tenant: 'none', audit: 'models.synchronization_requested' },
      preHandler: [app.authenticate, app.requirePermission('models:sync')],
    },
    async (request) => ({ data: await synchronization.synchronize(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/admin/models/synchronization',
    {
      schema: {
        operationId: 'listModelSynchronizations',
        summary: 'List the last synchronisations',
        description: 'Newest first, of all processes; kept for 90 days.',
        tags: ['models'],
        querystring: ModelSynchronizationListQuery,
        response: { 200: Page(ModelSynchronization), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requireRole('adminReadonly')],
    },
    (request) => synchronization.list(request.query),
  )
}
