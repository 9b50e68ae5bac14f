import type { Clock } from '#platform/clock'
import type { SessionLock } from '#platform/database'
import type { Log, RaiseAlarm } from './alarms.ts'
import {
  compareCatalogue,
  readCatalogue,
  type CatalogueChanges,
  type RejectedRow,
  type StoredModel,
} from './catalogue.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import { LiteLLMError } from './litellm.errors.ts'
import { ListedId, matches } from './litellm.schemas.ts'

export type SyncTrigger = 'start' | 'timer' | 'request' | 'recovery'

/** One synchronisation, for its record: `model_sync_runs`. */
export interface SyncRun {
  readonly trigger: SyncTrigger
  /** ISO 8601. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly result: 'success' | 'failed' | 'empty'
  readonly added: number
  readonly updated: number
  readonly gone: number
  readonly message: string | null
}

/** Where models live. Another room implements it; each method is one transaction of its own. */
export interface CatalogueStore {
  load(): Promise<readonly StoredModel[]>
  /** Applied together or not at all; repeating it changes nothing. */
  apply(changes: CatalogueChanges): Promise<void>
  recordRun(run: SyncRun): Promise<void>
  /** Ids of all deployments that LiteLLM listed just now, for what should exist there because of us. */
  reconcile?(listedIds: ReadonlySet<string>): Promise<void>
}

export interface CatalogueSyncOptions {
  readonly client: LiteLLMClient
  readonly store: () => CatalogueStore | undefined
  /** Undefined when another process is synchronizing. */
  readonly lock: () => Promise<SessionLock | undefined>
  readonly clock: Clock
  readonly log: Log
  readonly raise: RaiseAlarm
}

export interface SyncOutcome extends SyncRun {
  readonly rejected: readonly RejectedRow[]
}

/** What a synchronisation would change now. */
export interface CataloguePreview {
  readonly changes: CatalogueChanges
  readonly rejected: readonly RejectedRow[]
  readonly stored: readonly StoredModel[]
  readonly listedIds: ReadonlySet<string>
}

/** Brings our models in line with what LiteLLM serves. While LiteLLM is away, the last ones stay. */
export class CatalogueSync {
  readonly #options: CatalogueSyncOptions
  #running: Promise<SyncOutcome | undefined> | undefined
  #next: Promise<SyncOutcome | undefined> | undefined
  #last: SyncOutcome | undefined

  constructor(options: CatalogueSyncOptions) {
    this.#options = options
  }

  /** The latest run of this process. */
  get last(): SyncOutcome | undefined {
    return this.#last
  }

  /**
   * Synchronizes now. During a run, the timer joins it, and everybody else gets a new one after it. Undefined when another
   * process is at it. A failure of LiteLLM is an outcome (`failed`), not an exception; a failing database is an exception.
   */
  async run(trigger: SyncTrigger, signal?: AbortSignal): Promise<SyncOutcome | undefined> {
    if (!this.#running) {
      this.#running = this.#runLocked(trigger, signal).finally(() => (this.#running = undefined))
      return await this.#running
    }
    if (trigger === 'timer' || trigger === 'start') return await this.#running
    this.#next ??= this.#afterRunning(trigger, signal)
    return await this.#next
  }

  /** Compares and changes nothing. Rejects with LiteLLMError when LiteLLM cannot be read. */
  async preview(signal?: AbortSignal): Promise<CataloguePreview | undefined> {
    const store = this.#options.store()
    if (!store) return undefined
    const rows = await this.#options.client.listModels({ signal })
    const { models, rejected } = readCatalogue(rows)
    const stored = await store.load()
    return { changes: compareCatalogue(stored, models), rejected, stored, listedIds: idsOf(rows) }
  }

  async #afterRunning(
    trigger: SyncTrigger,
    signal: AbortSignal | undefined,
  ): Promise<SyncOutcome | undefined> {
    await this.#running?.catch(() => undefined)
    this.#next = undefined
    return await this.run(trigger, signal)
  }

  async #runLocked(trigger: SyncTrigger, signal: AbortSignal | undefined): Promise<SyncOutcome | undefined> {
    const store = this.#options.store()
    if (!store) return undefined
    const lock = await this.#options.lock()
    if (!lock) return undefined
    try {
      const startedAt = this.#options.clock.now().toISOString()
      const work = await this.#synchronize(store, signal)
      const outcome = { ...work, trigger, startedAt, finishedAt: this.#options.clock.now().toISOString() }
      this.#last = outcome
      const { rejected, ...run } = outcome
      await store.recordRun(run)
      if (rejected.length > 0)
        this.#options.log.warn(
          { rejected: rejected.slice(0, 20) },
          'LiteLLM lists models that cannot be used',
        )
      return outcome
    } finally {
      await lock.release()
    }
  }

  async #synchronize(
    store: CatalogueStore,
    signal: AbortSignal | undefined,
  ): Promise<Pick<SyncOutcome, 'result' | 'added' | 'updated' | 'gone' | 'message' | 'rejected'>> {
    const nothing = { added: 0, updated: 0, gone: 0, rejected: [] }
    let rows: readonly unknown[]
    try {
      rows = await this.#options.client.listModels({ signal })
    } catch (error) {
      if (!(error instanceof LiteLLMError)) throw error
      const { kind, status, message } = error.failure
      this.#options.log.warn(
        { kind, status, reason: message },
        'the catalogue could not be read from LiteLLM; the last one stays',
      )
      return { ...nothing, result: 'failed', message: `${kind} ${status}: ${message}` }
    }
    const { models, rejected } = readCatalogue(rows)
    if (models.length === 0) {
      this.#options.raise({
        kind: 'catalogue_empty',
        message: 'LiteLLM lists no usable model; the catalogue was left as it is',
        details: { rows: rows.length },
      })
      return { ...nothing, rejected, result: 'empty', message: 'LiteLLM lists no usable model' }
    }
    const changes = compareCatalogue(await store.load(), models)
    const [added, updated, gone] = [changes.added.length, changes.updated.length, changes.gone.length]
    if (added + updated + gone > 0) {
      await store.apply(changes)
      this.#options.log.info({ added, updated, gone }, 'the catalogue was synchronized with LiteLLM')
    }
    await store.reconcile?.(idsOf(rows))
    return { result: 'success', added, updated, gone, message: null, rejected }
  }
}

/** Also of rows that cannot be used: they exist. */
function idsOf(rows: readonly unknown[]): ReadonlySet<string> {
  return new Set(rows.flatMap((row) => (matches(ListedId, row) ? [row.model_info.id] : [])))
}
