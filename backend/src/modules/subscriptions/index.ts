/** Rights to models: who asked, who decided, what state it is in. It changes no key; rooms that must follow register with the hooks. */
import type { FastifyInstance } from 'fastify'
import { registerReviewRoutes } from './review.routes.ts'
import { ReviewService } from './review.service.ts'
import { registerSubscriptionRoutes } from './subscription.routes.ts'
import { Subscription, SubscriptionEvent, SubscriptionRequest } from './subscription.schemas.ts'
import { SubscriptionService } from './subscription.service.ts'

export async function subscriptions(app: FastifyInstance): Promise<void> {
  for (const schema of [Subscription, SubscriptionRequest, SubscriptionEvent]) app.addSchema(schema)
  const service = new SubscriptionService(app.serviceContext, app.subscriptionHooks)
  registerSubscriptionRoutes(app, service)
  registerReviewRoutes(app, new ReviewService(app.serviceContext, service))
}
export type { SubscriptionTransition } from './subscription.service.ts'
