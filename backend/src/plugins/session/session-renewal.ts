import { randomBytes } from 'node:crypto'
import { changed, sessionDigest, type KnownSession } from '#identity'
import type { Clock } from '#platform/clock'
import { sql, type Database } from '#platform/database'

const RENEW_AFTER_MS = 24 * 60 * 60 * 1000

/** Whether the browser should be given a new session id, so that a stolen old one does not serve for a week. */
export function isRenewalDue(session: KnownSession, clock: Clock): boolean {
  return clock.now().getTime() - Date.parse(session.rotatedAt) >= RENEW_AFTER_MS
}

/** Gives the session a new id and answers it; undefined when another request was faster. */
export async function renewSession(
  database: Database,
  session: KnownSession,
  oldId: string,
  requestId: string,
): Promise<string | undefined> {
  const newId = randomBytes(24).toString('base64url')
  const old = sessionDigest(oldId)
  const renewed = await database.transaction(
    { organizationId: null, userId: session.userId, requestId },
    async (tx) => {
      const count = await tx.run(sql`
      update sessions set digest = ${sessionDigest(newId)}, previous_digest = ${old}, rotated_at = now()
      where id = ${session.id} and digest = ${old}`)
      if (count > 0) await changed(tx, { kind: 'session', id: session.id })
      return count
    },
  )
  return renewed > 0 ? newId : undefined
}
