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

export const Outcome = StringEnum(['success', 'error', 'cancelled'], 'cancelled: the client went away.')

export const ownFilters = {
  modelId: Type.Optional(Uuid('Only calls of this model.')),
  apiKeyId: Type.Optional(Uuid('Only calls with this key.')),
  outcome: Type.Optional(Outcome),
}

export const AsOf = Timestamp('When this was read. Calls that ended more than a second before are in it.')

export const Count = (description: string) => Type.Integer({ minimum: 0, description })

/** Of answered calls, or of those with the outcome that was asked for. */
const Average = (description: string) =>
  Nullable(Type.Number({ minimum: 0 }), { description: `${description}; null where nothing was measured.` })

export const totals = {
  requests: Count('Calls, failed ones included.'),
  errors: Count('Calls that failed.'),
  cancelled: Count('Calls whose client went away.'),
  successRate: Nullable(Type.Number({ minimum: 0, maximum: 1 }), {
    description: 'Share of the calls that were answered; null without calls.',
  }),
  promptTokens: Count('Input tokens, cached ones included.'),
  cachedPromptTokens: Count('Input tokens that the model had cached.'),
  completionTokens: Count('Output tokens.'),
  cost: Usd('What the calls cost.'),
  averageDurationMs: Average('Mean duration of the calls that were answered'),
  averageTimeToFirstTokenMs: Average('Mean time to the first token of the streamed calls that were answered'),
}

export const UsageTotals = strictObject(totals)
export type UsageTotals = Static<typeof UsageTotals>

export const Previous = strictObject(totals, { description: 'The period of equal length just before.' })

export const periodQuery = {
  from: Type.Optional(Moment('First moment. By default 30 days before `to`.')),
  to: Type.Optional(Moment('The moment after the last. By default the end of today.')),
}

export const UsageSummaryQuery = strictObject({ ...ownFilters, ...periodQuery })
export type UsageSummaryQuery = Static<typeof UsageSummaryQuery>

const ModelUsage = strictObject({
  modelId: Uuid(),
  modelName: Type.String({ maxLength: 200 }),
  ...totals,
})
const KeyUsage = strictObject({
  apiKeyId: Uuid(),
  apiKeyName: Nullable(Type.String({ maxLength: 100 }), {
    description: 'Once the key is deleted, its last one.',
  }),
  ...totals,
})

export const UsageSummary = strictObject(
  {
    from: Timestamp(),
    to: Timestamp('Exclusive.'),
    ...totals,
    byModel: Type.Array(ModelUsage, { maxItems: 20, description: 'The dearest first.' }),
    byKey: Type.Array(KeyUsage, { maxItems: 20, description: 'The dearest first.' }),
    previous: Previous,
    asOf: AsOf,
  },
  { $id: 'UsageSummary', description: 'What somebody used in a period.' },
)
export type UsageSummary = Static<typeof UsageSummary>

export const UsageDay = strictObject(
  {
    day: Type.String({ format: 'date', maxLength: 10, description: 'In UTC.' }),
    completeness: StringEnum(
      ['complete', 'partial', 'unknown'],
      'Whether calls made directly to LiteLLM are in it: all of them, not all, or not checked yet. Calls through the gateway always are.',
    ),
    ...totals,
  },
  { $id: 'UsageDay', description: 'What was used on one day.' },
)
export type UsageDay = Static<typeof UsageDay>

export const UsageDays = strictObject({
  data: Type.Array(Type.Unsafe<UsageDay>(Type.Ref('UsageDay'))),
  asOf: AsOf,
})
export type UsageDays = Static<typeof UsageDays>

/** What narrows a list of calls, and its order. */
export const logQuery = {
  from: Type.Optional(Moment('First moment.')),
  to: Type.Optional(Moment('The moment after the last.')),
  errorCode: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Only calls that failed so.' }),
  ),
  requestId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The `x-request-id` of the call’s answer.' }),
  ),
  minCost: Type.Optional(Usd('Only calls that cost at least this.')),
  minDurationMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'Only calls that took at least this long.',
    }),
  ),
  sort: Type.Optional(StringEnum(['-at', 'at'], '`-at`: the newest first, which is the default.')),
}

export const logPageQuery = {
  limit: pageQuery.limit,
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      description: '`nextCursor` of the page before; sorted alike.',
    }),
  ),
}

export const UsageLogQuery = strictObject({ ...ownFilters, ...logQuery, ...logPageQuery })
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
    durationMs: Milliseconds('From the call’s beginning to its end; null where nobody measured it.'),
    timeToFirstTokenMs: Milliseconds('Until the first byte of the answer.'),
  },
  { $id: 'UsageLog', description: 'One model call. Prompts and answers are not kept.' },
)
export type UsageLog = Static<typeof UsageLog>
