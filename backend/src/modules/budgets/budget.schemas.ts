import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'
import { BudgetDurationInput, BudgetDurationText } from './budget-window.ts'

const LEVELS = ['key', 'key_model', 'user', 'team', 'organization', 'platform'] as const
export const BudgetLevel = StringEnum(LEVELS, 'Whose calls it pays for.')
export type BudgetLevel = (typeof LEVELS)[number]

const Name = (description: string) => Type.String({ maxLength: 300, description })
const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
const Duration = Nullable(BudgetDurationText, {
  description: 'Calendar windows in UTC: day, week from Monday, month, year. Null never starts anew.',
})
const UsedPercent = Type.Number({
  minimum: 0,
  description: 'Share of the limit that is spent, to a tenth; above 100 after an increase has ended.',
})
const Reason = Type.String({
  minLength: 3,
  maxLength: 500,
  pattern: '^[^\\u0000]*\\S[^\\u0000]*$',
  description: 'Why; on record.',
})

export const Increase = strictObject(
  {
    id: Uuid(),
    amount: Usd('How much more than the limit may be spent.'),
    reason: Type.String({ maxLength: 500 }),
    createdBy: Nullable(Uuid()),
    createdAt: Timestamp(),
    expiresAt: Timestamp('From then on it no longer counts.'),
    endedAt: Nullable(Timestamp('When it was withdrawn before its time.')),
    isActive: Type.Boolean(),
  },
  { $id: 'BudgetIncrease', description: 'A temporary increase of a budget.' },
)
export type Increase = Static<typeof Increase>

const window = {
  duration: Duration,
  resetAt: Nullable(Timestamp(), { description: 'When the present window ends.' }),
}

export const Budget = strictObject(
  {
    id: Uuid(),
    organizationId: Uuid('The platform’s own for level `platform`.'),
    level: BudgetLevel,
    subjectId: Uuid('The key, person, team or organization.'),
    subjectName: Name('Of the key, person, team or organization.'),
    modelId: Nullable(Uuid(), { description: 'Only at level `key_model`.' }),
    modelName: Nullable(Type.String({ maxLength: 200 })),
    userId: Nullable(Uuid(), { description: 'The person, or the owner of the key.' }),
    limit: Nullable(Usd('What may be spent in a window.'), {
      description: 'US dollars. Null: counted, not limited.',
    }),
    softLimit: Nullable(Usd('Passing it warns and stops nothing.')),
    increase: Usd('What a temporary increase adds now.'),
    increaseUntil: Nullable(Timestamp()),
    spent: Usd('What was spent in the present window.'),
    reserved: Usd('What is set aside for calls under way.'),
    usedPercent: UsedPercent,
    ...window,
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Version,
  },
  { $id: 'Budget', description: 'Money that may be spent in a window.' },
)
export type Budget = Static<typeof Budget>

const TopSpender = strictObject({
  id: Uuid(),
  name: Name('As it is called now, or was when it was deleted.'),
  requests: Type.Integer({ minimum: 0 }),
  cost: Usd('In the present window.'),
})
export const BudgetWithSpenders = strictObject(
  {
    ...Budget.properties,
    topUsers: Type.Array(TopSpender, {
      maxItems: 5,
      description: 'Who used most of it in the present window.',
    }),
    topKeys: Type.Array(TopSpender, { maxItems: 5 }),
    topModels: Type.Array(TopSpender, { maxItems: 5 }),
  },
  { $id: 'BudgetWithSpenders' },
)
export type BudgetWithSpenders = Static<typeof BudgetWithSpenders>

const hidden = (description: string) =>
  Nullable(Usd(description), { description: 'Null where the amounts are other people’s too.' })

export const MyBudget = strictObject(
  {
    id: Uuid(),
    level: BudgetLevel,
    subjectId: Uuid(),
    subjectName: Name('Of the key, person, team or organization.'),
    modelId: Nullable(Uuid()),
    modelName: Nullable(Type.String({ maxLength: 200 })),
    limit: hidden('What may be spent in a window, increase included.'),
    softLimit: hidden('Passing it warns and stops nothing.'),
    spent: hidden('What was spent in the present window.'),
    reserved: hidden('What is set aside for calls under way.'),
    usedPercent: UsedPercent,
    ...window,
  },
  { $id: 'MyBudget', description: 'A budget that your calls are held to.' },
)
export type MyBudget = Static<typeof MyBudget>

export const BudgetWindow = strictObject(
  {
    startedAt: Timestamp(),
    endedAt: Timestamp(),
    limit: Nullable(Usd('The limit when the window ended.')),
    spent: Usd('What was spent in it, corrections included.'),
    adjusted: Type.Number({ description: 'The sum of its corrections. US dollars; negative: forgiven.' }),
  },
  { $id: 'BudgetWindow', description: 'A window of a budget that is over.' },
)
export type BudgetWindow = Static<typeof BudgetWindow>

const changeable = {
  limit: Nullable(Usd('What may be spent in a window.'), {
    description: 'US dollars. Null: counted, not limited.',
  }),
  duration: Nullable(BudgetDurationInput, {
    description: '`30d` and `monthly` are read as `1mo`, and so on; null: never starts anew.',
  }),
  softLimit: Nullable(Usd('Passing it warns and stops nothing.'), { description: 'US dollars.' }),
}

export const CreateBudget = strictObject({
  level: StringEnum(['user', 'team', 'organization', 'platform'], 'Budgets of keys are made with the key.'),
  subjectId: Type.Optional(Uuid('The person or team; left out for the organization and the platform.')),
  limit: changeable.limit,
  duration: Type.Optional(changeable.duration),
  softLimit: Type.Optional(changeable.softLimit),
})
export type CreateBudget = Static<typeof CreateBudget>

export const UpdateBudget = strictObject(
  {
    limit: Type.Optional(changeable.limit),
    duration: Type.Optional(changeable.duration),
    softLimit: Type.Optional(changeable.softLimit),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateBudget = Static<typeof UpdateBudget>

export const CreateIncrease = strictObject({
  amount: Type.Number({
    exclusiveMinimum: 0,
    maximum: 9_000_000,
    description: 'How much more than the limit may be spent until then. US dollars.',
  }),
  expiresAt: Timestamp('In the future, at most a year ahead.'),
  reason: Reason,
})
export type CreateIncrease = Static<typeof CreateIncrease>

export const ResetSpend = strictObject({ reason: Reason })
export type ResetSpend = Static<typeof ResetSpend>

const BUDGET_SORTS = [
  'usedPercent',
  '-usedPercent',
  'spent',
  '-spent',
  'limit',
  '-limit',
  'createdAt',
  '-createdAt',
] as const

export const BudgetListQuery = strictObject({
  ...pageQuery,
  level: Type.Optional(BudgetLevel),
  subjectId: Type.Optional(Uuid('Only of this key, person, team or organization.')),
  userId: Type.Optional(Uuid('Only of this person and their keys.')),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000]+$',
      description: 'Part of the subject’s name.',
    }),
  ),
  minUsedPercent: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1000, description: 'Only those that are used at least so far.' }),
  ),
  sort: Type.Optional(StringEnum(BUDGET_SORTS, 'The most used first, unless said otherwise.')),
})
export type BudgetListQuery = Static<typeof BudgetListQuery>

export const HistoryQuery = strictObject(pageQuery)
