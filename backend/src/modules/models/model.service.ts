import { ApplicationError } from '#platform/errors'
import { page, usdFromNanoOrNull, type PageOf } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { findModel, listModels, type ModelRow } from './model.queries.ts'
import type { Model, ModelListQuery } from './model.schemas.ts'

/** The catalogue as people and keys see it. */
export class ModelService extends BaseService {
  /** With an API key, only that key's models. */
  async list(caller: Caller, query: ModelListQuery): Promise<PageOf<Model>> {
    const { rows, total } = await this.read(caller, (tx) => listModels(tx, query, apiKeyOf(caller)))
    return page(rows.map(toModel), total, query)
  }

  /** 404 `MODEL_NOT_FOUND`. */
  async get(caller: Caller, id: string): Promise<Model> {
    const row = await this.read(caller, (tx) => findModel(tx, id))
    if (!row) throw ApplicationError.notFound('model', id)
    return toModel(row)
  }
}

const apiKeyOf = (caller: Caller): string | undefined =>
  caller.kind === 'apiKey' ? caller.credentialId : undefined

function toModel({ inputPriceNano, cachedInputPriceNano, outputPriceNano, ...facts }: ModelRow): Model {
  return {
    ...facts,
    inputPricePerMillion: usdFromNanoOrNull(inputPriceNano),
    cachedInputPricePerMillion: usdFromNanoOrNull(cachedInputPriceNano),
    outputPricePerMillion: usdFromNanoOrNull(outputPriceNano),
  }
}
