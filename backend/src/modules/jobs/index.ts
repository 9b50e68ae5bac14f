/** Work under way, for those who wait for it: read, list, cancel. It starts nothing; other rooms do, and register what they run. */
import type { FastifyInstance } from 'fastify'
import { registerJobRoutes } from './job.routes.ts'
import { JobService } from './job.service.ts'

export async function jobs(app: FastifyInstance): Promise<void> {
  registerJobRoutes(app, new JobService(app.serviceContext, app.jobs))
  // The last step of the boot, when everything is there that a job may need.
  app.startup.push(() => app.jobs.start())
}
