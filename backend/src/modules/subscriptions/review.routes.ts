import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, IdParams, One, Page } from '#platform/http'
import {
  ApproveSubscription,
  DenySubscription,
  SubscriptionQueueQuery,
  SubscriptionRequest,
} from './subscription.schemas.ts'
import type { ReviewService } from './review.service.ts'

const tags = ['subscriptions']

/** What reviewers do with the subscriptions of their organization. */
export function registerReviewRoutes(app: FastifyInstance, service: ReviewService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/admin/subscriptions',
    {
      schema: {
        operationId: 'listSubscriptionRequests',
        summary: 'List the organization’s subscriptions',
        description: 'Oldest first; `status=pending` is the queue of what waits for a decision.',
        tags,
        querystring: SubscriptionQueueQuery,
        response: { 200: Page(SubscriptionRequest), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('approvals:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.post(
    '/api/v1/admin/subscriptions/:id/approve',
    {
      schema: {
        operationId: 'approveSubscription',
        summary: 'Approve a pending subscription',
        description:
          'Decided once: a second decision is 409. Nobody decides on their own request (403 `SELF_APPROVAL`).',
        tags,
        params: IdParams,
        body: ApproveSubscription,
        response: { 200: One(SubscriptionRequest), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'subscription.approved', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('approvals:decide')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body?.version)
      const decision = { reason: request.body?.reason, version }
      return { data: await service.approve(callerOf(request), request.params.id, decision) }
    },
  )

  routes.post(
    '/api/v1/admin/subscriptions/:id/deny',
    {
      schema: {
        operationId: 'denySubscription',
        summary: 'Deny a pending subscription',
        description:
          'The requester reads the reason and may ask again. Decided once; never one’s own (403 `SELF_APPROVAL`).',
        tags,
        params: IdParams,
        body: DenySubscription,
        response: { 200: One(SubscriptionRequest), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'subscription.denied', tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('approvals:decide')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      const decision = { reason: request.body.reason, version }
      return { data: await service.deny(callerOf(request), request.params.id, decision) }
    },
  )
}
