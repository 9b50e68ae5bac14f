import { changed } from '#identity'
import type {
  CatalogueChanges,
  CatalogueModel,
  CatalogueStore,
  LiteLLM,
  StoredModel,
  SyncRun,
} from '#litellm'
import { PLATFORM_ORGANIZATION_ID, recordAudit } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { announce } from '#platform/events'
import { systemCaller } from '#platform/services'
import {
  insertModel,
  insertPrice,
  insertRun,
  isSamePrice,
  listStored,
  lockStored,
  updateModel,
  withdrawModels,
  type StoredRow,
} from './catalogue.queries.ts'
import { lockStrays, markPending } from './deployment.queries.ts'
import { RESOURCE_KIND } from './deployment-resource.ts'
import { modelCameBack, modelPriceChanged, modelWentAway } from './model-events.ts'

const JOB = 'catalogue'

interface CatalogueStoreParts {
  readonly platform: PlatformDatabase
  readonly litellm: Pick<LiteLLM, 'outbox'>
  /** How long after a change of ours LiteLLM's list may still be without it. */
  readonly graceSeconds: number
}

/** Where the synchronisation keeps the models: each change with its audit row, price history and notification. */
export class ModelCatalogueStore implements CatalogueStore {
  readonly #parts: CatalogueStoreParts

  constructor(parts: CatalogueStoreParts) {
    this.#parts = parts
  }

  async load(): Promise<readonly StoredModel[]> {
    const { platform, graceSeconds } = this.#parts
    const rows = await platform.transaction(JOB, (tx) => listStored(tx, graceSeconds), { readOnly: true })
    return rows.map((row) => ({
      model: catalogueModel(row),
      isAvailable: row.isServed && row.availability !== 'unavailable',
      isHeld: row.isHeld,
      removedIds: row.removedIds,
    }))
  }

  apply(changes: CatalogueChanges): Promise<void> {
    const { platform, graceSeconds } = this.#parts
    return platform.transaction(JOB, async (tx) => {
      for (const model of changes.added) await add(tx, model)
      for (const model of changes.updated) await update(tx, model, graceSeconds)
      for (const row of await withdrawModels(tx, changes.gone, graceSeconds)) {
        await record(tx, 'model.withdrawn', undefined, row)
        await modelWentAway(tx, row)
      }
    })
  }

  recordRun(run: SyncRun): Promise<void> {
    return this.#parts.platform.transaction(JOB, async (tx) => {
      await insertRun(tx, run)
      const { result, added, updated, gone } = run
      if (result === 'success' && added + updated + gone === 0) return
      await announce(tx, {
        name: 'models.synchronized',
        audience: { platform: true },
        data: { result, added, updated, gone },
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
    })
  }

  /** What LiteLLM has lost of ours, or still has although we removed it, is told to it again. */
  async reconcile(listedIds: ReadonlySet<string>): Promise<void> {
    const { platform, litellm, graceSeconds } = this.#parts
    await platform.transaction(JOB, async (tx) => {
      for (const stray of await lockStrays(tx, [...listedIds], graceSeconds)) {
        await markPending(tx, stray.id)
        await litellm.outbox.enqueueIntent(tx, {
          organizationId: PLATFORM_ORGANIZATION_ID,
          kind: RESOURCE_KIND,
          resourceId: stray.id,
          desiredVersion: stray.desiredVersion,
          ...(stray.isWanted ? { operation: 'put' } : { operation: 'delete', hash: stray.litellmId }),
        })
      }
    })
  }
}

async function add(tx: Tx, model: CatalogueModel): Promise<void> {
  const row = await insertModel(tx, model)
  if (!row) return
  await insertPrice(tx, row)
  await record(tx, 'model.added', undefined, row)
}

async function update(tx: Tx, model: CatalogueModel, graceSeconds: number): Promise<void> {
  const before = await lockStored(tx, model.name, graceSeconds)
  if (!before) return
  const after = await updateModel(tx, before.id, model)
  if (!isSamePrice(before, after)) {
    await insertPrice(tx, after)
    await modelPriceChanged(tx, after)
  }
  await record(tx, 'model.updated', before, after)
  if (before.availability === 'unavailable' && after.availability === 'available')
    await modelCameBack(tx, after)
}

async function record(
  tx: Tx,
  action: string,
  before: StoredRow | undefined,
  after: StoredRow,
): Promise<void> {
  await recordAudit(tx, systemCaller(JOB), {
    category: 'model',
    action,
    resourceType: 'model',
    resourceId: after.id,
    before,
    after,
  })
  await changed(tx, { kind: 'model', id: after.id })
}

function catalogueModel(row: StoredRow): CatalogueModel {
  return {
    name: row.name,
    provider: row.provider,
    description: row.description,
    abilities: row.abilities,
    contextLength: row.contextLength,
    maxOutputTokens: row.maxOutputTokens,
    inputPriceNanoPerMillion: row.inputPriceNano,
    cachedInputPriceNanoPerMillion: row.cachedInputPriceNano,
    outputPriceNanoPerMillion: row.outputPriceNano,
    mode: row.mode,
    isRestrictedHint: row.isRestricted,
    litellmIds: row.litellmIds,
  }
}
