import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { Model, modelFilters } from './model.schemas.ts'

const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^\\S(.*\\S)?$', description })
const Price = (description: string) =>
  Type.Number({
    minimum: 0,
    maximum: 100_000,
    description: `${description} US dollars, at most nine decimals.`,
  })
const Count = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: 2_000_000_000, description })

const ModelDeployment = strictObject(
  {
    litellmId: Type.String({ maxLength: 200, description: 'LiteLLM’s `model_info.id`.' }),
    isAdopted: Type.Boolean({
      description: 'Made outside of here; what we do not know of it stays as it is.',
    }),
    providerModel: Nullable(Type.String({ maxLength: 300 }), { description: 'Null: unknown here.' }),
    provider: Nullable(Type.String({ maxLength: 100 })),
    apiBase: Nullable(Type.String({ maxLength: 2000 })),
    providerKeyHint: Nullable(Type.String({ maxLength: 20 }), {
      description: 'The end of the provider’s key; the key itself is never shown. Null: we hold none.',
    }),
    rpmLimit: Nullable(Type.Integer()),
    tpmLimit: Nullable(Type.Integer()),
    timeoutSeconds: Nullable(Type.Integer()),
    maxRetries: Nullable(Type.Integer()),
    syncState: StringEnum(['pending', 'synced', 'failed'], 'Whether LiteLLM has been told.'),
    syncMessage: Nullable(Type.String({ maxLength: 1000 }), {
      description: 'What LiteLLM last objected; null when nothing.',
    }),
  },
  { description: 'One deployment at LiteLLM that is administered here.' },
)

export const AdminModel = strictObject(
  {
    ...Type.Omit(Model, ['mySubscription', 'inputPricePerToken', 'outputPricePerToken']).properties,
    displayOrder: Nullable(Type.Integer(), { description: 'Its place in the list; by name where null.' }),
    imageTokenCeiling: Type.Integer({ description: 'Tokens set aside for each image or audio part.' }),
    litellmIds: Type.Array(Type.String({ maxLength: 200 }), {
      description: 'The deployments that LiteLLM listed last.',
    }),
    deployments: Type.Array(ModelDeployment),
    activeSubscriptions: Type.Integer(),
    pendingSubscriptions: Type.Integer(),
    keys: Type.Integer({ description: 'Live keys that have it.' }),
    requestsLast30Days: Type.Integer(),
    restrictionJobId: Nullable(Uuid(), {
      description: 'The job that brings subscriptions in line after the last change of `isRestricted`.',
    }),
    removedAt: Nullable(Timestamp()),
    updatedAt: Timestamp(),
    version: Version,
  },
  { $id: 'AdminModel', description: 'A model as administrators see it, over all organizations.' },
)
export type AdminModel = Static<typeof AdminModel>

export const AdminModelListQuery = strictObject({
  ...pageQuery,
  ...modelFilters,
  syncState: Type.Optional(StringEnum(['pending', 'synced', 'failed'], 'Of any of its deployments.')),
  isRemoved: Type.Optional(
    Type.Boolean({ description: 'Removed ones only, or without them; both when absent.' }),
  ),
  sort: Type.Optional(
    StringEnum(
      [
        'name',
        '-name',
        'provider',
        '-provider',
        'availability',
        '-availability',
        'inputPricePerMillion',
        '-inputPricePerMillion',
        'outputPricePerMillion',
        '-outputPricePerMillion',
        'activeSubscriptions',
        '-activeSubscriptions',
        'pendingSubscriptions',
        '-pendingSubscriptions',
        'keys',
        '-keys',
        'requestsLast30Days',
        '-requestsLast30Days',
        'createdAt',
        '-createdAt',
        'updatedAt',
        '-updatedAt',
      ],
      'In the administrator’s order and then by name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type AdminModelListQuery = Static<typeof AdminModelListQuery>

/** What LiteLLM keeps of a model. */
const AtLiteLLM = {
  providerModel: Text(
    300,
    'What LiteLLM calls at the provider, e.g. `openai/gpt-4o` or `hosted_vllm/granite`.',
  ),
  provider: Text(
    100,
    'LiteLLM’s `custom_llm_provider`, where the prefix of `providerModel` does not say it.',
  ),
  apiBase: Type.String({
    minLength: 8,
    maxLength: 2000,
    pattern: '^https?://\\S+$',
    description:
      'Where the provider listens. Public hosts by https, or what `EGRESS_ALLOWED_HOSTS` lists. A change needs the key again.',
  }),
  apiKey: Type.String({
    minLength: 8,
    maxLength: 4000,
    pattern: '^\\S+$',
    description:
      'The provider’s key: written, kept encrypted, never shown, and sent only where it was meant for.',
  }),
  mode: StringEnum(
    [
      'chat',
      'completion',
      'embedding',
      'responses',
      'rerank',
      'image_generation',
      'audio_transcription',
      'audio_speech',
      'ocr',
    ],
    'What it is for.',
  ),
  abilities: Type.Array(Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z][a-z0-9_]*$' }), {
    maxItems: 40,
    uniqueItems: true,
    description: 'What it can do besides its mode: `vision`, `function_calling` ...',
  }),
  contextLength: Count('Tokens of input.'),
  maxOutputTokens: Count('Tokens of output.'),
  inputPricePerMillion: Price('A million tokens of input.'),
  cachedInputPricePerMillion: Price('A million tokens of cached input.'),
  outputPricePerMillion: Price('A million tokens of output.'),
  rpmLimit: Count('Requests per minute that the provider takes.'),
  tpmLimit: Count('Tokens per minute that the provider takes.'),
  timeoutSeconds: Type.Integer({ minimum: 1, maximum: 3600, description: 'How long LiteLLM waits.' }),
  maxRetries: Type.Integer({ minimum: 0, maximum: 10, description: 'How often LiteLLM tries again.' }),
}

/** What only we keep of it. */
const Ours = {
  isRestricted: Type.Boolean({ description: 'Whether subscriptions wait for an approval.' }),
  displayOrder: Nullable(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  imageTokenCeiling: Count('Tokens to set aside for each image or audio part.'),
  pricePerRequest: Nullable(Price('One request.')),
}

const Reason = Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S', description: 'For the record.' })
const optional = Type.Partial(Type.Object({ ...AtLiteLLM, ...Ours })).properties

export const CreateModel = strictObject({
  ...optional,
  name: Text(200, 'What clients will send as `model`. It cannot be changed later.'),
  providerModel: AtLiteLLM.providerModel,
  description: Type.Optional(Type.String({ maxLength: 2000 })),
})
export type CreateModel = Static<typeof CreateModel>

export const UpdateModel = strictObject({
  ...optional,
  description: Type.Optional(
    Nullable(Type.String({ maxLength: 2000 }), { description: 'Null: LiteLLM’s own words again.' }),
  ),
  isDisabled: Type.Optional(
    Type.Boolean({ description: 'True closes it for everybody at once; false opens it again.' }),
  ),
  reason: Type.Optional(Reason),
  version: Type.Optional(Version),
})
export type UpdateModel = Static<typeof UpdateModel>

export const RemoveModelQuery = strictObject({
  force: Type.Optional(Type.Boolean({ description: 'Although live keys have it; then `reason` is needed.' })),
  reason: Type.Optional(Reason),
})
export type RemoveModelQuery = Static<typeof RemoveModelQuery>

export const TestConnection = strictObject({
  providerModel: AtLiteLLM.providerModel,
  provider: Type.Optional(AtLiteLLM.provider),
  apiBase: Type.Optional(AtLiteLLM.apiBase),
  apiKey: Type.Optional(AtLiteLLM.apiKey),
  mode: Type.Optional(AtLiteLLM.mode),
})
export type TestConnection = Static<typeof TestConnection>

export const ConnectionTestResult = strictObject(
  {
    result: StringEnum(
      ['found', 'not-found', 'auth-error', 'connection-error', 'timeout'],
      'found: the provider knows the model and the key.',
    ),
    message: Nullable(Type.String({ maxLength: 500 }), {
      description: 'What the provider said, through LiteLLM, without secrets.',
    }),
    durationMs: Type.Integer(),
  },
  { $id: 'ConnectionTestResult', description: 'What became of trying a model.' },
)
export type ConnectionTestResult = Static<typeof ConnectionTestResult>
