import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'

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
const WindowLength = StringEnum(['1d', '7d', '1mo'])
const WindowLengthInput = StringEnum(['1d', '7d', '1mo', '30d'])
const Duration = Nullable(WindowLength, {
  description:
    'The budget starts anew at midnight, on Monday or on the first of the month (UTC); null: never.',
})

const limits = {
  maxBudget: Budget('What the key may spend in a window.'),
  rpmLimit: Limit('Requests per minute.'),
  tpmLimit: Limit('Tokens per minute.'),
  maxParallelRequests: Limit('Calls in flight at once.'),
}

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

export const ApiKey = strictObject(
  {
    id: Uuid(),
    name: Name,
    keyHint: Type.String({ maxLength: 40, description: 'Enough to recognise the key by.' }),
    status: ApiKeyStatus,
    syncState: SyncState,
    models: Type.Array(strictObject({ id: Uuid(), name: Type.String({ maxLength: 200 }) })),
    maxBudget: limits.maxBudget,
    spend: Type.Number({ minimum: 0, description: 'Spent in the present window. US dollars.' }),
    budgetDuration: Duration,
    budgetResetAt: Nullable(Timestamp()),
    rpmLimit: limits.rpmLimit,
    tpmLimit: limits.tpmLimit,
    maxParallelRequests: limits.maxParallelRequests,
    modelLimits: Type.Array(ModelLimitAnswer),
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

/** As the answer's, but `30d` is understood as `1mo`. */
const DurationInput = Nullable(WindowLengthInput, {
  description: '`30d` is read as `1mo`; null: never starts anew.',
})

const ModelLimitInput = strictObject({
  modelId: Uuid('One of the key’s models.'),
  maxBudget: Type.Optional(ModelLimitAnswer.properties.maxBudget),
  rpmLimit: Type.Optional(ModelLimitAnswer.properties.rpmLimit),
  tpmLimit: Type.Optional(ModelLimitAnswer.properties.tpmLimit),
})

const settings = {
  maxBudget: Type.Optional(limits.maxBudget),
  budgetDuration: Type.Optional(DurationInput),
  rpmLimit: Type.Optional(limits.rpmLimit),
  tpmLimit: Type.Optional(limits.tpmLimit),
  maxParallelRequests: Type.Optional(limits.maxParallelRequests),
  modelLimits: Type.Optional(Type.Array(ModelLimitInput, { maxItems: MAX_MODELS })),
  expiresAt: Type.Optional(Nullable(Timestamp('In the future, at most 100 years ahead.'))),
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

export const ApiKeyListQuery = strictObject({ ...pageQuery, status: Type.Optional(ApiKeyStatus) })
export type ApiKeyListQuery = Static<typeof ApiKeyListQuery>
