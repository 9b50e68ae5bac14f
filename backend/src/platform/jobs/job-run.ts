import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import {
  announceJob,
  finishJob,
  giveBack,
  writeProgress,
  type ClaimedJob,
  type Lease,
  type Outcome,
} from './job.queries.ts'
import { ProgressReporter } from './progress-reporter.ts'

/** A job as its work sees it. */
export interface RunningJob {
  readonly id: string
  readonly organizationId: string
  /** Whoever asked for it; null for a service client. */
  readonly userId: string | null
  readonly kind: string
  readonly params: Readonly<Record<string, unknown>>
  /** 1 at the first time; more after a process died or a passing failure. */
  readonly attempt: number
  /** Aborts when somebody cancels the job, the process stops, or another process has taken over. */
  readonly signal: AbortSignal
  /** Says how far it is, as often as it likes. Not waited for. */
  progress(done: number, total?: number | null, message?: string | null): void
}

export interface JobTools {
  readonly platform: PlatformDatabase
  readonly log: {
    warn(facts: object, message: string): void
    error(facts: object, message: string): void
  }
  readonly run: (job: RunningJob) => Promise<Readonly<Record<string, unknown>> | undefined | void>
}

const JOB = 'jobs'
const MAX_ATTEMPTS = 3
const MAX_RESULT_BYTES = 64 * 1024
const RETRY_SECONDS = 2

type StopReason = 'cancelled' | 'stopping' | 'lost'

/** One beginning of one job, and the record of how it ended. */
export class JobRun {
  readonly #tools: JobTools
  readonly #row: ClaimedJob
  readonly #lease: Lease
  readonly #abort = new AbortController()
  readonly #progress: ProgressReporter
  #stopReason: StopReason | undefined
  /** Resolves when the outcome is recorded; rejects when it could not be: the lease then ends, and it is begun again. */
  readonly end: Promise<void>

  constructor(tools: JobTools, row: ClaimedJob, owner: string) {
    this.#tools = tools
    this.#row = row
    this.#lease = { organizationId: row.organizationId, id: row.id, owner, attempt: row.attempt }
    const initial = {
      done: Number(row.done),
      total: row.total === null ? null : Number(row.total),
      message: row.message,
    }
    this.#progress = new ProgressReporter(initial, (progress) =>
      tools.platform.transaction(JOB, async (tx) => {
        if (await writeProgress(tx, this.#lease, progress))
          await announceJob(tx, 'job.progress', row, { ...progress })
      }),
    )
    this.end = this.#begin()
  }

  get attempt(): number {
    return this.#row.attempt
  }

  stop(reason: StopReason): void {
    this.#stopReason ??= reason
    this.#abort.abort(new Error(`the job was stopped: ${reason}`))
  }

  /** Gives it back although its work has not ended. */
  async abandon(): Promise<void> {
    await this.#giveBack({ delaySeconds: 0, countsAsAttempt: false })
  }

  async #begin(): Promise<void> {
    if (this.#row.isCancelRequested) return this.#finish({ status: 'cancelled' })
    // Its process died each time: perhaps of it.
    if (this.#row.attempt > MAX_ATTEMPTS) return this.#finish(gaveUp)
    let outcome: Outcome | undefined
    try {
      outcome = succeededWith(await this.#tools.run(this.#asSeenByItsWork()))
    } catch (error) {
      outcome = this.#outcomeOf(error)
      if (outcome === undefined) return this.#endUnfinished()
    }
    await this.#finish(outcome)
  }

  #asSeenByItsWork(): RunningJob {
    const { id, organizationId, createdBy, kind, params, attempt } = this.#row
    return {
      id,
      organizationId,
      userId: createdBy,
      kind,
      params,
      attempt,
      signal: this.#abort.signal,
      progress: (done, total, message = null) =>
        this.#progress.report({
          done,
          total: total === undefined ? this.#progress.latest.total : total,
          message,
        }),
    }
  }

  /** Undefined when it is to be begun again. */
  #outcomeOf(error: unknown): Outcome | undefined {
    if (this.#stopReason === 'cancelled') return { status: 'cancelled' }
    if (this.#stopReason !== undefined) return undefined
    const { log } = this.#tools
    const facts = { err: error, job: this.#row.id, kind: this.#row.kind, attempt: this.#row.attempt }
    if (error instanceof ApplicationError && error.statusCode < 500)
      return { status: 'failed', code: error.code, message: error.message.slice(0, 1000) }
    if (this.#row.attempt < MAX_ATTEMPTS) {
      log.warn(facts, 'a job failed; it is begun again')
      return undefined
    }
    log.error(facts, 'a job failed for good')
    return failed
  }

  async #endUnfinished(): Promise<void> {
    if (this.#stopReason === 'lost') return this.#progress.close()
    const isStopping = this.#stopReason === 'stopping'
    await this.#giveBack({
      delaySeconds: isStopping ? 0 : RETRY_SECONDS ** this.#row.attempt,
      countsAsAttempt: !isStopping,
    })
  }

  async #giveBack(options: { delaySeconds: number; countsAsAttempt: boolean }): Promise<void> {
    await this.#progress.close()
    await this.#tools.platform.transaction(JOB, (tx) =>
      giveBack(tx, this.#lease, options, this.#progress.latest),
    )
  }

  async #finish(outcome: Outcome): Promise<void> {
    await this.#progress.close()
    const progress = this.#progress.latest
    await this.#tools.platform.transaction(JOB, async (tx) => {
      if (!(await finishJob(tx, this.#lease, outcome, progress))) return
      const error = outcome.status === 'failed' ? { code: outcome.code, message: outcome.message } : null
      await announceJob(tx, 'job.finished', this.#row, { status: outcome.status, error, ...progress })
    })
  }
}

const gaveUp: Outcome = {
  status: 'failed',
  code: 'JOB_GAVE_UP',
  message: 'The job was begun three times and never came to an end.',
}
const failed: Outcome = {
  status: 'failed',
  code: 'JOB_FAILED',
  message: 'Something went wrong on our side; the job was tried three times.',
}

function succeededWith(result: Readonly<Record<string, unknown>> | undefined | void): Outcome {
  const text = result === undefined ? null : JSON.stringify(result)
  if (text !== null && Buffer.byteLength(text) > MAX_RESULT_BYTES)
    throw ApplicationError.unprocessable(
      'The result of the job is too large to keep.',
      'JOB_RESULT_TOO_LARGE',
    )
  return { status: 'succeeded', result: text }
}
