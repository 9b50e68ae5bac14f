import { createHash } from 'node:crypto'
import { sessionDigest } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Database } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type PlatformRole, type ServiceContext } from '#platform/services'
import { FailedSignIns } from './failed-sign-ins.ts'
import { platformRoleOf, type RoleRules } from './platform-role.ts'
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

/** What this service needs of the platform's identity provider. */
export interface IdentityProvider {
  beginLogin(options: {
    loginHint?: string | undefined
  }): Promise<{ url: string; state: string; nonce: string; codeVerifier: string }>
  completeLogin(options: {
    search: string
    attempt: { state: string; nonce: string; codeVerifier: string }
  }): Promise<Vouched>
}

export interface Vouched {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly isUsernameUnique: boolean
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly displayName: string
  readonly groups: readonly string[]
}

/** The request that wants to sign in. */
export interface SignInRequest {
  readonly requestId: string
  readonly address: string
  readonly userAgent: string | null
}

export interface SignedIn {
  readonly userId: string
  readonly platformRole: PlatformRole
  readonly returnPath: string
}

export interface OAuthServiceParts {
  readonly provider: IdentityProvider
  readonly rules: RoleRules
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
  readonly #joinsDefault: boolean
  readonly #sessionLife: OAuthServiceParts['sessionLife']
  readonly #failures = new FailedSignIns()

  constructor(context: ServiceContext, parts: OAuthServiceParts) {
    super(context)
    this.#database = context.database
    this.#provider = parts.provider
    this.#rules = parts.rules
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

  /** Verifies the provider's answer and makes sure that the person exists. Rejects with 401, 403 or 503. */
  async complete(
    browserSecret: string | undefined,
    search: string,
    request: SignInRequest,
  ): Promise<SignedIn> {
    try {
      const state = new URLSearchParams(search).get('state') ?? ''
      const attempt = await this.#take(state, browserSecret)
      const person = await this.#provider.completeLogin({ search, attempt: { state, ...attempt } })
      return { ...(await this.#admit(person, request)), returnPath: attempt.returnPath }
    } catch (error) {
      await this.#noteFailure(error, request)
      throw error
    }
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

  async #admit(
    person: Vouched,
    request: SignInRequest,
  ): Promise<{ userId: string; platformRole: PlatformRole }> {
    const platformRole = platformRoleOf(person, this.#rules)
    if (platformRole === undefined)
      throw ApplicationError.forbidden(
        'You belong to no group that may use this.',
        undefined,
        codes.SIGN_IN_DENIED,
      )
    const { requestId, address } = request
    const { userId, userStatus } = await this.#database.transaction(
      { organizationId: null, userId: null, requestId },
      (tx) =>
        signInIdentity(tx, { ...person, platformRole, joinsDefault: this.#joinsDefault, address, requestId }),
    )
    if (userStatus !== 'active')
      throw ApplicationError.forbidden('This account is disabled.', undefined, codes.SIGN_IN_DENIED)
    return { userId, platformRole }
  }

  /** Opens the session under the id that the browser will hold. */
  async openSession(signedIn: SignedIn, sessionId: string, request: SignInRequest): Promise<void> {
    const caller = newlySignedIn(signedIn, request)
    const now = this.clock.now().getTime()
    await this.transaction(
      caller,
      async (tx) => {
        await deleteOwnDeadSessions(tx)
        const id = await insertSession(tx, {
          digest: sessionDigest(sessionId),
          userId: signedIn.userId,
          organizationId: await firstOrganization(tx, signedIn.userId),
          idleExpiresAt: new Date(now + this.#sessionLife.idleMs).toISOString(),
          expiresAt: new Date(now + this.#sessionLife.lifeMs).toISOString(),
          address: request.address,
          userAgent: request.userAgent,
        })
        await this.audit(tx, caller, {
          category: 'identity',
          action: 'session.opened',
          resourceType: 'session',
          resourceId: id,
        })
      },
      'opening a session',
    )
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

/** Sign-ins are acts on the platform: they happen before there is an organization, and are recorded there. */
function newlySignedIn(signedIn: SignedIn, request: SignInRequest): Caller {
  return {
    kind: 'person',
    door: 'session',
    userId: signedIn.userId,
    organizationId: PLATFORM_ORGANIZATION_ID,
    platformRole: signedIn.platformRole,
    organizationRole: null,
    permissions: new Set(),
    credentialId: signedIn.userId,
    requestId: request.requestId,
    address: request.address,
  }
}
