import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { ServiceClient, type ServiceClientListQuery } from './service-client.schemas.ts'

const ClientRow = Type.Object({
  ...Type.Omit(ServiceClient, ['status']).properties,
  isDisabled: Type.Boolean(),
})
export type ClientRow = Static<typeof ClientRow>

const Id = Type.Object({ id: Type.String() })
const Total = Type.Object({ total: Type.BigInt() })

const instant = (column: Query): Query =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** One query for everything that an answer shows. */
const select = (now: Date): Query => sql`
  select c.id, c.organization_id as "organizationId", c.client_id as "clientId", c.name, c.description, c.scopes,
    c.allowed_ips as "allowedIps", c.token_ttl_seconds as "tokenTtlSeconds", c.is_disabled as "isDisabled",
    c.last_used_at as "lastUsedAt", c.created_by as "createdBy", c.created_at as "createdAt", c.updated_at as "updatedAt",
    c.version,
    (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'hint', s.hint,
        'isExpired', coalesce(s.valid_until <= ${now}, false), 'expiresAt', ${instant(sql`s.valid_until`)},
        'lastUsedAt', ${instant(sql`s.last_used_at`)}, 'useCount', s.use_count, 'createdAt', ${instant(sql`s.created_at`)})
        order by s.created_at, s.id), '[]')
      from service_client_secrets s
      where s.organization_id = c.organization_id and s.service_client_id = c.id) as secrets
  from service_clients c`

const sortColumns: Readonly<Record<string, Query>> = {
  name: sql`lower(c.name)`,
  createdAt: sql`c.created_at`,
  lastUsedAt: sql`c.last_used_at`,
}

function orderOf(sort: string | undefined): Query {
  const isDescending = sort?.startsWith('-') ?? true
  const column = sortColumns[(sort ?? 'createdAt').replace(/^-/, '')] ?? sql`c.created_at`
  return isDescending
    ? sql`${column} desc nulls last, c.organization_id, c.id`
    : sql`${column} asc nulls first, c.organization_id, c.id`
}

function conditionsOf(query: ServiceClientListQuery): Query {
  const conditions: Query[] = [sql`true`]
  if (query.search !== undefined)
    conditions.push(
      sql`position(lower(${query.search}) in lower(c.name || ' ' || c.description || ' ' || c.client_id)) > 0`,
    )
  if (query.status !== undefined) conditions.push(sql`c.is_disabled = ${query.status === 'disabled'}`)
  if (query.withScope !== undefined) conditions.push(sql`${query.withScope} = any (c.scopes)`)
  return sql.join(conditions, ' and ')
}

export async function listClients(
  tx: Tx,
  query: ServiceClientListQuery,
  now: Date,
): Promise<{ rows: ClientRow[]; total: number }> {
  const where = conditionsOf(query)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(ClientRow)`
      ${select(now)} where ${where} order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from service_clients c where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findClient(tx: Tx, id: string, now: Date): Promise<ClientRow | undefined> {
  return tx.find(sql(ClientRow)`${select(now)} where c.id = ${id}`)
}

/** Holds the client, and with it the number of its secrets, until the end of the transaction. */
export async function lockClient(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`select from service_clients where id = ${id} for update`)
}

interface NewClient {
  readonly clientId: string
  readonly name: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly allowedIps: readonly string[] | null
  readonly tokenTtlSeconds: number
  readonly createdBy: string | null
}

export async function insertClient(tx: Tx, client: NewClient): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into service_clients (client_id, name, description, scopes, allowed_ips, token_ttl_seconds, created_by)
    values (${client.clientId}, ${client.name}, ${client.description}, ${client.scopes}::text[],
      ${client.allowedIps}::text[], ${client.tokenTtlSeconds}, ${client.createdBy})
    returning id`)
  return id
}

export interface ClientChange {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly allowedIps?: readonly string[] | null | undefined
  readonly tokenTtlSeconds?: number | undefined
  readonly isDisabled?: boolean | undefined
}

/** What is left out stays. */
export async function updateClient(tx: Tx, id: string, change: ClientChange): Promise<void> {
  const sets = [sql`version = version + 1`, sql`updated_at = now()`]
  if (change.name !== undefined) sets.push(sql`name = ${change.name}`)
  if (change.description !== undefined) sets.push(sql`description = ${change.description}`)
  if (change.scopes !== undefined) sets.push(sql`scopes = ${change.scopes}::text[]`)
  if (change.allowedIps !== undefined) sets.push(sql`allowed_ips = ${change.allowedIps}::text[]`)
  if (change.tokenTtlSeconds !== undefined) sets.push(sql`token_ttl_seconds = ${change.tokenTtlSeconds}`)
  if (change.isDisabled !== undefined) sets.push(sql`is_disabled = ${change.isDisabled}`)
  await tx.run(sql`update service_clients set ${sql.join(sets, ', ')} where id = ${id}`)
}

export async function deleteClient(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from service_clients where id = ${id}`)
}

interface NewSecret {
  readonly clientId: string
  readonly digest: Buffer
  readonly pepperVersion: string
  readonly hint: string
  readonly validUntil: string | null
}

/** `clientId` is the row's id. */
export async function insertSecret(tx: Tx, secret: NewSecret): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into service_client_secrets (service_client_id, digest, pepper_version, hint, valid_until)
    values (${secret.clientId}, ${secret.digest}, ${secret.pepperVersion}, ${secret.hint}, ${secret.validUntil})
    returning id`)
  return id
}

export async function deleteSecret(tx: Tx, clientId: string, id: string): Promise<boolean> {
  return (
    (await tx.run(
      sql`delete from service_client_secrets where service_client_id = ${clientId} and id = ${id}`,
    )) > 0
  )
}

/** Those that work no longer make room; they are nobody's business any more. */
export async function deleteExpiredSecrets(tx: Tx, clientId: string, now: Date): Promise<void> {
  await tx.run(
    sql`delete from service_client_secrets where service_client_id = ${clientId} and valid_until <= ${now}`,
  )
}
