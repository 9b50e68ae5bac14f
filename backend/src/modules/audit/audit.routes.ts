import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { EXPORT_FORMS, exportOf, sendExport } from '#platform/export'
import { callerOf, CursorPage, errors, IdParams, One } from '#platform/http'
import { Job } from '#platform/jobs'
import {
  AuditExportQuery,
  AuditFilterOptions,
  AuditFilters,
  AuditLog,
  AuditLogQuery,
} from './audit.schemas.ts'
import type { AuditService } from './audit.service.ts'

const tags = ['audit']

export function registerAuditRoutes(app: FastifyInstance, service: AuditService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate, app.requirePermission('audit:read')]

  routes.get(
    '/api/v1/admin/audit-logs',
    {
      schema: {
        operationId: 'listAuditLogs',
        summary: 'List what was done and refused',
        description:
          'The organization’s trail, newest first: who did what through which door, with what stood before and after. Secrets are masked when a row is written.',
        tags,
        querystring: AuditLogQuery,
        response: { 200: CursorPage(AuditLog), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/audit-logs/filters',
    {
      schema: {
        operationId: 'listAuditFilters',
        summary: 'List what can be filtered by',
        description:
          'Values that occur under the filters given; each list leaves out its own filter, so that another value can be chosen.',
        tags,
        querystring: AuditFilters,
        response: { 200: One(AuditFilterOptions), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    async (request) => ({ data: await service.filterOptions(callerOf(request), request.query) }),
  )

  routes.get(
    '/api/v1/admin/audit-logs/export',
    {
      schema: {
        operationId: 'exportAuditLogs',
        summary: 'Download what was done and refused',
        description: `The rows that the list would show under the same filters, newest first, without a limit. ${EXPORT_FORMS}`,
        tags,
        produces: ['text/csv', 'application/json'],
        querystring: AuditExportQuery,
        response: { 200: exportOf(AuditLog), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    async (request, reply) => sendExport(reply, await service.export(callerOf(request), request.query)),
  )

  routes.get(
    '/api/v1/admin/audit-logs/:id',
    {
      schema: {
        operationId: 'getAuditLog',
        summary: 'Read one act',
        description: 'A row of another organization is 404, as one that does not exist.',
        tags,
        params: IdParams,
        response: { 200: One(AuditLog), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.post(
    '/api/v1/admin/audit-logs/verify',
    {
      schema: {
        operationId: 'verifyAuditLogs',
        summary: 'Verify the audit trail',
        description:
          'Starts a job that follows every organization’s chain of hashes to its end; its result names each break, and the head of each chain.',
        tags,
        response: { 202: One(Job), ...errors(413, 415) },
      },
      config: { tenant: 'none', audit: 'audit.verification_requested' },
      preHandler: [app.authenticate, app.requireRole('admin')],
    },
    async (request, reply) => {
      const data = await service.verify(callerOf(request))
      return reply.code(202).header('location', `/api/v1/jobs/${data.id}`).send({ data })
    },
  )
}
