import { announce } from '#platform/events'
import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import type { Job, JobRunner } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './job.errors.ts'
import { findJob, listJobs, requestCancel, type JobScope } from './job.queries.ts'
import type { AllJobsQuery, JobListQuery } from './job.schemas.ts'

/** What became of the work that somebody asked for. */
export class JobService extends BaseService {
  readonly #jobs: Pick<JobRunner, 'platformKinds'>

  constructor(context: ServiceContext, jobs: Pick<JobRunner, 'platformKinds'>) {
    super(context)
    this.#jobs = jobs
  }

  /** The caller's own. */
  async list(caller: Caller, query: JobListQuery): Promise<PageOf<Job>> {
    this.organizationOf(caller)
    const createdBy = this.personOf(caller)
    const { rows, total } = await this.read(caller, (tx) =>
      listJobs(tx, { ...query, createdBy }, this.#hiddenFrom(caller)),
    )
    return page(rows, total, query)
  }

  /** Everybody's in the organization. */
  async listAll(caller: Caller, query: AllJobsQuery): Promise<PageOf<Job>> {
    const { rows, total } = await this.read(caller, (tx) => listJobs(tx, query, this.#hiddenFrom(caller)))
    return page(rows, total, query)
  }

  /** One's own; with `jobs:read-all` any of the organization's. */
  async get(caller: Caller, id: string): Promise<Job> {
    const job = await this.read(caller, (tx) => findJob(tx, id, this.#scopeOf(caller)))
    if (!job) throw ApplicationError.notFound('job', id)
    return job
  }

  /** Asking twice is asking once; 409 `JOB_FINISHED` when there is nothing to cancel any more. */
  cancel(caller: Caller, id: string): Promise<Job> {
    this.organizationOf(caller)
    return this.transaction(caller, async (tx) => {
      const before = await findJob(tx, id, this.#scopeOf(caller))
      if (!before) throw ApplicationError.notFound('job', id)
      if (before.isCancelRequested && before.status === 'running') return before
      const after = await requestCancel(tx, id)
      if (!after)
        throw ApplicationError.conflict('The job has come to its end already.', codes.JOB_FINISHED, {
          status: before.status,
        })
      if (after.status === 'cancelled') await announceEnd(tx, after)
      await this.audit(tx, caller, {
        category: 'job',
        action: 'job.cancelled',
        resourceType: 'job',
        resourceId: id,
        before: { kind: before.kind, status: before.status },
        after: { kind: after.kind, status: after.status },
      })
      return after
    })
  }

  #scopeOf(caller: Caller): JobScope {
    return { createdBy: onlyOwnOf(caller), hiddenKinds: this.#hiddenFrom(caller) }
  }

  /** The platform's work is not an organization's business, nor any longer that of who was its administrator. */
  #hiddenFrom(caller: Caller): readonly string[] {
    return caller.platformRole === 'user' ? this.#jobs.platformKinds : []
  }
}

const onlyOwnOf = (caller: Caller): string | undefined =>
  caller.permissions.has('jobs:read-all') ? undefined : (caller.userId ?? NOBODY)

/** No person has this id. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

/** A job that never began ends here; the others announce their own end. */
async function announceEnd(tx: Parameters<typeof announce>[0], job: Job): Promise<void> {
  await announce(tx, {
    name: 'job.finished',
    audience: job.createdBy === null ? { permission: 'jobs:read-all' } : { userId: job.createdBy },
    data: { id: job.id, kind: job.kind, status: job.status, error: null, ...job.progress },
  })
}
