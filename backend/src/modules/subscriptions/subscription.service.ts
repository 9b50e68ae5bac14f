import { holdRestriction } from '#modules/models'
import type { Query, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import {
  auditFacts,
  changedMeanwhile,
  deciderOf,
  entryStatus,
  toSubscription,
} from './subscription.answer.ts'
import { codes, constraints } from './subscription.errors.ts'
import {
  findSubscribableModel,
  findSubscription,
  insertEvent,
  insertSubscription,
  isHeld,
  listEvents,
  listOwn,
  nothingElse,
  requestedAgain,
  updateReason,
  updateStatus,
  type SubscribableModel,
} from './subscription.queries.ts'
import { countOwn } from './subscription-counts.queries.ts'
import type {
  CreateSubscription,
  Decision,
  Subscription,
  SubscriptionEvent,
  SubscriptionListQuery,
  SubscriptionRequest,
  SubscriptionStatistics,
  SubscriptionStatus,
  UpdateSubscription,
} from './subscription.schemas.ts'
import { actOf, assertEdge, type ActName } from './subscription.states.ts'

/** A change of state that has just been written in the transaction at hand. */
export interface SubscriptionTransition {
  readonly subscriptionId: string
  readonly userId: string
  readonly modelId: string
  readonly from: string | null
  readonly to: string
}

/** What must happen when a subscription changes state; other rooms registered it. */
export interface TransitionHooks {
  run(tx: Tx, caller: Caller, transition: SubscriptionTransition): Promise<void>
}

export interface Change {
  readonly act: ActName
  readonly to: SubscriptionStatus
  readonly reason: string | undefined
  readonly version: number | undefined
  /** What is written besides the state. */
  readonly also: Query
  /** Whether a refusal may say who has decided meanwhile: to reviewers. */
  readonly namesDecider?: boolean
}

/** Rights to models: asked for, granted, denied, given back. */
export class SubscriptionService extends BaseService {
  readonly #hooks: TransitionHooks

  constructor(context: ServiceContext, hooks: TransitionHooks) {
    super(context, constraints)
    this.#hooks = hooks
  }

  /**
   * Active at once, or pending where the model is restricted or a reviewer has taken it from the person; 409 `SUBSCRIPTION_EXISTS` while one is live. For several models
   * all or none, answered as a list in their order.
   */
  async create(
    caller: Caller,
    body: CreateSubscription,
    idempotency?: IdempotencyFacts,
  ): Promise<Subscription | Subscription[]> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const at = this.clock.now()
    const subscribe = async (tx: Tx, modelId: string, field: string) => {
      const model = await this.subscribableModel(tx, modelId, field)
      const { reason = null } = body
      const status = entryStatus(model, await isHeld(tx, userId, model.id))
      const created = await insertSubscription(tx, { userId, modelId: model.id, status, reason, at })
      await this.recordCreation(tx, caller, created, 'subscription.requested', body.reason)
      return toSubscription(created)
    }
    const subscribeAll = async (tx: Tx, modelIds: readonly string[]) => {
      const places = modelIds.map((modelId, index) => ({ modelId, index }))
      // In one order for everybody, so that two such requests never wait for each other in a ring.
      const made: Subscription[] = []
      for (const { modelId, index } of places.toSorted((a, b) => (a.modelId < b.modelId ? -1 : 1)))
        made[index] = await subscribe(tx, modelId, `modelIds.${index}`)
      return made
    }
    return await this.transaction(
      caller,
      (tx) =>
        idempotent<Subscription | Subscription[]>(tx, caller, idempotency, at, () =>
          'modelIds' in body ? subscribeAll(tx, body.modelIds) : subscribe(tx, body.modelId, 'modelId'),
        ),
      'subscription creation',
    )
  }

  /** One's own, by state. */
  statistics(caller: Caller): Promise<SubscriptionStatistics> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    return this.read(caller, (tx) => countOwn(tx, userId))
  }

  async list(caller: Caller, query: SubscriptionListQuery): Promise<PageOf<Subscription>> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listOwn(tx, userId, query))
    return page(rows.map(toSubscription), total, query)
  }

  get(caller: Caller, id: string): Promise<Subscription> {
    return this.read(caller, async (tx) => toSubscription(await this.#own(tx, caller, id)))
  }

  history(
    caller: Caller,
    id: string,
    query: { limit: number; offset: number },
  ): Promise<PageOf<SubscriptionEvent>> {
    return this.read(caller, async (tx) => {
      await this.#own(tx, caller, id)
      const { rows, total } = await listEvents(tx, id, query, 'owner')
      return page(rows, total, query)
    })
  }

  /** The reason may be rewritten while nobody has decided. */
  update(caller: Caller, id: string, body: UpdateSubscription, version?: number): Promise<Subscription> {
    return this.transaction(
      caller,
      async (tx) => {
        const before = await this.#own(tx, caller, id)
        assertVersion(before.version, version)
        if (before.status !== 'pending')
          throw ApplicationError.conflict(
            'The reason can be changed only while the request is pending.',
            codes.SUBSCRIPTION_STATE,
            { status: before.status },
          )
        const after = await updateReason(tx, before, body.reason)
        if (!after) throw changedMeanwhile()
        await this.audit(tx, caller, { ...auditFacts(before, after), action: 'subscription.updated' })
        return toSubscription(after)
      },
      'subscription update',
    )
  }

  /** The requester gives it back; keys lose the model in the same transaction. */
  cancel(caller: Caller, id: string, version?: number): Promise<void> {
    return this.transaction(
      caller,
      async (tx) => {
        const subject = await this.#own(tx, caller, id)
        await this.transition(tx, caller, subject, {
          act: 'cancel',
          to: 'cancelled',
          reason: undefined,
          version,
          also: nothingElse,
        })
      },
      'subscription cancellation',
    )
  }

  /** After a denial. */
  requestAgain(
    caller: Caller,
    id: string,
    request: Decision,
    idempotency?: IdempotencyFacts,
  ): Promise<Subscription> {
    const at = this.clock.now()
    const again = async (tx: Tx) => {
      const subject = await this.#own(tx, caller, id)
      const model = await this.subscribableModel(tx, subject.modelId, 'modelId')
      const to = entryStatus(model, await isHeld(tx, subject.userId, model.id))
      const also = requestedAgain(at, request.reason ?? null)
      return toSubscription(
        await this.transition(tx, caller, subject, { act: 'requestAgain', to, ...request, also }),
      )
    }
    return this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, at, () => again(tx)),
      'subscription request',
    )
  }

  /**
   * The only way from one state to another: an allowed edge, guarded by the version, with its history, its audit row and
   * everything that other rooms must do, in the transaction at hand.
   */
  async transition(
    tx: Tx,
    caller: Caller,
    subject: SubscriptionRequest,
    change: Change,
  ): Promise<SubscriptionRequest> {
    const factsOf = change.namesDecider ? deciderOf : () => ({})
    assertEdge(change.act, subject.status, change.to, factsOf(subject))
    assertVersion(subject.version, change.version)
    const after = await updateStatus(tx, subject, change.to, change.also)
    if (!after) {
      // Somebody was faster: what they did is committed, and can be read by now.
      const present = await findSubscription(tx, subject.id)
      if (present) assertEdge(change.act, present.status, change.to, factsOf(present))
      throw changedMeanwhile()
    }
    await this.#record(tx, caller, subject, after, actOf(change.act).audit, change.reason)
    return after
  }

  /** The record of one that is new. */
  recordCreation(
    tx: Tx,
    caller: Caller,
    created: SubscriptionRequest,
    action: string,
    reason: string | undefined,
  ): Promise<void> {
    return this.#record(tx, caller, undefined, created, action, reason)
  }

  async #record(
    tx: Tx,
    caller: Caller,
    before: SubscriptionRequest | undefined,
    after: SubscriptionRequest,
    action: string,
    reason: string | undefined,
  ): Promise<void> {
    const from = before?.status ?? null
    const subscriptionId = after.id
    await insertEvent(tx, {
      subscriptionId,
      from,
      to: after.status,
      actorId: caller.userId,
      reason: reason ?? null,
    })
    await this.audit(tx, caller, { ...auditFacts(before, after), action, reason })
    const { userId, modelId } = after
    await this.#hooks.run(tx, caller, { subscriptionId, userId, modelId, from, to: after.status })
  }

  async #own(tx: Tx, caller: Caller, id: string): Promise<SubscriptionRequest> {
    this.organizationOf(caller)
    const row = await findSubscription(tx, id, this.personOf(caller))
    if (!row) throw ApplicationError.notFound('subscription', id)
    return row
  }

  /** A model that can be asked for; nobody restricts or opens it until the end of the transaction. */
  async subscribableModel(tx: Tx, id: string, field: string): Promise<SubscribableModel> {
    await holdRestriction(tx, id)
    const model = await findSubscribableModel(tx, id)
    if (!model) throw ApplicationError.notFound('model', id, field)
    if (model.availability !== 'available')
      throw ApplicationError.unprocessable(
        'This model is not available at present.',
        codes.MODEL_NOT_AVAILABLE,
        { field },
      )
    return model
  }
}
