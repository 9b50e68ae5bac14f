import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { toModel, toPrice } from './model.answer.ts'
import {
  countModels,
  findModel,
  listAbilities,
  listModels,
  listModes,
  listPrices,
  listProviders,
  type Viewer,
} from './model.queries.ts'
import type { Model, ModelFacet, ModelListQuery, ModelPrice, ModelStatistics } from './model.schemas.ts'

/** The catalogue as people and keys see it. */
export class ModelService extends BaseService {
  /** With an API key, only that key's models. */
  async list(caller: Caller, query: ModelListQuery): Promise<PageOf<Model>> {
    const { rows, total } = await this.read(caller, (tx) => listModels(tx, query, viewerOf(caller)))
    return page(rows.map(toModel), total, query)
  }

  /** 404 `MODEL_NOT_FOUND`. */
  async get(caller: Caller, id: string): Promise<Model> {
    const row = await this.read(caller, (tx) => findModel(tx, id, viewerOf(caller)))
    if (!row) throw ApplicationError.notFound('model', id)
    return toModel(row)
  }

  /** Newest first. 404 `MODEL_NOT_FOUND`. */
  async prices(
    caller: Caller,
    id: string,
    query: { limit: number; offset: number },
  ): Promise<PageOf<ModelPrice>> {
    return await this.read(caller, async (tx) => {
      if (!(await findModel(tx, id, viewerOf(caller)))) throw ApplicationError.notFound('model', id)
      const { rows, total } = await listPrices(tx, id, query)
      return page(rows.map(toPrice), total, query)
    })
  }

  providers(caller: Caller): Promise<ModelFacet[]> {
    return this.read(caller, (tx) => listProviders(tx, viewerOf(caller)))
  }

  abilities(caller: Caller): Promise<ModelFacet[]> {
    return this.read(caller, (tx) => listAbilities(tx, viewerOf(caller)))
  }

  statistics(caller: Caller): Promise<ModelStatistics> {
    const viewer = viewerOf(caller)
    return this.read(caller, async (tx) => {
      const [counts, providers, modes] = await Promise.all([
        countModels(tx, viewer),
        listProviders(tx, viewer),
        listModes(tx, viewer),
      ])
      return { ...counts, providers, modes }
    })
  }
}

const viewerOf = (caller: Caller): Viewer => ({
  userId: caller.userId,
  apiKeyId: caller.kind === 'apiKey' ? caller.credentialId : undefined,
})
