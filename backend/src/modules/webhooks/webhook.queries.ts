import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Webhook, type WebhookListQuery } from './webhook.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })
const Bytes = Type.Unsafe<Buffer>({})

const columns: Query = sql`w.id, w.organization_id as "organizationId", w.name, w.url, w.event_names as "eventNames",
  w.is_enabled as "isEnabled", w.disabled_because as "disabledBecause", w.failing_since as "failingSince",
  case when w.previous_secret_until > now() then w.previous_secret_until end as "previousSecretUntil",
  w.created_by as "createdBy", w.created_at as "createdAt", w.updated_at as "updatedAt", w.version`

const sortColumns: Readonly<Record<string, Query>> = {
  name: sql`lower(w.name)`,
  createdAt: sql`w.created_at`,
  failingSince: sql`w.failing_since`,
}

function orderOf(sort: string | undefined): Query {
  const isDescending = sort?.startsWith('-') ?? false
  const column = sort === undefined ? undefined : sortColumns[isDescending ? sort.slice(1) : sort]
  if (!column) return sql`w.created_at desc, w.organization_id, w.id`
  return isDescending
    ? sql`${column} desc nulls last, w.organization_id, w.id`
    : sql`${column} asc nulls last, w.organization_id, w.id`
}

function conditionsOf(query: WebhookListQuery): Query {
  const conditions: Query[] = [sql`true`]
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in lower(w.name || ' ' || w.url)) > 0`)
  if (query.isEnabled !== undefined) conditions.push(sql`w.is_enabled = ${query.isEnabled}`)
  if (query.eventName !== undefined) conditions.push(sql`${query.eventName} = any (w.event_names)`)
  return sql.join(conditions, ' and ')
}

export async function listWebhooks(
  tx: Tx,
  query: WebhookListQuery,
): Promise<{ rows: Webhook[]; total: number }> {
  const where = conditionsOf(query)
  const [rows, { total }] = await Promise.all([
    tx.many(sql(Webhook)`
      select ${columns} from webhooks w where ${where}
      order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from webhooks w where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findWebhook(tx: Tx, id: string): Promise<Webhook | undefined> {
  return tx.find(sql(Webhook)`select ${columns} from webhooks w where w.id = ${id}`)
}

/** With the row's lock, for a change. */
export function lockWebhook(tx: Tx, id: string): Promise<Webhook | undefined> {
  return tx.find(sql(Webhook)`select ${columns} from webhooks w where w.id = ${id} for update`)
}

/** Creations of one organization wait for each other; answers how many webhooks there are. */
export async function countWebhooksAlone(tx: Tx, organizationId: string): Promise<number> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks of ${organizationId}`}, 0))`)
  const { total } = await tx.one(sql(Total)`select count(*) as total from webhooks`)
  return Number(total)
}

interface NewWebhook {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly eventNames: readonly string[]
  readonly isEnabled: boolean
  readonly secret: Buffer
  readonly createdBy: string | null
}

export function insertWebhook(tx: Tx, webhook: NewWebhook): Promise<Webhook> {
  return tx.one(sql(Webhook)`
    insert into webhooks as w (id, name, url, event_names, is_enabled, disabled_because, secret, created_by)
    values (${webhook.id}, ${webhook.name}, ${webhook.url}, ${webhook.eventNames}::text[], ${webhook.isEnabled},
      ${webhook.isEnabled ? null : 'person'}, ${webhook.secret}, ${webhook.createdBy})
    returning ${columns}`)
}

type Editable = Pick<Webhook, 'name' | 'url' | 'eventNames' | 'isEnabled'>

/** Switching it on or off begins anew with failures and with why it was off. */
export function updateWebhook(tx: Tx, id: string, next: Editable): Promise<Webhook> {
  return tx.one(sql(Webhook)`
    update webhooks w set name = ${next.name}, url = ${next.url}, event_names = ${next.eventNames}::text[],
      disabled_because = case when ${next.isEnabled} then null when w.is_enabled then 'person' else w.disabled_because end,
      failing_since = case when ${next.isEnabled} and not w.is_enabled then null else w.failing_since end,
      is_enabled = ${next.isEnabled}, updated_at = now(), version = w.version + 1
    where w.id = ${id} returning ${columns}`)
}

export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from webhooks where id = ${id}`)
}

/** The present secret goes on signing for some hours, beside the new one. */
export function replaceSecret(tx: Tx, id: string, secret: Buffer, overlapHours: number): Promise<Webhook> {
  return tx.one(sql(Webhook)`
    update webhooks w set previous_secret = w.secret, previous_secret_until = now() + ${overlapHours} * interval '1 hour',
      secret = ${secret}, updated_at = now(), version = w.version + 1
    where w.id = ${id} returning ${columns}`)
}

const Subscriber = Type.Object({
  organizationId: Type.String(),
  id: Type.String(),
  eventNames: Type.Array(Type.String()),
})
export type Subscriber = Static<typeof Subscriber>

/** On the platform's connection: whoever of these organizations may want to hear of something. */
export function listSubscribers(tx: Tx, organizationIds: readonly string[]): Promise<Subscriber[]> {
  return tx.many(sql(Subscriber)`
    select organization_id as "organizationId", id, event_names as "eventNames" from webhooks
    where organization_id = any (${organizationIds}::uuid[]) and is_enabled`)
}

const Target = Type.Object({
  name: Type.String(),
  url: Type.String(),
  secret: Bytes,
  previousSecret: Type.Union([Bytes, Type.Null()]),
})
export type Target = Static<typeof Target>

/** On the platform's connection: where a delivery goes now, and which secrets sign it. */
export function findTarget(
  tx: Tx,
  { organizationId, webhookId }: { organizationId: string; webhookId: string },
): Promise<Target | undefined> {
  return tx.find(sql(Target)`
    select name, url, secret, case when previous_secret_until > now() then previous_secret end as "previousSecret"
    from webhooks where organization_id = ${organizationId} and id = ${webhookId}`)
}

const Disabled = Type.Object({ name: Type.String(), version: Type.Integer() })

/** On the platform's connection. Undefined when it was off already. */
export function disableWebhook(
  tx: Tx,
  { organizationId, webhookId }: { organizationId: string; webhookId: string },
  because: 'failures' | 'gone',
): Promise<Static<typeof Disabled> | undefined> {
  return tx.find(sql(Disabled)`
    update webhooks set is_enabled = false, disabled_because = ${because}, updated_at = now(), version = version + 1
    where organization_id = ${organizationId} and id = ${webhookId} and is_enabled returning name, version`)
}

const Failing = Type.Object({ isHopeless: Type.Boolean() })

/** On the platform's connection: remembers when failing began; tells whether that is longer ago than bearable. */
export async function noteFailure(
  tx: Tx,
  { organizationId, webhookId }: { organizationId: string; webhookId: string },
  bearableDays: number,
): Promise<boolean> {
  const row = await tx.find(sql(Failing)`
    update webhooks set failing_since = coalesce(failing_since, now())
    where organization_id = ${organizationId} and id = ${webhookId}
    returning failing_since < now() - ${bearableDays} * interval '1 day' as "isHopeless"`)
  return row?.isHopeless ?? false
}

export async function noteSuccess(
  tx: Tx,
  { organizationId, webhookId }: { organizationId: string; webhookId: string },
): Promise<void> {
  await tx.run(sql`
    update webhooks set failing_since = null
    where organization_id = ${organizationId} and id = ${webhookId} and failing_since is not null`)
}
