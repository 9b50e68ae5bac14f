import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import type { OrganizationRole } from '#platform/services'
import { Invitation, type InvitationListQuery } from './invitation.schemas.ts'
import { OrganizationRole as Role } from './organization.schemas.ts'

const Id = Type.Object({ id: Type.String() })
const Total = Type.Object({ total: Type.BigInt() })

const InvitationRow = Type.Object({
  ...Type.Omit(Invitation, ['createdBy', 'acceptedBy']).properties,
  createdById: Type.String(),
  createdByName: Nullable(Type.String()),
  acceptedById: Nullable(Type.String()),
  acceptedByName: Nullable(Type.String()),
})
export type InvitationRow = Static<typeof InvitationRow>

const statusAt = (now: Date): Query => sql`case
  when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
  when i.expires_at <= ${now} then 'expired' else 'open' end`

const select = (now: Date): Query => sql`
  select i.id, i.email, i.role, i.team_ids as "teamIds", ${statusAt(now)} as status, i.created_at as "createdAt",
    i.expires_at as "expiresAt", i.accepted_at as "acceptedAt", i.created_by as "createdById",
    creator.display_name as "createdByName", i.accepted_by as "acceptedById", accepter.display_name as "acceptedByName"
  from invitations i left join users creator on creator.id = i.created_by left join users accepter on accepter.id = i.accepted_by`

const orders: Readonly<Record<string, Query>> = {
  createdAt: sql`i.created_at, i.id`,
  '-createdAt': sql`i.created_at desc, i.id`,
  expiresAt: sql`i.expires_at, i.id`,
  '-expiresAt': sql`i.expires_at desc, i.id`,
}

export async function listInvitations(
  tx: Tx,
  query: InvitationListQuery,
  now: Date,
): Promise<{ rows: InvitationRow[]; total: number }> {
  const conditions = [sql`true`]
  if (query.status !== undefined) conditions.push(sql`${statusAt(now)} = ${query.status}`)
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in coalesce(i.email, '')) > 0`)
  const where = sql.join(conditions, ' and ')
  const order = orders[query.sort ?? '-createdAt'] ?? sql`i.created_at desc, i.id`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(InvitationRow)`
      ${select(now)} where ${where} order by ${order} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from invitations i where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findInvitation(tx: Tx, id: string, now: Date): Promise<InvitationRow | undefined> {
  return tx.find(sql(InvitationRow)`${select(now)} where i.id = ${id}`)
}

interface NewInvitation {
  readonly organizationId: string
  readonly digest: Buffer
  readonly email: string | null
  readonly role: OrganizationRole
  readonly teamIds: readonly string[]
  readonly createdBy: string
  readonly expiresAt: Date
}

export async function insertInvitation(tx: Tx, row: NewInvitation): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into invitations (organization_id, digest, email, role, team_ids, created_by, expires_at)
    values (${row.organizationId}, ${row.digest}, ${row.email}, ${row.role}, ${row.teamIds}::uuid[], ${row.createdBy},
      ${row.expiresAt})
    returning id`)
  return id
}

/** False when it is no longer open. */
export async function revokeInvitation(tx: Tx, id: string, now: Date): Promise<boolean> {
  const count = await tx.run(sql`
    update invitations set revoked_at = ${now}
    where id = ${id} and accepted_at is null and revoked_at is null and expires_at > ${now}`)
  return count > 0
}

/** Ends what somebody has left open, where its role is one of these; answers the ids. */
export async function revokeInvitationsBy(
  tx: Tx,
  userId: string,
  roles: readonly OrganizationRole[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.many(sql(Id)`
    update invitations set revoked_at = ${now}
    where created_by = ${userId} and role = any (${roles}) and accepted_at is null and revoked_at is null
      and expires_at > ${now}
    returning id`)
  return rows.map((row) => row.id)
}

const Offer = Type.Object({
  organizationId: Type.String(),
  organizationName: Type.String(),
  role: Role,
  email: Nullable(Type.String()),
  expiresAt: Type.String(),
})
export type Offer = Static<typeof Offer>

/** Before an organization is known: what the holder of a link is offered. */
export function findOffer(tx: Tx, digest: Buffer): Promise<Offer | undefined> {
  return tx.find(sql(Offer)`
    select organization_id as "organizationId", organization_name as "organizationName", role, email,
      expires_at as "expiresAt"
    from lookup.find_invitation(${digest})`)
}

const OpenInvitation = Type.Object({
  id: Type.String(),
  email: Nullable(Type.String()),
  role: Role,
  teamIds: Type.Array(Type.String()),
  createdBy: Type.String(),
  createdAt: Type.String(),
})
export type OpenInvitation = Static<typeof OpenInvitation>

/** Inside its organization, and held until the end of the transaction: it is good once. */
export function lockOpenInvitation(tx: Tx, digest: Buffer, now: Date): Promise<OpenInvitation | undefined> {
  return tx.find(sql(OpenInvitation)`
    select id, email, role, team_ids as "teamIds", created_by as "createdBy", created_at as "createdAt" from invitations
    where digest = ${digest} and accepted_at is null and revoked_at is null and expires_at > ${now} for update`)
}

export async function markAccepted(tx: Tx, id: string, userId: string, now: Date): Promise<void> {
  await tx.run(sql`update invitations set accepted_at = ${now}, accepted_by = ${userId} where id = ${id}`)
}

const Address = Type.Object({ email: Nullable(Type.String()), isEmailVerified: Type.Boolean() })

export function findAddress(tx: Tx, userId: string): Promise<Static<typeof Address> | undefined> {
  return tx.find(sql(Address)`
    select email, is_email_verified as "isEmailVerified" from users where id = ${userId}`)
}
