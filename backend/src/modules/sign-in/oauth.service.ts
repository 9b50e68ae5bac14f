import { createHash } from 'node:crypto'
import { sessionDigest, type CompletedLogin, type IdentityProvider } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Database, PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type PlatformRole, type ServiceContext } from '#platform/services'
import { FailedSignIns } from './failed-sign-ins.ts'
import { roleOfSources, roleSourcesOf, type RoleRules, type RoleSource } from './platform-role.ts'
import type { ProviderGrants } from './provider-grants.ts'
import { returnPathOf } from './return-path.ts'
import { codes } from './sign-in.errors.ts'
import {
  deleteOwnDeadSessions,
  firstOrganization,
  insertAttempt,
  insertFailedSignIns,
  insertSession,
  signInIdentity,
  takeAttempt,
  type Attempt,
} from './sign-in.queries.ts'

const ATTEMPT_MS = 10 * 60 * 1000

/** The request that wants to sign in. */
export interface SignInRequest {
  readonly requestId: string
  readonly address: string
  readonly userAgent: string | null
}

/** A completed sign-in at the provider, which nothing is written of yet. */
export interface Arrival extends CompletedLogin {
  readonly platformRole: PlatformRole
  readonly roleSources: readonly RoleSource[]
  readonly returnPath: string
}

export interface OAuthServiceParts {
  readonly provider: IdentityProvider
  readonly rules: RoleRules
  readonly grants: ProviderGrants
  /** Tells the proxy of a person's keys, as the platform. */
  readonly followOwner: (tx: Tx, userId: string) => Promise<unknown>
  /** Whether new people join the default organization. */
  readonly joinsDefault: boolean
  readonly sessionLife: { readonly idleMs: number; readonly lifeMs: number }
}

/** What is stored of a sign-in under way. It takes the state and the browser's own secret to find it again. */
const digestOf = (state: string, browserSecret: string) =>
  createHash('sha256').update(`${state}.${browserSecret}`).digest('base64url')

/** Signs people in through the platform's identity provider. */
export class OAuthService extends BaseService {
  readonly #database: Database
  readonly #provider: IdentityProvider
  readonly #rules: RoleRules
  readonly #parts: Pick<OAuthServiceParts, 'grants' | 'followOwner'>
  readonly #platform: PlatformDatabase
  readonly #joinsDefault: boolean
  readonly #sessionLife: OAuthServiceParts['sessionLife']
  readonly #failures = new FailedSignIns()

  constructor(context: ServiceContext, parts: OAuthServiceParts) {
    super(context)
    this.#database = context.database
    this.#provider = parts.provider
    this.#rules = parts.rules
    this.#parts = parts
    this.#platform = context.platformDatabase
    this.#joinsDefault = parts.joinsDefault
    this.#sessionLife = parts.sessionLife
  }

  /** Answers the provider's URL. `browserSecret` binds the attempt to the browser that holds it. */
  async begin(
    browserSecret: string,
    wanted: { returnTo?: string | undefined; loginHint?: string | undefined },
  ): Promise<string> {
    const { url, state, nonce, codeVerifier } = await this.#provider.beginLogin({
      loginHint: wanted.loginHint,
    })
    const digest = digestOf(state, browserSecret)
    const expiresAt = new Date(this.clock.now().getTime() + ATTEMPT_MS).toISOString()
    await this.#database.signInTransaction(digest, (tx) =>
      insertAttempt(tx, {
        digest,
        nonce,
        codeVerifier,
        returnPath: returnPathOf(wanted.returnTo),
        expiresAt,
      }),
    )
    return url
  }

  /** Verifies the provider's answer. Writes nothing yet. Rejects with 401, 403 or 503. */
  complete(browserSecret: string | undefined, search: string, request: SignInRequest): Promise<Arrival> {
    return this.#noted(request, async () => {
      const state = new URLSearchParams(search).get('state') ?? ''
      const attempt = await this.#take(state, browserSecret)
      const login = await this.#provider.completeLogin({ search, attempt: { state, ...attempt } })
      const roleSources = roleSourcesOf(login.person, this.#rules)
      const platformRole = roleOfSources(roleSources)
      if (platformRole === undefined) throw denied('You belong to no group that may use this.')
      return { ...login, platformRole, roleSources, returnPath: attempt.returnPath }
    })
  }

  async #take(state: string, browserSecret: string | undefined): Promise<Attempt> {
    const digest = digestOf(state, browserSecret ?? '')
    const attempt =
      browserSecret === undefined
        ? undefined
        : await this.#database.signInTransaction(digest, (tx) => takeAttempt(tx, digest))
    if (!attempt || attempt.isExpired)
      throw new ApplicationError(
        codes.SIGN_IN_EXPIRED,
        'This sign-in was used already, took too long, or began in another browser.',
        {
          suggestion: 'Start again.',
        },
      )
    return attempt
  }

  /**
   * Makes sure that the person exists and opens their session under the id that the browser will hold, in one transaction.
   * Answers who it is; 403 for a disabled account.
   */
  admit(arrival: Arrival, sessionId: string, request: SignInRequest): Promise<string> {
    return this.#noted(request, async () => {
      const { userId, hasReturned } = await this.transaction(
        somebody(request),
        (tx) => this.#open(tx, arrival, sessionId, request),
        'signing in',
      )
      if (hasReturned) await this.#tellOfReturn(userId)
      return userId
    })
  }

  async #open(tx: Tx, arrival: Arrival, sessionId: string, request: SignInRequest) {
    const { person, platformRole, roleSources } = arrival
    const facts = { ...person, platformRole, roleSources, joinsDefault: this.#joinsDefault }
    const { address, requestId, userAgent } = request
    const known = await signInIdentity(tx, { ...facts, address, requestId })
    if (known.userStatus !== 'active') throw denied('This account is disabled.')
    const now = this.clock.now().getTime()
    await deleteOwnDeadSessions(tx)
    const id = await insertSession(tx, {
      digest: sessionDigest(sessionId),
      userId: known.userId,
      organizationId: await firstOrganization(tx, known.userId),
      idleExpiresAt: new Date(now + this.#sessionLife.idleMs).toISOString(),
      expiresAt: new Date(now + this.#sessionLife.lifeMs).toISOString(),
      address,
      userAgent,
      providerSid: arrival.sessionId,
    })
    await this.#parts.grants.keep(tx, { ...person, id: known.identityId }, arrival.grant)
    await this.audit(
      tx,
      { ...somebody(request), userId: known.userId, platformRole },
      { category: 'identity', action: 'session.opened', resourceType: 'session', resourceId: id },
    )
    return known
  }

  /** Their keys work here from the commit on. What is not told to the proxy now, the reconciler finds. */
  async #tellOfReturn(userId: string): Promise<void> {
    try {
      await this.#platform.transaction('sign-in.return', (tx) => this.#parts.followOwner(tx, userId))
    } catch (error) {
      this.log.warn({ err: error }, 'could not tell the proxy that somebody is back')
    }
  }

  async #noted<T>(request: SignInRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      await this.#noteFailure(error, request)
      throw error
    }
  }

  async #noteFailure(error: unknown, request: SignInRequest): Promise<void> {
    if (!(error instanceof ApplicationError) || error.statusCode >= 500) return
    const count = this.#failures.note(request.address, this.clock.now().getTime())
    if (count === undefined) return
    const scope = { organizationId: PLATFORM_ORGANIZATION_ID, userId: null, requestId: request.requestId }
    await this.#database
      .transaction(scope, (tx) =>
        insertFailedSignIns(tx, {
          network: request.address,
          count,
          code: error.code,
          requestId: request.requestId,
        }),
      )
      .catch((failure: unknown) => this.log.error({ err: failure }, 'could not record failed sign-ins'))
  }
}

const denied = (message: string) => ApplicationError.forbidden(message, undefined, codes.SIGN_IN_DENIED)

/** Sign-ins are acts on the platform: they happen before there is an organization, and are recorded there. */
const somebody = ({ requestId, address }: SignInRequest): Caller => ({
  kind: 'person',
  door: 'session',
  userId: null,
  organizationId: PLATFORM_ORGANIZATION_ID,
  platformRole: 'user',
  organizationRole: null,
  permissions: new Set(),
  credentialId: 'sign-in',
  requestId,
  address,
})
