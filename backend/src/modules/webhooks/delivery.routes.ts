import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, idempotencyOf, IdParams, One, Page } from '#platform/http'
import type { DeliveryService } from './delivery.service.ts'
import { DeliveryListQuery, DeliveryParams, WebhookDelivery } from './webhook.schemas.ts'

const tags = ['webhooks']
const base = '/api/v1/admin/webhooks/:id'

/** How the calls of a webhook went, and how to make one again. */
export function registerDeliveryRoutes(app: FastifyInstance, service: DeliveryService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const writers = [app.authenticate, app.requirePermission('webhooks:write')]

  routes.post(
    `${base}/test`,
    {
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a test to a webhook',
        description:
          'An event `webhook.test`, once and soon, even while the webhook is off; its delivery says how it went.',
        tags,
        params: IdParams,
        response: { 202: One(WebhookDelivery), ...errors(404, 409, 413, 415, 422, 'WEBHOOK_NOT_FOUND') },
      },
      config: { audit: 'webhook.tested', idempotency: 'optional', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 202)
      const data = await service.test(callerOf(request), request.params.id, idempotency)
      return reply.code(202).send({ data })
    },
  )

  routes.get(
    `${base}/deliveries`,
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'List what was sent to a webhook',
        description: 'Newest first unless sorted otherwise: state, attempts, and how the receiver answered.',
        tags,
        params: IdParams,
        querystring: DeliveryListQuery,
        response: { 200: Page(WebhookDelivery), ...errors(404, 'WEBHOOK_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: [app.authenticate, app.requirePermission('webhooks:read')],
    },
    (request) => service.list(callerOf(request), request.params.id, request.query),
  )

  routes.post(
    `${base}/deliveries/:deliveryId/redrive`,
    {
      schema: {
        operationId: 'redriveWebhookDelivery',
        summary: 'Send a delivery again',
        description:
          'One that was given up, or that has arrived already: the same body under the same `webhook-id`, with all its attempts before it. 409 `WEBHOOK_DELIVERY_STATE` while it is still being tried.',
        tags,
        params: DeliveryParams,
        response: {
          202: One(WebhookDelivery),
          ...errors(
            404,
            409,
            413,
            415,
            'WEBHOOK_NOT_FOUND',
            'WEBHOOK_DELIVERY_NOT_FOUND',
            'WEBHOOK_DELIVERY_STATE',
          ),
        },
      },
      config: { audit: 'webhook_delivery.redriven', tenant: 'cross' },
      preHandler: writers,
    },
    async (request, reply) => {
      const { id, deliveryId } = request.params
      return reply.code(202).send({ data: await service.redrive(callerOf(request), id, deliveryId) })
    },
  )
}
