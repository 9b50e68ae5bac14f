/** Events told to other systems: signed, repeated until they arrive, never into our own network. Who is told what comes from `deliverToWebhooks`. */
import type { FastifyInstance } from 'fastify'
import { LeasedWorker } from '#platform/deliveries'
import { createCipher } from '#platform/encryption'
import { Periodic } from '#platform/jobs'
import { deleteOldDeliveries, DELIVERIES_CHANNEL } from './delivery.queries.ts'
import { registerDeliveryRoutes } from './delivery.routes.ts'
import { DeliveryService } from './delivery.service.ts'
import { Delivering } from './delivering.ts'
import { destinationsOf } from './destination.ts'
import { registerWebhookRoutes } from './webhook.routes.ts'
import { Webhook, WebhookDelivery, WebhookWithSecret } from './webhook.schemas.ts'
import { WebhookService } from './webhook.service.ts'

const KEPT_DAYS = 30
const HOURLY_MS = 3_600_000

export async function webhooks(app: FastifyInstance): Promise<void> {
  const { config, serviceContext, notifications, log } = app
  const { platformDatabase: platform } = serviceContext
  for (const schema of [Webhook, WebhookWithSecret, WebhookDelivery]) app.addSchema(schema)
  const cipher = createCipher({ current: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const admit = destinationsOf(listOf(config.WEBHOOK_ALLOWED_HOSTS))
  const service = new WebhookService(serviceContext, { cipher, admit })
  registerWebhookRoutes(app, service)
  registerDeliveryRoutes(app, new DeliveryService(serviceContext, service))

  const leaseSeconds = config.LEASE_SECONDS
  const worker = new LeasedWorker(new Delivering({ platform, cipher, admit }), {
    platform,
    log,
    leaseSeconds,
  })
  notifications.on(DELIVERIES_CHANNEL, () => worker.wake())
  const cleaning = new Periodic({
    name: 'old-webhook-deliveries',
    everyMs: () => HOURLY_MS,
    work: async (signal) => {
      const clean = () => platform.transaction('housekeeping', (tx) => deleteOldDeliveries(tx, KEPT_DAYS))
      while (!signal.aborted && (await clean()) > 0);
    },
    log,
  })
  app.startup.push(() => {
    worker.start()
    cleaning.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all([worker.stop(), cleaning.stop()])
  })
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

export { deliverToWebhooks } from './fan-out.ts'
