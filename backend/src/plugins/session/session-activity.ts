import type { FastifyBaseLogger } from 'fastify'
import { changed, type KnownSession } from '#identity'
import type { Clock } from '#platform/clock'
import { sql, type Database } from '#platform/database'
import { SESSION_IDLE_MS } from './session-cookie.ts'

const WRITE_EVERY_MS = 60_000

/** Writes when a session was last used, which also moves its idle end; at most once a minute, and never in a caller's way. */
export class SessionActivity {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: FastifyBaseLogger
  readonly #writing = new Map<string, Promise<void>>()

  constructor(parts: { database: Database; clock: Clock; log: FastifyBaseLogger }) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#log = parts.log
  }

  note(session: KnownSession, requestId: string): void {
    const now = this.#clock.now()
    if (now.getTime() - Date.parse(session.lastSeenAt) < WRITE_EVERY_MS || this.#writing.has(session.id))
      return
    const writing = this.#write(session, now, requestId)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'could not note that a session is in use'))
      .finally(() => this.#writing.delete(session.id))
    this.#writing.set(session.id, writing)
  }

  async #write(session: KnownSession, now: Date, requestId: string): Promise<void> {
    const idleEnd = new Date(now.getTime() + SESSION_IDLE_MS).toISOString()
    const staleBefore = new Date(now.getTime() - WRITE_EVERY_MS).toISOString()
    await this.#database.transaction(
      { organizationId: null, userId: session.userId, requestId },
      async (tx) => {
        const touched = await tx.run(sql`
        update sessions set last_seen_at = ${now.toISOString()}, idle_expires_at = least(${idleEnd}::timestamptz, expires_at)
        where id = ${session.id} and last_seen_at <= ${staleBefore}`)
        if (touched > 0) await changed(tx, { kind: 'session', id: session.id })
      },
    )
  }

  /** Resolves when nothing is being written any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing.values())
  }
}
