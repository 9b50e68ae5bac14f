import fp from 'fastify-plugin'
import { systemClock } from '#platform/clock'
import { createMetrics, type Metrics } from '#platform/metrics'
import type { ServiceContext } from '#platform/services'
import { SettingsRegistry } from '#platform/settings'

declare module 'fastify' {
  interface FastifyInstance {
    /** What every module's plugin builds its own service from. */
    readonly serviceContext: ServiceContext
    readonly metrics: Metrics
    /** Sections of settings; modules add theirs. */
    readonly settings: SettingsRegistry
  }
}

/** Hands the spine to the modules. */
export const services = fp(
  async (app) => {
    const metrics = createMetrics()
    app.decorate('metrics', metrics)
    app.decorate('settings', new SettingsRegistry())
    app.decorate('serviceContext', {
      database: app.database,
      platformDatabase: app.platformDatabase,
      log: app.log,
      clock: systemClock,
    })
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
