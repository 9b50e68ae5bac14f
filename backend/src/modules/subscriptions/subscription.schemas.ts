import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

export const SubscriptionStatus = StringEnum(
  ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'],
  'Only an active subscription lets keys call the model.',
)
export type SubscriptionStatus = Static<typeof SubscriptionStatus>

const Reason = (description: string) =>
  Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S', description })
const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })

export const Subscription = strictObject(
  {
    id: Uuid(),
    modelId: Uuid(),
    modelName: Type.String({ maxLength: 200 }),
    status: SubscriptionStatus,
    reason: Nullable(Type.String({ maxLength: 1000 }), { description: 'Why the person asks.' }),
    requestedAt: Timestamp(),
    decidedAt: Nullable(Timestamp(), {
      description: 'Null until decided, and where no decision was needed.',
    }),
    decisionReason: Nullable(Type.String({ maxLength: 1000 }), { description: 'What the reviewer said.' }),
    version: Version,
  },
  { $id: 'Subscription', description: 'A person’s right to use one model.' },
)
export type Subscription = Static<typeof Subscription>

export const SubscriptionRequest = strictObject(
  {
    ...Subscription.properties,
    userId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
  },
  { $id: 'SubscriptionRequest', description: 'A subscription as reviewers see it: with who asks.' },
)
export type SubscriptionRequest = Static<typeof SubscriptionRequest>

export const SubscriptionEvent = strictObject(
  {
    id: Uuid(),
    from: Nullable(SubscriptionStatus),
    to: SubscriptionStatus,
    actorId: Nullable(Uuid(), { description: 'Who did it; null for a job.' }),
    reason: Nullable(Type.String({ maxLength: 1000 })),
    at: Timestamp(),
  },
  { $id: 'SubscriptionEvent', description: 'One change of state.' },
)
export type SubscriptionEvent = Static<typeof SubscriptionEvent>

export const CreateSubscription = strictObject({
  modelId: Uuid('The model to subscribe to.'),
  reason: Type.Optional(Reason('Why you ask; reviewers read it.')),
})
export type CreateSubscription = Static<typeof CreateSubscription>

export const UpdateSubscription = strictObject({
  reason: Nullable(Reason('Why you ask; reviewers read it.')),
  version: Type.Optional(Version),
})
export type UpdateSubscription = Static<typeof UpdateSubscription>

export const RequestAgain = Nullable(
  strictObject({ reason: Type.Optional(Reason('What has changed.')), version: Type.Optional(Version) }),
)

export const ApproveSubscription = Nullable(
  strictObject({ reason: Type.Optional(Reason('For the requester.')), version: Type.Optional(Version) }),
)

export const DenySubscription = strictObject({
  reason: Reason('For the requester.'),
  version: Type.Optional(Version),
})

/** What a reviewer says, and the version that they looked at. */
export interface Decision {
  readonly reason: string | undefined
  readonly version: number | undefined
}

export const SubscriptionListQuery = strictObject({
  ...pageQuery,
  status: Type.Optional(SubscriptionStatus),
  modelId: Type.Optional(Uuid()),
})
export type SubscriptionListQuery = Static<typeof SubscriptionListQuery>

export const SubscriptionQueueQuery = strictObject({
  ...SubscriptionListQuery.properties,
  userId: Type.Optional(Uuid('Whose subscriptions.')),
})
export type SubscriptionQueueQuery = Static<typeof SubscriptionQueueQuery>

export const SubscriptionHistoryQuery = strictObject(pageQuery)
