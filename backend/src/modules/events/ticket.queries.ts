import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const TakenTicket = Type.Object({
  organizationId: Type.String(),
  sessionId: Type.String(),
  userId: Type.String(),
  door: Type.Union([Type.Literal('session'), Type.Literal('token')]),
  isLive: Type.Boolean(),
})
export type TakenTicket = Static<typeof TakenTicket>

export async function insertTicket(
  tx: Tx,
  ticket: { digest: Buffer; sessionId: string; userId: string; door: string; expiresAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into event_tickets (digest, session_id, user_id, door, expires_at)
    values (${ticket.digest}, ${ticket.sessionId}, ${ticket.userId}, ${ticket.door}, ${ticket.expiresAt})`)
}

/** Whoever comes first gets it; it is gone whatever they find. */
export function takeTicket(tx: Tx, digest: Buffer, now: Date): Promise<TakenTicket | undefined> {
  return tx.find(sql(TakenTicket)`
    delete from event_tickets where digest = ${digest}
    returning organization_id as "organizationId", session_id as "sessionId", user_id as "userId", door,
      expires_at > ${now} as "isLive"`)
}
