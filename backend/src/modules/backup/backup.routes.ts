import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One, Page } from '#platform/http'
import { Job } from '#platform/jobs'
import { Backup, BackupDetails, BackupListQuery, CreateBackup } from './backup.schemas.ts'
import type { BackupFile, BackupService } from './backup.service.ts'

const tags = ['backup']
const WHOSE = 'Platform administrators only.'

export function registerBackupRoutes(app: FastifyInstance, service: BackupService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const read = [app.authenticate, app.requireRole('adminReadonly')]
  const write = [app.authenticate, app.requireRole('admin')]

  routes.get(
    '/api/v1/admin/backups',
    {
      schema: {
        operationId: 'listBackups',
        summary: 'List backups',
        description: 'Newest first unless sorted otherwise. Platform administrators, read-only ones too.',
        tags,
        querystring: BackupListQuery,
        response: { 200: Page(Backup), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    (request) => service.list(request.query),
  )

  routes.post(
    '/api/v1/admin/backups',
    {
      schema: {
        operationId: 'createBackup',
        summary: 'Back a database up',
        description: `As a job, whose id is the backup’s: one moment of all tables, encrypted with a key made from \`ENCRYPTION_KEY\`, with a digest of each. Sessions and sign-ins are left out. ${WHOSE} At most five at once.`,
        tags,
        body: CreateBackup,
        response: { 202: One(Job), ...errors(413, 415, 'BACKUP_IN_PROGRESS', 'BACKUP_NOT_CONFIGURED') },
      },
      config: { audit: 'backup.requested', idempotency: 'optional', tenant: 'none' },
      preHandler: write,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 202))
      return reply.code(202).header('location', `/api/v1/jobs/${data.id}`).send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/backups/:id',
    {
      schema: {
        operationId: 'getBackup',
        summary: 'Read a backup’s facts',
        description:
          'With the rows and the digest of each table. Platform administrators, read-only ones too.',
        tags,
        params: IdParams,
        response: { 200: One(BackupDetails), ...errors('BACKUP_NOT_FOUND') },
      },
      config: { tenant: 'none' },
      preHandler: read,
    },
    async (request) => ({ data: await service.get(request.params.id) }),
  )

  routes.get(
    '/api/v1/admin/backups/:id/download',
    {
      schema: {
        operationId: 'downloadBackup',
        summary: 'Download a backup',
        description: `The encrypted file; \`npm run db:restore\` takes it. Each download is recorded. ${WHOSE}`,
        tags,
        params: IdParams,
        response: {
          200: {
            description: 'The file.',
            content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } },
          },
          ...errors('BACKUP_NOT_FOUND', 'BACKUP_NOT_READY', 'BACKUP_FILE_MISSING', 'BACKUP_NOT_CONFIGURED'),
        },
      },
      config: { tenant: 'none' },
      preHandler: write,
    },
    async (request, reply) => sendFile(reply, await service.download(callerOf(request), request.params.id)),
  )

  routes.post(
    '/api/v1/admin/backups/:id/test-restore',
    {
      schema: {
        operationId: 'testBackup',
        summary: 'Prove that a backup can be restored',
        description: `As a job: the file is read to its end, its rows are loaded into temporary twins of the tables with all their rules, and read again. The living tables are not touched. ${WHOSE}`,
        tags,
        params: IdParams,
        response: {
          202: One(Job),
          ...errors(
            413,
            415,
            'BACKUP_NOT_FOUND',
            'BACKUP_NOT_READY',
            'BACKUP_IN_PROGRESS',
            'BACKUP_NOT_CONFIGURED',
          ),
        },
      },
      config: { audit: 'backup.test_requested', idempotency: 'optional', tenant: 'none' },
      preHandler: write,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 202)
      const data = await service.test(callerOf(request), request.params.id, idempotency)
      return reply.code(202).header('location', `/api/v1/jobs/${data.id}`).send({ data })
    },
  )

  routes.delete(
    '/api/v1/admin/backups/:id',
    {
      schema: {
        operationId: 'deleteBackup',
        summary: 'Delete a backup',
        description: `The file, too. 409 \`BACKUP_NOT_READY\` while it is made. ${WHOSE}`,
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...errors(413, 415, 'BACKUP_NOT_FOUND', 'BACKUP_NOT_READY'),
        },
      },
      config: { tenant: 'none', audit: 'backup.deleted' },
      preHandler: write,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function sendFile(reply: FastifyReply, { fileName, bytes, body }: BackupFile): FastifyReply {
  return reply
    .type('application/octet-stream')
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(body)
}
