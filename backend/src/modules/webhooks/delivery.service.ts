import { randomUUID } from 'node:crypto'
import { ApplicationError } from '#platform/errors'
import { idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { insertTest, listDeliveries, lockDelivery, makeDueAgain } from './delivery.queries.ts'
import { bodyOf } from './fan-out.ts'
import { codes } from './webhook.errors.ts'
import type { DeliveryListQuery, WebhookDelivery } from './webhook.schemas.ts'
import { auditFacts, type WebhookService } from './webhook.service.ts'
import { TEST_EVENT } from './webhook-events.ts'

/** What was sent to a webhook, and how it went. */
export class DeliveryService extends BaseService {
  readonly #webhooks: WebhookService

  constructor(context: ServiceContext, webhooks: WebhookService) {
    super(context)
    this.#webhooks = webhooks
  }

  async list(caller: Caller, webhookId: string, query: DeliveryListQuery): Promise<PageOf<WebhookDelivery>> {
    const { rows, total } = await this.read(caller, async (tx) => {
      await this.#webhooks.existing(tx, caller, webhookId)
      return listDeliveries(tx, webhookId, query)
    })
    return page(rows, total, query)
  }

  /** Sent at once and only once, whether the webhook is on or off. */
  async test(caller: Caller, webhookId: string, idempotency?: IdempotencyFacts): Promise<WebhookDelivery> {
    const now = this.clock.now()
    return await this.transaction(caller, (tx) =>
      idempotent(tx, caller, idempotency, now, async () => {
        const { name } = await this.#webhooks.existing(tx, caller, webhookId)
        const body = bodyOf(TEST_EVENT, now.toISOString(), { webhookId, webhookName: name })
        const delivery = await insertTest(tx, { id: randomUUID(), webhookId, eventName: TEST_EVENT, body })
        const after = { deliveryId: delivery.id }
        await this.audit(tx, caller, { ...auditFacts(webhookId), action: 'webhook.tested', after })
        return delivery
      }),
    )
  }

  /** The same body under the same id, with all attempts before it. 409 while it is still being tried. */
  async redrive(caller: Caller, webhookId: string, id: string): Promise<WebhookDelivery> {
    return await this.transaction(caller, async (tx) => {
      await this.#webhooks.existing(tx, caller, webhookId)
      const before = await lockDelivery(tx, webhookId, id)
      if (!before) throw ApplicationError.notFound('webhook delivery', id)
      if (before.state === 'pending' || before.state === 'leased')
        throw ApplicationError.conflict('This delivery is still being tried.', codes.WEBHOOK_DELIVERY_STATE, {
          state: before.state,
        })
      const delivery = await makeDueAgain(tx, id)
      await this.audit(tx, caller, {
        ...auditFacts(webhookId),
        action: 'webhook_delivery.redriven',
        before: { deliveryId: id, state: before.state },
        after: { deliveryId: id, state: delivery.state },
      })
      return delivery
    })
  }
}
