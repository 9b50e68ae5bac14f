import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One, Page } from '#platform/http'
import { Budget, CreateIncrease, HistoryQuery, Increase, ResetSpend } from './budget.schemas.ts'
import type { SpendService } from './spend.service.ts'

const tags = ['budgets']
const url = '/api/v1/admin/budgets/:id'

/** More money for a time, and forgiveness. */
export function registerSpendRoutes(app: FastifyInstance, service: SpendService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const mayWrite = [app.authenticate, app.requirePermission('budgets:write')]

  routes.get(
    `${url}/increases`,
    {
      schema: {
        operationId: 'listBudgetIncreases',
        summary: 'List the temporary increases of a budget',
        description: 'Past and present, newest first.',
        tags,
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: Page(Increase), ...errors('BUDGET_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('budgets:read-all')],
    },
    (request) => service.listIncreases(callerOf(request), request.params.id, request.query),
  )

  routes.post(
    `${url}/increases`,
    {
      schema: {
        operationId: 'createBudgetIncrease',
        summary: 'Increase a budget for a time',
        description:
          'Counts at once and ends by itself, for every server at the same moment. More may then be spent than the limit: nothing fits any more until the window ends. One at a time. Never one’s own (403 `SELF_LIMIT`); the organization’s and the platform’s only by platform administrators.',
        tags,
        params: IdParams,
        body: CreateIncrease,
        response: {
          201: One(Increase),
          ...errors(
            'SELF_LIMIT',
            'BUDGET_NOT_FOUND',
            'INCREASE_ACTIVE',
            413,
            415,
            'BUDGET_UNLIMITED',
            'INCREASE_OUT_OF_RANGE',
          ),
        },
      },
      config: { audit: 'budget.increased', idempotency: 'required', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await service.increase(callerOf(request), request.params.id, request.body, idempotency)
      return reply.code(201).send({ data })
    },
  )

  routes.delete(
    `${url}/increases`,
    {
      schema: {
        operationId: 'endBudgetIncrease',
        summary: 'End the increase that is active',
        description: 'Before its time; counts at once. 404 when none is active.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Ended.' }),
          ...errors('SELF_LIMIT', 'BUDGET_NOT_FOUND', 'INCREASE_NOT_FOUND', 413, 415),
        },
      },
      config: { audit: 'budget.increase_ended', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      await service.endIncrease(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )

  routes.post(
    `${url}/reset-spend`,
    {
      schema: {
        operationId: 'resetBudgetSpend',
        summary: 'Forgive what was spent',
        description:
          'What was spent in the present window becomes 0, with a correction on record; the usage stays as it was. Never by the person whose budget it is (403 `SELF_RESET`); the organization’s and the platform’s only by platform administrators.',
        tags,
        params: IdParams,
        body: ResetSpend,
        response: { 200: One(Budget), ...errors('SELF_RESET', 'BUDGET_NOT_FOUND', 409, 413, 415, 422) },
      },
      config: { audit: 'budget.spend_reset', idempotency: 'required', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 200)
      const { reason } = request.body
      return { data: await service.reset(callerOf(request), request.params.id, reason, idempotency) }
    },
  )
}
