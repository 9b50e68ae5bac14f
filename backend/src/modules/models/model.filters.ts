import { sql, type Query } from '#platform/database'
import { nanoFromUsd } from '#platform/http'
import type { ModelFilters } from './model.schemas.ts'

/** The administrator's words where there are any. */
export const description: Query = sql`coalesce(m.own_description, m.description)`

const priceOf = (usd: number, field: string): bigint => nanoFromUsd(usd, field)

/** The conditions of a list of models; the table is called `m`. */
export function filtersOf(query: ModelFilters): Query[] {
  const conditions: Query[] = []
  if (query.search !== undefined)
    conditions.push(
      sql`position(lower(${query.search}) in lower(m.name || ' ' || m.provider || ' ' || ${description})) > 0`,
    )
  if (query.provider !== undefined) conditions.push(sql`m.provider = any (${query.provider}::text[])`)
  if (query.ability !== undefined) conditions.push(sql`m.abilities @> ${query.ability}::text[]`)
  if (query.mode !== undefined) conditions.push(sql`m.mode = ${query.mode}`)
  if (query.isRestricted !== undefined) conditions.push(sql`m.is_restricted = ${query.isRestricted}`)
  if (query.availability !== undefined) conditions.push(sql`m.availability = ${query.availability}`)
  if (query.minInputPrice !== undefined)
    conditions.push(sql`m.input_price_nano >= ${priceOf(query.minInputPrice, 'minInputPrice')}`)
  if (query.maxInputPrice !== undefined)
    conditions.push(sql`m.input_price_nano <= ${priceOf(query.maxInputPrice, 'maxInputPrice')}`)
  if (query.minOutputPrice !== undefined)
    conditions.push(sql`m.output_price_nano >= ${priceOf(query.minOutputPrice, 'minOutputPrice')}`)
  if (query.maxOutputPrice !== undefined)
    conditions.push(sql`m.output_price_nano <= ${priceOf(query.maxOutputPrice, 'maxOutputPrice')}`)
  if (query.minContextLength !== undefined)
    conditions.push(sql`m.context_length >= ${query.minContextLength}`)
  if (query.maxContextLength !== undefined)
    conditions.push(sql`m.context_length <= ${query.maxContextLength}`)
  return conditions
}

/** Column of each sort key; only these ever reach the text of a statement. */
const sortColumns: Readonly<Record<string, Query>> = {
  name: sql.identifier('m.name'),
  provider: sql.identifier('m.provider'),
  availability: sql.identifier('m.availability'),
  contextLength: sql.identifier('m.context_length'),
  inputPricePerMillion: sql.identifier('m.input_price_nano'),
  outputPricePerMillion: sql.identifier('m.output_price_nano'),
  createdAt: sql.identifier('m.created_at'),
  updatedAt: sql.identifier('m.updated_at'),
}

/** The order of a list of models; without a sort key the administrator's. `more` are sort keys of the list's own columns. */
export function orderOf(sort: string | undefined, more: Readonly<Record<string, Query>> = {}): Query {
  const name = sort?.replace(/^-/, '') ?? ''
  const column = sortColumns[name] ?? more[name]
  if (sort === undefined || column === undefined) return sql`m.display_order nulls last, m.name`
  return sort.startsWith('-')
    ? sql`${column} desc nulls last, m.name, m.id`
    : sql`${column} asc nulls last, m.name, m.id`
}
