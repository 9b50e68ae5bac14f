import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, RefTo, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

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
    expiresAt: Nullable(Timestamp(), { description: 'When it ends by itself; null for never.' }),
    version: Version,
  },
  { $id: 'Subscription', description: 'A person’s right to use one model.' },
)
export type Subscription = Static<typeof Subscription>

export const SubscriptionRequest = strictObject(
  {
    ...Subscription.properties,
    organizationId: Uuid(),
    organizationName: Type.String({ maxLength: 200 }),
    userId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
    isRestricted: Type.Boolean({ description: 'Whether the model is restricted now.' }),
    decidedBy: Nullable(Uuid(), { description: 'Who decided; null where nobody had to.' }),
    decidedByName: Nullable(Type.String({ maxLength: 200 })),
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
    actorName: Nullable(Type.String({ maxLength: 200 }), {
      description: 'Their name, for reviewers; null for everybody else.',
    }),
    reason: Nullable(Type.String({ maxLength: 1000 })),
    at: Timestamp(),
  },
  { $id: 'SubscriptionEvent', description: 'One change of state.' },
)
export type SubscriptionEvent = Static<typeof SubscriptionEvent>

const whyYouAsk = { reason: Type.Optional(Reason('Why you ask; reviewers read it.')) }
export const CreateSubscription = Type.Union(
  [
    strictObject({ modelId: Uuid('The model to subscribe to.'), ...whyYouAsk }),
    strictObject({
      modelIds: Type.Array(Uuid(), {
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        description: 'Several models: all of them, or none when one is refused.',
      }),
      ...whyYouAsk,
    }),
  ],
  { description: 'One model, or several.' },
)
export type CreateSubscription = Static<typeof CreateSubscription>

export const UpdateSubscription = strictObject({
  reason: Nullable(Reason('Why you ask; reviewers read it.')),
  version: Type.Optional(Version),
})
export type UpdateSubscription = Static<typeof UpdateSubscription>

export const RequestAgain = Nullable(
  strictObject({ reason: Type.Optional(Reason('What has changed.')), version: Type.Optional(Version) }),
)

const ExpiresAt = Type.Optional(
  Timestamp('When it shall end by itself: in the future, at most ten years ahead.'),
)

export const ApproveSubscription = Nullable(
  strictObject({
    reason: Type.Optional(Reason('For the requester.')),
    expiresAt: ExpiresAt,
    version: Type.Optional(Version),
  }),
)

export const DenySubscription = strictObject({
  reason: Reason('For the requester.'),
  version: Type.Optional(Version),
})

/** For acts that its person did not ask for. */
export const ReasonedAct = strictObject({
  reason: Reason('For the person concerned.'),
  version: Type.Optional(Version),
})

export const ResumeSubscription = Nullable(
  strictObject({
    reason: Type.Optional(Reason('For the person concerned.')),
    version: Type.Optional(Version),
  }),
)

/** What a reviewer says, and the version that they looked at. */
export interface Decision {
  readonly reason: string | undefined
  readonly version: number | undefined
}

export const GrantSubscription = strictObject({
  userId: Uuid('Somebody of the organization; never yourself.'),
  modelId: Uuid(),
  reason: Reason('For the person concerned, and the record.'),
  expiresAt: ExpiresAt,
})
export type GrantSubscription = Static<typeof GrantSubscription>

export const RemoveSubscriptionQuery = strictObject({ reason: Reason('For the person concerned.') })

export const DecideSubscriptions = strictObject({
  decisions: Type.Array(
    Type.Union([
      strictObject({
        id: Uuid(),
        action: StringEnum(['approve']),
        reason: Type.Optional(Reason('For the requester.')),
        version: Type.Optional(Version),
      }),
      strictObject({
        id: Uuid(),
        action: StringEnum(['deny']),
        reason: Reason('For the requester.'),
        version: Type.Optional(Version),
      }),
    ]),
    { minItems: 1, maxItems: 100, description: 'Each subscription once.' },
  ),
})
export type DecideSubscriptions = Static<typeof DecideSubscriptions>

export const SubscriptionDecision = strictObject(
  {
    id: Uuid(),
    status: Type.Integer({
      description: 'What a decision on this one alone would have answered: 200, or an error’s status.',
    }),
    subscription: Nullable(RefTo(SubscriptionRequest), {
      description: 'After the decision; null when it was not made.',
    }),
    error: Nullable(
      strictObject({
        code: Type.String({ maxLength: 100 }),
        message: Type.String({ maxLength: 1000 }),
        details: Nullable(Type.Record(Type.String(), Type.Unknown())),
      }),
    ),
  },
  { $id: 'SubscriptionDecision', description: 'What became of one of several decisions.' },
)
export type SubscriptionDecision = Static<typeof SubscriptionDecision>

const Count = Type.Integer({ minimum: 0 })
const byStatus = {
  total: Count,
  pending: Count,
  active: Count,
  denied: Count,
  suspended: Count,
  cancelled: Count,
  expired: Count,
}

export const SubscriptionStatistics = strictObject(byStatus, {
  $id: 'SubscriptionStatistics',
  description: 'Your subscriptions by state.',
})
export type SubscriptionStatistics = Static<typeof SubscriptionStatistics>

export const ApprovalStatistics = strictObject(
  {
    ...byStatus,
    oldestPendingAt: Nullable(Timestamp(), { description: 'Since when the longest waiting request waits.' }),
    medianWaitingSeconds: Nullable(Type.Number({ minimum: 0 }), {
      description: 'From request to decision, of what was decided; null when nothing was.',
    }),
  },
  { $id: 'ApprovalStatistics', description: 'Subscriptions by state, and how long people wait.' },
)
export type ApprovalStatistics = Static<typeof ApprovalStatistics>

export const SubscriptionListQuery = strictObject({
  ...pageQuery,
  status: Type.Optional(SubscriptionStatus),
  modelId: Type.Optional(Uuid()),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of the model’s name.' }),
  ),
  sort: Type.Optional(
    StringEnum(
      [
        'requestedAt',
        '-requestedAt',
        'decidedAt',
        '-decidedAt',
        'expiresAt',
        '-expiresAt',
        'modelName',
        '-modelName',
        'status',
        '-status',
      ],
      'Newest first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type SubscriptionListQuery = Static<typeof SubscriptionListQuery>

const queueFilters = {
  modelId: Type.Optional(Uuid()),
  userId: Type.Optional(Uuid('Whose subscriptions.')),
  isRestricted: Type.Optional(Type.Boolean({ description: 'Of models that are restricted now.' })),
  requestedFrom: Type.Optional(Timestamp('Requested then or later.')),
  requestedUntil: Type.Optional(Timestamp('Requested before then.')),
}

export const SubscriptionQueueQuery = strictObject({
  ...pageQuery,
  ...queueFilters,
  status: Type.Optional(SubscriptionStatus),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of the model’s or the person’s name.' }),
  ),
  sort: Type.Optional(
    StringEnum(
      [
        'requestedAt',
        '-requestedAt',
        'decidedAt',
        '-decidedAt',
        'expiresAt',
        '-expiresAt',
        'modelName',
        '-modelName',
        'username',
        '-username',
        'status',
        '-status',
      ],
      'Oldest request first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type SubscriptionQueueQuery = Static<typeof SubscriptionQueueQuery>

export const ApprovalStatisticsQuery = strictObject(queueFilters)
export type ApprovalStatisticsQuery = Static<typeof ApprovalStatisticsQuery>

export const SubscriptionHistoryQuery = strictObject(pageQuery)
