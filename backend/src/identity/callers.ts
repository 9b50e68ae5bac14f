import type { Caller, OrganizationRole } from '#platform/services'
import type { KnownApiKey, KnownIdentity, KnownServiceClient, KnownSession } from './identity.ts'
import type { Membership, SessionRow } from './identity.queries.ts'
import { permissionsOf, permissionsOfApiKey, permissionsOfServiceClient } from './permissions.ts'

/** What the request contributes to the caller. */
export interface RequestFacts {
  readonly requestId: string
  readonly address: string | null
}

/** A person, by cookie (their current organization) or by token (the organization that it was minted for). */
export function callerOfSession(
  session: KnownSession,
  door: 'session' | 'token',
  organizationId: string | null,
  facts: RequestFacts,
): Caller {
  const membership = session.memberships.find((one) => one.organizationId === organizationId)
  return person(session, membership, door, session.id, facts)
}

/** A person vouched for by an outside issuer; the token's role can lower the stored one, never raise it. */
export function callerOfIdentity(
  known: KnownIdentity,
  organizationId: string,
  claimedRole: OrganizationRole,
  facts: RequestFacts,
): Caller | undefined {
  const membership = known.memberships.find((one) => one.organizationId === organizationId)
  if (!membership) return undefined
  const role = lowerOf(membership.role, claimedRole)
  return person(
    { userId: known.userId, platformRole: 'user' },
    { ...membership, role },
    'outsideToken',
    known.userId,
    facts,
  )
}

const ladder: readonly OrganizationRole[] = ['viewer', 'member', 'manager', 'admin']
const lowerOf = (a: OrganizationRole, b: OrganizationRole) => (ladder.indexOf(a) < ladder.indexOf(b) ? a : b)

function person(
  who: Pick<SessionRow, 'userId' | 'platformRole'>,
  membership: Membership | undefined,
  door: Caller['door'],
  credentialId: string,
  facts: RequestFacts,
): Caller {
  const organizationRole = membership?.role ?? null
  return {
    kind: 'person',
    door,
    userId: who.userId,
    organizationId: membership?.organizationId ?? null,
    platformRole: who.platformRole,
    organizationRole,
    permissions: permissionsOf(who.platformRole, organizationRole),
    credentialId,
    ...facts,
  }
}

/** A script with a key: the key's organization for ever, and never more rights than its owner. */
export function callerOfApiKey(key: KnownApiKey, facts: RequestFacts): Caller {
  return {
    kind: 'apiKey',
    door: 'apiKey',
    userId: key.userId,
    organizationId: key.organizationId,
    platformRole: key.platformRole,
    organizationRole: key.organizationRole,
    permissions: permissionsOfApiKey(key.organizationRole),
    credentialId: key.id,
    ...facts,
  }
}

/** A machine in the one organization that it belongs to: what its token's scopes and its own both name. */
export function callerOfServiceClient(
  client: KnownServiceClient,
  scopes: readonly string[],
  facts: RequestFacts,
): Caller {
  return {
    kind: 'serviceClient',
    door: 'serviceClient',
    userId: null,
    organizationId: client.organizationId,
    platformRole: 'user',
    organizationRole: null,
    permissions: permissionsOfServiceClient(scopes, client.scopes),
    credentialId: client.id,
    ...facts,
  }
}
