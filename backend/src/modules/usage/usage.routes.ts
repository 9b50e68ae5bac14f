import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, CursorPage, errors, One, strictObject } from '#platform/http'
import { UsageBudget } from './usage-budget.schemas.ts'
import type { UsageStatsService } from './usage-stats.service.ts'
import { AsOf, UsageDays, UsageLog, UsageLogQuery, UsageSummary, UsageSummaryQuery } from './usage.schemas.ts'

const tags = ['usage']
const OWN = 'Your own calls only; with an API key, only those made with it.'

export function registerUsageRoutes(app: FastifyInstance, service: UsageStatsService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('usage:read'), app.acceptApiKey]

  routes.get(
    '/api/v1/usage/summary',
    {
      schema: {
        operationId: 'getUsageSummary',
        summary: 'Sum up a period',
        description: `Calls, tokens and cost of a period and of the one before, by model and by key. ${OWN}`,
        tags,
        querystring: UsageSummaryQuery,
        response: { 200: One(UsageSummary), ...errors() },
      },
      preHandler,
    },
    async (request) => ({ data: await service.summary(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/usage/daily',
    {
      schema: {
        operationId: 'listUsageDays',
        summary: 'Sum up every day of a period',
        description: `One item for each day in UTC, days without usage included; at most 400 days. ${OWN}`,
        tags,
        querystring: UsageSummaryQuery,
        response: { 200: UsageDays, ...errors() },
      },
      preHandler,
    },
    (request) => service.daily(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/usage/logs',
    {
      schema: {
        operationId: 'listUsageLogs',
        summary: 'List calls',
        description: `Every call, newest first. ${OWN}`,
        tags,
        querystring: UsageLogQuery,
        response: { 200: strictObject({ ...CursorPage(UsageLog).properties, asOf: AsOf }), ...errors() },
      },
      preHandler,
    },
    (request) => service.logs(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/usage/budget',
    {
      schema: {
        operationId: 'getUsageBudget',
        summary: 'Read what may still be spent',
        description:
          'The budgets of your keys, and the limits above them: your own with amounts, those of team and organization as a share. With an API key: that key, and only shares above it.',
        tags,
        response: { 200: One(UsageBudget), ...errors() },
      },
      preHandler,
    },
    async (request) => ({ data: await service.budget(callerOf(request)) }),
  )
}
