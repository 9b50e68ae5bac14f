import { holdRestriction, isModelRestricted, RESTRICTION_JOB } from '#modules/models'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { JobRunner, RunningJob } from '#platform/jobs'
import { BaseService, systemCaller, type Caller, type ServiceContext } from '#platform/services'
import { findSubscription, nothingElse, waitsAgain } from './subscription.queries.ts'
import {
  countByOrganization,
  listExpired,
  listOfModel,
  type SubscriptionKey,
} from './subscription-work.queries.ts'
import type { SubscriptionRequest } from './subscription.schemas.ts'
import type { Change, SubscriptionService } from './subscription.service.ts'

const EXPIRY_JOB = 'subscriptions.expire'
/** Small, because every one of them may touch keys and their intents. */
const BATCH = 50

/**
 * What changes subscriptions without a person: their end, and a model that is restricted or opened. Organizations are found
 * on the platform's connection; each is then changed in its own scope, by the one transition function.
 */
export class SubscriptionJobs extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #subscriptions: Pick<SubscriptionService, 'transition'>

  constructor(
    context: ServiceContext,
    parts: { subscriptions: Pick<SubscriptionService, 'transition'>; jobs: JobRunner },
  ) {
    super(context)
    this.#platform = context.platformDatabase
    this.#subscriptions = parts.subscriptions
    parts.jobs.register({
      kind: RESTRICTION_JOB,
      run: (job) => this.followRestriction(job),
      isOfPlatform: true,
    })
  }

  /** Ends what has reached its end. Several processes may do so at once: one wins each. */
  async expire(signal: AbortSignal): Promise<number> {
    let ended = 0
    for (;;) {
      const before = ended
      const due = await this.#platform.transaction(
        EXPIRY_JOB,
        (tx) => listExpired(tx, this.clock.now(), BATCH),
        { readOnly: true },
      )
      for (const subject of due) {
        signal.throwIfAborted()
        if (await this.#expireOne(subject)) ended += 1
      }
      if (due.length < BATCH || ended === before) return ended
    }
  }

  async #expireOne({ organizationId, id }: SubscriptionKey): Promise<boolean> {
    const caller = systemCaller(EXPIRY_JOB, organizationId)
    try {
      return await this.transaction(caller, async (tx) => {
        const subject = await findSubscription(tx, id)
        if (!subject || !isOver(subject, this.clock.now())) return false
        await this.#move(tx, caller, subject, {
          act: 'expire',
          to: 'expired',
          reason: 'Its time is over.',
          also: nothingElse,
        })
        return true
      })
    } catch (error) {
      // Somebody else has just changed it, or something stands in its way: it is looked at again the next time, and the
      // others are not held up by it.
      if (!(error instanceof ApplicationError && error.statusCode === 409))
        this.log.warn({ err: error, subscription: id }, 'a subscription could not be ended')
      return false
    }
  }

  /**
   * Makes subscriptions what the model's restriction asks for now: active ones of a restricted model wait for a decision,
   * pending ones of an open model are active. Begun again it goes on where it was.
   */
  async followRestriction(job: RunningJob): Promise<Readonly<Record<string, unknown>>> {
    const modelId = String(job.params['modelId'])
    const organizations = await this.#platform.transaction(
      RESTRICTION_JOB,
      async (tx) =>
        await countByOrganization(tx, modelId, (await isModelRestricted(tx, modelId)) ? 'active' : 'pending'),
      { readOnly: true },
    )
    const total = organizations.reduce((sum, one) => sum + one.count, 0)
    let done = 0
    for (const { organizationId } of organizations)
      for (let moved = BATCH; moved === BATCH;) {
        job.signal.throwIfAborted()
        moved = await this.#moveBatch(organizationId, modelId)
        done += moved
        job.progress(done, Math.max(total, done))
      }
    return { modelId, moved: done }
  }

  #moveBatch(organizationId: string, modelId: string): Promise<number> {
    const caller = systemCaller(RESTRICTION_JOB, organizationId)
    return this.transaction(caller, async (tx) => {
      await holdRestriction(tx, modelId)
      const isRestricted = await isModelRestricted(tx, modelId)
      if (isRestricted === undefined) return 0
      const subjects = await listOfModel(tx, modelId, isRestricted ? 'active' : 'pending', BATCH)
      for (const subject of subjects)
        await this.#move(tx, caller, subject, isRestricted ? this.#restricted() : opened)
      return subjects.length
    })
  }

  #restricted(): Omit<Change, 'version'> {
    return {
      act: 'restrict',
      to: 'pending',
      reason: 'The model has been restricted; this needs an approval now.',
      also: waitsAgain(this.clock.now()),
    }
  }

  async #move(
    tx: Tx,
    caller: Caller,
    subject: SubscriptionRequest,
    change: Omit<Change, 'version'>,
  ): Promise<void> {
    await this.#subscriptions.transition(tx, caller, subject, { ...change, version: undefined })
  }
}

const opened: Omit<Change, 'version'> = {
  act: 'open',
  to: 'active',
  reason: 'The model is open to everybody now.',
  also: nothingElse,
}

const isOver = ({ expiresAt }: SubscriptionRequest, now: Date): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now.getTime()
