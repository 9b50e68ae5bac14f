import { Type, type Static } from '@sinclair/typebox'
import { BudgetDurationInput, BudgetDurationText } from '#modules/budgets'
import { Nullable, pageQuery, RefTo, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'
import { KeySettings } from './key-settings.ts'

const MAX_MODELS = 100

const Limit = (what: string) =>
  Nullable(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), {
    description: `${what} Null: no limit at this level; 0: nothing.`,
  })
const Budget = (what: string) =>
  Nullable(Usd(what), { description: `${what} US dollars. Null: no limit at this level; 0: nothing.` })
const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '\\S',
  description: 'For people; need not be unique.',
})
const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
const Duration = Nullable(BudgetDurationText, {
  description:
    'The budget starts anew at midnight, on Monday, on the first of the month or of the year (UTC); null: never.',
})
const Tag = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]*\\S[^\\u0000]*$' })
const Tags = Type.Array(Tag, {
  maxItems: 20,
  uniqueItems: true,
  description: 'For cost centres and the like.',
})
const Metadata = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' }),
  Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean()]),
  {
    maxProperties: 50,
    additionalProperties: false,
    description: 'Whatever you want to remember; flat, at most 4 kB as JSON.',
  },
)
const AllowedIps = Type.Array(Type.String({ maxLength: 50 }), {
  maxItems: 50,
  description:
    'Addresses and CIDR blocks from which the gateway takes the key; none: from everywhere. Calls made directly to LiteLLM are not held to it.',
})

const limits = {
  maxBudget: Budget('What the key may spend in a window.'),
  rpmLimit: Limit('Requests per minute.'),
  tpmLimit: Limit('Tokens per minute.'),
  maxParallelRequests: Limit('Calls in flight at once.'),
}
const SoftBudget = Nullable(Usd('Passing it warns the owner and stops nothing.'), {
  description: 'Passing it warns the owner and stops nothing. US dollars.',
})

const ApiKeyStatus = StringEnum(['active', 'disabled', 'expired', 'revoked'], 'Only an active key works.')
export const SyncState = StringEnum(
  ['pending', 'synced', 'failed'],
  'Whether LiteLLM knows the present state. Revocation holds here at once, whatever this says; failed: rotate the key, or ask an administrator.',
)
export type SyncState = Static<typeof SyncState>

const ModelLimitAnswer = strictObject({
  modelId: Uuid(),
  maxBudget: Budget('For this model.'),
  rpmLimit: Limit('Requests per minute to this model.'),
  tpmLimit: Limit('Tokens per minute of this model.'),
})

/** In the shape in which it is stored, too. */
export const AdminLimits = strictObject(
  {
    maxBudget: Type.Optional(Usd('The largest budget.')),
    budgetDuration: Type.Optional(
      Nullable(BudgetDurationText, { description: 'The shortest window; null: none.' }),
    ),
    rpmLimit: Type.Optional(Type.Integer({ minimum: 0 })),
    tpmLimit: Type.Optional(Type.Integer({ minimum: 0 })),
    maxParallelRequests: Type.Optional(Type.Integer({ minimum: 0 })),
    expiresAt: Type.Optional(Timestamp('The latest end.')),
    isDisabled: Type.Optional(Type.Boolean({ description: 'Only an administrator enables it again.' })),
    modelLimits: Type.Optional(Type.Array(ModelLimitAnswer)),
  },
  {
    $id: 'AdminLimits',
    description: 'What an administrator has set: the owner may narrow it and never widen it.',
  },
)
export type AdminLimits = Static<typeof AdminLimits>

export const ApiKey = strictObject(
  {
    id: Uuid(),
    name: Name,
    keyHint: Type.String({ maxLength: 40, description: 'Enough to recognise the key by.' }),
    status: ApiKeyStatus,
    syncState: SyncState,
    syncMessage: Nullable(Type.String({ maxLength: 300 }), {
      description: 'What to do when `syncState` is `failed`.',
    }),
    team: Nullable(strictObject({ id: Uuid(), name: Type.String({ maxLength: 200 }) }), {
      description: 'Whose budget and models bind the key too.',
    }),
    models: Type.Array(strictObject({ id: Uuid(), name: Type.String({ maxLength: 200 }) })),
    maxBudget: limits.maxBudget,
    softBudget: SoftBudget,
    spend: Type.Number({ minimum: 0, description: 'Spent in the present window. US dollars.' }),
    budgetDuration: Duration,
    budgetResetAt: Nullable(Timestamp()),
    rpmLimit: limits.rpmLimit,
    tpmLimit: limits.tpmLimit,
    maxParallelRequests: limits.maxParallelRequests,
    modelLimits: Type.Array(ModelLimitAnswer),
    adminLimits: RefTo(AdminLimits),
    tags: Tags,
    metadata: Metadata,
    allowedIps: AllowedIps,
    expiresAt: Nullable(Timestamp()),
    lastUsedAt: Nullable(Timestamp()),
    createdAt: Timestamp(),
    version: Version,
  },
  { $id: 'ApiKey', description: 'A key for one or several models, with a budget, limits and an expiry.' },
)
export type ApiKey = Static<typeof ApiKey>

export const ApiKeyWithSecret = strictObject(
  {
    ...ApiKey.properties,
    key: Nullable(Type.String({ maxLength: 100 }), {
      description:
        'The secret, shown this once. Null when an Idempotency-Key repeats an earlier answer; rotate if it was lost.',
    }),
  },
  { $id: 'ApiKeyWithSecret' },
)
export type ApiKeyWithSecret = Static<typeof ApiKeyWithSecret>

/** As the answer's, and under other names. */
const DurationInput = Nullable(BudgetDurationInput, {
  description: '`30d` and `monthly` are read as `1mo`, and so on; null: never starts anew.',
})

const ModelLimitInput = strictObject({
  modelId: Uuid('One of the key’s models.'),
  maxBudget: Type.Optional(ModelLimitAnswer.properties.maxBudget),
  rpmLimit: Type.Optional(ModelLimitAnswer.properties.rpmLimit),
  tpmLimit: Type.Optional(ModelLimitAnswer.properties.tpmLimit),
})

const settings = {
  maxBudget: Type.Optional(limits.maxBudget),
  softBudget: Type.Optional(SoftBudget),
  budgetDuration: Type.Optional(DurationInput),
  rpmLimit: Type.Optional(limits.rpmLimit),
  tpmLimit: Type.Optional(limits.tpmLimit),
  maxParallelRequests: Type.Optional(limits.maxParallelRequests),
  modelLimits: Type.Optional(Type.Array(ModelLimitInput, { maxItems: MAX_MODELS })),
  expiresAt: Type.Optional(Nullable(Timestamp('In the future, at most 100 years ahead.'))),
  teamId: Type.Optional(Uuid('A team that the owner is in; its budget and its models bind the key too.')),
  tags: Type.Optional(Tags),
  metadata: Type.Optional(Metadata),
  allowedIps: Type.Optional(AllowedIps),
}

const ModelIds = (minItems: number) =>
  Type.Array(Uuid(), {
    minItems,
    maxItems: MAX_MODELS,
    description: 'Models that you have active subscriptions to.',
  })

export const CreateApiKey = strictObject({
  name: Name,
  modelIds: Type.Optional(ModelIds(1)),
  subscriptionId: Type.Optional({
    ...Uuid('The old way: one subscription instead of `modelIds`.'),
    deprecated: true,
  }),
  ...settings,
})
export type CreateApiKey = Static<typeof CreateApiKey>

export const UpdateApiKey = strictObject(
  {
    name: Type.Optional(Name),
    modelIds: Type.Optional(ModelIds(0)),
    ...settings,
    isDisabled: Type.Optional(Type.Boolean({ description: 'A key without models is always disabled.' })),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateApiKey = Static<typeof UpdateApiKey>

export const RotateApiKey = Nullable(
  strictObject({
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'How long the old secret still works; 0, the default, ends it at once.',
      }),
    ),
    version: Type.Optional(Version),
  }),
)

const SORTS = [
  '-createdAt',
  'createdAt',
  'name',
  '-name',
  'lastUsedAt',
  '-lastUsedAt',
  'spend',
  '-spend',
  'expiresAt',
  '-expiresAt',
] as const
export type ApiKeySort = (typeof SORTS)[number]

export const keyFilters = {
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000]+$',
      description: 'Part of the name, or the last characters of the key.',
    }),
  ),
  status: Type.Optional(ApiKeyStatus),
  modelId: Type.Optional(Uuid('Only keys with this model.')),
  teamId: Type.Optional(Uuid('Only keys of this team.')),
  tag: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]+$' })),
  sort: Type.Optional(StringEnum(SORTS, 'A minus sorts downwards; the newest first unless said otherwise.')),
}

export const ApiKeyListQuery = strictObject({ ...pageQuery, ...keyFilters })
export type ApiKeyListQuery = Static<typeof ApiKeyListQuery>

/** Known to whoever makes a key, so that no form asks for more than it can have. */
export const ApiKeyRules = strictObject(KeySettings.properties, {
  $id: 'ApiKeyRules',
  description: 'What a new key gets where nothing is said, and what no key may exceed.',
})
export type ApiKeyRules = Static<typeof ApiKeyRules>

const Count = (description: string) => Type.Integer({ minimum: 0, description })

export const ApiKeyStatistics = strictObject(
  {
    total: Count('All of them, revoked ones included.'),
    active: Count('Those that work.'),
    disabled: Count('Those that are switched off.'),
    expired: Count('Those whose time is over.'),
    revoked: Count('Those that are ended for good.'),
    expiringSoon: Count('Active ones that end within seven days.'),
    unsynced: Count('Those about which LiteLLM and this server do not agree yet.'),
    spend: Usd('Of all keys that are not revoked, each in its present window.'),
    maximumActiveKeys: Count('How many keys that are not revoked one person may have.'),
  },
  { $id: 'ApiKeyStatistics' },
)
export type ApiKeyStatistics = Static<typeof ApiKeyStatistics>
