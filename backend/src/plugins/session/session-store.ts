import type { FastifySessionOptions } from '@fastify/session'
import type { Session as SessionContent } from 'fastify'
import { changed, type Identity, type KnownSession } from '#identity'
import { asUnavailable, sql, type Database } from '#platform/database'

declare module 'fastify' {
  interface Session {
    /** Who is behind the cookie; set when the request came with a live session. */
    known?: KnownSession
    /** Why nobody could tell whether the cookie is good. */
    failure?: Error
    /** Set at sign-in, when the row is written: makes the cookie go out. */
    userId?: string
  }
}

type Store = NonNullable<FastifySessionOptions['store']>
const nothing = { cookie: { originalMaxAge: null } }

/**
 * The sessions table as @fastify/session sees it. Reads go through the identity cache. The rows, not the session object,
 * are the truth: the sign-in module writes them in its own transactions, so there is nothing to do in `set`.
 */
export class SessionStore implements Store {
  readonly #identity: Identity
  readonly #database: Database

  constructor(parts: { identity: Identity; database: Database }) {
    this.#identity = parts.identity
    this.#database = parts.database
  }

  get(sessionId: string, callback: (error: unknown, session?: SessionContent | null) => void): void {
    this.#identity.resolveSession(sessionId).then(
      (known) => callback(null, known ? { ...nothing, known } : null),
      // Not an error of this hook, which would refuse public routes too; and the browser keeps its cookie.
      (error: unknown) => callback(null, { ...nothing, failure: asUnavailable(error) as Error }),
    )
  }

  set(_sessionId: string, _session: SessionContent, callback: (error?: unknown) => void): void {
    callback()
  }

  destroy(sessionId: string, callback: (error?: unknown) => void): void {
    this.#remove(sessionId).then(
      () => callback(),
      (error: unknown) => callback(asUnavailable(error)),
    )
  }

  async #remove(sessionId: string): Promise<void> {
    const known = await this.#identity.resolveSession(sessionId)
    if (!known) return
    await this.#database.transaction(
      { organizationId: null, userId: known.userId, requestId: 'session' },
      async (tx) => {
        await tx.run(sql`delete from sessions where id = ${known.id}`)
        await changed(tx, { kind: 'session', id: known.id })
      },
    )
  }
}
