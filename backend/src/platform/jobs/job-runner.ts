import { randomUUID } from 'node:crypto'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Caller } from '#platform/caller'
import { Doorbell } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { claimJobs, insertJob, renewLeases, type ClaimedJob } from './job.queries.ts'
import { JobRun, type JobTools, type RunningJob } from './job-run.ts'
import type { Job } from './job.schemas.ts'

export type { RunningJob } from './job-run.ts'

/** What a room can do for somebody who does not want to wait. */
export interface JobKind {
  /** `noun.verb`. */
  readonly kind: string
  /**
   * May be begun again from the start in another process when this one dies: it must be resumable or do no harm twice.
   * Ends early when `job.signal` aborts, by rejecting. The result is safe to show and at most 64 kB of JSON.
   */
  readonly run: (job: RunningJob) => Promise<Readonly<Record<string, unknown>> | undefined | void>
  /** It concerns all organizations: no business of the one that whoever started it happened to work in. */
  readonly isOfPlatform?: boolean
}

export interface JobRequest {
  readonly kind: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Units of work, where they are known beforehand. */
  readonly total?: number
}

interface JobRunnerOptions extends Pick<JobTools, 'platform' | 'log'> {
  readonly platform: PlatformDatabase
  readonly leaseSeconds: number
  readonly pollMs?: number
  /** Jobs at once in this process. */
  readonly concurrency?: number
}

const JOB = 'jobs'
const STOP_GRACE_MS = 5000

/** Runs jobs that rooms have asked for, one lease each, in whichever process has room. */
export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #owner = randomUUID()
  readonly #kinds = new Map<string, JobKind>()
  readonly #runs = new Map<string, JobRun>()
  readonly #bell = new Doorbell()
  #loop: Promise<void> | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #renewedAt = 0
  #isStopping = false

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** How many jobs this process runs now. */
  get running(): number {
    return this.#runs.size
  }

  /** Called while modules load. */
  register(kind: JobKind): void {
    if (this.#kinds.has(kind.kind)) throw new Error(`the job ${kind.kind} is registered twice`)
    this.#kinds.set(kind.kind, kind)
  }

  /** Kinds that only administrators of the platform see and cancel. */
  get platformKinds(): string[] {
    return [...this.#kinds.values()].filter((one) => one.isOfPlatform === true).map((one) => one.kind)
  }

  /** Adds a job in the transaction of the act that asks for it; it begins after the commit. */
  async enqueue(tx: Tx, caller: Caller, request: JobRequest): Promise<Job> {
    if (!this.#kinds.has(request.kind))
      throw ApplicationError.internal(`no room has registered the job ${request.kind}`)
    const job = await insertJob(tx, {
      organizationId: caller.organizationId ?? PLATFORM_ORGANIZATION_ID,
      createdBy: caller.userId,
      kind: request.kind,
      params: request.params ?? {},
      total: request.total ?? null,
    })
    tx.afterCommit(() => this.wake())
    return job
  }

  /** Looks for work, and for wishes to cancel, now. */
  wake(): void {
    this.#bell.ring()
    if (this.#runs.size > 0) this.#renew()
  }

  start(): void {
    if (this.#loop) return
    this.#loop = this.#work()
    this.#heartbeat = setInterval(() => this.#renew(), (this.#options.leaseSeconds * 1000) / 3)
  }

  /** Takes no new work, tells what runs to end, and gives back what has not. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#heartbeat)
    this.#bell.ring()
    await this.#loop
    const runs = [...this.#runs.values()]
    for (const run of runs) run.stop('stopping')
    const grace = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => grace.resolve(undefined), STOP_GRACE_MS)
    await Promise.race([Promise.all(runs.map((run) => run.end)), grace.promise])
    clearTimeout(timer)
    await Promise.all([...this.#runs.values()].map((run) => run.abandon()))
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      const hasMore = await this.#claim()
      if (!hasMore) await this.#bell.sleep(this.#options.pollMs ?? 2000)
    }
  }

  /** True when something was claimed, so that more may be waiting. */
  async #claim(): Promise<boolean> {
    const { platform, leaseSeconds, concurrency = 2 } = this.#options
    const limit = concurrency - this.#runs.size
    if (limit <= 0 || this.#kinds.size === 0) return false
    const kinds = [...this.#kinds.keys()]
    try {
      const rows = await platform.transaction(JOB, (tx) =>
        claimJobs(tx, { owner: this.#owner, kinds, limit, leaseSeconds }),
      )
      if (this.#runs.size === 0) this.#renewedAt = performance.now()
      for (const row of rows) this.#begin(row)
      return rows.length > 0
    } catch (error) {
      this.#complain(error)
      return false
    }
  }

  #begin(row: ClaimedJob): void {
    const kind = this.#kinds.get(row.kind)
    if (!kind) return
    const run = new JobRun({ ...this.#options, run: kind.run }, row, this.#owner)
    this.#runs.set(row.id, run)
    run.end
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        if (this.#runs.get(row.id) === run) this.#runs.delete(row.id)
        this.#bell.ring()
      })
      .catch(() => undefined)
    if (this.#isStopping) run.stop('stopping')
  }

  #renew(): void {
    this.#renewLeases().catch((error: unknown) => {
      this.#complain(error)
      // Somebody else may have begun them by now.
      if (performance.now() - this.#renewedAt > this.#options.leaseSeconds * 1000)
        for (const run of this.#runs.values()) run.stop('lost')
    })
  }

  async #renewLeases(): Promise<void> {
    if (this.#runs.size === 0) return
    const { platform, leaseSeconds } = this.#options
    const known = [...this.#runs]
    const held = await platform.transaction(JOB, (tx) => renewLeases(tx, this.#owner, leaseSeconds))
    this.#renewedAt = performance.now()
    const byId = new Map(held.map((one) => [one.id, one]))
    for (const [id, run] of known) {
      const mine = byId.get(id)
      if (mine?.attempt !== run.attempt) run.stop('lost')
      else if (mine.isCancelRequested) run.stop('cancelled')
    }
  }

  #complain(error: unknown): void {
    if (!this.#isStopping) this.#options.log.warn({ err: error }, 'jobs could not use the database')
  }
}
