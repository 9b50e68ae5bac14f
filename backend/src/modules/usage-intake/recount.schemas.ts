import { Type, type Static } from '@sinclair/typebox'
import { JobStatus } from '#platform/jobs'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'
import { Day } from './usage-intake.schemas.ts'

const Count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) })

export const StartRecount = strictObject({
  from: Day('First day, in UTC.'),
  to: Day('Last day, in UTC; at most 92 days, none in the future.'),
  apply: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Book what is missing here. Nothing is ever removed or changed.',
    }),
  ),
})
export type StartRecount = Static<typeof StartRecount>

const RecountDay = strictObject({
  day: Day(),
  ourCalls: Count(),
  theirCalls: Count(),
  ourCost: Usd('In our usage.'),
  theirCost: Usd('In LiteLLM’s logs.'),
  ourTokens: Count(),
  theirTokens: Count(),
})

const recountFields = {
  id: Uuid('Also the id of the job.'),
  from: Day(),
  to: Day(),
  isApplied: Type.Boolean({ description: 'Whether what was missing here was to be booked.' }),
  status: JobStatus,
  createdBy: Nullable(Uuid()),
  createdAt: Timestamp(),
  finishedAt: Nullable(Timestamp()),
  callsThere: Count('Calls of our keys in LiteLLM’s logs.'),
  callsHere: Count('Calls in our usage.'),
  foreignCalls: Count('Calls in LiteLLM’s logs of keys that are not ours.'),
  missingHere: Count(),
  missingThere: Count(),
  differentCost: Count(),
  differentTokens: Count(),
  booked: Count('Of those that were missing here.'),
}

export const RecountSummary = strictObject(recountFields, {
  $id: 'UsageRecountSummary',
  description: 'A comparison of our usage with LiteLLM’s own logs.',
})
export type RecountSummary = Static<typeof RecountSummary>

export const Recount = strictObject(
  { ...recountFields, days: Type.Array(RecountDay, { description: 'Both sides’ sums of each day.' }) },
  { $id: 'UsageRecount', description: 'A comparison of our usage with LiteLLM’s own logs, call by call.' },
)
export type Recount = Static<typeof Recount>

export const RecountDifference = strictObject(
  {
    id: Uuid(),
    organizationId: Uuid(),
    kind: StringEnum(['missing_here', 'missing_there', 'different_cost', 'different_tokens']),
    at: Timestamp('When the call began.'),
    requestId: Type.String({ maxLength: 300, description: 'LiteLLM’s id where it has one, else ours.' }),
    apiKeyId: Uuid(),
    modelName: Type.String({ maxLength: 200 }),
    ourCost: Nullable(Usd('In our usage.')),
    theirCost: Nullable(Usd('In LiteLLM’s logs; null also where it does not say.')),
    ourTokens: Nullable(Count()),
    theirTokens: Nullable(Count()),
    isBooked: Type.Boolean(),
  },
  { $id: 'UsageRecountDifference' },
)
export type RecountDifference = Static<typeof RecountDifference>

export const RecountTotal = strictObject(
  {
    organizationId: Uuid(),
    day: Day(),
    apiKeyId: Uuid(),
    modelName: Type.String({ maxLength: 200 }),
    ourCalls: Count(),
    theirCalls: Count(),
    ourCost: Usd('In our usage.'),
    theirCost: Usd('In LiteLLM’s logs.'),
    ourTokens: Count(),
    theirTokens: Count(),
  },
  { $id: 'UsageRecountTotal', description: 'Both sides’ sums of one day, key and model.' },
)
export type RecountTotal = Static<typeof RecountTotal>

export const RecountListQuery = strictObject(pageQuery)
export type RecountListQuery = Static<typeof RecountListQuery>

export const DifferenceListQuery = strictObject({
  ...pageQuery,
  kind: Type.Optional(RecountDifference.properties.kind),
  apiKeyId: Type.Optional(Uuid()),
})
export type DifferenceListQuery = Static<typeof DifferenceListQuery>

export const TotalListQuery = strictObject({
  ...pageQuery,
  isDifferent: Type.Optional(Type.Boolean({ description: 'Only sums on which the two sides differ.' })),
})
export type TotalListQuery = Static<typeof TotalListQuery>
