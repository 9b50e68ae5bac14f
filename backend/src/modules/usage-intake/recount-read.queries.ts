import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import type { DifferenceListQuery, RecountListQuery, TotalListQuery } from './recount.schemas.ts'

const Total = Type.Object({ total: Type.Integer() })

const RecountRow = Type.Object({
  id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  isApplied: Type.Boolean(),
  status: Type.Unsafe<'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'>({
    enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
  }),
  createdBy: Nullable(Type.String()),
  createdAt: Type.String(),
  finishedAt: Nullable(Type.String()),
  callsThere: Type.BigInt(),
  callsHere: Type.BigInt(),
  foreignCalls: Type.BigInt(),
  missingHere: Type.BigInt(),
  missingThere: Type.BigInt(),
  differentCost: Type.BigInt(),
  differentTokens: Type.BigInt(),
  booked: Type.BigInt(),
})
export type RecountRow = Static<typeof RecountRow>

// Jobs are forgotten after a while; a comparison that is no job any more has ended one way or the other.
const recounts = sql`
  select r.id, r.from_day as "from", r.to_day as "to", r.is_applied as "isApplied",
    coalesce(j.status, case when r.finished_at is null then 'failed' else 'succeeded' end) as status,
    r.created_by as "createdBy", r.created_at as "createdAt", coalesce(r.finished_at, j.finished_at) as "finishedAt",
    r.calls_there as "callsThere", r.calls_here as "callsHere", r.foreign_calls as "foreignCalls", r.missing_here as "missingHere",
    r.missing_there as "missingThere", r.different_cost as "differentCost", r.different_tokens as "differentTokens", r.booked
  from usage_recounts r left join jobs j on j.organization_id = r.job_organization_id and j.id = r.id`

export async function listRecounts(
  tx: Tx,
  query: RecountListQuery,
): Promise<{ rows: RecountRow[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    tx.many(
      sql(
        RecountRow,
      )`${recounts} order by r.created_at desc, r.id limit ${query.limit} offset ${query.offset}`,
    ),
    tx.one(sql(Total)`select count(*)::int as total from usage_recounts`),
  ])
  return { rows, total }
}

export function findRecount(tx: Tx, id: string): Promise<RecountRow | undefined> {
  return tx.find(sql(RecountRow)`${recounts} where r.id = ${id}`)
}

const Sums = {
  ourCalls: Type.BigInt(),
  theirCalls: Type.BigInt(),
  ourCostNano: Type.BigInt(),
  theirCostNano: Type.BigInt(),
  ourTokens: Type.BigInt(),
  theirTokens: Type.BigInt(),
}

const DayRow = Type.Object({ day: Type.String(), ...Sums })
export type DayRow = Static<typeof DayRow>

export function recountDays(tx: Tx, id: string): Promise<DayRow[]> {
  return tx.many(sql(DayRow)`
    select day, sum(our_calls)::bigint as "ourCalls", sum(their_calls)::bigint as "theirCalls",
      sum(our_cost_nano)::bigint as "ourCostNano", sum(their_cost_nano)::bigint as "theirCostNano",
      sum(our_tokens)::bigint as "ourTokens", sum(their_tokens)::bigint as "theirTokens"
    from usage_recount_totals where recount_id = ${id} group by day order by day`)
}

const TotalRow = Type.Object({
  organizationId: Type.String(),
  apiKeyId: Type.String(),
  modelName: Type.String(),
  day: Type.String(),
  ...Sums,
})
export type TotalRow = Static<typeof TotalRow>

export async function listTotals(
  tx: Tx,
  id: string,
  query: TotalListQuery,
): Promise<{ rows: TotalRow[]; total: number }> {
  const isEqual = sql`(our_calls = their_calls and our_cost_nano = their_cost_nano and our_tokens = their_tokens)`
  const where =
    query.isDifferent === undefined
      ? sql`recount_id = ${id}`
      : sql`recount_id = ${id} and ${isEqual} <> ${query.isDifferent}`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(TotalRow)`
      select organization_id as "organizationId", day, api_key_id as "apiKeyId", model_name as "modelName", our_calls as "ourCalls",
        their_calls as "theirCalls", our_cost_nano as "ourCostNano", their_cost_nano as "theirCostNano", our_tokens as "ourTokens",
        their_tokens as "theirTokens"
      from usage_recount_totals where ${where}
      order by day, organization_id, api_key_id, model_name limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*)::int as total from usage_recount_totals where ${where}`),
  ])
  return { rows, total }
}

const DifferenceRow = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  kind: Type.Unsafe<'missing_here' | 'missing_there' | 'different_cost' | 'different_tokens'>({
    enum: ['missing_here', 'missing_there', 'different_cost', 'different_tokens'],
  }),
  at: Type.String(),
  requestId: Type.String(),
  apiKeyId: Type.String(),
  modelName: Type.String(),
  ourCostNano: Nullable(Type.BigInt()),
  theirCostNano: Nullable(Type.BigInt()),
  ourTokens: Nullable(Type.BigInt()),
  theirTokens: Nullable(Type.BigInt()),
  isBooked: Type.Boolean(),
})
export type DifferenceRow = Static<typeof DifferenceRow>

export async function listDifferences(
  tx: Tx,
  id: string,
  query: DifferenceListQuery,
): Promise<{ rows: DifferenceRow[]; total: number }> {
  const where = sql.join(
    [
      sql`recount_id = ${id}`,
      ...(query.kind === undefined ? [] : [sql`kind = ${query.kind}`]),
      ...(query.apiKeyId === undefined ? [] : [sql`api_key_id = ${query.apiKeyId}`]),
    ],
    ' and ',
  )
  const [rows, { total }] = await Promise.all([
    tx.many(sql(DifferenceRow)`
      select id, organization_id as "organizationId", kind, at, request_id as "requestId", api_key_id as "apiKeyId",
        model_name as "modelName", our_cost_nano as "ourCostNano", their_cost_nano as "theirCostNano", our_tokens as "ourTokens",
        their_tokens as "theirTokens", is_booked as "isBooked"
      from usage_recount_differences where ${where} order by at, id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*)::int as total from usage_recount_differences where ${where}`),
  ])
  return { rows, total }
}
