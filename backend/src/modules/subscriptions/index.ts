/** Rights to models: who asked, who decided, what state it is in. It changes no key; rooms that must follow register with the hooks. */
import type { FastifyInstance } from 'fastify'
import { Periodic } from '#platform/jobs'
import { registerGoverningRoutes } from './governing.routes.ts'
import { followMemberships } from './membership-follower.ts'
import { registerReviewRoutes } from './review.routes.ts'
import { ReviewService } from './review.service.ts'
import { SubscriptionJobs } from './subscription-jobs.ts'
import { registerSubscriptionRoutes } from './subscription.routes.ts'
import {
  ApprovalStatistics,
  Subscription,
  SubscriptionDecision,
  SubscriptionEvent,
  SubscriptionRequest,
  SubscriptionStatistics,
} from './subscription.schemas.ts'
import { SubscriptionService } from './subscription.service.ts'

const schemas = [
  Subscription,
  SubscriptionRequest,
  SubscriptionEvent,
  SubscriptionDecision,
  SubscriptionStatistics,
  ApprovalStatistics,
]
const EXPIRY_EVERY_MS = 5000

export async function subscriptions(app: FastifyInstance): Promise<void> {
  const { serviceContext, jobs, log } = app
  for (const schema of schemas) app.addSchema(schema)
  const service = new SubscriptionService(serviceContext, app.subscriptionHooks)
  app.accessHooks.register(followMemberships(service))
  const reviews = new ReviewService(serviceContext, service)
  registerSubscriptionRoutes(app, service)
  registerReviewRoutes(app, reviews)
  registerGoverningRoutes(app, reviews)
  const work = new SubscriptionJobs(serviceContext, { subscriptions: service, jobs })
  const expiry = new Periodic({
    name: 'subscription-expiry',
    everyMs: () => EXPIRY_EVERY_MS,
    work: (signal) => work.expire(signal),
    log,
  })
  app.startup.push(() => expiry.start())
  app.addHook('onClose', () => expiry.stop())
}
export type { SubscriptionTransition } from './subscription.service.ts'
