import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'

/**
 * Who may see an event: one person, whoever has a permission in the event's organization (in any, when it is the
 * platform's own), or the platform's administrators.
 */
export type Audience =
  { readonly userId: string } | { readonly permission: string } | { readonly platform: true }

export interface NewEvent {
  /** `noun.verb`. */
  readonly name: string
  readonly audience: Audience
  /** Ids and small facts; never a secret. */
  readonly data: Readonly<Record<string, unknown>>
  /** Where the transaction has no organization of its own, as in the platform's jobs. What is for the platform needs none. */
  readonly organizationId?: string
  /** Only says "look again" (progress, running sums): kept for an hour instead of a week. */
  readonly isTransient?: boolean
}

export const EVENTS_CHANNEL = 'events'

/** Tells, with the commit of `tx`, what happened. Listeners are woken once per transaction. */
export function announce(tx: Tx, event: NewEvent): Promise<void> {
  return announceAll(tx, [event])
}

/** As `announce`, many in one statement. */
export async function announceAll(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ name, audience, data, organizationId, isTransient = false }) => ({
    o: organizationId ?? null,
    n: name,
    u: 'userId' in audience ? audience.userId : null,
    p: 'permission' in audience ? audience.permission : null,
    a: 'platform' in audience,
    d: data,
    t: isTransient,
  }))
  await tx.run(sql`
    with told as (select pg_notify(${EVENTS_CHANNEL}, ''))
    insert into events (organization_id, name, user_id, permission, is_for_platform, data, is_transient)
    select coalesce(o, nullif(current_setting('app.organization_id', true), '')::uuid, case when a then ${PLATFORM_ORGANIZATION_ID}::uuid end),
      n, u, p, a, d, t
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (o uuid, n text, u uuid, p text, a boolean, d jsonb, t boolean), told`)
}
