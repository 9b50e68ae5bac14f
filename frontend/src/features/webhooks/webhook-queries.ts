import type { Arguments, Success } from '@litemaas/client'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

export type Webhook = Success<'listWebhooks'>['data'][number]
export type WebhookQuery = NonNullable<Arguments<'listWebhooks'>['query']>
export type EventName = Arguments<'createWebhook'>['body']['eventNames'][number]
export type Delivery = Success<'listWebhookDeliveries'>['data'][number]
export type DeliveryQuery = NonNullable<Arguments<'listWebhookDeliveries'>['query']>

/** Looked into from another organization; empty in one's own. */
interface Read {
  readonly organizationId?: string
}

export const webhooksQuery = (query: WebhookQuery) =>
  queryOptions({
    queryKey: ['webhooks', 'list', query],
    queryFn: () => api.listWebhooks({ query }),
    placeholderData: keepPreviousData,
  })

/** While something is on its way, it is asked for again: deliveries have no events of their own. */
const POLL_MS = 2000

export const deliveriesQuery = (id: string, query: DeliveryQuery & Read) =>
  queryOptions({
    queryKey: ['webhooks', 'deliveries', id, query],
    queryFn: () => api.listWebhookDeliveries({ path: { id }, query }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.data.some((one) => one.state === 'pending' || one.state === 'leased') === true
        ? POLL_MS
        : false,
  })

/** What can be told, by what it is about. */
export const eventGroups = {
  subscription: [
    'subscription.requested',
    'subscription.approved',
    'subscription.denied',
    'subscription.activated',
    'subscription.suspended',
    'subscription.resumed',
    'subscription.cancelled',
    'subscription.expired',
  ],
  apiKey: [
    'api-key.created',
    'api-key.updated',
    'api-key.changed',
    'api-key.rotated',
    'api-key.expiring',
    'api-key.lost',
    'api-key.revoked',
    'api-key.deleted',
  ],
  budget: ['budget.warning', 'user.limits-changed'],
  model: ['model.available', 'model.unavailable', 'model.price-changed'],
  people: [
    'invitation.created',
    'invitation.accepted',
    'member.joined',
    'member.updated',
    'member.left',
    'member.removed',
    'team.joined',
    'team.left',
    'team.archived',
  ],
  job: ['job.finished'],
} as const satisfies Record<string, readonly EventName[]>

export const eventNames: readonly EventName[] = Object.values(eventGroups).flat()

export const deliveryStates = ['pending', 'leased', 'delivered', 'dead'] as const
