/** What people are told, and how: made of events, kept in an inbox, sent by e-mail. It announces nothing but that there is something new. */
import type { FastifyInstance } from 'fastify'
import { retention } from '#modules/settings'
import { LeasedWorker } from '#platform/deliveries'
import { EVENTS_CHANNEL } from '#platform/events'
import { Periodic } from '#platform/jobs'
import { deleteOld, EMAIL_CHANNEL } from './dispatch.queries.ts'
import { Dispatcher } from './dispatcher.ts'
import { createMailer } from './mailer.ts'
import { Mailing } from './mailing.ts'
import './notification.errors.ts'
import { registerNotificationRoutes, registerPreferenceRoutes } from './notification.routes.ts'
import { Notification, NotificationPreferences } from './notification.schemas.ts'
import { NotificationService } from './notification.service.ts'
import { PreferenceService } from './preference.service.ts'

const HOURLY_MS = 3_600_000
const EMAIL_DAYS = 30

export async function notifications(app: FastifyInstance): Promise<void> {
  const { serviceContext, log } = app
  const { platformDatabase: platform } = serviceContext
  for (const schema of [Notification, NotificationPreferences]) app.addSchema(schema)
  const hasMail = app.config.SMTP_URL !== undefined
  registerNotificationRoutes(app, new NotificationService(serviceContext))
  registerPreferenceRoutes(app, new PreferenceService(serviceContext, { hasMail }))
  const dispatcher = new Dispatcher({ platform, hasMail, log, jobs: app.jobs })
  app.notifications.on(EVENTS_CHANNEL, () => dispatcher.wake())
  const cleaning = new Periodic({
    name: 'old-notifications',
    everyMs: () => HOURLY_MS,
    work: async (signal) => {
      const clean = () =>
        platform.transaction('housekeeping', async (tx) => {
          const { notificationDays } = await retention.read(tx)
          return deleteOld(tx, { notifications: notificationDays, emails: EMAIL_DAYS })
        })
      while (!signal.aborted && (await clean()) > 0);
    },
    log,
  })
  app.startup.push(() => {
    dispatcher.start()
    cleaning.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all([dispatcher.stop(), cleaning.stop()])
  })
  sendMail(app)
}

/** Where no server is configured, nothing is sent. */
function sendMail(app: FastifyInstance): void {
  const { config, serviceContext, log } = app
  const { SMTP_URL: url, SMTP_FROM: from, PUBLIC_URL: publicUrl } = config
  if (url === undefined || from === undefined) return
  const { platformDatabase: platform } = serviceContext
  const mailer = createMailer({ url, from })
  const worker = new LeasedWorker(new Mailing({ platform, mailer, publicUrl }), {
    platform,
    log,
    // Longer than the slowest server may take for one mail.
    leaseSeconds: Math.max(config.LEASE_SECONDS, 60),
    concurrency: 4,
  })
  app.notifications.on(EMAIL_CHANNEL, () => worker.wake())
  app.startup.push(() => worker.start())
  app.addHook('onClose', async () => {
    await worker.stop()
    mailer.close()
  })
}
