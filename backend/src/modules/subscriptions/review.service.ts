import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './subscription.errors.ts'
import { decided, findSubscription, listQueue } from './subscription.queries.ts'
import type { Decision, SubscriptionQueueQuery, SubscriptionRequest } from './subscription.schemas.ts'
import type { Change, SubscriptionService } from './subscription.service.ts'

/** What reviewers do: see who asks in their organization, and decide. */
export class ReviewService extends BaseService {
  readonly #subscriptions: Pick<SubscriptionService, 'transition'>

  constructor(context: ServiceContext, subscriptions: Pick<SubscriptionService, 'transition'>) {
    super(context)
    this.#subscriptions = subscriptions
  }

  async list(caller: Caller, query: SubscriptionQueueQuery): Promise<PageOf<SubscriptionRequest>> {
    this.organizationOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listQueue(tx, query))
    return page(rows, total, query)
  }

  approve(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#decide(caller, id, { act: 'approve', to: 'active', ...decision })
  }

  deny(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#decide(caller, id, { act: 'deny', to: 'denied', ...decision })
  }

  /** 403 `SELF_APPROVAL` for one's own request; 409 when it is decided already. */
  async #decide(caller: Caller, id: string, change: Omit<Change, 'also'>): Promise<SubscriptionRequest> {
    this.organizationOf(caller)
    const reviewer = this.personOf(caller)
    return await this.transaction(
      caller,
      async (tx) => {
        const subject = await findSubscription(tx, id)
        if (!subject) throw ApplicationError.notFound('subscription', id)
        if (subject.userId === reviewer)
          throw ApplicationError.forbidden(
            'Nobody decides on their own request.',
            undefined,
            codes.SELF_APPROVAL,
          )
        const also = decided(reviewer, this.clock.now(), change.reason ?? null)
        return await this.#subscriptions.transition(tx, caller, subject, { ...change, also })
      },
      'subscription decision',
    )
  }
}
