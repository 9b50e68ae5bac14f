import type { Clock } from '#platform/clock'
import type { PlatformDatabase, SessionLock } from '#platform/database'
import type { Log, RaiseAlarm } from './alarms.ts'
import { compareKeys, findOrphans, indexKeys, type Drift } from './differ.ts'
import { databaseTime, findUnsettled, removeFinished } from './intents.queries.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import type { KeyRow } from './litellm.schemas.ts'
import type { Outbox } from './outbox.ts'
import type { DesiredResource, Resource, ResourceRegistry } from './registry.ts'
import { RepairMemory } from './repair-memory.ts'

export interface ReconcilerOptions {
  readonly platform: PlatformDatabase
  readonly client: LiteLLMClient
  readonly registry: ResourceRegistry
  readonly outbox: Outbox
  readonly installation: () => Promise<string>
  /** Undefined when another process is reconciling. */
  readonly lock: () => Promise<SessionLock | undefined>
  readonly clock: Clock
  readonly log: Log
  readonly raise: RaiseAlarm
  readonly orphanAgeSeconds?: number
  /** Finished intents are history; older ones are removed. */
  readonly keepFinishedDays?: number
}

export interface ReconcileReport {
  readonly compared: number
  readonly missing: number
  readonly drifted: number
  readonly orphansRemoved: number
  readonly foreign: number
}

const JOB = 'litellm-reconciler'
const MAX_PAGES = 20_000

/** Compares everything that should exist in LiteLLM with what exists, and puts what differs back into the outbox. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #memory = new RepairMemory()

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** One pass; undefined when another process is at it. Rejects with LiteLLMError when LiteLLM is away. */
  async run(signal?: AbortSignal): Promise<ReconcileReport | undefined> {
    const lock = await this.#options.lock()
    if (!lock) return undefined
    try {
      const report = await this.#compare(signal)
      this.#options.log.debug(report, 'reconciled with LiteLLM')
      return report
    } finally {
      await lock.release()
    }
  }

  async #compare(signal: AbortSignal | undefined): Promise<ReconcileReport> {
    const { platform, clock, orphanAgeSeconds = 120, keepFinishedDays = 30 } = this.#options
    const installation = await this.#options.installation()
    const startedAt = await platform.transaction(JOB, databaseTime, { readOnly: true })
    // LiteLLM first: a key exists there only after its row was committed, so a row that is not found below is not merely late.
    const actual = indexKeys(await this.#listActual(signal), installation)
    const wanted = new Set<string>()
    const counts = { compared: 0, missing: 0, drifted: 0 }
    this.#memory.beginPass()
    for (const resource of this.#options.registry.list()) {
      for await (const items of this.#pages(resource)) {
        for (const item of items) if (item.key) wanted.add(item.key.hash)
        const repaired = await this.#repair(resource, items, actual, startedAt)
        counts.compared += items.length
        counts.missing += repaired.missing
        counts.drifted += repaired.drifted
      }
    }
    this.#memory.endPass()
    const rules = { installation, now: clock.now(), minAgeSeconds: orphanAgeSeconds }
    const orphans = findOrphans(actual, wanted, rules)
    const orphansRemoved = await this.#removeOrphans(orphans, signal)
    await platform.transaction(JOB, (tx) => removeFinished(tx, keepFinishedDays))
    return { ...counts, orphansRemoved, foreign: orphans.foreign.length }
  }

  async #listActual(signal: AbortSignal | undefined): Promise<KeyRow[]> {
    const all: KeyRow[] = []
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { keys, totalPages } = await this.#options.client.listKeys(page, { signal })
      all.push(...keys)
      if (page >= totalPages || keys.length === 0) break
    }
    return all
  }

  async *#pages(resource: Resource): AsyncGenerator<readonly DesiredResource[]> {
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<Resource['listDesired']>> = await this.#readPage(resource, cursor)
      yield page.items
      cursor = page.nextCursor
    } while (cursor !== null)
  }

  #readPage(resource: Resource, cursor: string | null): ReturnType<Resource['listDesired']> {
    return this.#options.platform.transaction(JOB, (tx) => resource.listDesired(tx, cursor), {
      readOnly: true,
    })
  }

  async #repair(
    resource: Resource,
    items: readonly DesiredResource[],
    actual: ReadonlyMap<string, KeyRow>,
    startedAt: string,
  ): Promise<{ missing: number; drifted: number }> {
    const { platform, clock } = this.#options
    const differences = compareKeys(items, actual, clock.now())
    const absent = differences.missing.filter((item) => !item.isLost)
    // A key that was lost has turned up again, as after a restore of LiteLLM's database: telling it anew heals it.
    const found = items.filter((item) => item.isLost && item.key && actual.has(item.key.hash))
    const suspects = [...absent, ...found, ...differences.drifted.map((drift) => drift.resource)]
    if (suspects.length === 0) return { missing: 0, drifted: 0 }
    return await platform.transaction(JOB, async (tx) => {
      const unsettled = await findUnsettled(
        tx,
        resource.kind,
        suspects.map((item) => item.id),
        startedAt,
      )
      const missing = [...absent, ...found].filter((item) => !unsettled.has(item.id))
      const drifted = differences.drifted.filter(
        (drift) => !unsettled.has(drift.resource.id) && this.#isWorthRepairing(drift),
      )
      for (const { id, organizationId, version } of [...missing, ...drifted.map((drift) => drift.resource)])
        await this.#options.outbox.enqueueIntent(tx, {
          organizationId,
          kind: resource.kind,
          resourceId: id,
          operation: 'put',
          desiredVersion: version,
        })
      return { missing: missing.length, drifted: drifted.length }
    })
  }

  #isWorthRepairing({ resource, fields }: Drift): boolean {
    const verdict = this.#memory.judge(resource.id, `${resource.version} ${fields.join(' ')}`)
    if (verdict === 'report')
      this.#options.raise({
        kind: 'drift_persists',
        message: 'LiteLLM takes an update of a key but does not keep it',
        details: { resourceId: resource.id, fields: fields.join(', ') },
      })
    return verdict === 'repair'
  }

  async #removeOrphans(
    orphans: ReturnType<typeof findOrphans>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { client, log, raise } = this.#options
    if (orphans.foreign.length > 0)
      raise({
        kind: 'foreign_object',
        message: 'LiteLLM has keys with our alias that are not marked as ours; they are left alone',
        details: { count: orphans.foreign.length },
      })
    if (orphans.isTooMany) {
      raise({
        kind: 'too_many_orphans',
        message: 'LiteLLM has more keys of ours than one run may delete; none was deleted, please look',
        details: { count: orphans.removable.length },
      })
      return 0
    }
    for (const hash of orphans.removable) await client.deleteKey(hash, { signal })
    if (orphans.removable.length > 0)
      log.warn({ count: orphans.removable.length }, 'keys that nobody wants were deleted in LiteLLM')
    return orphans.removable.length
  }
}
