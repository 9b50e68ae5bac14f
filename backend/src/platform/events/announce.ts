import { sql, type Tx } from '#platform/database'

/** Who may see an event: one person, whoever has a permission in the event's organization, or the platform's administrators. */
export type Audience = { readonly userId: string } | { readonly permission: string } | { readonly platform: true }

export interface NewEvent {
  /** `noun.verb`. */
  readonly name: string
  readonly audience: Audience
  /** Ids and small facts; never a secret. */
  readonly data: Readonly<Record<string, unknown>>
  /** Only where the transaction has no organization of its own, as in the platform's jobs. */
  readonly organizationId?: string
}

export const EVENTS_CHANNEL = 'events'

/** Tells, with the commit of `tx`, what happened. Listeners are woken once per transaction. */
export async function announce(tx: Tx, event: NewEvent): Promise<void> {
  const { audience } = event
  const userId = 'userId' in audience ? audience.userId : null
  const permission = 'permission' in audience ? audience.permission : null
  await tx.run(sql`
    with told as (select pg_notify(${EVENTS_CHANNEL}, ''))
    insert into events (organization_id, name, user_id, permission, is_for_platform, data)
    select coalesce(${event.organizationId ?? null}::uuid, nullif(current_setting('app.organization_id', true), '')::uuid),
      ${event.name}, ${userId}, ${permission}, ${'platform' in audience}, ${JSON.stringify(event.data)} from told`)
}
