/** What was used and what it cost: writes every finished call once, and answers people's questions about it. */
import type { FastifyInstance } from 'fastify'
import { UsageBudget } from './usage-budget.schemas.ts'
import { UsageStatsService } from './usage-stats.service.ts'
import { UsageWriter } from './usage-writer.ts'
import { registerUsageRoutes } from './usage.routes.ts'
import { UsageDay, UsageLog, UsageSummary } from './usage.schemas.ts'

export type { FinishedCall } from './usage-record.ts'
export type { UsageWriter } from './usage-writer.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly usageWriter: UsageWriter
  }
}

export async function usage(app: FastifyInstance): Promise<void> {
  const { platformDatabase, clock, log } = app.serviceContext
  const writer = new UsageWriter({ platform: platformDatabase, clock, log })
  app.decorate('usageWriter', writer)
  app.metrics.gauge('litemaas_usage_queue', 'Finished calls not yet written.', () => writer.queued)
  for (const schema of [UsageSummary, UsageDay, UsageLog, UsageBudget]) app.addSchema(schema)
  registerUsageRoutes(app, new UsageStatsService(app.serviceContext))
}
