import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'

/** A moment, or a day in UTC for the midnight that begins it. */
const Moment = (description: string) =>
  Type.Unsafe<string>({
    type: 'string',
    maxLength: 40,
    anyOf: [{ format: 'date' }, { format: 'date-time' }],
    description: `${description} A date (midnight UTC) or a date-time.`,
  })

const filters = {
  modelId: Type.Optional(Uuid('Only calls of this model.')),
  apiKeyId: Type.Optional(Uuid('Only calls with this key.')),
}

export const AsOf = Timestamp('When this was read. Calls that ended more than a second before are in it.')

const Count = (description: string) => Type.Integer({ minimum: 0, description })

const totals = {
  requests: Count('Calls, failed ones included.'),
  errors: Count('Calls that failed.'),
  promptTokens: Count('Input tokens, cached ones included.'),
  cachedPromptTokens: Count('Input tokens that the model had cached.'),
  completionTokens: Count('Output tokens.'),
  cost: Usd('What the calls cost.'),
}

const UsageTotals = strictObject(totals)
export type UsageTotals = Static<typeof UsageTotals>

export const UsageSummaryQuery = strictObject({
  ...filters,
  from: Type.Optional(Moment('First moment. By default 30 days before `to`.')),
  to: Type.Optional(Moment('The moment after the last. By default the end of today.')),
})
export type UsageSummaryQuery = Static<typeof UsageSummaryQuery>

const ModelUsage = strictObject({
  modelId: Uuid(),
  modelName: Type.String({ maxLength: 200 }),
  ...totals,
})
const KeyUsage = strictObject({
  apiKeyId: Uuid(),
  apiKeyName: Nullable(Type.String({ maxLength: 100 }), { description: 'Null once the key is deleted.' }),
  ...totals,
})

export const UsageSummary = strictObject(
  {
    from: Timestamp(),
    to: Timestamp('Exclusive.'),
    ...totals,
    byModel: Type.Array(ModelUsage, { maxItems: 20, description: 'The dearest first.' }),
    byKey: Type.Array(KeyUsage, { maxItems: 20, description: 'The dearest first.' }),
    previous: Type.Object(UsageTotals.properties, {
      additionalProperties: false,
      description: 'The period of equal length just before.',
    }),
    asOf: AsOf,
  },
  { $id: 'UsageSummary', description: 'What somebody used in a period.' },
)
export type UsageSummary = Static<typeof UsageSummary>

export const UsageDay = strictObject(
  { day: Type.String({ format: 'date', maxLength: 10, description: 'In UTC.' }), ...totals },
  { $id: 'UsageDay', description: 'What somebody used on one day.' },
)
export type UsageDay = Static<typeof UsageDay>

export const UsageDays = strictObject({
  data: Type.Array(Type.Unsafe<UsageDay>(Type.Ref('UsageDay'))),
  asOf: AsOf,
})
export type UsageDays = Static<typeof UsageDays>

const Outcome = StringEnum(['success', 'error', 'cancelled'], 'cancelled: the client went away.')

export const UsageLogQuery = strictObject({
  ...filters,
  from: Type.Optional(Moment('First moment.')),
  to: Type.Optional(Moment('The moment after the last.')),
  outcome: Type.Optional(Outcome),
  limit: pageQuery.limit,
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: '`nextCursor` of the page before.' }),
  ),
})
export type UsageLogQuery = Static<typeof UsageLogQuery>

const Milliseconds = (description: string) => Nullable(Type.Integer(), { description })

export const UsageLog = strictObject(
  {
    id: Uuid(),
    at: Timestamp('When the call began.'),
    requestId: Type.String({ maxLength: 200, description: 'The `x-request-id` of the call’s answer.' }),
    modelId: Uuid(),
    modelName: Type.String({ maxLength: 200 }),
    apiKeyId: Uuid(),
    apiKeyName: Nullable(Type.String({ maxLength: 100 })),
    operation: Type.String({ maxLength: 100, description: 'What was called, e.g. `chat`.' }),
    isStream: Type.Boolean(),
    outcome: Outcome,
    statusCode: Type.Integer(),
    errorCode: Nullable(Type.String({ maxLength: 100 })),
    promptTokens: totals.promptTokens,
    cachedPromptTokens: totals.cachedPromptTokens,
    completionTokens: totals.completionTokens,
    cost: Usd('What the call cost.'),
    isEstimated: Type.Boolean({ description: 'LiteLLM told no usage, so what was set aside was charged.' }),
    durationMs: Milliseconds('From the call’s beginning to its end.'),
    timeToFirstTokenMs: Milliseconds('Until the first byte of the answer.'),
  },
  { $id: 'UsageLog', description: 'One model call. Prompts and answers are not kept.' },
)
export type UsageLog = Static<typeof UsageLog>
