import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { ChainedRow, chainedColumns } from './chain.ts'

/** node-postgres gives bytea as a Buffer. */
const Bytes = Type.Unsafe<Buffer>(Type.Any())

const Head = Type.Object({ organizationId: Type.String(), position: Type.BigInt(), hash: Bytes })
/** Where a chain ends. */
export type Head = Static<typeof Head>

/** Rows that no chain holds yet, organization by organization, in the order of their numbers. */
export function listUnchained(tx: Tx, limit: number): Promise<ChainedRow[]> {
  return tx.many(sql(ChainedRow)`
    select ${chainedColumns} from audit_logs where hash is null order by organization_id, sequence limit ${limit}`)
}

export function listHeads(tx: Tx, organizationIds: readonly string[]): Promise<Head[]> {
  return tx.many(sql(Head)`
    select organization_id as "organizationId", position, hash from audit_chains
    where organization_id = any (${organizationIds}::uuid[])`)
}

/** A row with its place in its chain. */
export interface Link {
  readonly organizationId: string
  readonly id: string
  readonly position: bigint
  readonly hash: Buffer
}

/** How many rows were linked; those that somebody else has linked meanwhile are not. */
export function linkRows(tx: Tx, links: readonly Link[]): Promise<number> {
  return tx.run(sql`
    with links as (
      select * from unnest(${links.map((link) => link.organizationId)}::uuid[], ${links.map((link) => link.id)}::uuid[],
        ${links.map((link) => link.position.toString())}::bigint[], ${links.map((link) => link.hash)}::bytea[])
        as l (organization_id, id, position, hash)
    )
    update audit_logs a set hash = l.hash, chain_position = l.position from links l
    where a.organization_id = l.organization_id and a.id = l.id and a.hash is null`)
}

/** How many chains were still where they were expected to end, and now end elsewhere. */
export async function moveHeads(
  tx: Tx,
  moves: readonly { readonly from: bigint; readonly to: Link }[],
): Promise<number> {
  const organizationIds = moves.map((move) => move.to.organizationId)
  await tx.run(sql`
    insert into audit_chains (organization_id) select unnest(${organizationIds}::uuid[]) on conflict do nothing`)
  return tx.run(sql`
    with moves as (
      select * from unnest(${organizationIds}::uuid[], ${moves.map((move) => move.from.toString())}::bigint[],
        ${moves.map((move) => move.to.position.toString())}::bigint[], ${moves.map((move) => move.to.hash)}::bytea[])
        as m (organization_id, old_position, new_position, hash)
    )
    update audit_chains c set position = m.new_position, hash = m.hash, chained_at = now()
    from moves m where c.organization_id = m.organization_id and c.position = m.old_position`)
}

const Chain = Type.Object({
  organizationId: Type.String(),
  organizationName: Type.String(),
  headPosition: Type.Union([Type.BigInt(), Type.Null()]),
  headHash: Type.Union([Bytes, Type.Null()]),
  lastPosition: Type.Union([Type.BigInt(), Type.Null()]),
  unchained: Type.BigInt(),
})
export type Chain = Static<typeof Chain>

/** Every organization's chain as it stands: one statement, so that head and rows are of one moment. */
export function listChains(tx: Tx): Promise<Chain[]> {
  return tx.many(sql(Chain)`
    select o.id as "organizationId", o.name as "organizationName", c.position as "headPosition", c.hash as "headHash",
      (select max(a.chain_position) from audit_logs a where a.organization_id = o.id and a.chain_position is not null) as "lastPosition",
      (select count(*) from audit_logs a where a.organization_id = o.id and a.hash is null) as unchained
    from organizations o left join audit_chains c on c.organization_id = o.id order by o.name, o.id`)
}

const LinkedRow = Type.Object({ ...ChainedRow.properties, position: Type.BigInt(), hash: Bytes })
export type LinkedRow = Static<typeof LinkedRow>

export function listLinked(
  tx: Tx,
  organizationId: string,
  after: bigint,
  upTo: bigint,
  limit: number,
): Promise<LinkedRow[]> {
  return tx.many(sql(LinkedRow)`
    select ${chainedColumns}, chain_position as position, hash from audit_logs
    where organization_id = ${organizationId} and chain_position > ${after} and chain_position <= ${upTo}
    order by chain_position limit ${limit}`)
}
