import { createHash } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import type { Database, Scope } from '#platform/database'
import { fingerprintOf, isWellFormedApiKey, type KeyDigester } from './api-key-secret.ts'
import { ReadThroughCache } from './cache.ts'
import type { ChangeFeed } from './change-feed.ts'
import { isWellFormedServiceClientSecret } from './service-client-secret.ts'
import {
  findApiKey,
  findIdentity,
  findServiceClient,
  findServiceToken,
  findSession,
  findSessionById,
  listMemberships,
  redigestApiKey,
  redigestServiceClientSecret,
  type ApiKeyRow,
  type IdentityRow,
  type Membership,
  type ServiceClientRow,
  type SessionRow,
} from './identity.queries.ts'

/** A session as the doors use it. */
export interface KnownSession extends SessionRow {
  readonly memberships: readonly Membership[]
}

/** A presented key as the gateway uses it. */
export type KnownApiKey = ApiKeyRow

/** A machine, known by a secret or by a token that one of its secrets made. */
export type KnownServiceClient = ServiceClientRow

/** What stands in a service client's token. The names are random, and hold no separator. */
export interface ServiceTokenName {
  readonly clientId: string
  readonly secretId: string
  readonly tokenId: string
}

/** A person whom an outside issuer vouches for. */
export interface KnownIdentity extends IdentityRow {
  readonly memberships: readonly Membership[]
}

const NOBODY: Scope = { organizationId: null, userId: null, requestId: 'identity' }
const MAX_ENTRIES = 50_000

/**
 * Resolves whatever was presented to who it is. It owns the read path and the one cache of it; the modules own every
 * write, and announce it with {@link changed}. Rejects with 503 when the database cannot answer.
 */
export class Identity {
  readonly feed: ChangeFeed
  readonly digester: KeyDigester
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: FastifyBaseLogger
  readonly #sessions: ReadThroughCache<KnownSession>
  readonly #tokens: ReadThroughCache<KnownSession>
  readonly #keys: ReadThroughCache<KnownApiKey>
  readonly #identities: ReadThroughCache<KnownIdentity>
  readonly #serviceTokens: ReadThroughCache<KnownServiceClient>
  /** Names in the cache of keys, by fingerprint, of secrets that were valid once. They never change, so nothing evicts them but age. */
  readonly #keyNames = new Map<string, string>()

  constructor(parts: {
    database: Database
    feed: ChangeFeed
    digester: KeyDigester
    clock: Clock
    log: FastifyBaseLogger
  }) {
    this.#database = parts.database
    this.feed = parts.feed
    this.digester = parts.digester
    this.#clock = parts.clock
    this.#log = parts.log
    const { feed } = parts
    const subjectsOf = (session: KnownSession) => [
      `session:${session.id}`,
      `user:${session.userId}`,
      ...session.memberships.map((membership) => `organization:${membership.organizationId}`),
    ]
    this.#sessions = new ReadThroughCache({
      feed,
      maxEntries: MAX_ENTRIES,
      subjectsOf,
      load: (digest) => this.#loadSession(digest),
    })
    this.#tokens = new ReadThroughCache({
      feed,
      maxEntries: MAX_ENTRIES,
      subjectsOf,
      load: (id) => this.#loadSessionById(id),
    })
    this.#keys = new ReadThroughCache({
      feed,
      maxEntries: MAX_ENTRIES,
      subjectsOf: (key) => [`key:${key.id}`, `user:${key.userId}`, `organization:${key.organizationId}`],
      load: (digest) => this.#loadApiKey(digest),
    })
    this.#identities = new ReadThroughCache({
      feed,
      maxEntries: MAX_ENTRIES,
      subjectsOf: (known) => [
        `user:${known.userId}`,
        ...known.memberships.map((one) => `organization:${one.organizationId}`),
      ],
      load: (name) => this.#loadIdentity(name),
    })
    this.#serviceTokens = new ReadThroughCache({
      feed,
      maxEntries: MAX_ENTRIES,
      subjectsOf: (client) => [`serviceClient:${client.id}`, `organization:${client.organizationId}`],
      load: (name) => this.#loadServiceToken(name),
    })
  }

  /** A cache for what a module knows about a caller, under the same promise: one second at most, evicted at once. */
  cacheFor<V>(options: {
    subjectsOf: (value: V) => readonly string[]
    load: (key: string) => Promise<V | undefined>
  }): ReadThroughCache<V> {
    return new ReadThroughCache({ feed: this.feed, maxEntries: MAX_ENTRIES, ...options })
  }

  async #loadSession(digest: string): Promise<KnownSession | undefined> {
    return this.#database.transaction(
      NOBODY,
      async (tx) => {
        const session = await findSession(tx, Buffer.from(digest, 'base64url'))
        return session && { ...session, memberships: await listMemberships(tx, session.userId) }
      },
      { readOnly: true },
    )
  }

  async #loadSessionById(id: string): Promise<KnownSession | undefined> {
    return this.#database.transaction(
      NOBODY,
      async (tx) => {
        const session = await findSessionById(tx, id)
        return session && { ...session, memberships: await listMemberships(tx, session.userId) }
      },
      { readOnly: true },
    )
  }

  async #loadIdentity(name: string): Promise<KnownIdentity | undefined> {
    // Issuers are URLs and hold no separator; subjects may hold anything.
    const split = name.indexOf('\u001f')
    const issuer = name.slice(0, split)
    const subject = name.slice(split + 1)
    return this.#database.transaction(
      NOBODY,
      async (tx) => {
        const known = await findIdentity(tx, issuer, subject)
        return known && { ...known, memberships: await listMemberships(tx, known.userId) }
      },
      { readOnly: true },
    )
  }

  #loadServiceToken(name: string): Promise<KnownServiceClient | undefined> {
    const [clientId = '', secretId = '', tokenId = ''] = name.split(' ')
    return this.#database.transaction(NOBODY, (tx) => findServiceToken(tx, { clientId, secretId, tokenId }), {
      readOnly: true,
    })
  }

  async #loadApiKey(digests: string): Promise<KnownApiKey | undefined> {
    const [current = Buffer.alloc(0), previous] = digests
      .split('.')
      .map((one) => Buffer.from(one, 'base64url'))
    const known = await this.#database.transaction(
      NOBODY,
      (tx) => findApiKey(tx, previous ? [current, previous] : [current]),
      {
        readOnly: true,
      },
    )
    if (known && previous && known.pepperVersion !== this.digester.version) {
      // The key works either way; moving it to the new pepper may fail and be tried at the next use.
      this.#database
        .transaction(NOBODY, (tx) => redigestApiKey(tx, previous, current, this.digester.version))
        .catch((error: unknown) => this.#log.warn({ err: error }, 'could not re-digest a key'))
    }
    return known
  }

  /** The live session behind a cookie's session id. */
  async resolveSession(sessionId: string): Promise<KnownSession | undefined> {
    const session = await this.#sessions.get(sessionDigest(sessionId).toString('base64url'))
    return session && this.#isLive(session) ? session : undefined
  }

  /** The live session behind the `sid` of one of our tokens. */
  async resolveSessionById(id: string): Promise<KnownSession | undefined> {
    const session = await this.#tokens.get(id)
    return session && this.#isLive(session) ? session : undefined
  }

  /** A usable key, without waiting when it is cached; unknown, revoked, expired and disabled keys are all undefined. */
  resolveApiKey(secret: string): KnownApiKey | undefined | Promise<KnownApiKey | undefined> {
    const fingerprint = fingerprintOf(secret)
    const knownName = this.#keyNames.get(fingerprint)
    if (knownName === undefined && !isWellFormedApiKey(secret)) return undefined
    const name = knownName ?? this.#nameOfKey(secret)
    const cached = this.#keys.peek(name)
    if (cached) return this.#usable(cached)
    return this.#keys.get(name).then((known) => {
      if (known) this.#rememberName(fingerprint, name)
      return known && this.#usable(known)
    })
  }

  #nameOfKey(secret: string): string {
    const previous = this.digester.previousDigest(secret)
    return (
      this.digester.digest(secret).toString('base64url') +
      (previous ? `.${previous.toString('base64url')}` : '')
    )
  }

  #rememberName(fingerprint: string, name: string): void {
    if (this.#keyNames.size >= MAX_ENTRIES) this.#keyNames.clear()
    this.#keyNames.set(fingerprint, name)
  }

  /** The person linked to an outside issuer's subject. */
  async resolveIdentity(issuer: string, subject: string): Promise<KnownIdentity | undefined> {
    const known = await this.#identities.get(`${issuer}\u001f${subject}`)
    return known?.userStatus === 'active' ? known : undefined
  }

  /** The live client behind one of its tokens; nothing of it is believed longer than a second. */
  async resolveServiceToken(name: ServiceTokenName): Promise<KnownServiceClient | undefined> {
    const known = await this.#serviceTokens.get(`${name.clientId} ${name.secretId} ${name.tokenId}`)
    return known && this.#usable(known)
  }

  /**
   * The live client that shows this secret, never from a cache. An unknown client, a wrong secret and a client that may not
   * be used are the same look-up and the same answer.
   */
  async resolveServiceClient(clientId: string, secret: string): Promise<KnownServiceClient | undefined> {
    if (!isWellFormedServiceClientSecret(secret)) return undefined
    const digest = this.digester.digest(secret)
    const previous = this.digester.previousDigest(secret)
    const known = await this.#database.transaction(
      NOBODY,
      (tx) => findServiceClient(tx, clientId, previous ? [digest, previous] : [digest]),
      { readOnly: true },
    )
    if (known && previous && known.pepperVersion !== this.digester.version) {
      const scope: Scope = { ...NOBODY, organizationId: known.organizationId }
      this.#database
        .transaction(scope, (tx) =>
          redigestServiceClientSecret(tx, known.secretId, digest, this.digester.version),
        )
        .catch((error: unknown) => this.#log.warn({ err: error }, 'could not re-digest a secret'))
    }
    return known && this.#usable(known)
  }

  #usable<K extends KnownApiKey | KnownServiceClient>(key: K): K | undefined {
    if (!key.isUsable) return undefined
    return key.usableUntil !== null && Date.parse(key.usableUntil) <= this.#clock.now().getTime()
      ? undefined
      : key
  }

  #isLive(session: KnownSession): boolean {
    const now = this.#clock.now().getTime()
    return (
      session.userStatus === 'active' &&
      Date.parse(session.expiresAt) > now &&
      Date.parse(session.idleExpiresAt) > now
    )
  }
}

/** What is stored of a session id. */
export function sessionDigest(sessionId: string): Buffer {
  return createHash('sha256').update(sessionId).digest()
}
