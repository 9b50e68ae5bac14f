import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { EXPORT_FORMS, exportOf, sendExport } from '#platform/export'
import { callerOf, errors, One } from '#platform/http'
import {
  UsageExportQuery,
  UsageFailures,
  UsageGroupQuery,
  UsageGroups,
  UsageHours,
  UsageLatency,
} from './usage-report.schemas.ts'
import type { UsageStatsService } from './usage-stats.service.ts'
import { UsageLog, UsageSummaryQuery } from './usage.schemas.ts'

const tags = ['usage']
const OWN = 'Your own calls only.'

export const EXPORT = `As it is read, without a limit, by default of the last 30 days. ${EXPORT_FORMS}`

/** What a person may ask about their own calls, beside the first questions in `usage.routes.ts`. */
export function registerUsageReportRoutes(app: FastifyInstance, service: UsageStatsService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('usage:read')]

  routes.get(
    '/api/v1/usage/hourly',
    {
      schema: {
        operationId: 'listUsageHours',
        summary: 'Sum up every hour of a period',
        description: `One item for each hour in UTC, hours without usage included; at most 31 days. ${OWN}`,
        tags,
        querystring: UsageSummaryQuery,
        response: { 200: UsageHours, ...errors() },
      },
      preHandler,
    },
    (request) => service.hourly(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/usage/by-model',
    {
      schema: {
        operationId: 'listUsageByModel',
        summary: 'Compare models',
        description: `What each model was used for in a period, and in the one before. ${OWN}`,
        tags,
        querystring: UsageGroupQuery,
        response: { 200: UsageGroups, ...errors() },
      },
      preHandler,
    },
    (request) => service.groups(callerOf(request), 'model', request.query),
  )

  routes.get(
    '/api/v1/usage/by-key',
    {
      schema: {
        operationId: 'listUsageByKey',
        summary: 'Compare keys',
        description: `What was used with each key in a period, and in the one before; deleted keys included. ${OWN}`,
        tags,
        querystring: UsageGroupQuery,
        response: { 200: UsageGroups, ...errors() },
      },
      preHandler,
    },
    (request) => service.groups(callerOf(request), 'apiKey', request.query),
  )

  routes.get(
    '/api/v1/usage/errors',
    {
      schema: {
        operationId: 'listUsageErrors',
        summary: 'Count failures by kind',
        description: `Calls that failed or were cancelled, by outcome, status and code; the 100 most frequent kinds. ${OWN}`,
        tags,
        querystring: UsageSummaryQuery,
        response: { 200: UsageFailures, ...errors() },
      },
      preHandler,
    },
    (request) => service.errors(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/usage/latency',
    {
      schema: {
        operationId: 'getUsageLatency',
        summary: 'Read how long calls took',
        description: `Measured durations and times to the first token of answered calls, or of those with another \`outcome\`. ${OWN}`,
        tags,
        querystring: UsageSummaryQuery,
        response: { 200: One(UsageLatency), ...errors() },
      },
      preHandler,
    },
    async (request) => ({ data: await service.latency(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/usage/export',
    {
      schema: {
        operationId: 'exportUsage',
        summary: 'Download calls',
        description: `${EXPORT} ${OWN}`,
        tags,
        produces: ['text/csv', 'application/json'],
        querystring: UsageExportQuery,
        response: { 200: exportOf(UsageLog, 'call'), ...errors() },
      },
      preHandler,
    },
    async (request, reply) => sendExport(reply, await service.export(callerOf(request), request.query)),
  )
}
