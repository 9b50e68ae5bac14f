import { changed } from '#identity'
import type { CatalogueChanges, CatalogueModel, CatalogueStore, StoredModel, SyncRun } from '#litellm'
import { recordAudit } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { systemCaller } from '#platform/services'
import {
  insertModel,
  insertPrice,
  insertRun,
  listStored,
  lockStored,
  updateModel,
  withdrawModels,
  type StoredRow,
} from './catalogue.queries.ts'

const JOB = 'catalogue'

/** Where the synchronisation keeps the models: each change with its audit row, price history and notification. */
export class ModelCatalogueStore implements CatalogueStore {
  readonly #platform: PlatformDatabase

  constructor(platform: PlatformDatabase) {
    this.#platform = platform
  }

  async load(): Promise<readonly StoredModel[]> {
    const rows = await this.#platform.transaction(JOB, listStored, { readOnly: true })
    return rows.map((row) => ({
      model: catalogueModel(row),
      isAvailable: row.availability !== 'unavailable',
    }))
  }

  apply(changes: CatalogueChanges): Promise<void> {
    return this.#platform.transaction(JOB, async (tx) => {
      for (const model of changes.added) await add(tx, model)
      for (const model of changes.updated) await update(tx, model)
      for (const row of await withdrawModels(tx, changes.gone))
        await announce(tx, 'model.withdrawn', undefined, row)
    })
  }

  recordRun(run: SyncRun): Promise<void> {
    return this.#platform.transaction(JOB, (tx) => insertRun(tx, run))
  }
}

async function add(tx: Tx, model: CatalogueModel): Promise<void> {
  const row = await insertModel(tx, model)
  if (!row) return
  await insertPrice(tx, row)
  await announce(tx, 'model.added', undefined, row)
}

async function update(tx: Tx, model: CatalogueModel): Promise<void> {
  const before = await lockStored(tx, model.name)
  if (!before) return
  const after = await updateModel(tx, before.id, model)
  if (!isSamePrice(before, after)) await insertPrice(tx, after)
  await announce(tx, 'model.updated', before, after)
}

const isSamePrice = (a: StoredRow, b: StoredRow): boolean =>
  a.inputPriceNano === b.inputPriceNano &&
  a.cachedInputPriceNano === b.cachedInputPriceNano &&
  a.outputPriceNano === b.outputPriceNano

async function announce(
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
