import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  Budget,
  BudgetListQuery,
  BudgetWindow,
  BudgetWithSpenders,
  CreateBudget,
  HistoryQuery,
  MyBudget,
  UpdateBudget,
} from './budget.schemas.ts'
import type { BudgetService } from './budget.service.ts'

const tags = ['budgets']
const WHO =
  'Organization administrators change budgets of people and teams; the organization’s and the platform’s only platform administrators.'

export function registerBudgetRoutes(app: FastifyInstance, service: BudgetService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const mayRead = [app.authenticate, app.requirePermission('budgets:read-all')]
  const mayWrite = [app.authenticate, app.requirePermission('budgets:write')]

  routes.get(
    '/api/v1/budgets',
    {
      schema: {
        operationId: 'listMyBudgets',
        summary: 'List the budgets that bind you',
        description:
          'Of your keys, yours, of your teams, of the organization and of the platform. Amounts only of what is yours alone; of the others the share that is used.',
        tags,
        querystring: HistoryQuery,
        response: { 200: Page(MyBudget), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('usage:read')],
    },
    (request) => service.listMine(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/budgets',
    {
      schema: {
        operationId: 'listBudgets',
        summary: 'List budgets',
        description:
          'Of the organization, the most used first. Keys whose spending is only counted are left out. `level=platform` shows platform administrators the one above all organizations.',
        tags,
        querystring: BudgetListQuery,
        response: { 200: Page(Budget), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: mayRead,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.post(
    '/api/v1/admin/budgets',
    {
      schema: {
        operationId: 'createBudget',
        summary: 'Limit a person, a team, the organization or the platform',
        description: `What was used earlier in the present window counts. ${WHO} Nobody limits themselves (403 \`SELF_LIMIT\`).`,
        tags,
        body: CreateBudget,
        response: {
          201: One(Budget),
          ...errors('SELF_LIMIT', 'USER_NOT_FOUND', 'TEAM_NOT_FOUND', 'BUDGET_EXISTS', 413, 415, 422),
        },
      },
      config: { audit: 'budget.created', idempotency: 'optional', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await service.create(callerOf(request), request.body, idempotency)
      return reply.code(201).send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/budgets/:id',
    {
      schema: {
        operationId: 'getBudget',
        summary: 'Read a budget, and who used it',
        description: 'With the dearest people, keys and models of the present window.',
        tags,
        params: IdParams,
        response: { 200: One(BudgetWithSpenders), ...errors('BUDGET_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: mayRead,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    '/api/v1/admin/budgets/:id',
    {
      schema: {
        operationId: 'updateBudget',
        summary: 'Change a budget',
        description: `What is left out stays; what was spent in the present window stays spent. ${WHO} Nobody changes their own (403 \`SELF_LIMIT\`); a key’s is changed with the key.`,
        tags,
        params: IdParams,
        body: UpdateBudget,
        response: {
          200: One(Budget),
          ...errors('SELF_LIMIT', 'BUDGET_NOT_FOUND', 409, 413, 415, 'BUDGET_OF_KEY'),
        },
      },
      config: { audit: 'budget.updated', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/admin/budgets/:id',
    {
      schema: {
        operationId: 'deleteBudget',
        summary: 'Remove a budget',
        description: `This level then limits nobody any more; its history goes with it, the usage stays. ${WHO}`,
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errors('SELF_LIMIT', 'BUDGET_NOT_FOUND', 409, 413, 415, 'BUDGET_OF_KEY'),
        },
      },
      config: { audit: 'budget.deleted', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )

  routes.get(
    '/api/v1/admin/budgets/:id/history',
    {
      schema: {
        operationId: 'listBudgetHistory',
        summary: 'List the windows that are over',
        description: 'Newest first. Windows without spending are left out.',
        tags,
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: Page(BudgetWindow), ...errors('BUDGET_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: mayRead,
    },
    (request) => service.history(callerOf(request), request.params.id, request.query),
  )
}
