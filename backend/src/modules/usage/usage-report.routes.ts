import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { callerOf, errors, One, RefTo } from '#platform/http'
import type { UsageExport } from './usage-export.ts'
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

/** A file of calls, in either form. */
export const exportOf = (schema: TSchema) => ({
  description: 'The file.',
  content: {
    'text/csv': { schema: Type.String({ description: 'One line per call, the names of the fields first.' }) },
    'application/json': { schema: Type.Array(RefTo(schema)) },
  },
})

export function sendExport(reply: FastifyReply, { contentType, fileName, body }: UsageExport): FastifyReply {
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(body)
}

export const EXPORT =
  'As it is read, without a limit, by default of the last 30 days. `csv` follows RFC 4180; a text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, their full-width twins, a tab, a line break or an apostrophe) gets an apostrophe in front, which a reader takes off again. `json` is one array. A file that breaks off ends its connection with an error. At most two at once.'

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
        response: { 200: exportOf(UsageLog), ...errors() },
      },
      preHandler,
    },
    async (request, reply) => sendExport(reply, await service.export(callerOf(request), request.query)),
  )
}
