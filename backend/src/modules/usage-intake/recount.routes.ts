import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One, Page } from '#platform/http'
import { Job } from '#platform/jobs'
import {
  DifferenceListQuery,
  Recount,
  RecountDifference,
  RecountListQuery,
  RecountSummary,
  RecountTotal,
  StartRecount,
  TotalListQuery,
} from './recount.schemas.ts'
import type { RecountService } from './recount.service.ts'

const tags = ['usage']

/** Comparisons with LiteLLM's own logs. */
export function registerRecountRoutes(app: FastifyInstance, service: RecountService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const read = [app.authenticate, app.requireRole('adminReadonly')]

  routes.post(
    '/api/v1/admin/usage/recounts',
    {
      schema: {
        operationId: 'startUsageRecount',
        summary: 'Compare our usage with LiteLLM’s logs',
        description:
          'Call by call, over all organizations, as a job; its id is the comparison’s. With `apply` what is missing here is booked; nothing is ever removed. Calls of the last 15 minutes are left out. 422 `RANGE_INVALID` for more than 92 days or days to come.',
        tags,
        body: StartRecount,
        response: { 202: One(Job), ...errors(409, 413, 415, 422) },
      },
      config: { audit: 'usage.recount_started', idempotency: 'optional', tenant: 'none' },
      preHandler: [app.authenticate, app.requireRole('admin')],
    },
    async (request, reply) => {
      const data = await service.start(callerOf(request), request.body, idempotencyOf(request, reply, 202))
      return reply.code(202).header('location', `/api/v1/jobs/${data.id}`).send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/usage/recounts',
    {
      schema: {
        operationId: 'listUsageRecounts',
        summary: 'List comparisons with LiteLLM’s logs',
        description: 'Newest first.',
        tags,
        querystring: RecountListQuery,
        response: { 200: Page(RecountSummary), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    (request) => service.list(request.query),
  )

  routes.get(
    '/api/v1/admin/usage/recounts/:id',
    {
      schema: {
        operationId: 'getUsageRecount',
        summary: 'Read a comparison with LiteLLM’s logs',
        description: 'What was found so far, with both sides’ sums of each day.',
        tags,
        params: IdParams,
        response: { 200: One(Recount), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    async (request) => ({ data: await service.get(request.params.id) }),
  )

  routes.get(
    '/api/v1/admin/usage/recounts/:id/differences',
    {
      schema: {
        operationId: 'listUsageRecountDifferences',
        summary: 'List the calls on which the two sides differ',
        description:
          'Oldest first. A call can differ in cost and in tokens. Rounding in the last digit is no difference.',
        tags,
        params: IdParams,
        querystring: DifferenceListQuery,
        response: { 200: Page(RecountDifference), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    (request) => service.differences(request.params.id, request.query),
  )

  routes.get(
    '/api/v1/admin/usage/recounts/:id/totals',
    {
      schema: {
        operationId: 'listUsageRecountTotals',
        summary: 'List both sides’ sums by day, key and model',
        description: 'By day; `isDifferent=true` leaves out what agrees to the last digit.',
        tags,
        params: IdParams,
        querystring: TotalListQuery,
        response: { 200: Page(RecountTotal), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    (request) => service.totals(request.params.id, request.query),
  )
}
