import type { Query, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { assertDecisions, decideEach } from './decisions.ts'
import { codes, constraints } from './subscription.errors.ts'
import {
  approved,
  decided,
  findSubscriber,
  findSubscription,
  insertSubscription,
  listEvents,
  listQueue,
  waitsAgain,
} from './subscription.queries.ts'
import { countQueue } from './subscription-counts.queries.ts'
import type {
  ApprovalStatistics,
  ApprovalStatisticsQuery,
  DecideSubscriptions,
  Decision,
  GrantSubscription,
  SubscriptionDecision,
  SubscriptionEvent,
  SubscriptionQueueQuery,
  SubscriptionRequest,
} from './subscription.schemas.ts'
import type { Change, SubscriptionService } from './subscription.service.ts'

type Subscriptions = Pick<SubscriptionService, 'transition' | 'subscribableModel' | 'recordCreation'>
/** What a reviewer does, and what is written besides the state. */
type Act = Pick<Change, 'act' | 'to'> & {
  readonly also: (reviewer: string, at: Date, reason: string | null) => Query
}

const suspend: Act = { act: 'suspend', to: 'suspended', also: decided }
const resume: Act = { act: 'resume', to: 'active', also: decided }
const revert: Act = { act: 'revert', to: 'pending', also: (_reviewer, at) => waitsAgain(at) }
const remove: Act = { act: 'remove', to: 'cancelled', also: decided }
const deny: Act = { act: 'deny', to: 'denied', also: decided }
const approve = (expiresAt: Date | null): Act => ({
  act: 'approve',
  to: 'active',
  also: (reviewer, at, reason) => approved(reviewer, at, reason, expiresAt),
})

const LONGEST_YEARS = 10

/** What reviewers do: see who asks in their organization, decide, and govern what was decided. Never about themselves. */
export class ReviewService extends BaseService {
  readonly #subscriptions: Subscriptions

  constructor(context: ServiceContext, subscriptions: Subscriptions) {
    super(context, constraints)
    this.#subscriptions = subscriptions
  }

  async list(caller: Caller, query: SubscriptionQueueQuery): Promise<PageOf<SubscriptionRequest>> {
    this.organizationOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listQueue(tx, query))
    return page(rows, total, query)
  }

  statistics(caller: Caller, query: ApprovalStatisticsQuery): Promise<ApprovalStatistics> {
    this.organizationOf(caller)
    return this.read(caller, (tx) => countQueue(tx, query))
  }

  get(caller: Caller, id: string): Promise<SubscriptionRequest> {
    this.organizationOf(caller)
    return this.read(caller, (tx) => this.#found(tx, id))
  }

  history(
    caller: Caller,
    id: string,
    query: { limit: number; offset: number },
  ): Promise<PageOf<SubscriptionEvent>> {
    this.organizationOf(caller)
    return this.read(caller, async (tx) => {
      await this.#found(tx, id)
      const { rows, total } = await listEvents(tx, id, query, 'reviewer')
      return page(rows, total, query)
    })
  }

  /** 422 `EXPIRY_OUT_OF_RANGE` for an end that lies in the past, or too far ahead. */
  approve(
    caller: Caller,
    id: string,
    decision: Decision & { expiresAt?: string | undefined },
  ): Promise<SubscriptionRequest> {
    return this.#alone(caller, id, approve(this.#expiryOf(decision.expiresAt)), decision)
  }

  deny(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#alone(caller, id, deny, decision)
  }

  revert(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#alone(caller, id, revert, decision)
  }

  suspend(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#alone(caller, id, suspend, decision)
  }

  resume(caller: Caller, id: string, decision: Decision): Promise<SubscriptionRequest> {
    return this.#alone(caller, id, resume, decision)
  }

  async remove(caller: Caller, id: string, decision: Decision): Promise<void> {
    await this.#alone(caller, id, remove, decision)
  }

  /** Each decision by itself: what one is refused for does not hinder the others. 400 when one is named twice. */
  async decide(
    caller: Caller,
    { decisions }: DecideSubscriptions,
    idempotency?: IdempotencyFacts,
  ): Promise<SubscriptionDecision[]> {
    this.organizationOf(caller)
    assertDecisions(decisions)
    const acts = { approve: approve(null), deny }
    return await this.transaction(
      caller,
      (tx) =>
        idempotent(tx, caller, idempotency, this.clock.now(), () =>
          decideEach(tx, decisions, ({ id, action, reason, version }) =>
            this.#act(tx, caller, id, acts[action], { reason, version }),
          ),
        ),
      'subscription decisions',
    )
  }

  /** Active at once, whatever the model asks for. 404 `USER_NOT_FOUND` for anybody but an active member. */
  async grant(
    caller: Caller,
    body: GrantSubscription,
    idempotency?: IdempotencyFacts,
  ): Promise<SubscriptionRequest> {
    this.organizationOf(caller)
    const by = this.personOf(caller)
    const at = this.clock.now()
    const { userId, modelId, reason } = body
    if (userId.toLowerCase() === by) throw aboutOneself()
    const expiresAt = this.#expiryOf(body.expiresAt)
    const give = async (tx: Tx) => {
      if (!(await findSubscriber(tx, userId))) throw ApplicationError.notFound('user', userId, 'userId')
      const model = await this.#subscriptions.subscribableModel(tx, modelId, 'modelId')
      const created = await insertSubscription(tx, {
        userId,
        modelId: model.id,
        status: 'active',
        reason: null,
        at,
        granted: { by, reason, expiresAt },
      })
      await this.#subscriptions.recordCreation(tx, caller, created, 'subscription.granted', reason)
      return created
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, at, () => give(tx)),
      'subscription grant',
    )
  }

  #alone(caller: Caller, id: string, act: Act, decision: Decision): Promise<SubscriptionRequest> {
    this.organizationOf(caller)
    return this.transaction(caller, (tx) => this.#act(tx, caller, id, act, decision), 'subscription decision')
  }

  /** 403 `SELF_APPROVAL` about one's own; 409 when its state, or somebody faster, does not allow it. */
  async #act(
    tx: Tx,
    caller: Caller,
    id: string,
    { act, to, also }: Act,
    { reason, version }: Decision,
  ): Promise<SubscriptionRequest> {
    const reviewer = this.personOf(caller)
    const subject = await this.#found(tx, id)
    if (subject.userId === reviewer) throw aboutOneself()
    const change = { act, to, reason, version, namesDecider: true }
    return await this.#subscriptions.transition(tx, caller, subject, {
      ...change,
      also: also(reviewer, this.clock.now(), reason ?? null),
    })
  }

  async #found(tx: Tx, id: string): Promise<SubscriptionRequest> {
    const subject = await findSubscription(tx, id)
    if (!subject) throw ApplicationError.notFound('subscription', id)
    return subject
  }

  #expiryOf(text: string | undefined): Date | null {
    if (text === undefined) return null
    const [at, now] = [new Date(text), this.clock.now()]
    if (Number.isNaN(at.getTime()))
      throw ApplicationError.validation("The field 'expiresAt' is not a time.", 'expiresAt', text)
    const latest = new Date(now)
    latest.setUTCFullYear(latest.getUTCFullYear() + LONGEST_YEARS)
    if (at <= now || at > latest)
      throw ApplicationError.unprocessable(
        `A subscription ends in the future, at most ${LONGEST_YEARS} years ahead.`,
        codes.EXPIRY_OUT_OF_RANGE,
        { field: 'expiresAt' },
      )
    return at
  }
}

const aboutOneself = () =>
  ApplicationError.forbidden('Nobody decides on their own request.', undefined, codes.SELF_APPROVAL)
