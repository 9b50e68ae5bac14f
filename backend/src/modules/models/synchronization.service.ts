import { setTimeout as sleep } from 'node:timers/promises'
import { LiteLLMError, type CatalogueModel, type CatalogueSync, type SyncOutcome } from '#litellm'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { page, usdFromNanoOrNull, type PageOf } from '#platform/http'
import type { Job, JobRunner, RunningJob } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { listRuns } from './catalogue.queries.ts'
import { listUnsynced } from './deployment.queries.ts'
import { codes } from './model.errors.ts'
import type { ModelDrift, ModelSynchronization } from './synchronization.schemas.ts'

const JOB = 'catalogue-administration'
const SYNCHRONIZATION_JOB = 'models.synchronize'
/** How long the job waits for another process that is at it. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 250
const MAX_NAMED = 100

/** The administrator's hand on the catalogue's synchronisation. */
export class SynchronizationService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #catalogue: Pick<CatalogueSync, 'run' | 'preview'>
  readonly #jobs: JobRunner

  constructor(
    context: ServiceContext,
    parts: { catalogue: Pick<CatalogueSync, 'run' | 'preview'>; jobs: JobRunner },
  ) {
    super(context)
    this.#platform = context.platformDatabase
    this.#catalogue = parts.catalogue
    this.#jobs = parts.jobs
    parts.jobs.register({ kind: SYNCHRONIZATION_JOB, run: (job) => this.#run(job), isOfPlatform: true })
  }

  /** Starts it, and answers the job that tells how far it is. What it changes has audit rows of its own. */
  start(caller: Caller): Promise<Job> {
    return this.#platform.transaction(JOB, async (tx) => {
      await this.audit(tx, caller, {
        category: 'model',
        action: 'models.synchronization_requested',
        resourceType: 'catalogue',
        resourceId: 'litellm',
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
      return await this.#jobs.enqueue(tx, caller, { kind: SYNCHRONIZATION_JOB, total: 1 })
    })
  }

  /** Repeating it is harmless: it makes our catalogue what LiteLLM's is. */
  async #run(job: RunningJob): Promise<Readonly<Record<string, unknown>>> {
    job.progress(0, 1, 'Reading LiteLLM.')
    const { rejected, ...run } = await this.#outcome(job.signal)
    if (run.result === 'failed')
      throw ApplicationError.unprocessable(
        'LiteLLM cannot be read right now; the last catalogue stays.',
        codes.SYNCHRONIZATION_FAILED,
      )
    if (run.result === 'empty')
      throw ApplicationError.unprocessable(
        'LiteLLM lists no usable model; the last catalogue stays.',
        codes.SYNCHRONIZATION_FAILED,
      )
    job.progress(1, 1, `${run.added} added, ${run.updated} updated, ${run.gone} gone.`)
    return { ...run, rejected: rejected.slice(0, MAX_NAMED) }
  }

  /** Another process may be at it with what LiteLLM served before; then it is done again after it. */
  async #outcome(signal: AbortSignal): Promise<SyncOutcome> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      const outcome = await this.#catalogue.run('request', signal)
      if (outcome) return outcome
      await sleep(PAUSE_MS, undefined, { signal })
    }
    throw ApplicationError.conflict(
      'Another synchronisation has been under way for too long.',
      codes.SYNCHRONIZATION_RUNNING,
    )
  }

  /** What a synchronisation would change now, and where LiteLLM differs from what it was told. Changes nothing. */
  async drift(): Promise<ModelDrift> {
    const checkedAt = this.clock.now().toISOString()
    const preview = await this.#preview()
    const unsynced = await this.#platform.transaction(JOB, listUnsynced, { readOnly: true })
    const known = new Map(preview.stored.map((row) => [row.model.name, row.model]))
    const named = (state: string) => unsynced.filter((row) => row.syncState === state).map((row) => row.name)
    const report = {
      added: preview.changes.added.map((model) => model.name),
      updated: preview.changes.updated.map((model) => ({
        name: model.name,
        changes: differences(known.get(model.name), model),
      })),
      gone: [...preview.changes.gone],
      rejected: preview.rejected.slice(0, MAX_NAMED).map((row) => ({ ...row })),
      waiting: named('pending'),
      refused: named('failed'),
    }
    const isInAgreement = Object.values(report).every((list) => list.length === 0)
    return { checkedAt, isInAgreement, ...report }
  }

  async #preview() {
    try {
      const preview = await this.#catalogue.preview()
      if (preview) return preview
    } catch (error) {
      if (!(error instanceof LiteLLMError)) throw error
      this.log.info({ reason: error.failure.message }, 'the catalogue could not be compared')
    }
    throw ApplicationError.unavailable('LiteLLM cannot be read right now.', codes.LITELLM_UNAVAILABLE, 5)
  }

  /** Newest first. */
  async list(query: { limit: number; offset: number }): Promise<PageOf<ModelSynchronization>> {
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listRuns(tx, query), {
      readOnly: true,
    })
    return page(rows, total, query)
  }
}

type Value = string | number | null

const usd = (nano: bigint | null): Value => usdFromNanoOrNull(nano)

/** In the words of the API. */
const shown = (model: CatalogueModel): Readonly<Record<string, Value>> => ({
  provider: model.provider,
  description: model.description,
  mode: model.mode,
  abilities: model.abilities.join(', '),
  contextLength: model.contextLength,
  maxOutputTokens: model.maxOutputTokens,
  inputPricePerMillion: usd(model.inputPriceNanoPerMillion),
  cachedInputPricePerMillion: usd(model.cachedInputPriceNanoPerMillion),
  outputPricePerMillion: usd(model.outputPriceNanoPerMillion),
  litellmIds: [...model.litellmIds].sort().join(', ').slice(0, 4000),
})

function differences(before: CatalogueModel | undefined, after: CatalogueModel) {
  const [old, now] = [before ? shown(before) : {}, shown(after)]
  return Object.entries(now).flatMap(([field, value]) =>
    old[field] === value ? [] : [{ field, before: old[field] ?? null, after: value }],
  )
}
