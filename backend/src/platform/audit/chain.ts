import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { sql } from '#platform/database'

const Text = Type.Union([Type.String(), Type.Null()])

/** What a hash covers: every column of a row but the hash and the place in the chain. */
export const ChainedRow = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  at: Type.String(),
  sequence: Type.BigInt(),
  category: Type.String(),
  action: Type.String(),
  result: Type.String(),
  actorKind: Type.String(),
  actorId: Text,
  door: Type.String(),
  address: Text,
  requestId: Text,
  resourceType: Text,
  resourceId: Text,
  before: Text,
  after: Text,
  reason: Text,
  count: Type.Integer(),
})
export type ChainedRow = Static<typeof ChainedRow>

/** `before` and `after` as PostgreSQL writes them: jsonb has one text for one value, whoever reads it. */
export const chainedColumns = sql`organization_id as "organizationId", id, at, sequence, category, action, result,
  actor_kind as "actorKind", actor_id as "actorId", door, address, request_id as "requestId", resource_type as "resourceType",
  resource_id as "resourceId", before::text as before, after::text as after, reason, count`

/** What the first row of a chain follows. */
export const CHAIN_START = Buffer.alloc(32)

/**
 * sha256(previous hash || row). The row is written as a JSON array of its columns in a fixed order, so that one row has
 * one text. The order must never change; a new column would begin a new format.
 */
export function chainHash(previous: Buffer, row: ChainedRow): Buffer {
  const text = JSON.stringify([
    row.organizationId,
    row.id,
    row.at,
    row.sequence.toString(),
    row.category,
    row.action,
    row.result,
    row.actorKind,
    row.actorId,
    row.door,
    row.address,
    row.requestId,
    row.resourceType,
    row.resourceId,
    row.before,
    row.after,
    row.reason,
    row.count,
  ])
  return createHash('sha256').update(previous).update(text).digest()
}
