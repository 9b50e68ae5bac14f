/** What was used and what it cost: writes every finished call once, and answers people's questions about it. */
import type { FastifyInstance } from 'fastify'
import { ExportDesk } from '#platform/export'
import { CallMarks } from './call-marks.ts'
import { registerAdminUsageRoutes } from './usage-admin.routes.ts'
import { AdminUsageService } from './usage-admin.service.ts'
import { UsageBudget } from './usage-budget.schemas.ts'
import { registerUsageReportRoutes } from './usage-report.routes.ts'
import { schemas } from './usage-report.schemas.ts'
import { UsageStatsService } from './usage-stats.service.ts'
import { UsageWriter } from './usage-writer.ts'
import { registerUsageRoutes } from './usage.routes.ts'
import { UsageDay, UsageLog, UsageSummary } from './usage.schemas.ts'

export type { CallMarks } from './call-marks.ts'
export type { FinishedCall } from './usage-record.ts'
export type { UsageWriter } from './usage-writer.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly usageWriter: UsageWriter
    /** Tells the gateway's own calls from others in LiteLLM's logs. */
    readonly callMarks: CallMarks
  }
}

export async function usage(app: FastifyInstance): Promise<void> {
  const { platformDatabase, clock, log } = app.serviceContext
  const writer = new UsageWriter({ platform: platformDatabase, clock, log })
  app.decorate('usageWriter', writer)
  app.decorate('callMarks', new CallMarks(app.config.KEY_PEPPER, app.config.KEY_PEPPER_PREVIOUS))
  app.metrics.gauge('litemaas_usage_queue', 'Finished calls not yet written.', () => writer.queued)
  for (const schema of [UsageSummary, UsageDay, UsageLog, UsageBudget, ...schemas]) app.addSchema(schema)
  const desk = new ExportDesk()
  app.metrics.gauge('litemaas_usage_exports', 'Exports of usage under way.', () => desk.running)
  app.addHook('preClose', async () => desk.stop())
  const own = new UsageStatsService(app.serviceContext, desk)
  registerUsageRoutes(app, own)
  registerUsageReportRoutes(app, own)
  registerAdminUsageRoutes(app, new AdminUsageService(app.serviceContext, desk))
}
