import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { exportOf, sendExport } from '#platform/export'
import { callerOf, CursorPage, errors, One, strictObject } from '#platform/http'
import type { AdminUsageService } from './usage-admin.service.ts'
import type { Dimension } from './usage-filter.ts'
import {
  AdminUsageExportQuery,
  AdminUsageGroupQuery,
  AdminUsageLog,
  AdminUsageLogQuery,
  AdminUsageQuery,
  AdminUsageSummary,
  UsageFailures,
  UsageGroups,
  UsageHours,
  UsageLatency,
  UsageOptions,
} from './usage-report.schemas.ts'
import { EXPORT } from './usage-report.routes.ts'
import { AsOf, UsageDays } from './usage.schemas.ts'

const tags = ['usage']
const WHOSE =
  'Of the whole organization for its administrators; of the teams that they are in for its managers.'

const groups: ReadonlyArray<
  readonly [path: string, dimension: Dimension, operationId: string, what: string]
> = [
  ['by-user', 'user', 'listAdminUsageByUser', 'people'],
  ['by-team', 'team', 'listAdminUsageByTeam', 'teams'],
  ['by-model', 'model', 'listAdminUsageByModel', 'models'],
  ['by-provider', 'provider', 'listAdminUsageByProvider', 'providers'],
  ['by-key', 'apiKey', 'listAdminUsageByKey', 'keys'],
  ['by-organization', 'organization', 'listAdminUsageByOrganization', 'organizations'],
]

/** What those who answer for others may ask about everybody's calls. */
export function registerAdminUsageRoutes(app: FastifyInstance, service: AdminUsageService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const guarded = {
    preHandler: [app.authenticate, app.requirePermission('usage:read-team')],
    config: { tenant: 'cross' as const },
  }

  routes.get(
    '/api/v1/admin/usage/summary',
    {
      schema: {
        operationId: 'getAdminUsageSummary',
        summary: 'Sum up everybody’s usage',
        description: `Calls, tokens, cost and who was active, in a period and in the one before. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: One(AdminUsageSummary), ...errors(404) },
      },
      ...guarded,
    },
    async (request) => ({ data: await service.summary(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/admin/usage/daily',
    {
      schema: {
        operationId: 'listAdminUsageDays',
        summary: 'Sum up everybody’s usage day by day',
        description: `One item for each day in UTC, days without usage included; at most 400 days. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: UsageDays, ...errors(404) },
      },
      ...guarded,
    },
    (request) => service.daily(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/usage/hourly',
    {
      schema: {
        operationId: 'listAdminUsageHours',
        summary: 'Sum up everybody’s usage hour by hour',
        description: `One item for each hour in UTC, hours without usage included; at most 31 days. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: UsageHours, ...errors(404) },
      },
      ...guarded,
    },
    (request) => service.hourly(callerOf(request), request.query),
  )

  for (const [path, dimension, operationId, what] of groups)
    routes.get(
      `/api/v1/admin/usage/${path}`,
      {
        schema: {
          operationId,
          summary: `Compare ${what}`,
          description: `What ${what} used in a period, and in the one before. ${WHOSE}`,
          tags,
          querystring: AdminUsageGroupQuery,
          response: { 200: UsageGroups, ...errors(404) },
        },
        ...guarded,
      },
      (request) => service.groups(callerOf(request), dimension, request.query),
    )

  routes.get(
    '/api/v1/admin/usage/logs',
    {
      schema: {
        operationId: 'listAdminUsageLogs',
        summary: 'List everybody’s calls',
        description: `Every call, the newest first unless sorted otherwise. ${WHOSE}`,
        tags,
        querystring: AdminUsageLogQuery,
        response: {
          200: strictObject({ ...CursorPage(AdminUsageLog).properties, asOf: AsOf }),
          ...errors(404),
        },
      },
      ...guarded,
    },
    (request) => service.logs(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/usage/errors',
    {
      schema: {
        operationId: 'listAdminUsageErrors',
        summary: 'Count everybody’s failures by kind',
        description: `Calls that failed or were cancelled, by outcome, status and code; the 100 most frequent kinds. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: UsageFailures, ...errors(404) },
      },
      ...guarded,
    },
    (request) => service.errors(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/usage/latency',
    {
      schema: {
        operationId: 'getAdminUsageLatency',
        summary: 'Read how long everybody’s calls took',
        description: `Measured durations and times to the first token of answered calls, or of those with another \`outcome\`. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: One(UsageLatency), ...errors(404) },
      },
      ...guarded,
    },
    async (request) => ({ data: await service.latency(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/admin/usage/filters',
    {
      schema: {
        operationId: 'getAdminUsageFilters',
        summary: 'Read what can be filtered by',
        description: `For each filter the values that still occur under all the other filters, the busiest first. ${WHOSE}`,
        tags,
        querystring: AdminUsageQuery,
        response: { 200: One(UsageOptions), ...errors(404) },
      },
      ...guarded,
    },
    async (request) => ({ data: await service.options(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/admin/usage/export',
    {
      schema: {
        operationId: 'exportAdminUsage',
        summary: 'Download everybody’s calls',
        description: `${EXPORT} ${WHOSE}`,
        tags,
        produces: ['text/csv', 'application/json'],
        querystring: AdminUsageExportQuery,
        response: { 200: exportOf(AdminUsageLog, 'call'), ...errors(404) },
      },
      ...guarded,
    },
    async (request, reply) => sendExport(reply, await service.export(callerOf(request), request.query)),
  )
}
