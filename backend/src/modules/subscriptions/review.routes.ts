import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, IdParams, One, Page } from '#platform/http'
import {
  ApprovalStatistics,
  ApprovalStatisticsQuery,
  ApproveSubscription,
  DenySubscription,
  ReasonedAct,
  ResumeSubscription,
  SubscriptionEvent,
  SubscriptionHistoryQuery,
  SubscriptionQueueQuery,
  SubscriptionRequest,
} from './subscription.schemas.ts'
import type { ReviewService } from './review.service.ts'

const tags = ['subscriptions']
const base = '/api/v1/admin/subscriptions'

/** What reviewers see of the subscriptions of their organization, and what they do with one. */
export function registerReviewRoutes(app: FastifyInstance, service: ReviewService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const readers = [app.authenticate, app.requirePermission('approvals:read')]
  const reviewers = [app.authenticate, app.requirePermission('approvals:decide')]
  const response = {
    200: One(SubscriptionRequest),
    ...errors(404, 409, 413, 415, 'SELF_APPROVAL', 'SUBSCRIPTION_STATE'),
  }

  routes.get(
    base,
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
      preHandler: readers,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    `${base}/statistics`,
    {
      schema: {
        operationId: 'getApprovalStatistics',
        summary: 'Read the organization’s subscriptions in numbers',
        description:
          'How many are in each state, since when the oldest waits, and the median time to a decision.',
        tags,
        querystring: ApprovalStatisticsQuery,
        response: { 200: One(ApprovalStatistics), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    async (request) => ({ data: await service.statistics(callerOf(request), request.query) }),
  )

  routes.get(
    `${base}/:id`,
    {
      schema: {
        operationId: 'getSubscriptionRequest',
        summary: 'Read one subscription of the organization',
        description: 'With who asks and who decided. Another organization’s is 404.',
        tags,
        params: IdParams,
        response: { 200: One(SubscriptionRequest), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.get(
    `${base}/:id/history`,
    {
      schema: {
        operationId: 'listSubscriptionRequestHistory',
        summary: 'List what happened to a subscription of the organization',
        description: 'Every change of state, oldest first.',
        tags,
        params: IdParams,
        querystring: SubscriptionHistoryQuery,
        response: { 200: Page(SubscriptionEvent), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    (request) => service.history(callerOf(request), request.params.id, request.query),
  )

  routes.post(
    `${base}/:id/approve`,
    {
      schema: {
        operationId: 'approveSubscription',
        summary: 'Approve a pending subscription',
        description:
          'For good, or until `expiresAt`. Decided once: a second decision is 409 and names who was faster. Nobody decides on their own request (403 `SELF_APPROVAL`).',
        tags,
        params: IdParams,
        body: ApproveSubscription,
        response: {
          ...response,
          ...errors(404, 409, 413, 415, 'SELF_APPROVAL', 'SUBSCRIPTION_STATE', 'EXPIRY_OUT_OF_RANGE'),
        },
      },
      config: { audit: 'subscription.approved', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request) => {
      const { reason, expiresAt, version } = request.body ?? {}
      const decision = { reason, expiresAt, version: expectedVersion(request, version) }
      return { data: await service.approve(callerOf(request), request.params.id, decision) }
    },
  )

  routes.post(
    `${base}/:id/deny`,
    {
      schema: {
        operationId: 'denySubscription',
        summary: 'Deny a pending subscription',
        description:
          'The requester reads the reason and may ask again. Decided once; never one’s own (403 `SELF_APPROVAL`).',
        tags,
        params: IdParams,
        body: DenySubscription,
        response,
      },
      config: { audit: 'subscription.denied', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      const decision = { reason: request.body.reason, version }
      return { data: await service.deny(callerOf(request), request.params.id, decision) }
    },
  )

  routes.post(
    `${base}/:id/revert`,
    {
      schema: {
        operationId: 'revertSubscription',
        summary: 'Take a decision back',
        description:
          'An active or denied subscription waits again. An active one is taken off its keys at once. 409 `SUBSCRIPTION_EXISTS` when the person has asked anew since a denial. Never one’s own.',
        tags,
        params: IdParams,
        body: ReasonedAct,
        response: {
          ...response,
          ...errors(404, 409, 413, 415, 'SELF_APPROVAL', 'SUBSCRIPTION_STATE', 'SUBSCRIPTION_EXISTS'),
        },
      },
      config: { audit: 'subscription.reverted', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      const decision = { reason: request.body.reason, version }
      return { data: await service.revert(callerOf(request), request.params.id, decision) }
    },
  )

  routes.post(
    `${base}/:id/suspend`,
    {
      schema: {
        operationId: 'suspendSubscription',
        summary: 'Suspend an active subscription',
        description: 'Its keys keep the model and cannot call it until it is resumed. Never one’s own.',
        tags,
        params: IdParams,
        body: ReasonedAct,
        response,
      },
      config: { audit: 'subscription.suspended', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      const decision = { reason: request.body.reason, version }
      return { data: await service.suspend(callerOf(request), request.params.id, decision) }
    },
  )

  routes.post(
    `${base}/:id/resume`,
    {
      schema: {
        operationId: 'resumeSubscription',
        summary: 'Resume a suspended subscription',
        description: 'Its keys can call the model again. Never one’s own.',
        tags,
        params: IdParams,
        body: ResumeSubscription,
        response,
      },
      config: { audit: 'subscription.resumed', tenant: 'cross' },
      preHandler: reviewers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body?.version)
      const decision = { reason: request.body?.reason, version }
      return { data: await service.resume(callerOf(request), request.params.id, decision) }
    },
  )
}
