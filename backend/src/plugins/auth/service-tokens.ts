import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import {
  callerOfServiceClient,
  type Identity,
  type KnownServiceClient,
  type RequestFacts,
  type ServiceTokenName,
} from '#identity'
import { addressCheck } from '#platform/addresses'
import type { Clock } from '#platform/clock'
import { ApplicationError, registerErrorCodes } from '#platform/errors'
import type { Caller } from '#platform/services'

const codes = registerErrorCodes({ ADDRESS_NOT_ALLOWED: 403 })

/** People's tokens have another audience: neither kind is ever taken for the other. */
const AUDIENCE = 'litemaas-machines'
const TYPE = 'at+jwt'
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/
const CLIENT_ID = /^[A-Za-z0-9_]{1,100}$/

/** A known client is one object for up to a second, and a hot one need not have its list read at each request. */
const checks = new WeakMap<KnownServiceClient, (address: string) => boolean>()

/** What a client's token says, once its signature is verified. Times in seconds since the epoch. */
export interface ServiceTokenClaims extends ServiceTokenName {
  readonly scopes: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
}

interface MintedServiceToken {
  readonly token: string
  readonly expiresInSeconds: number
}

/** A credential that is good, but not from where it was sent. Its owner is named, for the trail. */
export class TurnedAway extends ApplicationError {
  readonly caller: Caller

  constructor(caller: Caller) {
    super(codes.ADDRESS_NOT_ALLOWED, 'This credential is not accepted from your address.')
    this.caller = caller
  }
}

/** Short-lived tokens of service clients: made here, and read here on every way in. */
export class ServiceTokens {
  readonly audience = AUDIENCE
  readonly issuer: string
  readonly #identity: Identity
  readonly #clock: Clock
  readonly #key: Uint8Array

  constructor(parts: { identity: Identity; issuer: string; secret: string; clock: Clock }) {
    this.#identity = parts.identity
    this.issuer = parts.issuer
    this.#clock = parts.clock
    this.#key = Buffer.from(parts.secret)
  }

  /** It ends with the secret that it was made by, and names that secret, so that removing one ends the other. */
  async mint(client: KnownServiceClient, scopes: readonly string[]): Promise<MintedServiceToken> {
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000)
    const untilSecretEnds =
      client.usableUntil === null ? Infinity : Math.floor(Date.parse(client.usableUntil) / 1000) - issuedAt
    const expiresInSeconds = Math.max(1, Math.min(client.tokenTtlSeconds, untilSecretEnds))
    const token = await new SignJWT({
      client_id: client.clientId,
      sec: client.secretId,
      scope: scopes.join(' '),
    })
      .setProtectedHeader({ alg: 'HS256', typ: TYPE })
      .setIssuer(this.issuer)
      .setAudience(AUDIENCE)
      .setSubject(client.clientId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + expiresInSeconds)
      .sign(this.#key)
    return { token, expiresInSeconds }
  }

  /** What it says, if we made it and its time is not over; whether it is still good is for {@link clientOf} to say. */
  async read(token: string): Promise<ServiceTokenClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        typ: TYPE,
        issuer: this.issuer,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      })
      const { sub, jti, iat = 0, exp = 0, sec, scope } = payload
      if (typeof sub !== 'string' || !CLIENT_ID.test(sub) || payload['client_id'] !== sub) return undefined
      if (typeof jti !== 'string' || !UUID.test(jti) || typeof sec !== 'string' || !UUID.test(sec))
        return undefined
      if (typeof scope !== 'string') return undefined
      const scopes = scope.split(' ')
      return { clientId: sub, secretId: sec, tokenId: jti, scopes, issuedAt: iat, expiresAt: exp }
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
      throw error
    }
  }

  /** The live client of a token; undefined once token, secret or client has ended. Rejects with 503 when nobody can tell. */
  clientOf(claims: ServiceTokenClaims): Promise<KnownServiceClient | undefined> {
    return this.#identity.resolveServiceToken(claims)
  }

  /** @throws TurnedAway for a good token from an address that its client does not use. */
  async resolve(token: string, facts: RequestFacts): Promise<Caller | undefined> {
    const claims = await this.read(token)
    const client = claims && (await this.clientOf(claims))
    if (!claims || !client) return undefined
    const caller = callerOfServiceClient(client, claims.scopes, facts)
    if (!this.isAllowedFrom(client, facts.address)) throw new TurnedAway(caller)
    return caller
  }

  /** No list: from everywhere. An empty one: from nowhere. */
  isAllowedFrom(client: KnownServiceClient, address: string | null): boolean {
    if (client.allowedIps === null) return true
    const check = checks.get(client) ?? addressCheck(client.allowedIps) ?? (() => false)
    checks.set(client, check)
    return address !== null && check(address)
  }
}
