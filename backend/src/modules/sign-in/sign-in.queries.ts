import { Type, type Static } from '@sinclair/typebox'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'
import type { PlatformRole } from '#platform/services'

const Attempt = Type.Object({
  nonce: Type.String(),
  codeVerifier: Type.String(),
  returnPath: Type.String(),
  isExpired: Type.Boolean(),
})
export type Attempt = Static<typeof Attempt>

export async function insertAttempt(
  tx: Tx,
  attempt: { digest: string; nonce: string; codeVerifier: string; returnPath: string; expiresAt: string },
): Promise<void> {
  await tx.run(sql`
    insert into login_attempts (state_digest, nonce, code_verifier, return_path, expires_at)
    values (${attempt.digest}, ${attempt.nonce}, ${attempt.codeVerifier}, ${attempt.returnPath}, ${attempt.expiresAt})`)
}

/** Deletes it, so that nobody can use it again whatever comes of this time. */
export function takeAttempt(tx: Tx, digest: string): Promise<Attempt | undefined> {
  return tx.find(sql(Attempt)`
    delete from login_attempts where state_digest = ${digest}
    returning nonce, code_verifier as "codeVerifier", return_path as "returnPath", expires_at <= now() as "isExpired"`)
}

const SignedIn = Type.Object({
  userId: Type.String(),
  userStatus: Type.String(),
  /** Whether the provider had forgotten them before. */
  hasReturned: Type.Boolean(),
  identityId: Type.String(),
})

/** Creates or updates the person behind (issuer, subject). From here on the transaction is theirs, unless they are disabled. */
export function signInIdentity(
  tx: Tx,
  person: {
    issuer: string
    subject: string
    username: string
    email: string | null
    isEmailVerified: boolean
    displayName: string
    platformRole: PlatformRole
    roleSources: readonly string[]
    joinsDefault: boolean
    address: string | null
    requestId: string
  },
): Promise<Static<typeof SignedIn>> {
  return tx.one(sql(SignedIn)`
    select user_id as "userId", user_status as "userStatus", has_returned as "hasReturned", identity_id as "identityId"
    from lookup.sign_in_identity(${person.issuer}, ${person.subject}, ${person.username}, ${person.email}, ${person.isEmailVerified},
      ${person.displayName}, ${person.platformRole}, ${person.roleSources}, ${person.joinsDefault}, ${person.address}, ${person.requestId})`)
}

const CurrentMembership = Type.Object({ organizationId: Type.String() })

/** Where the person works first: where they last did, else their only organization, else the default one. */
export async function firstOrganization(tx: Tx, userId: string): Promise<string | null> {
  const found = await tx.find(sql(CurrentMembership)`
    select m.organization_id as "organizationId"
    from lookup.list_my_memberships(${userId}) m, users u
    where u.id = ${userId}
    order by m.organization_id = u.last_organization_id desc nulls last, m.is_default desc, m.organization_name, m.organization_id
    limit 1`)
  return found?.organizationId ?? null
}

export interface NewSession {
  readonly digest: Buffer
  readonly userId: string
  readonly organizationId: string | null
  readonly idleExpiresAt: string
  readonly expiresAt: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly providerSid: string | null
}

const Id = Type.Object({ id: Type.String() })

export async function insertSession(tx: Tx, session: NewSession): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into sessions (digest, user_id, current_organization_id, idle_expires_at, expires_at, address, user_agent, provider_sid)
    values (${session.digest}, ${session.userId}, ${session.organizationId}, ${session.idleExpiresAt}, ${session.expiresAt},
      ${session.address}, ${session.userAgent}, ${session.providerSid})
    returning id`)
  return id
}

const Person = Type.Object({
  id: Type.String(),
  username: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  displayName: Type.String(),
  language: Type.Union([Type.String(), Type.Null()]),
})

export function findPerson(tx: Tx, id: string): Promise<Static<typeof Person> | undefined> {
  return tx.find(
    sql(
      Person,
    )`select id, username, email, display_name as "displayName", language from users where id = ${id}`,
  )
}

/** False when there is no such session. */
export async function chooseOrganization(
  tx: Tx,
  choice: { sessionId: string; userId: string; organizationId: string },
): Promise<boolean> {
  const count = await tx.run(
    sql`update sessions set current_organization_id = ${choice.organizationId} where id = ${choice.sessionId}`,
  )
  await tx.run(
    sql`update users set last_organization_id = ${choice.organizationId} where id = ${choice.userId}`,
  )
  return count > 0
}

const SessionFacts = Type.Object({
  id: Type.String(),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
  expiresAt: Type.String(),
  address: Type.Union([Type.String(), Type.Null()]),
  userAgent: Type.Union([Type.String(), Type.Null()]),
})
const Count = Type.Object({ total: Type.Integer() })
const isLive = sql`expires_at > now() and idle_expires_at > now()`

/** The policy of the table shows each person their own sessions only. */
export async function listSessions(
  tx: Tx,
  query: { limit: number; offset: number },
): Promise<{ rows: Array<Static<typeof SessionFacts>>; total: number }> {
  const { total } = await tx.one(sql(Count)`select count(*)::integer as total from sessions where ${isLive}`)
  const rows = await tx.many(sql(SessionFacts)`
    select id, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt", address, user_agent as "userAgent"
    from sessions where ${isLive} order by last_seen_at desc, id limit ${query.limit} offset ${query.offset}`)
  return { rows, total }
}

export async function deleteSession(tx: Tx, id: string): Promise<boolean> {
  return (await tx.run(sql`delete from sessions where id = ${id}`)) > 0
}

/** The person's own but one, or all of them; row-level security shows nobody else's. */
export async function deleteSessionsBut(tx: Tx, keptId: string | null): Promise<string[]> {
  const rows = await tx.many(
    sql(Id)`delete from sessions where id is distinct from ${keptId}::uuid returning id`,
  )
  return rows.map((row) => row.id)
}

export async function deleteOwnDeadSessions(tx: Tx): Promise<void> {
  await tx.run(sql`delete from sessions where not (${isLive})`)
}

/** Nobody is known yet, so there is no actor; the address and the count are the news. */
export async function insertFailedSignIns(
  tx: Tx,
  failures: { network: string; count: number; code: string; requestId: string },
): Promise<void> {
  await tx.run(sql`
    insert into audit_logs (organization_id, category, action, result, actor_kind, door, address, request_id, resource_type, reason, count)
    values (${PLATFORM_ORGANIZATION_ID}, 'identity', 'sign_in.failed', 'failed', 'anonymous', 'session', ${failures.network},
      ${failures.requestId}, 'sign_in', ${failures.code}, ${failures.count})`)
}

/** As the platform: what nobody will come back for. */
export async function deleteExpired(tx: Tx): Promise<void> {
  await tx.run(sql`delete from login_attempts where expires_at < now()`)
  await tx.run(sql`delete from logout_tokens where expires_at < now()`)
  await tx.run(sql`delete from sessions where expires_at < now() or idle_expires_at < now()`)
}
