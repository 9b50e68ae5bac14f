import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { Model, type ModelListQuery } from './model.schemas.ts'

const ModelRow = Type.Object({
  ...Type.Omit(Model, ['inputPricePerMillion', 'cachedInputPricePerMillion', 'outputPricePerMillion'])
    .properties,
  inputPriceNano: Nullable(Type.BigInt()),
  cachedInputPriceNano: Nullable(Type.BigInt()),
  outputPriceNano: Nullable(Type.BigInt()),
})
export type ModelRow = Static<typeof ModelRow>

const Total = Type.Object({ total: Type.BigInt() })

const columns = sql`m.id, m.name, m.provider, m.description, m.mode, m.abilities, m.context_length as "contextLength",
  m.max_output_tokens as "maxOutputTokens", m.input_price_nano as "inputPriceNano",
  m.cached_input_price_nano as "cachedInputPriceNano", m.output_price_nano as "outputPriceNano",
  m.is_restricted as "isRestricted", m.availability`

/** Column of each sort key; only these ever reach the text of a statement. */
const sortColumns: Readonly<Record<string, Query>> = {
  name: sql.identifier('m.name'),
  provider: sql.identifier('m.provider'),
  contextLength: sql.identifier('m.context_length'),
  inputPricePerMillion: sql.identifier('m.input_price_nano'),
  outputPricePerMillion: sql.identifier('m.output_price_nano'),
}

function orderOf(sort = 'name'): Query {
  const isDescending = sort.startsWith('-')
  const column = sortColumns[isDescending ? sort.slice(1) : sort] ?? sql.identifier('m.name')
  return isDescending ? sql`${column} desc nulls last, m.id` : sql`${column} asc nulls last, m.id`
}

/** With a key, the catalogue is what that key may call. */
const onlyOfKey = (apiKeyId: string): Query =>
  sql`exists (select from api_key_models km where km.model_id = m.id and km.api_key_id = ${apiKeyId})`

function conditionsOf(query: ModelListQuery, apiKeyId: string | undefined): Query {
  const conditions: Query[] = [sql`true`]
  if (query.search !== undefined)
    conditions.push(
      sql`position(lower(${query.search}) in lower(m.name || ' ' || m.provider || ' ' || m.description)) > 0`,
    )
  if (query.provider !== undefined) conditions.push(sql`m.provider = ${query.provider}`)
  if (query.ability !== undefined) conditions.push(sql`${query.ability} = any (m.abilities)`)
  if (query.isRestricted !== undefined) conditions.push(sql`m.is_restricted = ${query.isRestricted}`)
  if (query.availability !== undefined) conditions.push(sql`m.availability = ${query.availability}`)
  if (apiKeyId !== undefined) conditions.push(onlyOfKey(apiKeyId))
  return sql.join(conditions, ' and ')
}

export async function listModels(
  tx: Tx,
  query: ModelListQuery,
  apiKeyId: string | undefined,
): Promise<{ rows: ModelRow[]; total: number }> {
  const where = conditionsOf(query, apiKeyId)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ModelRow)`
      select ${columns} from models m where ${where}
      order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from models m where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findModel(tx: Tx, id: string): Promise<ModelRow | undefined> {
  return tx.find(sql(ModelRow)`select ${columns} from models m where m.id = ${id}`)
}

const Existence = Type.Object({ exists: Type.Boolean() })

/** Whether the catalogue has a model of this public name that is not closed. */
export async function modelExists(tx: Tx, name: string): Promise<boolean> {
  const { exists } = await tx.one(sql(Existence)`
    select exists (select from models where name = ${name} and availability <> 'disabled') as "exists"`)
  return exists
}
