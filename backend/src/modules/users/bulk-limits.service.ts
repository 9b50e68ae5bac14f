import type { JobRunner, Job, RunningJob } from '#platform/jobs'
import type { Database, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { idempotent, type IdempotencyFacts } from '#platform/http'
import { BaseService, systemCaller, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './user.errors.ts'
import { isTeam, listLimits, listLimitsBy, lockLimits, type LimitsRow } from './user-limits.queries.ts'
import {
  MOST_PEOPLE,
  type BulkLimits,
  type BulkPreview,
  type BulkResult,
  type LimitChange,
} from './user-limits.schemas.ts'
import { isSame, isSelf, stateAfter, valuesOf, type UserLimitsService } from './user-limits.service.ts'

const KIND = 'user.bulk-limits'

/** What the job is told: the plan that the administrator was shown, or would have been. */
interface BulkParams {
  readonly limits: LimitChange
  readonly reason: string | null
  readonly plan: ReadonlyArray<Pick<BulkResult, 'userId' | 'outcome' | 'code'>>
}

/** Limits of many people at once: first as a look, then as a job. */
export class BulkLimitsService extends BaseService {
  readonly #limits: UserLimitsService
  readonly #jobs: JobRunner
  readonly #scoped: Database

  constructor(context: ServiceContext, limits: UserLimitsService, jobs: JobRunner) {
    super(context)
    this.#limits = limits
    this.#jobs = jobs
    this.#scoped = context.database
    jobs.register({ kind: KIND, run: (job) => this.#run(job) })
  }

  /** What would change for whom; nothing is written. */
  preview(caller: Caller, body: BulkLimits): Promise<BulkPreview> {
    this.organizationOf(caller)
    return this.read(caller, async (tx) => summaryOf(await planOf(tx, caller, body)))
  }

  /** The same as a job, one person after the other, each with its audit row. */
  start(caller: Caller, body: BulkLimits, idempotency: IdempotencyFacts): Promise<Job> {
    this.organizationOf(caller)
    this.personOf(caller)
    const begin = async (tx: Tx) => {
      const plan = (await planOf(tx, caller, body)).map(({ userId, outcome, code }) => ({
        userId,
        outcome,
        code,
      }))
      const { limits, reason = null } = body
      return await this.#jobs.enqueue(tx, caller, {
        kind: KIND,
        params: { limits, reason, plan } satisfies BulkParams,
        total: plan.length,
      })
    }
    return this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, this.clock.now(), () => begin(tx)),
      'bulk change of limits',
    )
  }

  /** May be begun again: who has the limits already keeps them, without a second audit row. */
  async #run(job: RunningJob): Promise<Readonly<Record<string, unknown>>> {
    const { limits, reason, plan } = job.params as unknown as BulkParams
    const actor: Caller = {
      ...systemCaller(job.id, job.organizationId),
      kind: 'person',
      userId: job.userId,
    }
    const results: Array<BulkParams['plan'][number]> = []
    for (const item of plan) {
      job.signal.throwIfAborted()
      const isGone = item.outcome === 'changed' && !(await this.#apply(actor, item.userId, limits, reason))
      results.push(isGone ? { ...item, outcome: 'refused', code: codes.USER_NOT_FOUND } : item)
      job.progress(results.length, plan.length)
    }
    return summaryOf(results)
  }

  /** False when the person has left meanwhile. */
  #apply(actor: Caller, userId: string, limits: LimitChange, reason: string | null): Promise<boolean> {
    return this.#scoped.transaction(actor, async (tx) => {
      const before = await lockLimits(tx, userId)
      if (!before) return false
      await this.#limits.apply(tx, actor, before, limits, reason ?? undefined)
      return true
    })
  }
}

async function planOf(tx: Tx, caller: Caller, body: BulkLimits): Promise<BulkResult[]> {
  const rows = await peopleOf(tx, body)
  return rows.map((row) => {
    const next = stateAfter(row, body.limits)
    const isOwn = isSelf(caller, row.userId)
    return {
      userId: row.userId,
      username: row.username,
      outcome: isSame(row, next) ? 'unchanged' : isOwn ? 'refused' : 'changed',
      code: isOwn && !isSame(row, next) ? codes.SELF_LIMIT : null,
      before: valuesOf(row),
      after: valuesOf(isOwn ? row : next),
    }
  })
}

async function peopleOf(tx: Tx, { userIds, filter }: BulkLimits): Promise<LimitsRow[]> {
  if ((userIds === undefined) === (filter === undefined))
    throw ApplicationError.validation('Name either `userIds` or a `filter`.', 'userIds')
  if (userIds !== undefined) {
    const wanted = [...new Set(userIds.map((id) => id.toLowerCase()))]
    const rows = await listLimits(tx, wanted)
    const missing = wanted.find((id) => !rows.some((row) => row.userId === id))
    if (missing !== undefined) throw ApplicationError.notFound('user', missing, 'userIds')
    return rows
  }
  const teamId = filter?.teamId
  if (teamId !== undefined && !(await isTeam(tx, teamId)))
    throw ApplicationError.notFound('team', teamId, 'filter.teamId')
  const rows = await listLimitsBy(tx, filter ?? {}, MOST_PEOPLE)
  if (rows.length > MOST_PEOPLE)
    throw ApplicationError.unprocessable(
      `This applies to more than ${String(MOST_PEOPLE)} people; narrow the filter.`,
      codes.TOO_MANY_PEOPLE,
      { field: 'filter', maximum: MOST_PEOPLE },
    )
  return rows
}

function summaryOf<R extends Pick<BulkResult, 'outcome'>>(results: R[]) {
  const countOf = (outcome: BulkResult['outcome']) => results.filter((one) => one.outcome === outcome).length
  return {
    changed: countOf('changed'),
    unchanged: countOf('unchanged'),
    refused: countOf('refused'),
    results,
  }
}
