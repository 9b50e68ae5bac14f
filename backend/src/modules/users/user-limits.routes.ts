import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One } from '#platform/http'
import type { Job } from '#platform/jobs'
import type { BulkLimitsService } from './bulk-limits.service.ts'
import { BulkJob, BulkLimits, BulkPreview, SetUserLimits, UserLimits } from './user-limits.schemas.ts'
import type { UserLimitsService } from './user-limits.service.ts'

const tags = ['users']

/** Limits of people, one by one and many at once. */
export function registerUserLimitsRoutes(
  app: FastifyInstance,
  service: UserLimitsService,
  bulk: BulkLimitsService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('users:write')]

  routes.put(
    '/api/v1/admin/users/:id/limits',
    {
      schema: {
        operationId: 'setUserLimits',
        summary: 'Set a person’s limits',
        description:
          'Rates and budget over all keys of a person in this organization; every field is set, null lifts it. Limits of keys, teams and the organization bind besides. Nobody changes their own (403 `SELF_LIMIT`).',
        tags,
        params: IdParams,
        body: SetUserLimits,
        response: { 200: One(UserLimits), ...errors(404, 409, 413, 415, 'USER_NOT_FOUND', 'SELF_LIMIT') },
      },
      config: { tenant: 'cross', audit: 'user.limits_changed' },
      preHandler,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.set(callerOf(request), request.params.id, request.body, version) }
    },
  )

  const started = (reply: FastifyReply, job: Job) => {
    void reply.code(202).header('location', `/api/v1/jobs/${job.id}`)
    return { data: job }
  }

  routes.post(
    '/api/v1/admin/users/bulk-limits',
    {
      schema: {
        operationId: 'setLimitsOfUsers',
        summary: 'Set limits of many people',
        description:
          'Only the given limits change, for the named people or for everybody of a filter. With `dryRun` the answer (200) says what would change for whom; without, a job (202) does exactly that, with one row in the trail per person changed. One’s own limits are left out and reported as refused.',
        tags,
        body: BulkLimits,
        response: {
          200: One(BulkPreview),
          202: BulkJob,
          ...errors(404, 409, 413, 415, 422, 'USER_NOT_FOUND', 'TEAM_NOT_FOUND', 'TOO_MANY_PEOPLE'),
        },
      },
      config: { tenant: 'cross', audit: 'user.limits_changed', idempotency: 'required' },
      preHandler,
    },
    async (request, reply) => {
      const [caller, { body }] = [callerOf(request), request]
      const idempotency = idempotencyOf(request, reply, 202)
      if (body.dryRun === true) return { data: await bulk.preview(caller, body) }
      return started(reply, await bulk.start(caller, body, idempotency))
    },
  )
}
