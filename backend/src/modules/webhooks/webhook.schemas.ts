import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { webhookEvents } from './webhook-events.ts'

const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
  description: 'Unique in the organization.',
})
const Url = Type.String({
  minLength: 8,
  maxLength: 2000,
  pattern: '^https?://[^\\s\\u0000-\\u001f\\u007f]+$',
  description:
    'Where events are posted to. Public and https, on port 443 or from 1024 on; others only where `WEBHOOK_ALLOWED_HOSTS` lists the host. Redirects are not followed.',
})
const EventNames = Type.Array(StringEnum(webhookEvents), {
  minItems: 1,
  maxItems: webhookEvents.length,
  uniqueItems: true,
  description: 'Names of the catalogue of events.',
})

const fields = {
  id: Uuid(),
  organizationId: Uuid(),
  name: Type.String({ maxLength: 100 }),
  url: Type.String({ maxLength: 2000 }),
  eventNames: Type.Array(Type.String({ maxLength: 100 })),
  isEnabled: Type.Boolean(),
  disabledBecause: Nullable(StringEnum(['person', 'failures', 'gone']), {
    description:
      'Why it is off: a person, five days of nothing but failures, or the receiver’s 410. Null while it is on.',
  }),
  failingSince: Nullable(Timestamp(), {
    description: 'Since when every call has failed; null when the last one did not.',
  }),
  previousSecretUntil: Nullable(Timestamp(), {
    description: 'Until when the secret before the last rotation signs, too.',
  }),
  createdBy: Nullable(Uuid()),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  version: Version,
}

export const Webhook = strictObject(fields, {
  $id: 'Webhook',
  description: 'An address that is told of events, as Standard Webhooks describes.',
})
export type Webhook = Static<typeof Webhook>

export const WebhookWithSecret = strictObject(
  {
    ...fields,
    secret: Nullable(Type.String({ maxLength: 100 }), {
      description:
        '`whsec_` and the key of the signature, shown this once. Null when an Idempotency-Key repeats an earlier answer; rotate if it was lost.',
    }),
  },
  { $id: 'WebhookWithSecret', description: 'A webhook, and the secret that its calls are signed with.' },
)
export type WebhookWithSecret = Static<typeof WebhookWithSecret>

export const CreateWebhook = strictObject({
  name: Name,
  url: Url,
  eventNames: EventNames,
  isEnabled: Type.Optional(Type.Boolean({ default: true })),
})
export type CreateWebhook = Static<typeof CreateWebhook>

export const UpdateWebhook = strictObject(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    eventNames: Type.Optional(EventNames),
    isEnabled: Type.Optional(
      Type.Boolean({ description: 'Switching on forgets past failures; what waited is sent then.' }),
    ),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateWebhook = Static<typeof UpdateWebhook>

export const WebhookListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000]+$',
      description: 'Part of name or URL.',
    }),
  ),
  isEnabled: Type.Optional(Type.Boolean()),
  eventName: Type.Optional(StringEnum(webhookEvents, 'Webhooks that are told of this event.')),
  sort: Type.Optional(
    StringEnum(
      ['name', '-name', 'createdAt', '-createdAt', 'failingSince', '-failingSince'],
      'Newest first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type WebhookListQuery = Static<typeof WebhookListQuery>

const DeliveryState = StringEnum(
  ['pending', 'leased', 'delivered', 'dead'],
  '`leased` is under way right now; `dead` was given up and can be sent again.',
)

export const WebhookDelivery = strictObject(
  {
    id: Uuid('Sent as `webhook-id` with every attempt.'),
    webhookId: Uuid(),
    eventName: Type.String({ maxLength: 100 }),
    isTest: Type.Boolean(),
    state: DeliveryState,
    attempts: Type.Integer({ minimum: 0 }),
    nextAttemptAt: Nullable(Timestamp(), { description: 'Null when none is to come.' }),
    responseStatus: Nullable(Type.Integer({ description: 'Of the last answer.' })),
    responseBody: Nullable(
      Type.String({ maxLength: 1024, description: 'The beginning of the last answer.' }),
    ),
    error: Nullable(Type.String({ maxLength: 200 }), { description: 'Why the last attempt failed.' }),
    lastAttemptAt: Nullable(Timestamp()),
    deliveredAt: Nullable(Timestamp()),
    createdAt: Timestamp(),
  },
  { $id: 'WebhookDelivery', description: 'One event on its way to one webhook. Kept for thirty days.' },
)
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const DeliveryListQuery = strictObject({
  ...pageQuery,
  state: Type.Optional(DeliveryState),
  eventName: Type.Optional(StringEnum([...webhookEvents, 'webhook.test'])),
  sort: Type.Optional(StringEnum(['createdAt', '-createdAt'], 'Newest first when absent.')),
})
export type DeliveryListQuery = Static<typeof DeliveryListQuery>

export const DeliveryParams = strictObject({ id: Uuid('The webhook.'), deliveryId: Uuid() })
