import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

const ClaimedEmail = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  userId: Type.String(),
  template: Type.String(),
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  link: Nullable(Type.String()),
  attempts: Type.Integer(),
  leaseUntil: Type.String(),
})
export type ClaimedEmail = Static<typeof ClaimedEmail>

/** Leases due mails, the longest due first. */
export function claimEmails(
  tx: Tx,
  options: { limit: number; leaseSeconds: number },
): Promise<ClaimedEmail[]> {
  return tx.many(sql(ClaimedEmail)`
    with due as (
      select organization_id, id from email_deliveries
      where state in ('pending', 'leased') and next_at <= now() and (state = 'pending' or lease_until <= now())
      order by next_at limit ${options.limit} for update skip locked
    )
    update email_deliveries e set state = 'leased', attempts = e.attempts + 1,
      lease_until = date_trunc('milliseconds', now() + ${options.leaseSeconds} * interval '1 second')
    from due d where e.organization_id = d.organization_id and e.id = d.id
    returning e.organization_id as "organizationId", e.id, e.user_id as "userId", e.template, e.facts, e.link, e.attempts,
      e.lease_until as "leaseUntil"`)
}

const held = (row: ClaimedEmail): Query =>
  sql`organization_id = ${row.organizationId} and id = ${row.id} and state = 'leased' and lease_until = ${row.leaseUntil}::timestamptz`

export async function settleEmail(
  tx: Tx,
  row: ClaimedEmail,
  outcome: {
    readonly state: 'sent' | 'dead' | 'pending'
    readonly retryInSeconds: number
    readonly error: string | null
  },
): Promise<void> {
  await tx.run(sql`
    update email_deliveries set state = ${outcome.state}, lease_until = null, last_error = ${outcome.error},
      next_at = now() + ${outcome.retryInSeconds} * interval '1 second',
      done_at = case when ${outcome.state} <> 'pending' then now() end
    where ${held(row)}`)
}

export async function releaseEmail(tx: Tx, row: ClaimedEmail): Promise<void> {
  await tx.run(sql`
    update email_deliveries set state = 'pending', attempts = attempts - 1, lease_until = null where ${held(row)}`)
}

const Addressee = Type.Object({ email: Type.String(), language: Nullable(Type.String()) })

/** Undefined for who has no address, or is not active any more. */
export function findAddressee(tx: Tx, userId: string): Promise<Static<typeof Addressee> | undefined> {
  return tx.find(sql(Addressee)`
    select email, language from users where id = ${userId} and status = 'active' and email is not null`)
}
