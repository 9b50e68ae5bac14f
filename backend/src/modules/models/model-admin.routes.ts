import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import type { ConnectionTestService } from './connection-test.service.ts'
import {
  AdminModel,
  AdminModelListQuery,
  ConnectionTestResult,
  CreateModel,
  RemoveModelQuery,
  TestConnection,
  UpdateModel,
} from './model-admin.schemas.ts'
import type { ModelAdminService } from './model-admin.service.ts'

const tags = ['models']
const base = '/api/v1/admin/models'

/** The catalogue as the platform's administrators write it. It belongs to no organization. */
export function registerModelAdminRoutes(
  app: FastifyInstance,
  models: ModelAdminService,
  tests: ConnectionTestService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const readers = [app.authenticate, app.requireRole('adminReadonly')]
  // Both: a permission alone could be lent to a machine of one organization.
  const writers = [app.authenticate, app.requireRole('admin'), app.requirePermission('models:write')]

  routes.get(
    base,
    {
      schema: {
        operationId: 'listAdminModels',
        summary: 'List all models with their use',
        description:
          'Also closed, vanished and removed ones, with subscriptions, live keys and requests of the last 30 days over all organizations, and with what LiteLLM was told.',
        tags,
        querystring: AdminModelListQuery,
        response: { 200: Page(AdminModel), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: readers,
    },
    (request) => models.list(request.query),
  )

  routes.get(
    `${base}/:id`,
    {
      schema: {
        operationId: 'getAdminModel',
        summary: 'Read one model with its use',
        description: 'As `listAdminModels` shows it. The provider’s key is never shown, only its end.',
        tags,
        params: IdParams,
        response: { 200: One(AdminModel), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: readers,
    },
    async (request) => ({ data: await models.get(request.params.id) }),
  )

  routes.post(
    base,
    {
      schema: {
        operationId: 'createModel',
        summary: 'Create a model at LiteLLM',
        description:
          'It is `unavailable` until LiteLLM has taken it, mostly within a second; `deployments[].syncState` tells. While LiteLLM is away the creation waits there. The name of a removed model brings that one back. 422 `EGRESS_REFUSED` for an `apiBase` that calls may not go to.',
        tags,
        body: CreateModel,
        response: {
          201: One(AdminModel),
          ...errors(409, 413, 415, 422, 'MODEL_EXISTS', 'EGRESS_REFUSED'),
        },
      },
      config: { tenant: 'none', audit: 'model.created', idempotency: 'optional' },
      preHandler: writers,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await models.create(callerOf(request), request.body, idempotency)
      return reply.code(201).send({ data })
    },
  )

  routes.patch(
    `${base}/:id`,
    {
      schema: {
        operationId: 'updateModel',
        summary: 'Edit a model',
        description:
          'What only we keep (restriction, order, own description, price per request, closing) holds at once; what LiteLLM keeps is told to it. `isRestricted: true` moves every active subscription to pending and takes the model off its keys, `false` activates the pending ones; `restrictionJobId` names the job. A new `apiBase` or provider needs the key again (422 `PROVIDER_KEY_REQUIRED`). 422 `MODEL_NOT_EDITABLE` where LiteLLM reads the model from its own file or balances several deployments.',
        tags,
        params: IdParams,
        body: UpdateModel,
        response: {
          200: One(AdminModel),
          ...errors(404, 409, 413, 415, 422, 'PROVIDER_KEY_REQUIRED', 'EGRESS_REFUSED', 'MODEL_NOT_EDITABLE'),
        },
      },
      config: { tenant: 'none', audit: 'model.edited' },
      preHandler: writers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await models.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    `${base}/:id`,
    {
      schema: {
        operationId: 'removeModel',
        summary: 'Remove a model from LiteLLM',
        description:
          'The row stays, unavailable, and usage and subscriptions with it. 409 `MODEL_IN_USE` while live keys have it, unless `force` is given with a reason; keys then keep it, and calls are refused.',
        tags,
        params: IdParams,
        querystring: RemoveModelQuery,
        response: {
          204: Type.Null({ description: 'Removed here; LiteLLM is told until it agrees.' }),
          ...errors(404, 409, 413, 415, 422, 'MODEL_IN_USE', 'MODEL_NOT_EDITABLE'),
        },
      },
      config: { tenant: 'none', audit: 'model.removed' },
      preHandler: writers,
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      await models.remove(callerOf(request), request.params.id, request.query, version)
      return reply.code(204).send(null)
    },
  )

  routes.post(
    `${base}/test-connection`,
    {
      schema: {
        operationId: 'testModelConnection',
        summary: 'Try a provider before a model is created',
        description:
          'LiteLLM makes one short call with what is given; nothing is kept. At most 15 seconds. What a provider refuses is a result, not an error.',
        tags,
        body: TestConnection,
        response: {
          200: One(ConnectionTestResult),
          ...errors(413, 415, 422, 'EGRESS_REFUSED', 'LITELLM_UNAVAILABLE'),
        },
      },
      config: { tenant: 'none', audit: 'model.connection_tested' },
      preHandler: writers,
    },
    async (request) => ({ data: await tests.testDraft(callerOf(request), request.body) }),
  )

  routes.post(
    `${base}/:id/test-connection`,
    {
      schema: {
        operationId: 'testStoredModelConnection',
        summary: 'Try a model of the catalogue',
        description:
          'One call of one token through LiteLLM with the administration’s own key. At most 15 seconds. 422 `MODEL_NOT_TESTABLE` for kinds without such a short call.',
        tags,
        params: IdParams,
        response: {
          200: One(ConnectionTestResult),
          ...errors(404, 413, 415, 422, 'MODEL_NOT_TESTABLE', 'LITELLM_UNAVAILABLE'),
        },
      },
      config: { tenant: 'none', audit: 'model.connection_tested' },
      preHandler: writers,
    },
    async (request) => ({ data: await tests.testStored(callerOf(request), request.params.id) }),
  )
}
