/** The audit trail's own work: refusals of known callers are written down, rows are chained, auditors read. Changes write their own rows. */
import type { FastifyInstance } from 'fastify'
import { extendChains, RefusalLog } from '#platform/audit'
import { ExportDesk } from '#platform/export'
import { Periodic } from '#platform/jobs'
import { registerAuditRoutes } from './audit.routes.ts'
import { AuditFilterOptions, AuditLog } from './audit.schemas.ts'
import { AuditService, VERIFICATION } from './audit.service.ts'

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
  for (const schema of [AuditLog, AuditFilterOptions]) app.addSchema(schema)
  const desk = new ExportDesk()
  app.metrics.gauge('litemaas_audit_exports', 'Exports of the audit trail under way.', () => desk.running)
  app.addHook('preClose', async () => desk.stop())
  const service = new AuditService(app.serviceContext, { jobs: app.jobs, desk })
  app.jobs.register({ kind: VERIFICATION, run: (job) => service.runVerification(job), isOfPlatform: true })
  registerAuditRoutes(app, service)

  app.addHook('onResponse', (request, reply, done) => {
    const { refusal, routeOptions } = request
    const caller = request.caller ?? request.turnedAway
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
