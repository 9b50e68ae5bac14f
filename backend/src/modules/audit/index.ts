/** The audit trail's own work: refusals of known callers are written down, and rows are chained. Changes write their own rows. */
import type { FastifyInstance } from 'fastify'
import { extendChains, RefusalLog } from '#platform/audit'
import { Periodic } from '#platform/jobs'

declare module 'fastify' {
  interface FastifyInstance {
    readonly refusals: RefusalLog
  }
}

const CHAIN_EVERY_MS = 5000
const FLUSH_EVERY_MS = 10_000
const GATEWAY = '/v1/'

export async function audit(app: FastifyInstance): Promise<void> {
  const { platformDatabase: platform, clock, log } = app.serviceContext
  const refusals = new RefusalLog({ platform, clock })
  app.decorate('refusals', refusals)

  app.addHook('onResponse', (request, reply, done) => {
    const { caller, refusal, routeOptions } = request
    const route = routeOptions.url ?? ''
    // Model calls are usage: what the gateway refuses stands in its own log and metrics.
    if (caller && refusal && reply.statusCode === 403 && !route.startsWith(GATEWAY)) {
      const operation = routeOptions.schema?.operationId ?? `${request.method} ${route}`
      if (refusals.note(caller, { operation, method: request.method, route, code: refusal.code })) writeAll()
    }
    done()
  })
  const writeAll = () => {
    refusals
      .flush({ everything: true })
      .catch((error: unknown) => log.error({ err: error }, 'refusals could not be audited; trying again'))
  }

  const jobs = [
    new Periodic({
      name: 'audit-refusals',
      everyMs: () => FLUSH_EVERY_MS,
      work: () => refusals.flush({ everything: false }),
      log,
    }),
    new Periodic({
      name: 'audit-chain',
      everyMs: () => CHAIN_EVERY_MS,
      work: (signal) => extendChains(platform, signal),
      log,
    }),
  ]
  app.startup.push(() => {
    for (const job of jobs) job.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all(jobs.map((job) => job.stop()))
    await refusals
      .flush({ everything: true })
      .catch((error: unknown) => log.error({ err: error }, 'the last refusals could not be audited'))
  })
}
