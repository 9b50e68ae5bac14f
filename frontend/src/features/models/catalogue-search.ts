import type { ListSearch } from '../../app/list-search.ts'
import type { Model, ModelsListQuery } from './catalogue-queries.ts'

const availabilities: ReadonlyArray<Model['availability']> = ['available', 'unavailable', 'disabled']

export const sorts = [
  'name',
  'inputPricePerMillion',
  'outputPricePerMillion',
  '-contextLength',
  '-createdAt',
] as const satisfies ReadonlyArray<NonNullable<ModelsListQuery['sort']>>

/** Columns of the list sort both ways. */
const columnSorts = [
  ...sorts,
  '-name',
  'provider',
  '-provider',
  'contextLength',
  '-inputPricePerMillion',
  '-outputPricePerMillion',
] as const satisfies ReadonlyArray<NonNullable<ModelsListQuery['sort']>>

/** Dollars for a million tokens of input, at most. */
export const priceSteps = [0.1, 0.5, 1, 3, 10] as const
/** Tokens of context, at least. */
export const contextSteps = [8192, 32_768, 131_072, 262_144, 1_000_000] as const

/** The catalogue's filters as the API takes them; what somebody wrote into the address and makes no sense is left out. */
export function catalogueQueryOf(filters: ListSearch): Omit<ModelsListQuery, 'limit' | 'offset' | 'sort'> {
  const { search, mode, provider, ability, isRestricted, availability, maxInputPrice, minContextLength } =
    filters
  const wanted = availabilities.find((one) => one === availability)
  const price = numberOf(maxInputPrice)
  const context = numberOf(minContextLength)
  return {
    ...(search === undefined || search === '' ? {} : { search: String(search) }),
    ...(typeof mode === 'string' ? { mode } : {}),
    ...(listOf(provider).length > 0 ? { provider: listOf(provider) } : {}),
    ...(listOf(ability).length > 0 ? { ability: listOf(ability) } : {}),
    ...(isRestricted === undefined ? {} : { isRestricted: String(isRestricted) === 'true' }),
    ...(wanted === undefined ? {} : { availability: wanted }),
    ...(price === undefined ? {} : { maxInputPrice: price }),
    ...(context === undefined ? {} : { minContextLength: context }),
  }
}

export const sortOf = (wanted: string | undefined): ModelsListQuery['sort'] =>
  columnSorts.find((one) => one === wanted)

/** Numbers and truths stand in the address as such, not as text in quotation marks. */
export function valueOf(name: string, value: string | readonly string[] | undefined): ListSearch[string] {
  if (typeof value !== 'string') return value
  if (name === 'maxInputPrice' || name === 'minContextLength') return Number(value)
  return name === 'isRestricted' ? value === 'true' : value
}

const listOf = (value: ListSearch[string]): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' && value !== '' ? [value] : []

function numberOf(value: ListSearch[string]): number | undefined {
  const number = Number(value)
  return value === undefined || !Number.isFinite(number) || number < 0 ? undefined : number
}
