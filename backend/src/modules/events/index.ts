/** What happens, shown as it happens to whoever may see it. It announces nothing of its own except what the hooks of subscriptions tell it. */
import type { FastifyInstance } from 'fastify'
import { registerEventRoutes } from './event.routes.ts'
import { EventTicket } from './event.schemas.ts'
import { LiveEvents } from './live-events.service.ts'
import { announceSubscription } from './subscription-events.ts'
import { TicketService } from './ticket.service.ts'

export async function events(app: FastifyInstance): Promise<void> {
  const { config, eventFeed: feed, identity, serviceContext } = app
  const { clock, log } = serviceContext
  app.addSchema(EventTicket)
  const live = new LiveEvents({ feed, identity, clock, log })
  app.metrics.gauge('litemaas_event_streams', 'Open live streams.', () => live.open)
  registerEventRoutes(
    app,
    live,
    new TicketService(serviceContext, { identity, secret: config.SESSION_SECRET }),
  )
  app.subscriptionHooks.register('events', announceSubscription)
  // A closing server waits for its answers, and these have no end of their own.
  app.addHook('preClose', async () => live.stop())
}
