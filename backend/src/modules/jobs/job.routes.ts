import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, IdParams, One, Page } from '#platform/http'
import { Job } from '#platform/jobs'
import { AllJobsQuery, JobListQuery } from './job.schemas.ts'
import type { JobService } from './job.service.ts'

const tags = ['jobs']

/** Long work, seen by those who started it and by administrators. */
export function registerJobRoutes(app: FastifyInstance, service: JobService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/jobs',
    {
      schema: {
        operationId: 'listJobs',
        summary: 'List your jobs',
        description: 'What you started in this organization, newest first; kept for 30 days after its end.',
        tags,
        querystring: JobListQuery,
        response: { 200: Page(Job), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('jobs:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/jobs/:id',
    {
      schema: {
        operationId: 'getJob',
        summary: 'Read a job',
        description:
          'How far it is, and what came of it. Your own; with `jobs:read-all` any of the organization’s. Others are 404.',
        tags,
        params: IdParams,
        response: { 200: One(Job), ...errors(404) },
      },
      preHandler: [app.authenticate, app.requirePermission('jobs:read')],
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.post(
    '/api/v1/jobs/:id/cancel',
    {
      schema: {
        operationId: 'cancelJob',
        summary: 'Cancel a job',
        description:
          'A waiting job ends at once. A running one is asked to end, and is `cancelled` when it has; what it did until then stays. Yours, or with `jobs:read-all` any of the organization’s; 409 `JOB_FINISHED` when it is over.',
        tags,
        params: IdParams,
        response: { 200: One(Job), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'job.cancelled' },
      preHandler: [app.authenticate, app.requirePermission('jobs:cancel')],
    },
    async (request) => ({ data: await service.cancel(callerOf(request), request.params.id) }),
  )

  routes.get(
    '/api/v1/admin/jobs',
    {
      schema: {
        operationId: 'listAllJobs',
        summary: 'List the organization’s jobs',
        description: 'Everybody’s, newest first, for administrators.',
        tags,
        querystring: AllJobsQuery,
        response: { 200: Page(Job), ...errors() },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('jobs:read-all')],
    },
    (request) => service.listAll(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/jobs/:id',
    {
      schema: {
        operationId: 'getAnyJob',
        summary: 'Read one of the organization’s jobs',
        description: 'As `getJob`, for administrators, and across organizations for those of the platform.',
        tags,
        params: IdParams,
        response: { 200: One(Job), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('jobs:read-all')],
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )
}
