import { Type, type Static } from '@sinclair/typebox'
import { Job } from '#platform/jobs'
import { Nullable, RefTo, strictObject, StringEnum, Usd, Uuid } from '#platform/http'
import { OrganizationRole, Version } from './profile.schemas.ts'
import { BudgetDuration, limitFields } from './user-defaults.ts'
import { Reason } from './user.schemas.ts'

export const MOST_PEOPLE = 500

const MaxBudget = Nullable(Usd('What the person may spend in a window, with all keys.'), {
  description: 'Null: no limit.',
})

export const UserLimits = strictObject(
  {
    userId: Uuid(),
    ...limitFields,
    maxBudget: MaxBudget,
    budgetDuration: Nullable(Type.String({ maxLength: 10 }), {
      description: '`1d`, `7d` or `1mo`; null never.',
    }),
    version: Version,
  },
  { $id: 'UserLimits', description: 'What a person may use in an organization, over all of their keys.' },
)
export type UserLimits = Static<typeof UserLimits>

export const SetUserLimits = strictObject({
  ...limitFields,
  maxBudget: MaxBudget,
  budgetDuration: BudgetDuration,
  reason: Type.Optional(Reason),
  version: Type.Optional(Version),
})
export type SetUserLimits = Static<typeof SetUserLimits>

export const LimitChange = strictObject(
  {
    rpmLimit: Type.Optional(limitFields.rpmLimit),
    tpmLimit: Type.Optional(limitFields.tpmLimit),
    maxParallelRequests: Type.Optional(limitFields.maxParallelRequests),
    maxBudget: Type.Optional(MaxBudget),
    budgetDuration: Type.Optional(BudgetDuration),
  },
  { minProperties: 1, description: 'Only what is given changes.' },
)
export type LimitChange = Static<typeof LimitChange>

export const BulkLimits = strictObject({
  userIds: Type.Optional(
    Type.Array(Uuid(), { minItems: 1, maxItems: MOST_PEOPLE, description: 'Whom. Either this or `filter`.' }),
  ),
  filter: Type.Optional(
    strictObject(
      { teamId: Type.Optional(Uuid('Members of this team.')), role: Type.Optional(OrganizationRole) },
      {
        description: `Everybody active to whom it applies, at most ${String(MOST_PEOPLE)}; \`{}\` is everybody.`,
      },
    ),
  ),
  limits: LimitChange,
  dryRun: Type.Optional(
    Type.Boolean({ default: false, description: 'Only answers what would change for whom.' }),
  ),
  reason: Type.Optional(Reason),
})
export type BulkLimits = Static<typeof BulkLimits>

const Values = strictObject({
  ...limitFields,
  maxBudget: MaxBudget,
  budgetDuration: UserLimits.properties.budgetDuration,
})
export type LimitValues = Static<typeof Values>

const BulkOutcome = StringEnum(['changed', 'unchanged', 'refused'])

export const BulkPreview = strictObject(
  {
    changed: Type.Integer(),
    unchanged: Type.Integer(),
    refused: Type.Integer(),
    results: Type.Array(
      strictObject({
        userId: Uuid(),
        username: Type.String({ maxLength: 200 }),
        outcome: BulkOutcome,
        code: Nullable(Type.String({ maxLength: 100 }), { description: 'Why it is refused.' }),
        before: Values,
        after: Values,
      }),
    ),
  },
  { $id: 'BulkLimitsPreview', description: 'What a bulk change of limits would do.' },
)
export type BulkPreview = Static<typeof BulkPreview>
export type BulkResult = BulkPreview['results'][number]

export const BulkJob = strictObject({ data: RefTo(Job) })
