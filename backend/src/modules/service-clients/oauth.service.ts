import type { FastifyInstance } from 'fastify'
import { callerOfServiceClient, changed, type Identity, type KnownServiceClient } from '#identity'
import { FailedSignIns } from '#modules/sign-in'
import { PLATFORM_ORGANIZATION_ID, type RefusalLog } from '#platform/audit'
import type { Database } from '#platform/database'
import { BaseService, type ServiceContext } from '#platform/services'
import type { ClientCredentials } from './client-authentication.ts'
import { refusals } from './oauth.errors.ts'
import { insertFailedAuthentications, insertRevokedToken } from './oauth.queries.ts'
import type { Introspection, ServiceToken } from './oauth.schemas.ts'

export interface OAuthTokenParts {
  readonly identity: Pick<Identity, 'resolveServiceClient'>
  readonly tokens: FastifyInstance['serviceTokens']
  readonly activity: FastifyInstance['serviceClientActivity']
  readonly refusals: Pick<RefusalLog, 'note'>
  /** Told of each token that was asked for. */
  readonly count: (result: 'issued' | 'refused') => void
}

/** The request that a client makes before it is anybody's. */
export interface TokenRequestFacts {
  readonly requestId: string
  readonly address: string
  /** For the trail. */
  readonly operation: { readonly id: string; readonly method: string; readonly route: string }
}

/** Tokens of machines: given for a secret, told about, ended. */
export class OAuthTokenService extends BaseService {
  readonly #parts: OAuthTokenParts
  readonly #database: Database
  readonly #failures = new FailedSignIns()

  constructor(context: ServiceContext, parts: OAuthTokenParts) {
    super(context)
    this.#parts = parts
    this.#database = context.database
  }

  /** A token with the scopes asked for, or with all of the client's. */
  async token(
    credentials: ClientCredentials,
    scope: string | undefined,
    facts: TokenRequestFacts,
  ): Promise<ServiceToken> {
    const { tokens, activity, count } = this.#parts
    try {
      const client = await this.#authenticated(credentials, facts)
      const scopes = scopesOf(client, scope)
      const { token, expiresInSeconds } = await tokens.mint(client, scopes)
      activity.note(client, client.secretId)
      count('issued')
      return {
        access_token: token,
        token_type: 'Bearer',
        expires_in: expiresInSeconds,
        scope: scopes.join(' '),
      }
    } catch (error) {
      count('refused')
      throw error
    }
  }

  /** Only of the client's own organization; every other token is not active. */
  async introspect(
    credentials: ClientCredentials,
    token: string,
    facts: TokenRequestFacts,
  ): Promise<Introspection> {
    const { tokens } = this.#parts
    const asker = await this.#authenticated(credentials, facts)
    const claims = await tokens.read(token)
    const client = claims && (await tokens.clientOf(claims))
    if (!claims || client?.organizationId !== asker.organizationId) return { active: false }
    return {
      active: true,
      scope: claims.scopes.filter((scope) => client.scopes.includes(scope)).join(' '),
      client_id: client.clientId,
      token_type: 'Bearer',
      exp: claims.expiresAt,
      iat: claims.issuedAt,
      sub: client.clientId,
      aud: tokens.audience,
      iss: tokens.issuer,
      jti: claims.tokenId,
    }
  }

  /** Ends one of the client's own tokens, in every process; what is no such token is over already. */
  async revoke(credentials: ClientCredentials, token: string, facts: TokenRequestFacts): Promise<void> {
    const client = await this.#authenticated(credentials, facts)
    const claims = await this.#parts.tokens.read(token)
    if (claims?.clientId !== client.clientId) return
    const caller = callerOfServiceClient(client, client.scopes, facts)
    const expiresAt = new Date(claims.expiresAt * 1000)
    await this.transaction(caller, async (tx) => {
      const revoked = { id: claims.tokenId, serviceClientId: client.id, expiresAt }
      if (!(await insertRevokedToken(tx, revoked, this.clock.now()))) return
      await changed(tx, { kind: 'serviceClient', id: client.id })
      await this.audit(tx, caller, {
        category: 'service-client',
        action: 'service_token.revoked',
        resourceType: 'service_token',
        resourceId: claims.tokenId,
      })
    })
  }

  async #authenticated(
    { clientId, secret }: ClientCredentials,
    facts: TokenRequestFacts,
  ): Promise<KnownServiceClient> {
    const client = await this.#parts.identity.resolveServiceClient(clientId, secret)
    if (!client) {
      await this.#noteFailure(facts)
      throw refusals.invalidClient()
    }
    // Only who has shown a secret learns that there is a list.
    if (!this.#parts.tokens.isAllowedFrom(client, facts.address)) {
      const { id: operation, method, route } = facts.operation
      const caller = callerOfServiceClient(client, [], facts)
      this.#parts.refusals.note(caller, { operation, method, route, code: 'ADDRESS_NOT_ALLOWED' })
      throw refusals.unauthorizedClient()
    }
    return client
  }

  async #noteFailure({ address, requestId }: TokenRequestFacts): Promise<void> {
    const count = this.#failures.note(address, this.clock.now().getTime())
    if (count === undefined) return
    const scope = { organizationId: PLATFORM_ORGANIZATION_ID, userId: null, requestId }
    await this.#database
      .transaction(scope, (tx) => insertFailedAuthentications(tx, { address, count, requestId }))
      .catch((error: unknown) => this.log.error({ err: error }, 'could not record failed authentications'))
  }
}

/** In the client's order, each once; invalid_scope for one that the client does not have. */
function scopesOf(client: KnownServiceClient, asked: string | undefined): string[] {
  if (asked === undefined) return client.scopes
  const wanted = new Set(asked.split(' '))
  const scopes = client.scopes.filter((scope) => wanted.delete(scope))
  if (wanted.size > 0) throw refusals.invalidScope()
  return scopes
}
