import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import {
  callerOf,
  errors,
  expectedVersion,
  idempotencyOf,
  IdParams,
  One,
  Page,
  RefTo,
  strictObject,
} from '#platform/http'
import { Type } from '@sinclair/typebox'
import {
  CreateSubscription,
  RequestAgain,
  Subscription,
  SubscriptionEvent,
  SubscriptionHistoryQuery,
  SubscriptionListQuery,
  SubscriptionStatistics,
  UpdateSubscription,
} from './subscription.schemas.ts'
import type { SubscriptionService } from './subscription.service.ts'

const tags = ['subscriptions']
/** As many as were asked for: one, or a list. */
const Created = strictObject({ data: Type.Union([RefTo(Subscription), Type.Array(RefTo(Subscription))]) })

/** What a person does with their own subscriptions. */
export function registerSubscriptionRoutes(app: FastifyInstance, service: SubscriptionService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.post(
    '/api/v1/subscriptions',
    {
      schema: {
        operationId: 'createSubscription',
        summary: 'Subscribe to a model, or to several',
        description:
          'Active at once; pending until somebody decides where the model is restricted, or was suspended or taken back for you by a reviewer. One live subscription per model. With `modelIds` all are made or none, and the answer is a list in that order.',
        tags,
        body: CreateSubscription,
        response: {
          201: Created,
          ...errors(404, 409, 413, 415, 422, 'MODEL_NOT_AVAILABLE', 'SUBSCRIPTION_EXISTS'),
        },
      },
      config: { audit: 'subscription.requested', idempotency: 'optional' },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:create')],
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.get(
    '/api/v1/subscriptions',
    {
      schema: {
        operationId: 'listSubscriptions',
        summary: 'List your subscriptions',
        description: 'Your own, newest first, in every state.',
        tags,
        querystring: SubscriptionListQuery,
        response: { 200: Page(Subscription), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/subscriptions/statistics',
    {
      schema: {
        operationId: 'getSubscriptionStatistics',
        summary: 'Count your subscriptions',
        description: 'Your own, by state.',
        tags,
        response: { 200: One(SubscriptionStatistics), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:read')],
    },
    async (request) => ({ data: await service.statistics(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/subscriptions/:id',
    {
      schema: {
        operationId: 'getSubscription',
        summary: 'Read one of your subscriptions',
        description: 'Somebody else’s is 404, as one that does not exist.',
        tags,
        params: IdParams,
        response: { 200: One(Subscription), ...errors(404) },
      },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:read')],
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    '/api/v1/subscriptions/:id',
    {
      schema: {
        operationId: 'updateSubscription',
        summary: 'Rewrite the reason of a pending request',
        description:
          'Nothing else of a subscription can be written by its owner. `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateSubscription,
        response: { 200: One(Subscription), ...errors(404, 409, 413, 415, 'SUBSCRIPTION_STATE') },
      },
      config: { audit: 'subscription.updated' },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:update')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/subscriptions/:id',
    {
      schema: {
        operationId: 'cancelSubscription',
        summary: 'Cancel a subscription',
        description:
          'Your keys lose the model at once; a key that is left without models is disabled. The row stays, cancelled.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Cancelled.' }),
          ...errors(404, 409, 413, 415, 'SUBSCRIPTION_STATE'),
        },
      },
      config: { audit: 'subscription.cancelled' },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:update')],
    },
    async (request, reply) => {
      await service.cancel(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )

  routes.post(
    '/api/v1/subscriptions/:id/request-again',
    {
      schema: {
        operationId: 'requestSubscriptionAgain',
        summary: 'Ask again after a denial',
        description: 'Back to pending, or active at once where the model is restricted no longer.',
        tags,
        params: IdParams,
        body: RequestAgain,
        response: {
          200: One(Subscription),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'MODEL_NOT_AVAILABLE',
            'SUBSCRIPTION_EXISTS',
            'SUBSCRIPTION_STATE',
          ),
        },
      },
      config: { audit: 'subscription.requested_again', idempotency: 'optional' },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:update')],
    },
    async (request, reply) => {
      const version = expectedVersion(request, request.body?.version)
      const again = { reason: request.body?.reason, version }
      const idempotency = idempotencyOf(request, reply, 200)
      return { data: await service.requestAgain(callerOf(request), request.params.id, again, idempotency) }
    },
  )

  routes.get(
    '/api/v1/subscriptions/:id/history',
    {
      schema: {
        operationId: 'listSubscriptionHistory',
        summary: 'List what happened to a subscription',
        description: 'Every change of state of one of your subscriptions, oldest first.',
        tags,
        params: IdParams,
        querystring: SubscriptionHistoryQuery,
        response: { 200: Page(SubscriptionEvent), ...errors(404) },
      },
      preHandler: [app.authenticate, app.requirePermission('subscriptions:read')],
    },
    (request) => service.history(callerOf(request), request.params.id, request.query),
  )
}
