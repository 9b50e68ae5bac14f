import { usdFromNanoOrNull } from '#platform/http'
import type { ModelRow, PriceRow } from './model.queries.ts'
import type { Model, ModelPrice } from './model.schemas.ts'

type PriceFields = Pick<
  ModelRow,
  'inputPriceNano' | 'cachedInputPriceNano' | 'outputPriceNano' | 'pricePerRequestNano'
>

/** nano-USD per million tokens -> USD per token, the shortest decimal that is exactly it. */
export const usdPerToken = (nanoPerMillion: bigint | null): number | null =>
  nanoPerMillion === null ? null : Number(`${nanoPerMillion}e-15`)

/** Prices as they stand on the wire. */
export function pricesOf(row: PriceFields) {
  return {
    inputPricePerMillion: usdFromNanoOrNull(row.inputPriceNano),
    cachedInputPricePerMillion: usdFromNanoOrNull(row.cachedInputPriceNano),
    outputPricePerMillion: usdFromNanoOrNull(row.outputPriceNano),
    pricePerRequest: usdFromNanoOrNull(row.pricePerRequestNano),
  }
}

export function withoutNano<Row extends PriceFields>(row: Row): Omit<Row, keyof PriceFields> {
  const {
    inputPriceNano: _i,
    cachedInputPriceNano: _c,
    outputPriceNano: _o,
    pricePerRequestNano: _r,
    ...rest
  } = row
  return rest
}

export function toModel(row: ModelRow): Model {
  return {
    ...withoutNano(row),
    ...pricesOf(row),
    inputPricePerToken: usdPerToken(row.inputPriceNano),
    outputPricePerToken: usdPerToken(row.outputPriceNano),
  }
}

export function toPrice(row: PriceRow): ModelPrice {
  return { ...withoutNano(row), ...pricesOf(row) }
}
