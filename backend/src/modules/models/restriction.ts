import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

/** The job that brings subscriptions in line with a model that was restricted or opened; another room runs it. */
export const RESTRICTION_JOB = 'subscriptions.follow-restriction'

const lockName = (modelId: string) => `model-restriction/${modelId.toLowerCase()}`

/**
 * Until the end of the transaction nobody restricts or opens the model: a subscription that is made meanwhile is either
 * made under the new rule, or committed before it, and then found by the job.
 */
export async function holdRestriction(tx: Tx, modelId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock_shared(hashtextextended(${lockName(modelId)}, 0))`)
}

/** Waits for whoever holds it. */
export async function lockRestriction(tx: Tx, modelId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${lockName(modelId)}, 0))`)
}

const Restricted = Type.Object({ isRestricted: Type.Boolean() })

/** Undefined when there is no such model. */
export async function isModelRestricted(tx: Tx, modelId: string): Promise<boolean | undefined> {
  const row = await tx.find(sql(Restricted)`
    select is_restricted as "isRestricted" from models where id = ${modelId}`)
  return row?.isRestricted
}
