import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  CreateWebhook,
  UpdateWebhook,
  Webhook,
  WebhookListQuery,
  WebhookWithSecret,
} from './webhook.schemas.ts'
import type { WebhookService } from './webhook.service.ts'

const tags = ['webhooks']
const base = '/api/v1/admin/webhooks'

/** What an organization's administrators do with its webhooks. */
export function registerWebhookRoutes(app: FastifyInstance, service: WebhookService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const readers = [app.authenticate, app.requirePermission('webhooks:read')]
  const writers = [app.authenticate, app.requirePermission('webhooks:write')]

  routes.get(
    base,
    {
      schema: {
        operationId: 'listWebhooks',
        summary: 'List the webhooks of the organization',
        description: 'Newest first unless sorted otherwise; never with their secrets.',
        tags,
        querystring: WebhookListQuery,
        response: { 200: Page(Webhook), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.post(
    base,
    {
      schema: {
        operationId: 'createWebhook',
        summary: 'Create a webhook',
        description:
          'Events of the organization are posted to `url` as `{type, timestamp, data}`, signed as Standard Webhooks says (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at least once: at most 12 attempts in about a day. `secret` is shown in this answer and never again. Refuses addresses that are not public (422 `WEBHOOK_ADDRESS_REFUSED`, `details.reason`) and a twenty-first webhook.',
        tags,
        body: CreateWebhook,
        response: {
          201: One(WebhookWithSecret),
          ...errors(404, 409, 413, 415, 422, 'WEBHOOK_EXISTS', 'WEBHOOK_LIMIT', 'WEBHOOK_ADDRESS_REFUSED'),
        },
      },
      config: { audit: 'webhook.created', idempotency: 'optional', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).header('cache-control', 'no-store').send({ data })
    },
  )

  routes.get(
    `${base}/:id`,
    {
      schema: {
        operationId: 'getWebhook',
        summary: 'Read one webhook',
        description: 'Without its secret. Another organization’s is 404.',
        tags,
        params: IdParams,
        response: { 200: One(Webhook), ...errors(404, 'WEBHOOK_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: readers,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    `${base}/:id`,
    {
      schema: {
        operationId: 'updateWebhook',
        summary: 'Change a webhook',
        description:
          'Only the given fields change. What waits for it goes to the new address. `version` or `If-Match` guards against overwriting.',
        tags,
        params: IdParams,
        body: UpdateWebhook,
        response: {
          200: One(Webhook),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'WEBHOOK_NOT_FOUND',
            'WEBHOOK_EXISTS',
            'WEBHOOK_ADDRESS_REFUSED',
          ),
        },
      },
      config: { audit: 'webhook.updated', tenant: 'cross' },
      preHandler: writers,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    `${base}/:id`,
    {
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Remove a webhook',
        description: 'For good, with its deliveries and with what waits for it.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errors(404, 409, 413, 415, 'WEBHOOK_NOT_FOUND'),
        },
      },
      config: { audit: 'webhook.deleted', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )

  routes.post(
    `${base}/:id/rotate-secret`,
    {
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Exchange the secret of a webhook',
        description:
          'For 24 hours every call carries two signatures, by the new secret and by the one before it. `secret` is shown in this answer and never again.',
        tags,
        params: IdParams,
        response: { 200: One(WebhookWithSecret), ...errors(404, 409, 413, 415, 422, 'WEBHOOK_NOT_FOUND') },
      },
      config: { audit: 'webhook.secret_rotated', idempotency: 'optional', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 200)
      const version = expectedVersion(request)
      const data = await service.rotateSecret(callerOf(request), request.params.id, version, idempotency)
      return reply.header('cache-control', 'no-store').send({ data })
    },
  )
}
