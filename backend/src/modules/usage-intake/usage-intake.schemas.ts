import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

export const Day = (description?: string) =>
  Type.String({
    format: 'date',
    maxLength: 10,
    // PostgreSQL knows no year 0.
    pattern: '^[1-9]',
    ...(description === undefined ? {} : { description }),
  })

export const CallbackReceipt = strictObject(
  {
    received: Type.Integer({ minimum: 0, description: 'Events in the body.' }),
    kept: Type.Integer({
      minimum: 0,
      description: 'Those that name a call; the others say nothing that can be booked.',
    }),
  },
  { $id: 'CallbackReceipt' },
)

export const UsageDayState = strictObject(
  {
    day: Day('In UTC.'),
    source: StringEnum(['litellm'], 'Whose record the day was compared with.'),
    state: StringEnum(
      ['complete', 'partial', 'unknown'],
      'complete: LiteLLM’s logs were read to the end after the day was over; unknown: nobody has looked.',
    ),
    checkedAt: Nullable(Timestamp()),
    rowsSeen: Nullable(Type.Integer({ minimum: 0 }), {
      description: 'Rows of LiteLLM’s logs, whoever made the calls; null when nobody has looked.',
    }),
    message: Nullable(Type.String({ maxLength: 500 }), { description: 'Why it is not complete.' }),
    unattributed: Type.Integer({
      minimum: 0,
      description:
        'Calls of our keys on that day that could not be booked, see `GET /api/v1/admin/usage/intake`.',
    }),
  },
  { $id: 'UsageDayState', description: 'How much of a day’s usage outside of the gateway is known.' },
)
export type UsageDayState = Static<typeof UsageDayState>

export const CompletenessQuery = strictObject({
  from: Type.Optional(Day('First day, in UTC; 30 days before `to` when absent.')),
  to: Type.Optional(Day('Last day, in UTC; today when absent.')),
})
export type CompletenessQuery = Static<typeof CompletenessQuery>

const IntakeState = StringEnum(
  ['pending', 'leased', 'booked', 'unattributed', 'dead'],
  'unattributed: booking needs something that is missing; dead: booking failed again and again.',
)

export const IntakeItem = strictObject(
  {
    id: Uuid(),
    requestId: Type.String({ maxLength: 300, description: 'LiteLLM’s id of the call.' }),
    arrivedBy: StringEnum(['push', 'pull']),
    state: IntakeState,
    reason: Nullable(Type.String({ maxLength: 500 }), {
      description: '`unknown_model`, `no_cost`, `out_of_range`, or the error of the last attempt.',
    }),
    attempts: Type.Integer({ minimum: 0 }),
    modelName: Type.String({ maxLength: 200, description: 'As LiteLLM names it.' }),
    calledAt: Timestamp(),
    receivedAt: Timestamp(),
  },
  {
    $id: 'UsageIntakeItem',
    description: 'A call that LiteLLM reported and that is on its way into the usage.',
  },
)
export type IntakeItem = Static<typeof IntakeItem>

export const IntakeListQuery = strictObject({
  ...pageQuery,
  state: Type.Optional(IntakeState),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  sort: Type.Optional(
    StringEnum(['receivedAt', '-receivedAt', 'calledAt', '-calledAt'], 'Newest first when absent.'),
  ),
})
export type IntakeListQuery = Static<typeof IntakeListQuery>

export const LedgerCheck = strictObject(
  {
    id: Uuid(),
    trigger: StringEnum(['nightly', 'command']),
    fromDay: Day('First day whose sums were compared.'),
    startedAt: Timestamp(),
    finishedAt: Timestamp(),
    organizations: Type.Integer({ minimum: 0 }),
    differences: Type.Integer({ minimum: 0 }),
  },
  {
    $id: 'LedgerCheck',
    description: 'One run of the check that calls, daily sums and budgets agree.',
  },
)
export type LedgerCheck = Static<typeof LedgerCheck>

export const LedgerDifference = strictObject(
  {
    id: Uuid(),
    organizationId: Uuid(),
    kind: StringEnum(['daily_sum', 'budget_spent', 'budget_reserved']),
    subjectId: Uuid('The API key of a daily sum, or the budget.'),
    day: Nullable(Day()),
    what: Type.String({ maxLength: 100, description: 'The figure, or the level of the budget.' }),
    expected: Type.Number({ description: 'From the calls; nano-USD where it is money.' }),
    actual: Type.Number(),
  },
  { $id: 'LedgerDifference' },
)
export type LedgerDifference = Static<typeof LedgerDifference>

export const LedgerCheckListQuery = strictObject({
  ...pageQuery,
  hasDifferences: Type.Optional(Type.Boolean()),
})
export type LedgerCheckListQuery = Static<typeof LedgerCheckListQuery>

export const LedgerDifferenceListQuery = strictObject(pageQuery)
export type LedgerDifferenceListQuery = Static<typeof LedgerDifferenceListQuery>
