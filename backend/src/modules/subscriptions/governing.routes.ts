import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import {
  callerOf,
  errors,
  expectedVersion,
  idempotencyOf,
  IdParams,
  One,
  RefTo,
  strictObject,
} from '#platform/http'
import type { ReviewService } from './review.service.ts'
import {
  DecideSubscriptions,
  GrantSubscription,
  RemoveSubscriptionQuery,
  SubscriptionDecision,
  SubscriptionRequest,
} from './subscription.schemas.ts'

const tags = ['subscriptions']
const base = '/api/v1/admin/subscriptions'
const Decisions = strictObject({ data: Type.Array(RefTo(SubscriptionDecision)) })

/** What reviewers do with several subscriptions at once, and without a request. */
export function registerGoverningRoutes(app: FastifyInstance, service: ReviewService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const reviewers = [app.authenticate, app.requirePermission('approvals:decide')]

  routes.post(
    `${base}/decide`,
    {
      schema: {
        operationId: 'decideSubscriptions',
        summary: 'Decide on several pending subscriptions',
        description:
          'At most 100, each told separately in the order of the request: `status` is what it alone would have answered. What is refused for one, e.g. one’s own request, does not hinder the others.',
        tags,
        body: DecideSubscriptions,
        response: { 200: Decisions, ...errors(404, 409, 413, 415, 422) },
      },
      config: { audit: 'subscription.approved', tenant: 'cross', idempotency: 'required' },
      preHandler: reviewers,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 200)
      return { data: await service.decide(callerOf(request), request.body, idempotency) }
    },
  )

  routes.post(
    base,
    {
      schema: {
        operationId: 'grantSubscription',
        summary: 'Give somebody a subscription',
        description:
          'Active at once, also to a restricted model; for good, or until `expiresAt`. Never to oneself (403 `SELF_APPROVAL`).',
        tags,
        body: GrantSubscription,
        response: {
          201: One(SubscriptionRequest),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'SELF_APPROVAL',
            'SUBSCRIPTION_EXISTS',
            'MODEL_NOT_AVAILABLE',
            'EXPIRY_OUT_OF_RANGE',
          ),
        },
      },
      config: { audit: 'subscription.granted', tenant: 'cross', idempotency: 'optional' },
      preHandler: reviewers,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await service.grant(callerOf(request), request.body, idempotency)
      return reply.code(201).send({ data })
    },
  )

  routes.delete(
    `${base}/:id`,
    {
      schema: {
        operationId: 'removeSubscription',
        summary: 'Take a subscription away',
        description:
          'Its keys lose the model at once; a key that is left without models is disabled. The row stays, cancelled, and its person may ask anew. Never one’s own.',
        tags,
        params: IdParams,
        querystring: RemoveSubscriptionQuery,
        response: {
          204: Type.Null({ description: 'Taken away.' }),
          ...errors(404, 409, 413, 415, 'SELF_APPROVAL', 'SUBSCRIPTION_STATE'),
        },
      },
      config: { audit: 'subscription.removed', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request, reply) => {
      const decision = { reason: request.query.reason, version: expectedVersion(request) }
      await service.remove(callerOf(request), request.params.id, decision)
      return reply.code(204).send(null)
    },
  )
}
