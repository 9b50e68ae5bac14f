import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const PlatformRole = Type.Union([Type.Literal('admin'), Type.Literal('adminReadonly'), Type.Literal('user')])
const OrganizationRole = Type.Union([
  Type.Literal('admin'),
  Type.Literal('manager'),
  Type.Literal('member'),
  Type.Literal('viewer'),
])

const SessionRow = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  currentOrganizationId: Type.Union([Type.String(), Type.Null()]),
  lastSeenAt: Type.String(),
  rotatedAt: Type.String(),
  createdAt: Type.String(),
  idleExpiresAt: Type.String(),
  expiresAt: Type.String(),
  userStatus: Type.String(),
  platformRole: PlatformRole,
  organizationRole: Type.Union([OrganizationRole, Type.Null()]),
})
export type SessionRow = Static<typeof SessionRow>

const sessionColumns = sql`id, user_id as "userId", current_organization_id as "currentOrganizationId",
  last_seen_at as "lastSeenAt", rotated_at as "rotatedAt", created_at as "createdAt", idle_expires_at as "idleExpiresAt",
  expires_at as "expiresAt", user_status as "userStatus", platform_role as "platformRole", organization_role as "organizationRole"`

export function findSession(tx: Tx, digest: Buffer): Promise<SessionRow | undefined> {
  return tx.find(sql(SessionRow)`select ${sessionColumns} from lookup.find_session(${digest})`)
}

export function findSessionById(tx: Tx, id: string): Promise<SessionRow | undefined> {
  return tx.find(sql(SessionRow)`select ${sessionColumns} from lookup.find_session_by_id(${id})`)
}

const ApiKeyRow = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  secretId: Type.String(),
  userId: Type.String(),
  teamId: Type.Union([Type.String(), Type.Null()]),
  pepperVersion: Type.String(),
  proxyTokenHash: Type.String(),
  isUsable: Type.Boolean(),
  usableUntil: Type.Union([Type.String(), Type.Null()]),
  platformRole: PlatformRole,
  organizationRole: OrganizationRole,
})
export type ApiKeyRow = Static<typeof ApiKeyRow>

export async function findApiKey(tx: Tx, digests: readonly Buffer[]): Promise<ApiKeyRow | undefined> {
  const rows = await tx.many(sql(ApiKeyRow)`
    select organization_id as "organizationId", id, secret_id as "secretId", user_id as "userId", team_id as "teamId",
      pepper_version as "pepperVersion", litellm_token_hash as "proxyTokenHash", is_usable as "isUsable",
      usable_until as "usableUntil", platform_role as "platformRole", organization_role as "organizationRole"
    from lookup.find_api_key(${digests})`)
  return rows[0]
}

export async function redigestApiKey(tx: Tx, from: Buffer, to: Buffer, version: string): Promise<void> {
  await tx.run(sql`select lookup.redigest_api_key(${from}, ${to}, ${version})`)
}

const ServiceClientRow = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  clientId: Type.String(),
  scopes: Type.Array(Type.String()),
  /** CIDR blocks; null: from everywhere, empty: from nowhere. */
  allowedIps: Type.Union([Type.Array(Type.String()), Type.Null()]),
  tokenTtlSeconds: Type.Integer(),
  secretId: Type.String(),
  pepperVersion: Type.String(),
  isUsable: Type.Boolean(),
  usableUntil: Type.Union([Type.String(), Type.Null()]),
})
export type ServiceClientRow = Static<typeof ServiceClientRow>

const serviceClientColumns = sql`organization_id as "organizationId", id, client_id as "clientId", scopes,
  allowed_ips as "allowedIps", token_ttl_seconds as "tokenTtlSeconds", secret_id as "secretId",
  pepper_version as "pepperVersion", is_usable as "isUsable", usable_until as "usableUntil"`

/** By what a client shows: its id and one of its secrets. */
export async function findServiceClient(
  tx: Tx,
  clientId: string,
  digests: readonly Buffer[],
): Promise<ServiceClientRow | undefined> {
  const rows = await tx.many(sql(ServiceClientRow)`
    select ${serviceClientColumns} from lookup.find_service_client(${clientId}, ${digests})`)
  return rows[0]
}

/** By what stands in one of its tokens. */
export function findServiceToken(
  tx: Tx,
  { clientId, secretId, tokenId }: { clientId: string; secretId: string; tokenId: string },
): Promise<ServiceClientRow | undefined> {
  return tx.find(sql(ServiceClientRow)`
    select ${serviceClientColumns} from lookup.find_service_token(${clientId}, ${secretId}, ${tokenId})`)
}

/** In the client's own organization. */
export async function redigestServiceClientSecret(
  tx: Tx,
  secretId: string,
  digest: Buffer,
  version: string,
): Promise<void> {
  await tx.run(sql`
    update service_client_secrets set digest = ${digest}, pepper_version = ${version} where id = ${secretId}`)
}

const IdentityRow = Type.Object({
  userId: Type.String(),
  userStatus: Type.String(),
  platformRole: PlatformRole,
})
export type IdentityRow = Static<typeof IdentityRow>

export function findIdentity(tx: Tx, issuer: string, subject: string): Promise<IdentityRow | undefined> {
  return tx.find(sql(IdentityRow)`
    select user_id as "userId", user_status as "userStatus", platform_role as "platformRole"
    from lookup.find_identity(${issuer}, ${subject})`)
}

const Membership = Type.Object({
  organizationId: Type.String(),
  organizationName: Type.String(),
  isDefault: Type.Boolean(),
  role: OrganizationRole,
})
export type Membership = Static<typeof Membership>

export function listMemberships(tx: Tx, userId: string): Promise<Membership[]> {
  return tx.many(sql(Membership)`
    select organization_id as "organizationId", organization_name as "organizationName", is_default as "isDefault", role
    from lookup.list_my_memberships(${userId})`)
}
