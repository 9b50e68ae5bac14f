import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { systemClock } from '#platform/clock'
import { Notifications } from '#platform/database'
import { EventFeed, EVENTS_CHANNEL } from '#platform/events'
import { Job, JobRunner, JOBS_CHANNEL } from '#platform/jobs'
import { createMetrics, type Metrics } from '#platform/metrics'
import type { ServiceContext } from '#platform/services'

declare module 'fastify' {
  interface FastifyInstance {
    /** What every module's plugin builds its own service from. */
    readonly serviceContext: ServiceContext
    readonly metrics: Metrics
    /** Work that somebody waits for; modules register their kinds. */
    readonly jobs: JobRunner
    /** What was announced, in order, for the live stream and whoever else follows. */
    readonly eventFeed: EventFeed
    /** Wakes what waits for other processes; hearers are added before the start. */
    readonly notifications: Notifications
  }
}

/** Hands the spine to the modules. */
export const services = fp(
  async (app) => {
    const metrics = createMetrics()
    app.decorate('metrics', metrics)
    app.decorate('serviceContext', {
      database: app.database,
      platformDatabase: app.platformDatabase,
      log: app.log,
      clock: systemClock,
    })
    workInBackground(app)
    const isVerbose = ['debug', 'trace'].includes(app.config.LOG_LEVEL)
    app.addHook('onResponse', (request, reply, done) => {
      const operation = request.routeOptions.schema?.operationId ?? 'unknown'
      metrics.requests.observe({ operation, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
      if (isVerbose)
        request.log.debug(
          { req: request, res: reply, operation, durationMs: Math.round(reply.elapsedTime) },
          'answered',
        )
      done()
    })
  },
  { name: 'services', dependencies: ['database', 'subscription-hooks'] },
)

/** What waits for other processes: one listening connection, the jobs, and the reader of events. */
function workInBackground(app: FastifyInstance): void {
  const { config, platformDatabase: platform, log } = app
  const notifications = new Notifications(config.DATABASE_URL)
  const jobs = new JobRunner({ platform, log, leaseSeconds: config.LEASE_SECONDS })
  app.decorate('notifications', notifications)
  app.decorate('jobs', jobs)
  // Wherever an operation starts a job, its answer is this.
  app.addSchema(Job)
  app.metrics.gauge('litemaas_jobs_running', 'Jobs that this process runs.', () => jobs.running)
  notifications.on(JOBS_CHANNEL, () => jobs.wake())
  const eventFeed = new EventFeed({ platform, log })
  app.decorate('eventFeed', eventFeed)
  notifications.on(EVENTS_CHANNEL, () => eventFeed.wake())
  app.startup.push(async () => {
    await notifications.start()
    eventFeed.start()
  })
  app.addHook('onClose', async () => {
    await jobs.stop()
    await eventFeed.stop()
    await notifications.close()
  })
}
