/** Who is asking: the words that every room behind the doors shares. */
export type PlatformRole = 'admin' | 'adminReadonly' | 'user'
export type OrganizationRole = 'admin' | 'manager' | 'member' | 'viewer'

/** Who is asking, whatever door they came through. Immutable; always the first argument of a service's method. */
export interface Caller {
  readonly kind: 'person' | 'apiKey' | 'serviceClient' | 'system'
  /** The door, for audit rows. */
  readonly door: 'session' | 'token' | 'apiKey' | 'outsideToken' | 'serviceClient' | 'job'
  readonly userId: string | null
  /** Null when the person belongs to no organization: every organization route then answers 403. */
  readonly organizationId: string | null
  readonly platformRole: PlatformRole
  readonly organizationRole: OrganizationRole | null
  /** `noun:verb`. */
  readonly permissions: ReadonlySet<string>
  /** `platform`: an audited look across all organizations; such a caller reads and never writes. */
  readonly reach?: 'organization' | 'platform'
  /** The session, key or client that was presented; the limiter counts by it. */
  readonly credentialId: string
  readonly requestId: string
  readonly address: string | null
}

/** A named job of this process. It has no permissions: jobs call what needs none. */
export function systemCaller(job: string, organizationId: string | null = null): Caller {
  return {
    kind: 'system',
    door: 'job',
    userId: null,
    organizationId,
    platformRole: 'user',
    organizationRole: null,
    permissions: new Set(),
    credentialId: job,
    requestId: job,
    address: null,
  }
}

/** Whose act it is, for the trail: the person, or the machine itself. Null for jobs. */
export function actorIdOf(caller: Pick<Caller, 'kind' | 'userId' | 'credentialId'>): string | null {
  return caller.kind === 'serviceClient' ? caller.credentialId : caller.userId
}
