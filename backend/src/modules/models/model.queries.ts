import { Type, type Static } from '@sinclair/typebox'
import { visibleModel } from '#modules/organizations'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, Timestamp } from '#platform/http'
import { description, filtersOf, orderOf } from './model.filters.ts'
import { Model, ModelFacet, type ModelListQuery } from './model.schemas.ts'

const Nano = Nullable(Type.BigInt())
const priceFields = {
  inputPriceNano: Nano,
  cachedInputPriceNano: Nano,
  outputPriceNano: Nano,
  pricePerRequestNano: Nano,
}

const ModelRow = Type.Object({
  ...Type.Omit(Model, [
    'inputPricePerMillion',
    'cachedInputPricePerMillion',
    'outputPricePerMillion',
    'inputPricePerToken',
    'outputPricePerToken',
    'pricePerRequest',
  ]).properties,
  ...priceFields,
})
export type ModelRow = Static<typeof ModelRow>

const Total = Type.Object({ total: Type.BigInt() })

/** What a model is to everybody; the table is called `m`. */
export const factColumns = sql`m.id, m.name, m.provider, ${description} as "description", m.mode, m.abilities,
  m.context_length as "contextLength", m.max_output_tokens as "maxOutputTokens", m.input_price_nano as "inputPriceNano",
  m.cached_input_price_nano as "cachedInputPriceNano", m.output_price_nano as "outputPriceNano",
  m.price_per_request_nano as "pricePerRequestNano", m.is_restricted as "isRestricted", m.availability,
  m.created_at as "createdAt"`

/** Who looks at the catalogue: a person, and perhaps a key of theirs. */
export interface Viewer {
  readonly userId: string | null
  readonly apiKeyId: string | undefined
}

/** Joins the viewer's own subscription: the live one, else the last. */
const withMySubscription = (userId: string | null): Query => sql`
  models m left join lateral (
    select s.id, s.status from subscriptions s where s.model_id = m.id and s.user_id = ${userId}
    order by s.status in ('pending', 'active', 'suspended') desc, s.requested_at desc, s.id limit 1
  ) mine on true`
const mySubscription = sql`case when mine.id is not null
  then jsonb_build_object('id', mine.id, 'status', mine.status) end as "mySubscription"`

/** What may be seen at all; each read of the catalogue asks this. */
function visibleTo({ apiKeyId }: Viewer): Query {
  const conditions: Query[] = [sql`m.removed_at is null`, visibleModel(sql`m.id`)]
  // With a key, the catalogue is what that key may call.
  if (apiKeyId !== undefined)
    conditions.push(
      sql`exists (select from api_key_models km where km.model_id = m.id and km.api_key_id = ${apiKeyId})`,
    )
  return sql.join(conditions, ' and ')
}

export async function listModels(
  tx: Tx,
  query: ModelListQuery,
  viewer: Viewer,
): Promise<{ rows: ModelRow[]; total: number }> {
  const where = sql.join([visibleTo(viewer), ...filtersOf(query)], ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ModelRow)`
      select ${factColumns}, ${mySubscription} from ${withMySubscription(viewer.userId)} where ${where}
      order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from models m where ${where}`),
  ])
  return { rows, total: Number(total) }
}

/** Also a removed one: usage and subscriptions still name it. */
export function findModel(tx: Tx, id: string, viewer: Viewer): Promise<ModelRow | undefined> {
  return tx.find(sql(ModelRow)`
    select ${factColumns}, ${mySubscription} from ${withMySubscription(viewer.userId)}
    where m.id = ${id} and ${visibleModel(sql`m.id`)}`)
}

export function listProviders(tx: Tx, viewer: Viewer): Promise<ModelFacet[]> {
  return tx.many(sql(ModelFacet)`
    select m.provider as "name", count(*)::int as "models" from models m where ${visibleTo(viewer)}
    group by m.provider order by m.provider`)
}

export function listAbilities(tx: Tx, viewer: Viewer): Promise<ModelFacet[]> {
  return tx.many(sql(ModelFacet)`
    select a.name, count(*)::int as "models" from models m cross join lateral unnest(m.abilities) as a (name)
    where ${visibleTo(viewer)} group by a.name order by a.name`)
}

export function listModes(tx: Tx, viewer: Viewer): Promise<ModelFacet[]> {
  return tx.many(sql(ModelFacet)`
    select m.mode as "name", count(*)::int as "models" from models m where ${visibleTo(viewer)}
    group by m.mode order by m.mode`)
}

const Count = Type.Integer()
const Counts = Type.Object({
  total: Count,
  available: Count,
  unavailable: Count,
  disabled: Count,
  restricted: Count,
  withoutPrice: Count,
  subscribed: Count,
})

export function countModels(tx: Tx, viewer: Viewer): Promise<Static<typeof Counts>> {
  return tx.one(sql(Counts)`
    select count(*)::int as "total", count(*) filter (where m.availability = 'available')::int as "available",
      count(*) filter (where m.availability = 'unavailable')::int as "unavailable",
      count(*) filter (where m.availability = 'disabled')::int as "disabled",
      count(*) filter (where m.is_restricted)::int as "restricted",
      count(*) filter (where m.input_price_nano is null and m.price_per_request_nano is null)::int as "withoutPrice",
      count(*) filter (where mine.status = 'active')::int as "subscribed"
    from ${withMySubscription(viewer.userId)} where ${visibleTo(viewer)}`)
}

const PriceRow = Type.Object({ validFrom: Timestamp(), validUntil: Nullable(Timestamp()), ...priceFields })
export type PriceRow = Static<typeof PriceRow>

/** Newest first. */
export async function listPrices(
  tx: Tx,
  modelId: string,
  query: { limit: number; offset: number },
): Promise<{ rows: PriceRow[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(sql(PriceRow)`
      select valid_from as "validFrom", lead(valid_from) over (order by valid_from, id) as "validUntil",
        input_price_nano as "inputPriceNano", cached_input_price_nano as "cachedInputPriceNano",
        output_price_nano as "outputPriceNano", price_per_request_nano as "pricePerRequestNano"
      from model_prices where model_id = ${modelId}
      order by valid_from desc, id desc limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from model_prices where model_id = ${modelId}`),
  ])
  return { rows, total: Number(total) }
}

const Existence = Type.Object({ exists: Type.Boolean() })

/** Whether the catalogue has a model of this public name that is not closed. */
export async function modelExists(tx: Tx, name: string): Promise<boolean> {
  const { exists } = await tx.one(sql(Existence)`
    select exists (select from models where name = ${name} and availability <> 'disabled' and removed_at is null
      and ${visibleModel(sql`models.id`)}) as "exists"`)
  return exists
}
