import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

export interface NewRecount {
  readonly id: string
  readonly organizationId: string
  readonly from: string
  readonly to: string
  readonly isApplied: boolean
  readonly createdBy: string | null
}

export async function insertRecount(tx: Tx, recount: NewRecount): Promise<void> {
  await tx.run(sql`
    insert into usage_recounts (id, job_organization_id, from_day, to_day, is_applied, created_by)
    values (${recount.id}, ${recount.organizationId}, ${recount.from}, ${recount.to}, ${recount.isApplied}, ${recount.createdBy})`)
}

const Plan = Type.Object({
  from: Type.String(),
  to: Type.String(),
  isApplied: Type.Boolean(),
  comparedTo: Nullable(Type.String()),
})

/** What is to be compared, and how far an earlier beginning came. */
export function findPlan(tx: Tx, id: string): Promise<Static<typeof Plan> | undefined> {
  return tx.find(sql(Plan)`
    select from_day as "from", to_day as "to", is_applied as "isApplied", compared_to as "comparedTo"
    from usage_recounts where id = ${id}`)
}

const OurCall = Type.Object({
  organizationId: Type.String(),
  at: Type.Number(),
  requestId: Type.String(),
  source: Type.String(),
  apiKeyId: Type.String(),
  modelName: Type.String(),
  outcome: Type.String(),
  costNano: Type.BigInt(),
  promptTokens: Type.Integer(),
  completionTokens: Type.Integer(),
})
export type OurCall = Static<typeof OurCall>

/** Every call that we have of that time, whoever's; `at` in epoch milliseconds. */
export function ourCalls(tx: Tx, from: Date, to: Date): Promise<OurCall[]> {
  return tx.many(sql(OurCall)`
    select u.organization_id as "organizationId", extract(epoch from u.at)::float8 * 1000 as at, u.request_id as "requestId", u.source,
      u.api_key_id as "apiKeyId", u.model_name as "modelName", u.outcome, u.cost_nano as "costNano", u.prompt_tokens as "promptTokens",
      u.completion_tokens as "completionTokens"
    from organizations o join usage_logs u on u.organization_id = o.id and u.at >= ${from} and u.at < ${to}`)
}

export interface FoundDifference {
  readonly organizationId: string
  readonly kind: 'missing_here' | 'missing_there' | 'different_cost' | 'different_tokens'
  readonly at: number
  readonly requestId: string
  readonly apiKeyId: string
  readonly modelName: string
  readonly ourCostNano: bigint | null
  readonly theirCostNano: bigint | null
  readonly ourTokens: number | null
  readonly theirTokens: number | null
  readonly isBooked: boolean
}

export async function insertDifferences(
  tx: Tx,
  recountId: string,
  differences: readonly FoundDifference[],
): Promise<void> {
  if (differences.length === 0) return
  const rows = differences.map((one) => ({
    ...one,
    at: new Date(one.at).toISOString(),
    ourCostNano: one.ourCostNano?.toString() ?? null,
    theirCostNano: one.theirCostNano?.toString() ?? null,
  }))
  await tx.run(sql`
    insert into usage_recount_differences (organization_id, recount_id, kind, at, request_id, api_key_id, model_name, our_cost_nano,
      their_cost_nano, our_tokens, their_tokens, is_booked)
    select "organizationId", ${recountId}, kind, at, "requestId", "apiKeyId", "modelName", "ourCostNano", "theirCostNano",
      "ourTokens", "theirTokens", "isBooked"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("organizationId" uuid, kind text, at timestamptz, "requestId" text,
      "apiKeyId" uuid, "modelName" text, "ourCostNano" bigint, "theirCostNano" bigint, "ourTokens" bigint, "theirTokens" bigint,
      "isBooked" boolean)`)
}

export interface FoundTotal {
  readonly organizationId: string
  readonly day: string
  readonly apiKeyId: string
  readonly modelName: string
  ourCalls: number
  theirCalls: number
  ourCostNano: bigint
  theirCostNano: bigint
  ourTokens: number
  theirTokens: number
}

export async function addTotals(tx: Tx, recountId: string, totals: readonly FoundTotal[]): Promise<void> {
  if (totals.length === 0) return
  const rows = totals.map((one) => ({
    ...one,
    ourCostNano: one.ourCostNano.toString(),
    theirCostNano: one.theirCostNano.toString(),
  }))
  await tx.run(sql`
    insert into usage_recount_totals as t (organization_id, recount_id, day, api_key_id, model_name, our_calls, their_calls,
      our_cost_nano, their_cost_nano, our_tokens, their_tokens)
    select "organizationId", ${recountId}, day, "apiKeyId", "modelName", "ourCalls", "theirCalls", "ourCostNano", "theirCostNano",
      "ourTokens", "theirTokens"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("organizationId" uuid, day date, "apiKeyId" uuid, "modelName" text,
      "ourCalls" bigint, "theirCalls" bigint, "ourCostNano" bigint, "theirCostNano" bigint, "ourTokens" bigint, "theirTokens" bigint)
    on conflict on constraint usage_recount_totals_pkey do update set
      our_calls = t.our_calls + excluded.our_calls, their_calls = t.their_calls + excluded.their_calls,
      our_cost_nano = t.our_cost_nano + excluded.our_cost_nano, their_cost_nano = t.their_cost_nano + excluded.their_cost_nano,
      our_tokens = t.our_tokens + excluded.our_tokens, their_tokens = t.their_tokens + excluded.their_tokens`)
}

export interface Counts {
  readonly callsThere: number
  readonly callsHere: number
  readonly foreignCalls: number
  readonly missingHere: number
  readonly missingThere: number
  readonly differentCost: number
  readonly differentTokens: number
  readonly booked: number
}

/**
 * Adds what one stretch of time came to. False when another run of the job has recorded it already: then nothing of this
 * transaction may stay.
 */
export async function advance(
  tx: Tx,
  id: string,
  stretch: { from: Date; to: Date; counts: Counts },
): Promise<boolean> {
  const { from, to, counts } = stretch
  return (
    (await tx.run(sql`
      update usage_recounts set compared_to = ${to}, calls_there = calls_there + ${counts.callsThere},
        calls_here = calls_here + ${counts.callsHere}, foreign_calls = foreign_calls + ${counts.foreignCalls},
        missing_here = missing_here + ${counts.missingHere}, missing_there = missing_there + ${counts.missingThere},
        different_cost = different_cost + ${counts.differentCost}, different_tokens = different_tokens + ${counts.differentTokens},
        booked = booked + ${counts.booked}
      where id = ${id} and coalesce(compared_to, ${from}) = ${from}`)) > 0
  )
}

const FoundInAll = Type.Object({
  callsThere: Type.Number(),
  missingHere: Type.Number(),
  booked: Type.Number(),
})
export type FoundInAll = Static<typeof FoundInAll>

/** Answers what was found in all stretches together. */
export async function finishRecount(tx: Tx, id: string, now: Date): Promise<FoundInAll | undefined> {
  return tx.find(sql(FoundInAll)`
    update usage_recounts set finished_at = ${now} where id = ${id}
    returning calls_there::float8 as "callsThere", missing_here::float8 as "missingHere", booked::float8 as booked`)
}
