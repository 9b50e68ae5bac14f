import { createHash, randomUUID } from 'node:crypto'
import type { Tx } from '#platform/database'
import type { AnnouncedEvent } from '#platform/events'
import { insertDeliveries } from './delivery.queries.ts'
import { webhookEvents } from './webhook-events.ts'
import { listSubscribers } from './webhook.queries.ts'

const known: ReadonlySet<string> = new Set(webhookEvents)

/**
 * Makes deliveries of what was announced, for the webhooks of the same organization. What was told to several audiences in
 * one transaction is one event outside; being handed an event again changes nothing. On the platform's connection.
 */
export async function deliverToWebhooks(tx: Tx, events: readonly AnnouncedEvent[]): Promise<void> {
  const outgoing = events.filter((event) => known.has(event.name) && !event.isForPlatform)
  if (outgoing.length === 0) return
  const subscribers = await listSubscribers(tx, [
    ...new Set(outgoing.map(({ organizationId }) => organizationId)),
  ])
  const deliveries = outgoing.flatMap((event) => {
    const eventKey = keyOf(event)
    const body = bodyOf(event.name, event.at, event.data)
    return subscribers
      .filter((one) => one.organizationId === event.organizationId && one.eventNames.includes(event.name))
      .map(({ organizationId, id: webhookId }) => ({
        organizationId,
        id: randomUUID(),
        webhookId,
        eventName: event.name,
        eventKey,
        body,
      }))
  })
  await insertDeliveries(tx, deliveries)
}

/** What receivers get, as Standard Webhooks writes it. */
export const bodyOf = (type: string, timestamp: string, data: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ type, timestamp, data })

function keyOf({ cursor, name, data }: AnnouncedEvent): string {
  const digest = createHash('sha256')
    .update(`${name} ${JSON.stringify(data)}`)
    .digest('base64url')
  return `${cursor.transaction}:${digest}`
}
