import { errors, jwtVerify, type JWTPayload } from 'jose'
import { callerOfIdentity, type Identity, type RequestFacts } from '#identity'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { Caller, OrganizationRole } from '#platform/services'
import type { OutsideIssuer } from './outside-issuers.ts'
import { OutsideKeys } from './outside-keys.ts'
import { provisionOutsidePerson } from './outside-people.ts'
import { CLOCK_TOLERANCE_SECONDS, type UnverifiedToken } from './token-shape.ts'

const USUAL_ROLES: Readonly<Record<string, OrganizationRole>> = {
  admin: 'admin',
  manager: 'manager',
  member: 'member',
  analyst: 'member',
  agent: 'member',
  user: 'member',
}
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const USUAL_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt'])
/** Control characters separate issuer and subject where both are one key. */
const SUBJECT = /^[^\p{Cc}]{1,255}$/u
const DAY_SECONDS = 86_400

/** Tokens of the configured outside issuers: verified by their published keys, then seen as a person in one organization. */
export class OutsideTokens {
  readonly #issuers: ReadonlyMap<string, { readonly settings: OutsideIssuer; readonly keys: OutsideKeys }>
  readonly #identity: Identity
  readonly #database: Database
  readonly #clock: Clock

  constructor(parts: {
    issuers: readonly OutsideIssuer[]
    identity: Identity
    database: Database
    clock: Clock
  }) {
    this.#issuers = new Map(
      parts.issuers.map((settings) => [
        settings.issuer,
        { settings, keys: new OutsideKeys(settings.jwksUrl) },
      ]),
    )
    this.#identity = parts.identity
    this.#database = parts.database
    this.#clock = parts.clock
  }

  /** Undefined for a token that is not valid; 403 for a valid one of somebody who is no member; 503 when its keys are out of reach. */
  async resolve(
    token: string,
    unverified: UnverifiedToken,
    facts: RequestFacts,
  ): Promise<Caller | undefined> {
    const { iss } = unverified.payload
    const known = typeof iss === 'string' ? this.#issuers.get(iss) : undefined
    if (!known || !hasUsualType(unverified, known.settings)) return undefined
    const claims = await this.#verify(token, known)
    if (!claims) return undefined
    const organizationId = organizationOf(claims, known.settings)
    if (organizationId === undefined) return undefined
    return this.#callerOf(claims, known.settings, organizationId, facts)
  }

  async #verify(
    token: string,
    { settings, keys }: { settings: OutsideIssuer; keys: OutsideKeys },
  ): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: settings.algorithms ?? DEFAULT_ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        maxTokenAge: settings.maxAgeSeconds ?? DAY_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: this.#clock.now(),
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
      throw error
    }
  }

  async #callerOf(
    claims: JWTPayload,
    settings: OutsideIssuer,
    organizationId: string,
    facts: RequestFacts,
  ): Promise<Caller | undefined> {
    const subject = claims.sub
    if (subject === undefined || !SUBJECT.test(subject)) return undefined
    const role = roleOf(claims, settings)
    const known = await this.#identity.resolveIdentity(settings.issuer, subject)
    const caller = known && callerOfIdentity(known, organizationId, role, facts)
    if (caller) return caller
    if (settings.provision === 'member') {
      const made = await provisionOutsidePerson(
        this.#database,
        { ...personOf(claims, subject), issuer: settings.issuer, organizationId, role },
        facts,
      )
      const newcomer = made && callerOfIdentity(made, organizationId, role, facts)
      if (newcomer) return newcomer
    }
    throw ApplicationError.forbidden(
      'You are not a member of this organization.',
      undefined,
      'NO_ORGANIZATION',
    )
  }
}

function hasUsualType({ header }: UnverifiedToken, settings: OutsideIssuer): boolean {
  const { typ } = header
  if (settings.typ !== undefined) return typ === settings.typ
  return typ === undefined || (typeof typ === 'string' && USUAL_TYPES.has(typ.toLowerCase()))
}

/** `org_id` or `organization_id`; undefined when they are not text, contradict each other, or name nothing that is configured. */
function organizationOf(claims: JWTPayload, settings: OutsideIssuer): string | undefined {
  const named = [claims['org_id'], claims['organization_id']].filter((value) => value !== undefined)
  const [first] = named
  if (named.some((value) => typeof value !== 'string' || value !== first)) return undefined
  if (settings.organizationId !== undefined) return settings.organizationId
  const { organizations = {} } = settings
  return typeof first === 'string' && Object.hasOwn(organizations, first) ? organizations[first] : undefined
}

/** Whatever is not a known role may only look. */
function roleOf(claims: JWTPayload, settings: OutsideIssuer): OrganizationRole {
  const { role } = claims
  if (typeof role !== 'string') return 'viewer'
  const roles = { ...USUAL_ROLES, ...settings.roles }
  return Object.hasOwn(roles, role) ? (roles[role] ?? 'viewer') : 'viewer'
}

function personOf(
  claims: JWTPayload,
  subject: string,
): { username: string; email: string | null; displayName: string; subject: string } {
  const text = (name: string, maxLength: number) => {
    const value = claims[name]
    const clean =
      typeof value === 'string'
        ? value
            .replaceAll(/\p{Cc}/gu, '')
            .trim()
            .slice(0, maxLength)
        : ''
    return clean === '' ? undefined : clean
  }
  const username = text('preferred_username', 200) ?? subject.slice(0, 200)
  return { subject, username, email: text('email', 320) ?? null, displayName: text('name', 200) ?? username }
}
